import assert from 'node:assert/strict'
import { test } from 'node:test'
import { barHeights, MINUTE, trendBars, trendWords, withTrends } from './word-counts.ts'

const ranked = Array.from({ length: 20 }, (_, at) => `w${at}`)

test('a word that is drawn stays while it matters, and the picked one is always there', () => {
  assert.deepEqual(trendWords(ranked, [], null), ['w0', 'w1', 'w2', 'w3', 'w4', 'w5'])
  assert.deepEqual(trendWords(ranked, ['w9', 'w0', 'w15', 'gone'], null).slice(0, 3), ['w9', 'w0', 'w1'])
  assert.deepEqual(trendWords(ranked, ['w1', 'w0'], 'w19').slice(0, 3), ['w19', 'w1', 'w0'])
  assert.deepEqual(trendWords(ranked, ['w19', 'w1'], 'w1').slice(0, 2), ['w1', 'w0'])
  assert.equal(trendWords(ranked, ranked, 'else').length, 6)
})

test('a minute that is counted anew replaces what was known, and no other minute changes', () => {
  const known = withTrends(new Map(), { from: 0, trends: [{ word: 'a', counts: [1, 2, 3] }] })
  const next = withTrends(known, { from: 2 * MINUTE, trends: [{ word: 'a', counts: [5, 1] }] })
  assert.deepEqual([...next.get('a')!.values()], [1, 2, 5, 1])
  assert.deepEqual([...known.get('a')!.values()], [1, 2, 3])
})

test('bars hold every minute once, and their height is chat a minute', () => {
  const bars = trendBars(0, 7 * MINUTE, 3)
  assert.deepEqual(
    bars.map(({ from, to }) => (to - from) / MINUTE),
    [3, 3, 1],
  )
  const counts = withTrends(new Map(), { from: 0, trends: [{ word: 'a', counts: [3, 0, 0, 1, 1, 1, 9] }] }).get('a')!
  assert.deepEqual(barHeights(counts, bars), [1, 1, 9])
  assert.deepEqual(trendBars(0, 0, 5), [])
})
