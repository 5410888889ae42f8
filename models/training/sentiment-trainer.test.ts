import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { FeatureConfig } from '../sentiment-features.ts'
import { SentimentModel } from '../sentiment-model.ts'
import { writeWeights } from '../weights-file.ts'
import { readTable } from './data-sets.ts'
import { FeatureStore, frequentBuckets } from './feature-store.ts'
import { SentimentTrainer, type TrainerSettings } from './sentiment-trainer.ts'
import type { TrainingRow } from './training-rows.ts'

const FEATURES: FeatureConfig = {
  characters: 4,
  jamo: [3, 5],
  pieceLength: 5,
  maxPieces: 40,
  bucketBits: 20,
  maxUnits: 300,
}
const SETTINGS: TrainerSettings = {
  seed: 5,
  epochs: 30,
  batch: 32,
  width: 16,
  channels: 16,
  hidden: 16,
  featureDrop: 0.2,
  denseDrop: 0.1,
  embeddingRate: 0.4,
  denseRate: 0.005,
  firstSquares: 0.1,
  ratingWeight: 0.3,
  neutralWeight: 1,
}
const ROWS: TrainingRow[] = readTable(join(import.meta.dirname, 'chat-lines.tsv')).map(([label, text]) => ({
  text: text!,
  positive: label === 'positive' ? 1 : label === 'negative' ? 0 : 0.5,
  ratings: label === 'positive' ? ([9, 10] as const) : label === 'negative' ? ([1, 4] as const) : ([5, 8] as const),
  neutral: label === 'neutral' ? 1 : 0,
  copies: 1,
}))
const TEXTS = ROWS.map((row) => row.text)

function train(settings: TrainerSettings) {
  const { buckets, classStarts } = frequentBuckets(TEXTS, FEATURES, 2)
  const store = new FeatureStore(TEXTS, FEATURES, buckets)
  const trainer = new SentimentTrainer(settings, buckets.length, FEATURES.maxPieces)
  trainer.train(
    ROWS,
    store,
    () => {},
    () => {},
  )
  return { trainer, store, buckets, classStarts, outputs: trainer.predict(store, Int32Array.from(TEXTS.keys())) }
}

describe('training', () => {
  const folder = mkdtempSync(join(tmpdir(), 'javas-training-'))
  after(() => rmSync(folder, { recursive: true }))

  test('learns the lines it is shown', () => {
    const { outputs } = train(SETTINGS)
    const right = ROWS.filter((row, i) => {
      const isNeutral = outputs[i * 2 + 1]! > 0
      return isNeutral ? row.neutral === 1 : row.neutral === 0 && outputs[i * 2]! > 0 === (row.positive === 1)
    }).length
    assert.ok(right > 0.95 * ROWS.length, `${right} of ${ROWS.length}`)
  })

  test('gives the same numbers for the same seed', () => {
    const short = { ...SETTINGS, epochs: 2 }
    assert.deepEqual(train(short).outputs, train(short).outputs)
  })

  test('writes a file that TensorFlow.js answers as the trainer does, up to the rounding of the rows', async () => {
    const { trainer, buckets, classStarts, outputs } = train(SETTINGS)
    const straight = { slope: 1, intercept: 0 }
    const { width, channels, hidden } = SETTINGS
    const head = {
      name: 'tiny',
      version: '0.0.1',
      features: FEATURES,
      rows: buckets.length,
      width,
      channels,
      hidden,
      classStarts,
      polarity: straight,
      neutral: straight,
      licence: 'Apache-2.0',
      metrics: {},
      training: { sets: { test: TEXTS.length } },
    }
    writeWeights(folder, head, buckets, trainer.embedding.values, trainer.exportTensors())
    const model = await SentimentModel.load(folder, 'wasm')
    const answers = model.logits(TEXTS)
    for (let i = 0; i < answers.length; i++)
      assert.ok(
        Math.abs(answers[i]! - outputs[i]!) < 0.05 + 0.03 * Math.abs(outputs[i]!),
        `${TEXTS[i >> 1]}: ${answers[i]} against ${outputs[i]}`,
      )
  })
})
