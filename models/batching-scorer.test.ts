import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { batchCalls, LONGEST_WAIT_MS } from './batching-scorer.ts'
import type { SentimentScore } from './sentiment-scorer.ts'

/** A scorer that answers when it is told to; the neutral probability of a text is its number. */
function heldScorer() {
  const batches: string[][] = []
  const answers: (() => void)[] = []
  let closed = 0
  return {
    batches,
    answerAll: () => {
      for (const answer of answers.splice(0)) answer()
    },
    get closed() {
      return closed
    },
    scorer: {
      model: 'm@1',
      backend: 'none',
      vocabulary: { looked: 0, unknown: 0 },
      score: (texts: readonly string[]) => {
        batches.push([...texts])
        return new Promise<readonly SentimentScore[]>((resolve, reject) => {
          answers.push(() =>
            texts.includes('bad')
              ? reject(new Error('gone'))
              : resolve(
                  texts.map((text) => ({
                    label: 'neutral' as const,
                    positive: 0,
                    neutral: Number(text),
                    negative: 0,
                    confidence: 1,
                    model: 'm@1',
                  })),
                ),
          )
        })
      },
      close: async () => void closed++,
    },
  }
}
const turn = () => new Promise((done) => setImmediate(done))

test('an idle worker gets a call at once; calls behind a batch in hand make one batch', async () => {
  const held = heldScorer()
  const scorer = batchCalls(held.scorer, { batchSize: 4, waitMs: 20 })
  const calls = ['1', '2', '3', '4', '5'].map((text) => scorer.score([text]))
  assert.deepEqual(held.batches, [['1'], ['2', '3', '4', '5']])
  held.answerAll()
  assert.deepEqual(
    (await Promise.all(calls)).flat().map(({ neutral }) => neutral),
    [1, 2, 3, 4, 5],
  )
})

test('nobody waits for company longer than the bound, which is never over 20 ms', async () => {
  const held = heldScorer()
  const scorer = batchCalls(held.scorer, { batchSize: 100, waitMs: 10_000 })
  void scorer.score(['1'])
  void scorer.score(['2'])
  assert.equal(held.batches.length, 1)
  // the first batch is never answered: only the bound can send the second
  while (held.batches.length < 2) await sleep(1)
  assert.deepEqual(held.batches[1], ['2'])
  assert.ok(LONGEST_WAIT_MS <= 20)
})

test('two batches are in hand at most; the rest waits, counted', async () => {
  const held = heldScorer()
  const scorer = batchCalls(held.scorer, { batchSize: 1, waitMs: 0 })
  const calls = Array.from({ length: 10 }, (_, i) => scorer.score([String(i)]))
  await sleep(30)
  assert.deepEqual([held.batches.length, scorer.batching.waiting], [2, 8])
  const all = Promise.all(calls)
  while (scorer.batching.waiting > 0 || held.batches.length < 10) {
    held.answerAll()
    await turn()
  }
  held.answerAll()
  assert.deepEqual(
    (await all).flat().map(({ neutral }) => neutral),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  )
})

test('a queue that is full refuses with a code, and takes calls again when there is room', async () => {
  const held = heldScorer()
  const scorer = batchCalls(held.scorer, { batchSize: 2, waitMs: 0, mostTexts: 4 })
  const taken = [['1'], ['2'], ['3', '4'], ['5', '6']].map((texts) => scorer.score(texts))
  await assert.rejects(scorer.score(['7']), { code: 'MODEL_OVERLOADED' })
  assert.equal(scorer.batching.refused, 1)
  held.answerAll()
  await turn()
  const late = scorer.score(['7'])
  const all = Promise.all([...taken, late])
  const pump = setInterval(held.answerAll, 1)
  assert.equal((await all).flat().length, 7)
  clearInterval(pump)
})

test('a batch that fails fails its calls and no other', async () => {
  const held = heldScorer()
  const scorer = batchCalls(held.scorer, { batchSize: 2, waitMs: 0 })
  const first = scorer.score(['bad'])
  const second = scorer.score(['2'])
  held.answerAll()
  await assert.rejects(first, /gone/)
  assert.equal((await second)[0]!.neutral, 2)
})

test('closing answers what was asked before, then frees the worker, and takes nothing more', async () => {
  const held = heldScorer()
  const scorer = batchCalls(held.scorer, { batchSize: 1, waitMs: 20 })
  const calls = ['1', '2', '3'].map((text) => scorer.score([text]))
  const closing = scorer.close()
  await assert.rejects(scorer.score(['4']), { code: 'MODEL_UNAVAILABLE' })
  const pump = setInterval(held.answerAll, 1)
  assert.equal((await Promise.all(calls)).length, 3)
  await closing
  clearInterval(pump)
  assert.equal(held.closed, 1)
  await scorer.close()
  assert.equal(held.closed, 1)
})
