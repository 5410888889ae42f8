import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rememberScores } from './remembering-scorer.ts'
import type { SentimentScore } from './sentiment-scorer.ts'

function countingScorer() {
  const asked: string[][] = []
  return {
    asked,
    model: 'test@1',
    backend: 'none',
    vocabulary: { looked: 0, unknown: 0 },
    score: async (texts: readonly string[]): Promise<readonly SentimentScore[]> => {
      asked.push([...texts])
      return texts.map((text) => ({
        label: 'neutral',
        positive: 0,
        neutral: text.length / 100,
        negative: 0,
        confidence: 1,
        model: 'test@1',
      }))
    },
    close: async () => {},
  }
}

test('a text is asked for once, within a call and over calls, and every place gets its own score', async () => {
  const inner = countingScorer()
  const scorer = rememberScores(inner)
  const lengths = async (...texts: string[]) =>
    (await scorer.score(texts)).map(({ neutral }) => Math.round(neutral * 100))
  assert.deepEqual(await lengths('a', 'bb', 'a'), [1, 2, 1])
  assert.deepEqual(await lengths('bb', 'ccc', 'a'), [2, 3, 1])
  assert.deepEqual(inner.asked, [['a', 'bb'], ['ccc']])
  assert.deepEqual(scorer.counts, { asked: 6, remembered: 3 })
})

test('what is remembered is bounded: long texts never, others until enough newer ones came', async () => {
  const inner = countingScorer()
  const scorer = rememberScores(inner, 2)
  const long = 'x'.repeat(200)
  for (const text of [long, long, 'a', 'b', 'c', 'd', 'e', 'a']) await scorer.score([text])
  assert.deepEqual(
    inner.asked.map(([text]) => text),
    [long, long, 'a', 'b', 'c', 'd', 'e', 'a'],
  )
  await scorer.score(['e'])
  assert.equal(inner.asked.length, 8)
})

test('a call that fails is remembered as nothing', async () => {
  const inner = countingScorer()
  const failing = { ...inner, score: async () => Promise.reject(new Error('gone')) }
  const scorer = rememberScores(failing)
  await assert.rejects(scorer.score(['a']), /gone/)
  await assert.rejects(scorer.score(['a']), /gone/)
})
