import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SentimentScorer } from '#models/sentiment-scorer.ts'
import { createLog } from './log.ts'
import { openResilientScorer } from './resilient-scorer.ts'

const quiet = createLog('test', 'error', () => {})
const positive = { label: 'positive', positive: 1, neutral: 0, negative: 0, confidence: 1 } as const

function scorer(score: SentimentScorer['score'] = async (texts) => texts.map(() => positive)) {
  const state = { closed: 0 }
  const opened: SentimentScorer = { model: 'm@1', backend: 'test', score, close: async () => void state.closed++ }
  return { opened, state }
}

test('a model that cannot be opened is told and tried again, and calls reject meanwhile', async () => {
  let attempts = 0
  const resilient = await openResilientScorer({
    log: quiet,
    retryMs: 5,
    open: async () => {
      attempts++
      if (attempts === 1) throw new Error('the weights are missing')
      return scorer().opened
    },
  })
  assert.equal(resilient.problem, 'the weights are missing')
  await assert.rejects(resilient.score(['a']), /weights are missing/)
  while (resilient.problem) await new Promise((done) => setTimeout(done, 5))
  assert.deepEqual(await resilient.score(['a']), [positive])
  assert.equal(attempts, 2)
  await resilient.close()
})

test('a model that fails while scoring is closed and opened again', async () => {
  let opens = 0
  const dying = scorer(async () => {
    throw new Error('the worker died')
  })
  const resilient = await openResilientScorer({
    log: quiet,
    retryMs: 5,
    open: async () => (++opens === 1 ? dying.opened : scorer().opened),
  })
  await assert.rejects(resilient.score(['a']), /the worker died/)
  assert.equal(dying.state.closed, 1)
  while (resilient.problem) await new Promise((done) => setTimeout(done, 5))
  assert.equal(opens, 2)
  assert.equal((await resilient.score(['a', 'b'])).length, 2)
  await resilient.close()
})

test('a closed scorer opens nothing any more', async () => {
  let opens = 0
  const resilient = await openResilientScorer({
    log: quiet,
    retryMs: 1,
    open: async () => {
      opens++
      throw new Error('no')
    },
  })
  await resilient.close()
  await new Promise((done) => setTimeout(done, 20))
  assert.equal(opens, 1)
})
