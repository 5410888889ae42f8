import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WindowCount } from '../wire.ts'
import { highlightsOf } from './highlights.ts'

const minute = (at: number, messages: number, more: Partial<WindowCount> = {}): WindowCount => ({
  channelId: 'c',
  broadcastId: 'b',
  windowStart: at * 60_000,
  windowEnd: (at + 1) * 60_000,
  messages,
  positive: 0,
  neutral: messages,
  negative: 0,
  unscored: 0,
  unsure: 0,
  profane: 0,
  mildlyProfane: 0,
  authors: messages,
  closed: true,
  revision: 1,
  ...more,
})
const calm = (minutes: number, messages = 40) =>
  Array.from({ length: minutes }, (_, at) => minute(at, messages + (at % 3)))

test('a calm broadcast has no highlights', () => {
  assert.deepEqual(highlightsOf(calm(60)), [])
})

test('a peak is told in times of the usual minute, with the mood that stood out', () => {
  const minutes = calm(30)
  minutes[20] = minute(20, 200, { positive: 150, neutral: 50 })
  const [found, ...others] = highlightsOf(minutes)
  assert.deepEqual(others, [])
  assert.equal(found?.from, 20 * 60_000)
  assert.equal(found?.messages, 200)
  assert.ok(found && found.ratio > 4 && found.ratio < 6)
  assert.equal(found?.label, 'positive')
})

test('neighbouring minutes are one highlight, and the strongest comes first', () => {
  const minutes = calm(40)
  for (const at of [10, 11, 12]) minutes[at] = minute(at, 150)
  minutes[30] = minute(30, 300)
  assert.deepEqual(
    highlightsOf(minutes).map(({ from, to }) => [from / 60_000, to / 60_000]),
    [
      [30, 31],
      [10, 13],
    ],
  )
})

test('in a small chat a joke is no highlight', () => {
  const minutes = calm(30, 2)
  minutes[20] = minute(20, 15)
  assert.deepEqual(highlightsOf(minutes), [])
})

test('nothing is said before there is a baseline', () => {
  assert.deepEqual(highlightsOf([minute(0, 10), minute(1, 500), minute(2, 10)]), [])
})

test('the minute that is still being counted is none', () => {
  const minutes = [...calm(30), minute(30, 500, { closed: false })]
  assert.deepEqual(highlightsOf(minutes), [])
})
