import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChannelBaseline } from './channel-baseline.ts'

const DAY = 24 * 60 * 60_000
const options = { halfLifeMs: 14 * DAY, capacity: 50 }
const none = { count: 0, messages: 0 }

test('a word that every broadcast says does not burst, and one that none said does', () => {
  const baseline = new ChannelBaseline(options)
  for (let broadcast = 0; broadcast < 3; broadcast++) baseline.learn([['w안녕', 500]], 1_000, broadcast * DAY, 0)
  const at = 3 * DAY
  assert.ok(Math.abs(baseline.burst('w안녕', 0.5, at, none) - 1) < 0.05)
  assert.ok(baseline.burst('w정전', 0.5, at, none) > 500)
})

test('what the broadcast brought itself is not what it is held against', () => {
  const baseline = new ChannelBaseline(options)
  baseline.learn([['w안녕', 500]], 1_000, 0, 0)
  baseline.learn([['w정전', 900]], 1_000, DAY, 0)
  const own = { count: 900, messages: 1_000 }
  assert.ok(baseline.burst('w정전', 0.9, DAY, own) > 100)
  assert.ok(baseline.burst('w정전', 0.9, DAY, none) < 3)
})

test('nothing bursts before enough is known of earlier broadcasts', () => {
  const baseline = new ChannelBaseline(options)
  baseline.learn([['w안녕', 100]], 200, 0, 0)
  assert.equal(baseline.burst('w정전', 1, 0, none), 1)
  // A broadcast alone in its channel has no earlier one, however long it is.
  baseline.learn([], 10_000, 0, 0)
  assert.equal(baseline.burst('w정전', 1, 0, { count: 0, messages: 10_200 }), 1)
})

test('a word of long ago is forgotten little by little', () => {
  const baseline = new ChannelBaseline(options)
  baseline.learn([['w대회', 1_000]], 1_000, 0, 0)
  const soon = baseline.burst('w대회', 0.5, 1, none)
  baseline.learn([['w일상', 5_000]], 10_000, 70 * DAY, 0)
  assert.ok(baseline.burst('w대회', 0.5, 70 * DAY, none) > 10 * soon)
})

test('only the commonest words of a channel are kept, and every row that goes is told', () => {
  const baseline = new ChannelBaseline(options)
  baseline.learn(
    [...Array(80).keys()].map((i) => [`w${i}`, i + 1] as const),
    1_000,
    0,
    0,
  )
  assert.equal(baseline.size, 50)
  const { words, channel } = baseline.takeChanges()
  assert.deepEqual(
    words.filter(([, usual]) => usual === undefined).map(([id]) => id),
    [...Array(30).keys()].map((i) => `w${i}`),
  )
  assert.equal(channel?.messages, 1_000)
  assert.deepEqual(baseline.takeChanges(), { channel: undefined, words: [] })
})

test('goes on from its rows as if nothing had happened', () => {
  const whole = new ChannelBaseline(options)
  whole.learn([['w안녕', 300]], 600, 0, 7)
  const { channel, words } = whole.takeChanges()
  const restored = new ChannelBaseline(options, channel, words as never)
  for (const baseline of [whole, restored]) baseline.learn([['w안녕', 10]], 20, DAY, 8)
  assert.equal(restored.burst('w안녕', 0.9, DAY, none), whole.burst('w안녕', 0.9, DAY, none))
})
