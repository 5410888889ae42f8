import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WindowCount } from '#schemas/types.ts'
import { toWire } from '../../live/to-wire.ts'
import { analyzed } from '../../testing/chat-script.ts'
import { groupQuestions } from './question-groups.ts'
import { headlineOf, moodOf, usualShares, wilson } from './share.ts'
import { timelineBars } from './timeline-bars.ts'

const MINUTE = 60_000
const minute = (at: number, negative: number, positive = 5, neutral = 15): WindowCount => ({
  channelId: 'c',
  broadcastId: 'b',
  windowStart: at * MINUTE,
  windowEnd: (at + 1) * MINUTE,
  messages: negative + positive + neutral,
  positive,
  neutral,
  negative,
  unscored: 0,
  unsure: 0,
  profane: 0,
  mildlyProfane: 0,
  authors: 1,
  closed: true,
  revision: 1,
})

test("a share's uncertainty is Wilson's interval", () => {
  const { lower, upper } = wilson(34, 100)
  assert.ok(Math.abs(lower - 0.2546) < 0.0005 && Math.abs(upper - 0.4372) < 0.0005)
  assert.deepEqual(wilson(0, 0), { value: 0, lower: 0, upper: 1 })
  assert.ok(wilson(0, 20).upper > 0.1, 'nothing seen is not nothing there')
})

test('a change that the uncertainty does not cover is the headline', () => {
  const calm = Array.from({ length: 20 }, (_, at) => minute(at, 4))
  const usual = usualShares(calm)
  const surge = moodOf([minute(21, 60, 10, 30)])
  assert.deepEqual(headlineOf(surge, usual)?.label, 'negative')
  assert.ok(headlineOf(surge, usual)!.ratio! > 3)
})

test('without a change the headline is the largest share, and about usual', () => {
  const calm = Array.from({ length: 20 }, (_, at) => minute(at, 4))
  assert.deepEqual(headlineOf(moodOf([minute(21, 4)]), usualShares(calm)), {
    label: 'neutral',
    share: 15 / 24,
    ratio: null,
  })
})

test('too few messages say nothing', () => {
  assert.equal(headlineOf(moodOf([minute(0, 2, 1, 1)]), null), null)
  assert.equal(usualShares([minute(0, 4), minute(1, 4)]), null)
})

test('a long broadcast is drawn in bars that fit, and loses no message', () => {
  const minutes = Array.from({ length: 400 }, (_, at) => minute(at, 4))
  const { bars, step } = timelineBars(minutes, null, 100, true)
  assert.ok(bars.length <= 100)
  assert.equal(step, 5 * MINUTE)
  assert.equal(
    bars.reduce((sum, bar) => sum + bar.messages, 0),
    400 * 24,
  )
})

test('a minute in which few were judged is drawn as such, and one with enough is not', () => {
  const { bars } = timelineBars([minute(0, 2, 2, 5), minute(1, 2, 3, 5)], null, 100, true)
  assert.deepEqual(
    bars.map(({ isFew }) => isFew),
    [true, false],
    'nine and ten',
  )
})

test('a rush stands out, and a chat that is always as busy has none', () => {
  const rushes = (minutes: readonly WindowCount[]) => {
    const { bars, highMessages } = timelineBars(minutes, null, 100, true)
    return bars.filter(({ messages }) => messages > highMessages).length
  }
  const calm = Array.from({ length: 10 }, (_, at) => minute(at, 4))
  assert.equal(rushes(calm), 0)
  assert.equal(rushes([...calm, minute(10, 12)]), 1)
  assert.equal(rushes([]), 0)
})

test('the minute that is being counted is drawn as open, unless the broadcast is over', () => {
  const minutes = [minute(0, 4), minute(1, 4)]
  assert.deepEqual(
    timelineBars(minutes, null, 100, false).bars.map((bar) => bar.isOpen),
    [false, true],
  )
  assert.ok(timelineBars(minutes, null, 100, true).bars.every((bar) => !bar.isOpen))
})

test('questions that ask the same are one, most asked first', () => {
  const ask = (text: string, author: string, at: number) =>
    toWire(analyzed({ id: `${author}${at}`, at, broadcastId: 'b', text, author, question: true }), 1)
  const groups = groupQuestions([
    ask('오늘 몇 시까지 하세요?', 'a', 1),
    ask('지금 판 이기면 마스터 승급인가요?', 'b', 2),
    ask('지금 이 판 이기면 마스터 승급이에요?', 'c', 3),
    ask('지금 판 이기면 마스터 승급인가요??', 'b', 4),
  ])
  assert.deepEqual(
    groups.map(({ count, authors }) => [count, authors]),
    [
      [3, 2],
      [1, 1],
    ],
  )
})
