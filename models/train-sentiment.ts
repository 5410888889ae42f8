/**
 * Retrains the sentiment model from the data sets and writes models/weights: `node models/train-sentiment.ts`.
 * One thread; needs nothing but Node. The teachers take most of the time; what they answer is kept (--kept FOLDER), so a
 * training that was stopped goes on. Options: --out FOLDER, --json, and the settings below by name.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { FeatureConfig } from './sentiment-features.ts'
import { SentimentModel } from './sentiment-model.ts'
import { binaryFigures, fitCalibration } from './training/calibration.ts'
import { type CommitteeSettings, committeeAnswers, withSoftTargets } from './training/distil.ts'
import { FeatureStore, frequentBuckets } from './training/feature-store.ts'
import { SentimentTrainer, type TrainerSettings } from './training/sentiment-trainer.ts'
import { gatherTrainingRows, type TrainingData } from './training/training-rows.ts'
import { WEIGHTS_FOLDER, writeManifest, writeWeights } from './weights-file.ts'

export const MODEL_NAME = 'javas-sentiment-ko'
export const MODEL_VERSION = '1.1.1'
const SPLIT_SEED = 20261123
/** Neutral's share in the world the confidence of "neutral" is honest for: each of the three answers equally likely. */
const NEUTRAL_PRIOR = 1 / 3

const { values: options } = parseArgs({
  options: {
    out: { type: 'string', default: WEIGHTS_FOLDER },
    json: { type: 'boolean', default: false },
    /** A file of `javas feedback export --about sentiment`. */
    feedback: { type: 'string' },
    /** 0 or 1: leaves that half of the chat set's dev part out. */
    'without-chat-half': { type: 'string' },
    /** With models/fairness/train-sentences.tsv. */
    groups: { type: 'boolean', default: true },
    folds: { type: 'string', default: '5' },
    kinds: { type: 'string', default: 'convolutions,recurrent' },
    kept: { type: 'string', default: join(import.meta.dirname, '../.cache/train-sentiment') },
    'teachers-only': { type: 'boolean', default: false },
    hard: { type: 'string', default: '0.3' },
    seed: { type: 'string', default: '1' },
    epochs: { type: 'string', default: '4' },
    width: { type: 'string', default: '16' },
    channels: { type: 'string', default: '48' },
    hidden: { type: 'string', default: '64' },
    'least-count': { type: 'string', default: '20' },
    characters: { type: 'string', default: '4' },
    jamo: { type: 'string', default: '3-5' },
    'feature-drop': { type: 'string', default: '0.45' },
    'dense-drop': { type: 'string', default: '0.15' },
    'embedding-rate': { type: 'string', default: '0.4' },
    'dense-rate': { type: 'string', default: '0.002' },
    'rating-weight': { type: 'string', default: '0.5' },
    'neutral-weight': { type: 'string', default: '0.4' },
  },
})

const settings: TrainerSettings = {
  seed: Number(options.seed),
  epochs: Number(options.epochs),
  batch: 256,
  width: Number(options.width),
  channels: Number(options.channels),
  hidden: Number(options.hidden),
  featureDrop: Number(options['feature-drop']),
  denseDrop: Number(options['dense-drop']),
  embeddingRate: Number(options['embedding-rate']),
  denseRate: Number(options['dense-rate']),
  firstSquares: 0.1,
  ratingWeight: Number(options['rating-weight']),
  neutralWeight: Number(options['neutral-weight']),
}
const [shortest = 3, longest = 5] = options.jamo.split('-').map(Number)
const features: FeatureConfig = {
  characters: Number(options.characters),
  jamo: [shortest, longest],
  pieceLength: 5,
  maxPieces: 40,
  bucketBits: 26,
  maxUnits: 300,
}
const leastCount = Number(options['least-count'])

