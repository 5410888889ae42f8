/**
 * Trains the abuse model: `npm run train:profanity -- [--output FOLDER] [--epochs N] [--version V]
 * [--feedback TSV]`. A minute or two on one
 * core; the same seed gives the same file.
 *
 * Logistic regression a label over hashed n-grams, by AdaGrad (Duchi et al. 2011). The label "hate" begins at half of what tells
 * bad film reviews from good ones. A row with spans is seen half of the time without what the span engine says, so that the
 * n-grams learn to tell by themselves: only so can a line be suspect.
 */
import { parseArgs } from 'node:util'
import { ABUSE_FEATURES, AbuseModel } from '#models/abuse/abuse-model.ts'
import { ABUSE_LABELS, type AbuseLabel, writeAbuseWeights } from '#models/abuse/abuse-weights.ts'
import { FeatureExtractor } from '#models/sentiment-features.ts'
import { fitCalibration } from '#models/training/calibration.ts'
import { readDataSet } from '#models/training/data-sets.ts'
import { Random } from '#models/training/random.ts'
import { WEIGHTS_FOLDER } from '#models/weights-file.ts'
import { type AbuseRow, abuseRows, LABELS } from './abuse-rows.ts'
import { areaUnder } from './roc.ts'
import { ruleSignals, SIGNALS } from './rule-signals.ts'

const { values: options } = parseArgs({
  options: {
    output: { type: 'string', default: WEIGHTS_FOLDER },
    epochs: { type: 'string', default: '6' },
    rate: { type: 'string', default: '0.4' },
    decay: { type: 'string', default: '0.002' },
    /** A file of `javas feedback export --about profanity`. */
    feedback: { type: 'string' },
    version: { type: 'string', default: '1.1.0' },
  },
})
const SEED = 20_261_129
/** Share of innocent lines that may become suspects. */
const MOST_SUSPECTS = 0.002
/** And none with less, whatever that share: chosen on K-MHaS valid, docs/profanity.md. */
const LEAST_SURE = 0.75

const began = performance.now()
const random = new Random(SEED)
const { rows, sets } = abuseRows(random, options.feedback)
const train = rows.filter((row) => row.part === 'train')
const held = rows.filter((row) => row.part === 'held')
console.log(`${train.length} rows to learn from, ${held.length} held out, ${seconds()} s`)

const size = 2 ** ABUSE_FEATURES.bucketBits
const grams = new Float32Array(size * LABELS)
const gramSquares = new Float32Array(size * LABELS).fill(1e-3)
const bias = new Float64Array(LABELS)
const signals = new Float64Array(LABELS * SIGNALS)
const signalSquares = new Float64Array(LABELS * (SIGNALS + 1)).fill(1e-3)
const extractor = new FeatureExtractor(ABUSE_FEATURES)
const epochs = Number(options.epochs)
const decay = Number(options.decay)

learnPolarity()
for (let epoch = 0; epoch < epochs; epoch++) {
  const order = Int32Array.from(train.keys())
  random.shuffle(order)
  const rate = Number(options.rate) * (1 - epoch / epochs)
  let loss = 0
  for (const place of order) loss += learn(train[place]!, rate)
  console.log(`epoch ${epoch + 1} of ${epochs}: loss ${(loss / train.length).toFixed(4)}, ${seconds()} s`)
}

const head = {
  name: 'javas-abuse-ko',
  version: options.version,
  features: ABUSE_FEATURES,
  bias: byLabel((l) => bias[l]!),
  signals: byLabel((l) =>
    Array.from(signals.subarray(l * SIGNALS, (l + 1) * SIGNALS), (value) => Number(value.toFixed(5))),
  ),
  calibration: byLabel(() => ({ slope: 1, intercept: 0 })),
  suspectFrom: 1,
  licence: 'Apache-2.0',
  training: { sets, seed: SEED, epochs, rate: Number(options.rate), decay, rows: train.length },
  metrics: {},
}
writeAbuseWeights(options.output, head, grams)

const raw = AbuseModel.load(options.output)
const calibration = byLabel((l) => {
  const said = held.filter((row) => row.truth[l]! >= 0)
  const fitted = fitCalibration(
    said.map((row) => raw.logits(row.text, ruleSignals(row.spans))[l]!),
    said.map((row) => row.truth[l]!),
    said.map((row) => row.weight),
  )
  return { slope: Number(fitted.slope.toFixed(5)), intercept: Number(fitted.intercept.toFixed(5)) }
})
writeAbuseWeights(options.output, { ...head, calibration }, grams)

