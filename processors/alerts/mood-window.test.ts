import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MoodWindow } from './mood-window.ts'

const message = (negative: boolean) => ({ scored: true, unscored: false, negative, profane: false })

test('sums the last minute and forgets what is older than eleven', () => {
  const mood = new MoodWindow()
  for (let second = 0; second < 1_200; second++) mood.add(message(second >= 1_140), second * 1_000, second * 1_000)
  const recent = mood.recent(1_199_000)
  assert.deepEqual([recent.messages, recent.negative], [60, 60])
  assert.ok(mood.buckets.length <= 134)
})

test('the baseline is the median of the minutes before the last one', () => {
  const mood = new MoodWindow()
  for (let second = 0; second < 660; second++)
    mood.add(message(second < 600 ? second % 10 === 0 : true), second * 1_000, second * 1_000)
  assert.ok(Math.abs(mood.baseline('negative', 659_999)! - 0.1) < 0.02)
})

test('there is no baseline before five minutes of chat', () => {
  const mood = new MoodWindow()
  for (let second = 0; second < 270; second++) mood.add(message(true), second * 1_000, second * 1_000)
  assert.equal(mood.baseline('negative', 270_000), null)
})

test('a late message joins its own bucket', () => {
  const mood = new MoodWindow()
  for (const at of [0, 20_000, 7_000, 8_000]) mood.add(message(false), at, 20_000)
  assert.deepEqual(
    mood.buckets.map((bucket) => [bucket.at, bucket.messages]),
    [
      [0, 1],
      [5_000, 2],
      [20_000, 1],
    ],
  )
})
