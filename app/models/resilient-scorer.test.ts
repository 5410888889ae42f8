import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SentimentScorer } from '#models/sentiment-scorer.ts'
import { createLog } from '../log.ts'
import { openResilientScorer } from './resilient-scorer.ts'

const quiet = createLog('test', 'error', () => {})
const positive = { label: 'positive', positive: 1, neutral: 0, negative: 0, confidence: 1, model: 'm@1' } as const

function scorer(score: SentimentScorer['score'] = async (texts) => texts.map(() => positive)) {
  const state = { closed: 0 }
  const opened: SentimentScorer = {
    model: 'm@1',
    backend: 'test',
    vocabulary: { looked: 0, unknown: 0 },
    score,
    close: async () => void state.closed++,
  }
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

test('a model that dies is opened again at once, and its successor scores what it had in hand', async () => {
  let opens = 0
  const dying = scorer(async () => {
    throw new Error('the worker died')
  })
  const resilient = await openResilientScorer({
    log: quiet,
    open: async () => (++opens === 1 ? dying.opened : scorer().opened),
  })
  assert.deepEqual(await Promise.all([resilient.score(['a']), resilient.score(['b'])]), [[positive], [positive]])
  assert.deepEqual([opens, dying.state.closed, resilient.deaths, resilient.lastDeath], [2, 1, 1, 'the worker died'])
  await resilient.close()
})

test('what kills the successor too stays unscored, and the one after it scores the rest', async () => {
  let opens = 0
  const resilient = await openResilientScorer({
    log: quiet,
    retryMs: 5,
    open: async () => {
      opens++
      return scorer(async (texts) => {
        if (texts.includes('poison')) throw new Error('the worker died')
        return texts.map(() => positive)
      }).opened
    },
  })
  await assert.rejects(resilient.score(['poison']), /the worker died/)
  assert.deepEqual(await resilient.score(['a']), [positive])
  assert.equal(opens, 3)
  await resilient.close()
})

test('a call waits for a model that died only so long, and at no time once there is none', async () => {
  const opening = Promise.withResolvers<SentimentScorer>()
  let opens = 0
  const resilient = await openResilientScorer({
    log: quiet,
    patienceMs: 20,
    open: async () =>
      ++opens === 1
        ? scorer(async () => {
            throw new Error('the worker died')
          }).opened
        : opening.promise,
  })
  await assert.rejects(resilient.score(['a']), /the worker died/)
  assert.equal(resilient.problem, 'the worker died')
  await assert.rejects(resilient.score(['b']), /the worker died/)
  opening.resolve(scorer().opened)
  while (resilient.problem) await new Promise((done) => setTimeout(done, 1))
  assert.deepEqual(await resilient.score(['c']), [positive])
  await resilient.close()
})

test('being asked for too much is no death', async () => {
  const busy = scorer(async () => {
    throw Object.assign(new Error('full'), { code: 'MODEL_OVERLOADED' })
  })
  const resilient = await openResilientScorer({ log: quiet, open: async () => busy.opened })
  await assert.rejects(resilient.score(['a']), /full/)
  assert.deepEqual([resilient.deaths, resilient.problem, busy.state.closed], [0, '', 0])
  await resilient.close()
})

test('a version that cannot be opened does not take over', async () => {
  let opens = 0
  const resilient = await openResilientScorer({
    log: quiet,
    open: async () => {
      if (++opens === 2) throw new Error('it is damaged')
      return scorer().opened
    },
  })
  await assert.rejects(resilient.swap(), /damaged/)
  assert.deepEqual([resilient.problem, resilient.swaps], ['', 0])
  assert.deepEqual(await resilient.score(['a']), [positive])
  await resilient.swap()
  assert.equal(resilient.swaps, 1)
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
