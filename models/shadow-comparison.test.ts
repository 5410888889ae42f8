import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SentimentScore } from './sentiment-scorer.ts'
import { ShadowComparison } from './shadow-comparison.ts'

const score = (label: SentimentScore['label'], model = 'next@2'): SentimentScore => ({
  label,
  positive: label === 'positive' ? 1 : 0,
  neutral: label === 'neutral' ? 1 : 0,
  negative: label === 'negative' ? 1 : 0,
  confidence: 1,
  model,
})
const sampleOf = (place: number) => ({ text: `줄 ${place}`, channelId: 'c', broadcastId: 'b', at: Date.now() })

test('what both say is counted, and where they differ the last ones are kept', async () => {
  const comparison = new ShadowComparison({
    model: 'next@2',
    score: async (texts) => texts.map((text) => score(text === '좋아' ? 'positive' : 'neutral')),
  })
  comparison.offer(['좋아', '음', '별로'], [score('positive'), score('neutral'), score('negative')], sampleOf)
  await comparison.settled()
  const { compared, table, meanDifference, samples } = comparison.figures()
  assert.equal(compared, 3)
  assert.deepEqual(table, [
    [1, 0, 0],
    [0, 1, 0],
    [0, 1, 0],
  ])
  assert.ok(Math.abs(meanDifference - 1 / 3) < 1e-9)
  assert.deepEqual(
    samples.map(({ text, live, shadow }) => [text, live, shadow]),
    [['줄 2', 'negative', 'neutral']],
  )
})

test('a candidate that is slow holds nobody up: one batch in hand, one waits, the rest is passed over', async () => {
  const answers: (() => void)[] = []
  const comparison = new ShadowComparison({
    model: 'next@2',
    score: (texts) => new Promise((resolve) => answers.push(() => resolve(texts.map(() => score('neutral'))))),
  })
  for (let i = 0; i < 50; i++) comparison.offer(['음'], [score('neutral')], sampleOf)
  assert.equal(answers.length, 1)
  assert.equal(comparison.figures().passedOver, 48)
  answers.shift()!()
  while (answers.length < 1) await new Promise((done) => setImmediate(done))
  answers.shift()!()
  await comparison.settled()
  assert.equal(comparison.figures().compared, 2)
})

test('a candidate that fails is counted and asked again for the next batch', async () => {
  let calls = 0
  const comparison = new ShadowComparison({
    model: 'next@2',
    score: async (texts) => {
      if (++calls === 1) throw new Error('gone')
      return texts.map(() => score('neutral'))
    },
  })
  comparison.offer(['a'], [score('neutral')], sampleOf)
  await comparison.settled()
  comparison.offer(['b'], [score('neutral')], sampleOf)
  await comparison.settled()
  const { compared, failed } = comparison.figures()
  assert.deepEqual([compared, failed], [1, 1])
})

test('samples are bounded in number, length and age, and forgotten when asked; another candidate begins anew', async () => {
  let model = 'next@2'
  const comparison = new ShadowComparison({
    model,
    score: async (texts) => texts.map(() => score('positive', model)),
  })
  const offer = async (at: number, count: number) => {
    comparison.offer(Array<string>(count).fill('x'), Array<SentimentScore>(count).fill(score('negative')), () => ({
      ...sampleOf(0),
      text: '가'.repeat(1_000),
      at,
    }))
    await comparison.settled()
  }
  const now = Date.now()
  await offer(now, 500)
  assert.equal(comparison.figures(now).samples.length, 20)
  assert.ok(comparison.figures(now).samples.every(({ text }) => text.length <= 120))
  assert.equal(comparison.figures(now + 61 * 60_000).samples.length, 0)
  model = 'next@3'
  await offer(now, 1)
  assert.deepEqual([comparison.figures(now).compared, comparison.figures(now).samples.length], [1, 1])
  await comparison.forgetSamples()
  assert.deepEqual([comparison.figures(now).compared, comparison.figures(now).samples.length], [1, 0])
})
