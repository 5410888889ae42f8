import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeywordCount } from '../wire.ts'
import { followWords } from './live-words.ts'
import type { WeighedWord } from './word-places.ts'

const rankingOf = (...counts: readonly number[]) =>
  ({
    words: counts.map((count, at) => ({ word: `단어${at}`, count, weight: count, positive: 0, negative: 0 })),
  }) as unknown as KeywordCount

const followed = (mock: { timers: { enable(options: { apis: ['setInterval'] }): void } }) => {
  mock.timers.enable({ apis: ['setInterval'] })
  const store: { keywords: KeywordCount | null } = { keywords: rankingOf(9, 4) }
  const told: number[][] = []
  const end = followWords(store, (words: readonly WeighedWord[]) => told.push(words.map(({ count }) => count)))
  return { store, told, end }
}

test('words are told of at once and then every two seconds at most, however often they change', ({ mock }) => {
  const { store, told, end } = followed(mock)
  assert.deepEqual(told, [[9, 4]])
  for (let frame = 1; frame <= 80; frame += 1) {
    store.keywords = rankingOf(9 + frame, 4)
    mock.timers.tick(50)
  }
  assert.deepEqual(told, [
    [9, 4],
    [49, 4],
    [89, 4],
  ])
  end()
  store.keywords = rankingOf(1)
  mock.timers.tick(10_000)
  assert.equal(told.length, 3, 'nobody listens any more')
})

test('words that stay the same are not told of again, even when they come anew', ({ mock }) => {
  const { store, told, end } = followed(mock)
  for (let turn = 0; turn < 5; turn += 1) {
    store.keywords = rankingOf(9, 4)
    mock.timers.tick(2000)
  }
  assert.deepEqual(told, [[9, 4]])
  store.keywords = rankingOf(9, 5)
  mock.timers.tick(2000)
  assert.deepEqual(told.at(-1), [9, 5])
  end()
})

test('a broadcast without a word yet is told of once', ({ mock }) => {
  mock.timers.enable({ apis: ['setInterval'] })
  const told: (readonly WeighedWord[])[] = []
  const end = followWords({ keywords: null }, (words) => told.push(words))
  mock.timers.tick(20_000)
  assert.deepEqual(told, [[]])
  end()
})
