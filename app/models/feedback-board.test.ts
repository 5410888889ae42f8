import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Feedback, feedbackDetails } from '#processors/feedback.ts'
import { FeedbackBoard } from './feedback-board.ts'

const say = (by: string, messageId: string, change: Partial<Feedback> = {}) => ({
  kind: 'feedback',
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

test('invented model names do not grow the memory', () => {
  const board = new FeedbackBoard()
  for (let n = 0; n < 5_000; n++) board.add(say('kim', String(n), { model: `m@${n}` }))
  assert.ok(board.figures.length <= 201)
  assert.equal(
    board.figures.reduce((sum, { wrong }) => sum + wrong, 0),
    5_000,
  )
})
