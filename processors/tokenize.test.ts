import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Run } from '#schemas/types.ts'
import { loadTokenizer } from './tokenize.ts'

const tokens = loadTokenizer()
const of = (text: string, runs: Run[] = []) => tokens({ text, runs })

test('finds content words, lower case, without particles and stop words', () => {
  assert.deepEqual(of('화면이 자꾸 끊겨요').words, ['화면', '끊김'])
  assert.deepEqual(of('Faker GOAT is the best').words, ['faker', 'goat', 'best'])
})

test('counts laughter and crying by their length', () => {
  assert.deepEqual([of('ㅋㅋㅋ 하하 lol').laughs, of('ㅠㅠㅜ').cries], [8, 3])
})

test('keeps emotes, emoji, mentions and URLs apart from words', () => {
  const found = of('', [
    { text: '렉 ', emote: null },
    { text: 'Kappa', emote: { id: '25', url: null } },
    { text: ' ❤️👍🏽 @민수 https://example.com/a?b=1', emote: null },
  ])
  assert.deepEqual(found, {
    words: ['렉'], emotes: ['Kappa'], emoji: ['❤️', '👍🏽'], mentions: ['민수'], urls: ['https://example.com/a?b=1'], laughs: 0, cries: 0, question: false,
  }) // biome-ignore format: one line a group
})

test('a question mark in a URL asks nothing', () => {
  assert.equal(of('https://example.com/?q=1').question, false)
  assert.equal(of('배송 언제 와요').question, true)
})

test('everything is bounded, whatever the text holds', () => {
  const hostile = [
    '@a '.repeat(3_000),
    '😀'.repeat(5_000),
    'http://x '.repeat(2_000),
    `${'가'.repeat(50_000)}`,
    'word '.repeat(9_000),
    '\ud800'.repeat(4_000),
    'ㅋ'.repeat(9_000),
  ]
  for (const text of hostile) {
    const found = of(text)
    assert.ok(
      found.words.length <= 40 && found.emoji.length <= 20 && found.mentions.length <= 10 && found.urls.length <= 5,
    )
    assert.ok(found.laughs <= 2_000)
    assert.ok(found.words.every((word) => word.length <= 31))
  }
})

test('a word that is swearing by itself is no token, even in innocent company', () => {
  assert.deepEqual(of('새끼 고양이').words, ['고양이'])
  assert.deepEqual(of('what the fuck lag').words, ['lag'])
})