const model = AbuseModel.load(options.output)
const innocent = held
  .filter((row) => row.spans.length === 0 && row.truth.every((label) => label === 0))
  .map((row) => Math.max(...Object.values(model.score(row.text, ruleSignals([])))))
  .sort((a, b) => b - a)
const suspectFrom = Math.max(LEAST_SURE, innocent[Math.floor(innocent.length * MOST_SUSPECTS)] ?? 1)
const areaOf = (label: AbuseLabel, from: readonly AbuseRow[]): number => {
  const l = ABUSE_LABELS.indexOf(label)
  const said = from.filter((row) => row.truth[l]! >= 0)
  return areaUnder(
    said.map((row) => ({ score: model.score(row.text, ruleSignals(row.spans))[label], isTrue: row.truth[l] === 1 })),
  )
}
const metrics = {
  ...Object.fromEntries(ABUSE_LABELS.map((label) => [`held_${label}_auc`, areaOf(label, held)])),
  held_curse_auc: areaOf(
    'hate',
    held.filter((row) => row.source === 'curse_detection'),
  ),
}
const manifest = writeAbuseWeights(
  options.output,
  { ...head, calibration, suspectFrom: Number(suspectFrom.toFixed(4)), metrics },
  grams,
)
console.log(
  `suspect from ${manifest.suspectFrom}; ${JSON.stringify(metrics)}; ${manifest.bytes} bytes in ${options.output}, ${seconds()} s`,
)

/** Two passes over film reviews, bad against good, into the weights of "hate". */
function learnPolarity(): void {
  const hate = ABUSE_LABELS.indexOf('hate')
  const reviews = readDataSet('nsmc/train.tsv.gz')
  const learned = new Float32Array(size)
  const squares = new Float32Array(size).fill(1e-3)
  for (const rate of [0.1, 0.05])
    for (const [, positive, text] of reviews) {
      extractor.extract(text!)
      const { bucket, count } = extractor
      const share = 1 / Math.sqrt(Math.max(1, count))
      let sum = 0
      for (let i = 0; i < count; i++) sum += learned[bucket[i]!]!
      const slope = (1 / (1 + Math.exp(-sum * share)) - (positive === '0' ? 1 : 0)) * share
      for (let i = 0; i < count; i++) {
        squares[bucket[i]!]! += slope * slope
        learned[bucket[i]!]! -= (rate * slope) / Math.sqrt(squares[bucket[i]!]!)
      }
    }
  for (let b = 0; b < size; b++) grams[b * LABELS + hate] = learned[b]! / 2
  console.log(`began from ${reviews.length} film reviews, ${seconds()} s`)
}

/** One step; returns the row's loss. */
function learn(row: AbuseRow, rate: number): number {
  const said = row.spans.length > 0 && random.unit() < 0.5 ? ruleSignals(row.spans) : []
  extractor.extract(row.text)
  const { bucket, count } = extractor
  const share = 1 / Math.sqrt(Math.max(1, count))
  let loss = 0
  for (let l = 0; l < LABELS; l++) {
    const truth = row.truth[l]!
    if (truth < 0) continue
    let sum = 0
    for (let i = 0; i < count; i++) sum += grams[bucket[i]! * LABELS + l]!
    let z = bias[l]! + sum * share
    for (let s = 0; s < said.length; s++) z += signals[l * SIGNALS + s]! * said[s]!
    const error = (1 / (1 + Math.exp(-z)) - truth) * row.weight
    loss += row.weight * (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - truth * z)
    const gradient = error * share
    for (let i = 0; i < count; i++) {
      const at = bucket[i]! * LABELS + l
      const slope = gradient + decay * grams[at]!
      gramSquares[at]! += slope * slope
      grams[at]! -= (rate * slope) / Math.sqrt(gramSquares[at]!)
    }
    const top = l * (SIGNALS + 1)
    signalSquares[top + SIGNALS]! += error * error
    bias[l]! -= (rate * error) / Math.sqrt(signalSquares[top + SIGNALS]!)
    for (let s = 0; s < said.length; s++) {
      if (said[s] === 0) continue
      signalSquares[top + s]! += error * error
      signals[l * SIGNALS + s]! -= (rate * error) / Math.sqrt(signalSquares[top + s]!)
    }
  }
  return loss
}

function byLabel<T>(of: (label: number) => T): Record<AbuseLabel, T> {
  return Object.fromEntries(ABUSE_LABELS.map((label, l) => [label, of(l)])) as Record<AbuseLabel, T>
}

function seconds(): string {
  return ((performance.now() - began) / 1_000).toFixed(0)
}
