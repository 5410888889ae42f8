import assert from 'node:assert/strict'
import { test } from 'node:test'
import { feedbackDetails } from '#processors/feedback.ts'
import { Judges } from './judged-messages.ts'

const say = (by: string, messageId: string, expected: string, isRight = false) => ({
  kind: 'feedback',
  by,
  channelId: 'c',
  messageId,
  details: feedbackDetails({ about: 'sentiment', isRight, shown: 'negative', expected, model: 'm@1' }),
})

test('the majority of last words is the label; what is right confirms what was shown', () => {
  const judges = new Judges('sentiment')
  for (const action of [
    say('kim', '1', 'positive'),
    say('kim', '1', 'neutral'),
    say('lee', '1', 'neutral'),
    say('park', '1', '', true),
    say('kim', '2', '', true),
  ])
    judges.add(action)
  assert.deepEqual(
    judges.judgement().judged.map(({ messageId, label, votes }) => [messageId, label, votes]),
    [
      ['1', 'neutral', 2],
      ['2', 'negative', 1],
    ],
  )
})

test('an even split and a wrong without a right are counted and left out', () => {
  const judges = new Judges('sentiment')
  for (const action of [say('kim', '1', 'positive'), say('lee', '1', 'neutral'), say('kim', '2', '')])
    judges.add(action)
  assert.deepEqual(judges.judgement(), { judged: [], split: 1, unsaid: 1 })
})

test('what is said of profanity, of no message, or is no feedback, is not taken', () => {
  const judges = new Judges('sentiment')
  judges.add({ ...say('kim', '', 'neutral') })
  judges.add({ ...say('kim', '1', 'neutral'), kind: 'note' })
  judges.add({
    ...say('kim', '1', 'neutral'),
    details: feedbackDetails({ about: 'profanity', isRight: false, shown: '0', expected: '2', model: '' }),
  })
  assert.deepEqual(judges.judgement(), { judged: [], split: 0, unsaid: 0 })
})
