import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Feedback, feedbackDetails } from '#processors/feedback.ts'
import { FeedbackBoard } from './feedback-board.ts'

const say = (by: string, messageId: string, change: Partial<Feedback> = {}) => ({
  kind: 'feedback',
  at: Date.UTC(2026, 10, 25),
  by,
  channelId: 'c',
  messageId,
  details: feedbackDetails({
    about: 'sentiment',
    isRight: false,
    shown: 'negative',
    expected: 'neutral',
    model: 'm@1',
    ...change,
  }),
})

test('verdicts are counted by model and by what was shown; a person counts once a message, by the last word', () => {
  const board = new FeedbackBoard()
  for (const action of [
    say('kim', '1'),
    say('lee', '1', { isRight: true }),
    say('kim', '1', { isRight: true }),
    say('kim', '2', { shown: 'positive' }),
    { ...say('kim', '3'), kind: 'note' },
  ])
    board.add(action)
  assert.deepEqual(
    board.figures.map(({ shown, right, wrong }) => [shown, right, wrong]),
    [
      ['negative', 2, 0],
      ['positive', 0, 1],
    ],
  )
})

test("verdicts are counted by the week of a person's last word, weeks beginning on Monday, newest first", () => {
  const board = new FeedbackBoard()
  const on = (day: number, ...said: Parameters<typeof say>) =>
    board.add({ ...say(...said), at: Date.UTC(2026, 10, day) })
  on(22, 'kim', '1')
  on(23, 'kim', '2', { isRight: true })
  on(29, 'lee', '2')
  on(23, 'lee', '1', { isRight: true })
  on(24, 'kim', '1', { isRight: true })
  on(16, 'kim', '9')
  assert.deepEqual(
    board.weeks.map(({ start, right, wrong }) => [new Date(start).toISOString().slice(0, 10), right, wrong]),
    [
      ['2026-11-23', 3, 1],
      ['2026-11-16', 0, 1],
    ],
  )
})

test('invented model names do not grow the memory', () => {
  const board = new FeedbackBoard()
  for (let n = 0; n < 5_000; n++) board.add(say('kim', String(n), { model: `m@${n}` }))
  assert.ok(board.figures.length <= 201)
  assert.equal(
    board.figures.reduce((sum, { wrong }) => sum + wrong, 0),
    5_000,
  )
})

test("one channel's verdicts are in no other channel's figures or weeks", () => {
  const board = new FeedbackBoard()
  for (const [channelId, messageId, isRight] of [
    ['a', '1', true],
    ['a', '2', true],
    ['b', '1', false],
  ] as const)
    board.add({ ...say('kim', messageId, { isRight }), channelId })
  board.add({ ...say('lee', '1', { isRight: true }), channelId: 'a' })
  const of = (rows: readonly { readonly channelId: string; readonly right: number; readonly wrong: number }[]) =>
    rows.map(({ channelId, right, wrong }) => [channelId, right, wrong])
  const expected = [
    ['a', 3, 0],
    ['b', 0, 1],
  ]
  assert.deepEqual(of(board.figures), expected)
  assert.deepEqual(of(board.weeks), expected)
})
