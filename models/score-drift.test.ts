import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ScoreDrift, stabilityIndex } from './score-drift.ts'

const MINUTE = 60_000
const score = (label: 'positive' | 'neutral' | 'negative', confidence = 0.8) => ({ label, confidence })

test('shares, confidence and unknown n-grams are those of the last hour', () => {
  const drift = new ScoreDrift()
  drift.add([score('negative'), score('negative')], { looked: 100, unknown: 50 }, 0)
  drift.add([score('positive', 0.9), score('neutral', 0.7)], { looked: 200, unknown: 60 }, 61 * MINUTE)
  const { messages, positive, neutral, negative, confidence, unknown } = drift.shares(61 * MINUTE)
  assert.deepEqual([messages, positive, neutral, negative, unknown], [2, 0.5, 0.5, 0, 0.1])
  assert.ok(Math.abs(confidence - 0.8) < 1e-9)
})

test('another model counts its n-grams from zero', () => {
  const drift = new ScoreDrift()
  drift.add([score('neutral')], { looked: 1_000, unknown: 1_000 }, 0)
  drift.add([score('neutral')], { looked: 10, unknown: 0 }, 0)
  assert.equal(drift.shares(0).unknown, 1_000 / 1_010)
})

test('nothing said yet is no share', () => {
  assert.deepEqual(new ScoreDrift().shares(0), {
    messages: 0,
    positive: 0,
    neutral: 0,
    negative: 0,
    confidence: 0,
    unknown: null,
  })
})

test('a week of chat leaves an hour of counts', () => {
  const drift = new ScoreDrift()
  for (let minute = 0; minute < 7 * 24 * 60; minute++)
    drift.add([score('neutral')], { looked: minute, unknown: 0 }, minute * MINUTE)
  assert.equal(drift.shares((7 * 24 * 60 - 1) * MINUTE).messages, 60)
})

test('the stability index is nought for the same shares and over a quarter for a mood that turned', () => {
  const calm = { positive: 0.3, neutral: 0.5, negative: 0.2 }
  assert.equal(stabilityIndex(calm, calm), 0)
  assert.ok(stabilityIndex({ positive: 0.1, neutral: 0.3, negative: 0.6 }, calm) > 0.25)
  assert.ok(Number.isFinite(stabilityIndex({ positive: 1, neutral: 0, negative: 0 }, calm)))
})
