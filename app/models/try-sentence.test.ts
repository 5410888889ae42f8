import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SentimentScore } from '#models/sentiment-scorer.ts'
import { trySentence } from './try-sentence.ts'

/** Negative for every "노잼" in the text. */
const scorer = (model: string, asked: string[][] = []) => ({
  score: async (texts: readonly string[]): Promise<readonly SentimentScore[]> => {
    asked.push([...texts])
    return texts.map((text) => {
      const negative = text.includes('노잼') ? 0.9 : 0.1
      return { label: 'neutral', positive: 0.1, neutral: 0.9 - negative, negative, confidence: 0.9, model }
    })
  },
})

test('a word that makes a sentence negative has an effect, the others have none', async () => {
  const tried = await trySentence('오늘 노잼 이네', { live: scorer('live@1'), shadow: scorer('next@2') })
  assert.deepEqual(
    tried.words.map(({ text, effect }) => [text, Number(effect.toFixed(2))]),
    [
      ['오늘', 0],
      ['노잼', -0.8],
      ['이네', 0],
    ],
  )
  assert.deepEqual(
    tried.scores.map(({ role, model }) => [role, model]),
    [
      ['live', 'live@1'],
      ['shadow', 'next@2'],
    ],
  )
})

test('what would be masked is found without any model, and why there is no score is said', async () => {
  const gone = { score: () => Promise.reject(new Error('the model is gone')) }
  const tried = await trySentence('ㅅㅂ 뭐야', { live: gone, shadow: null })
  assert.equal(tried.spans.length, 1)
  assert.deepEqual([tried.scores, tried.problem], [[], 'the model is gone'])
})

test('a candidate that fails leaves the live answer', async () => {
  const gone = { score: () => Promise.reject(new Error('gone')) }
  assert.equal((await trySentence('재밌다', { live: scorer('live@1'), shadow: gone })).scores.length, 1)
})

test('a wall of text is bounded in length and in words asked for', async () => {
  const asked: string[][] = []
  const tried = await trySentence('가 '.repeat(5_000), { live: scorer('live@1', asked), shadow: null })
  assert.ok(tried.text.length <= 300 && tried.words.length <= 40)
  assert.equal(asked[0]!.length, 41)
})
