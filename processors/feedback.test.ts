import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Feedback, feedbackDetails, feedbackOf } from './feedback.ts'

const wrong: Feedback = { about: 'sentiment', isRight: false, shown: 'negative', expected: 'neutral', model: 'm@1' }

test('feedback comes back from an action as it was given', () => {
  for (const feedback of [
    wrong,
    { ...wrong, expected: '' },
    { ...wrong, isRight: true, expected: 'negative' },
    { about: 'profanity', isRight: false, shown: '0', expected: '2', model: '' },
  ] as const)
    assert.deepEqual(feedbackOf({ kind: 'feedback', details: feedbackDetails(feedback) }), feedback)
})

test('what was right is what was shown', () => {
  assert.equal(feedbackDetails({ ...wrong, isRight: true, expected: 'positive' }).expected, 'negative')
})

test('other actions and impossible words are no feedback', () => {
  const details = feedbackDetails(wrong)
  assert.equal(feedbackOf({ kind: 'note', details }), null)
  for (const [name, value] of [
    ['about', 'mood'],
    ['shown', 'sad'],
    ['shown', '1'],
    ['expected', 'sad'],
    ['verdict', 'maybe'],
  ] as const)
    assert.equal(feedbackOf({ kind: 'feedback', details: { ...details, [name]: value } }), null)
  assert.equal(feedbackOf({ kind: 'feedback', details: {} }), null)
})