const began = performance.now()
const say = (line: string) => console.log(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${line}`)

const data = gatherTrainingRows(SPLIT_SEED, {
  feedback: options.feedback,
  groups: options.groups,
  ...(options['without-chat-half'] !== undefined && { withoutChatHalf: options['without-chat-half'] === '0' ? 0 : 1 }),
})
say(`${data.train.length} rows to train on, ${data.dev.length} + ${data.neutralDev.length} held out`)
const teacherFeatures = { ...features, characters: 5, jamo: [3, 6] as const }
const teacher = { ...settings, epochs: 3, width: 32, featureDrop: 0.55, denseDrop: 0.3 }
const committee: CommitteeSettings = {
  folds: Number(options.folds),
  kinds: [
    {
      name: 'convolutions',
      features: teacherFeatures,
      leastCount: 8,
      trainer: { ...teacher, seed: 101, channels: 96 },
    },
    {
      name: 'recurrent',
      features: teacherFeatures,
      leastCount: 8,
      trainer: { ...teacher, seed: 201, channels: 64, layers: 'recurrent' as const },
    },
  ].filter(({ name }) => options.kinds.split(',').includes(name)),
}
// without teachers (--folds 0) the labels are the truth: much faster, about 0.2 points worse
const rows =
  committee.folds > 1
    ? withSoftTargets(data.train, committeeAnswers(data.train, committee, options.kept, say), Number(options.hard))
    : data.train
if (options['teachers-only']) process.exit(0)
const trainTexts = data.train.map((row) => row.text)
const { buckets, classStarts } = frequentBuckets(trainTexts, features, leastCount)
say(`${buckets.length} n-grams seen at least ${leastCount} times`)
const store = new FeatureStore([...trainTexts, ...data.dev.map((row) => row.text)], features, buckets)
say(`${(store.start.at(-1)! / store.pieces.length).toFixed(0)} known features a text`)

const trainer = new SentimentTrainer(settings, buckets.length, features.maxPieces)
const devRows = Int32Array.from(data.dev.keys(), (i) => trainTexts.length + i)
const devTruths = Uint8Array.from(data.dev, (row) => (row.positive ? 1 : 0))
trainer.train(rows, store, say, (epoch) => {
  const outputs = everySecond(trainer.predict(store, devRows), 0)
  const { slope, intercept } = fitCalibration(outputs, devTruths)
  const figures = binaryFigures(
    outputs.map((z) => 1 / (1 + Math.exp(-(slope * z + intercept)))),
    devTruths,
  )
  say(
    `after epoch ${epoch}: dev accuracy ${(100 * figures.accuracy).toFixed(2)} %, log loss ${figures.logLoss.toFixed(4)}`,
  )
})

const uncalibrated = { slope: 1, intercept: 0 }
const head = {
  name: MODEL_NAME,
  version: MODEL_VERSION,
  features,
  rows: buckets.length,
  width: settings.width,
  channels: settings.channels,
  hidden: settings.hidden,
  classStarts,
  polarity: uncalibrated,
  neutral: uncalibrated,
  licence: 'Apache-2.0',
  metrics: {},
  training: {
    sets: data.sets,
    splitSeed: SPLIT_SEED,
    leastCount,
    ...settings,
    ...(committee.folds > 1 ? { hard: Number(options.hard), committee } : {}),
  },
}
const manifest = writeWeights(options.out, head, buckets, trainer.embedding.values, trainer.exportTensors())
const figures = await calibrate(options.out, manifest, data)
say(`wrote ${options.out}: ${(manifest.bytes / 1e6).toFixed(1)} MB`)
if (options.json)
  console.log(
    JSON.stringify({
      name: 'train:sentiment',
      figures: { ...figures, megabytes: manifest.bytes / 1e6, seconds: (performance.now() - began) / 1000 },
    }),
  )

/** Fits both calibrations on what the written, quantised file answers for the held-out rows. */
async function calibrate(folder: string, written: typeof manifest, rows: TrainingData) {
  const model = await SentimentModel.load(folder, 'wasm')
  const sides = everySecond(model.logits(rows.dev.map((row) => row.text)), 0)
  const polarity = fitCalibration(sides, devTruths)
  const nones = everySecond(model.logits(rows.neutralDev.map((row) => row.text)), 1)
  const truths = Uint8Array.from(rows.neutralDev, (row) => (row.neutral ? 1 : 0))
  const neutral = fitCalibration(nones, truths, priorWeights(rows.neutralDev))
  const dev = binaryFigures(
    sides.map((z) => 1 / (1 + Math.exp(-(polarity.slope * z + polarity.intercept)))),
    devTruths,
  )
  const none = binaryFigures(
    nones.map((z) => 1 / (1 + Math.exp(-(neutral.slope * z + neutral.intercept)))),
    truths,
  )
  const metrics = { dev_accuracy: dev.accuracy, dev_log_loss: dev.logLoss, neutral_dev_accuracy: none.accuracy }
  writeManifest(folder, { ...written, polarity, neutral, metrics })
  say(
    `dev of the written file: accuracy ${(100 * dev.accuracy).toFixed(2)} %, log loss ${dev.logLoss.toFixed(4)}; neutral or not ${(100 * none.accuracy).toFixed(1)} % of ${none.rows}`,
  )
  return metrics
}

/** Weights that give neutral its prior, and every set the same say within neutral and within not neutral. */
function priorWeights(rows: TrainingData['neutralDev']): Float64Array {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(`${row.neutral} ${row.set}`, (counts.get(`${row.neutral} ${row.set}`) ?? 0) + 1)
  const groups = (neutral: boolean) => [...counts.keys()].filter((key) => key.startsWith(`${neutral} `)).length
  return Float64Array.from(rows, (row) => {
    const prior = row.neutral ? NEUTRAL_PRIOR : 1 - NEUTRAL_PRIOR
    return (prior / groups(row.neutral) / counts.get(`${row.neutral} ${row.set}`)!) * rows.length
  })
}

function everySecond(values: Float32Array, first: number): Float32Array {
  const out = new Float32Array(values.length / 2)
  for (let i = 0; i < out.length; i++) out[i] = values[i * 2 + first]!
  return out
}
