/**
 * What the page /models draws of the sentiment model, on every set that is at hand: `npm run eval:details -- [--directory FOLDER]
 * [--save]`. Figures by source and length, calibration, confusion, and the baseline that live chat is held against.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  agreement,
  byLength,
  calibrationBins,
  calibrationError,
  calibrationNoise,
  confidenceBins,
  confusionOf,
  halfInterval,
  type Label,
} from './evaluation-details.ts'
import type { ConfidenceResult, SentimentDetails, SetResult } from './evaluation-results.ts'
import { recordVersion } from './record-version.ts'
import { ScoreDrift } from './score-drift.ts'
import { SentimentModel } from './sentiment-model.ts'
import { toScores } from './sentiment-scorer.ts'
import { binaryFigures } from './training/calibration.ts'
import { dataFolder, readLabelled, readTable } from './training/data-sets.ts'
import { WEIGHTS_FOLDER } from './weights-file.ts'

const { values: options } = parseArgs({
  options: { directory: { type: 'string', default: WEIGHTS_FOLDER }, save: { type: 'boolean', default: false } },
})
const model = await SentimentModel.load(options.directory, 'wasm')
const name = `${model.manifest.name}@${model.manifest.version}`
const scoresOf = (texts: readonly string[]) => toScores(model.probabilities(texts), name, model.manifest.confidence)
/** Positive against both sides: what a row without a neutral label asks for. */
const sidesOf = (scores: ReturnType<typeof scoresOf>) =>
  Float32Array.from(scores, ({ positive, negative }) => positive / (positive + negative))

const sets: SetResult[] = []
const confidence: ConfidenceResult[] = []
const SIDES = 'positive against negative'
const THREE = 'three labels'
function sided(set: string, texts: readonly string[], truths: readonly boolean[], bar: number | null) {
  const sides = sidesOf(scoresOf(texts))
  const figures = binaryFigures(
    sides,
    truths.map((truth) => (truth ? 1 : 0)),
  )
  const { accuracy: value, rows, logLoss } = figures
  sets.push({ name: set, measure: SIDES, rows, value, half: halfInterval(value, rows), logLoss, bar })
  return { sides, figures }
}
function three(set: string, texts: readonly string[], truths: readonly Label[], bar: number | null) {
  const scores = scoresOf(texts)
  const confusion = confusionOf(
    set,
    truths,
    scores.map(({ label }) => label),
  )
  confidence.push(confidenceOf(set, scores, truths))
  sets.push({ name: set, measure: THREE, ...agreement(confusion), logLoss: null, bar })
  return confusion
}

function confidenceOf(set: string, scores: ReturnType<typeof scoresOf>, truths: readonly Label[]): ConfidenceResult {
  const bins = confidenceBins(
    scores.map((score) => score.confidence),
    scores.map(({ label }, i) => label === truths[i]),
  )
  return { set, error: calibrationError(bins), noise: calibrationNoise(bins), rows: scores.length, bins }
}

const nsmc = readLabelled(join(dataFolder(), 'nsmc/test.tsv.gz'))
const texts = nsmc.map((row) => row.text)
const truths = nsmc.map((row) => row.positive)
const { sides, figures } = sided('NSMC test', texts, truths, 0.9)
const kote = readTable(join(dataFolder(), 'sentiment/kote_val_test.tsv.gz')).filter((row) => row[6] === 'test')
const koteSided = kote.filter((row) => row[5] === 'positive' || row[5] === 'negative')
sided(
  'KOTE test',
  koteSided.map((row) => row[0]!),
  koteSided.map((row) => row[5] === 'positive'),
  0.83,
)
const KODOLI: Readonly<Record<string, Label>> = { POS: 'positive', NEU: 'neutral', NEG: 'negative' }
const kodoli = readTable(join(dataFolder(), 'profanity/kodoli.tsv.gz')).filter((row) => (row[3] ?? '') in KODOLI)
const kodoliSided = kodoli.filter((row) => row[3] !== 'NEU')
sided(
  'KODOLI',
  kodoliSided.map((row) => row[0]!),
  kodoliSided.map((row) => row[3] === 'POS'),
  0.85,
)
const confusions = [
  three(
    'KODOLI',
    kodoli.map((row) => row[0]!),
    kodoli.map((row) => KODOLI[row[3]!]!),
    null,
  ),
]
const isLabel = (value: string | undefined): value is Label =>
  value === 'positive' || value === 'neutral' || value === 'negative'
// Our own chat set: topic, kind, label, text; other topics than those that choices are made on.
const chat = readTable(join(import.meta.dirname, 'chat-set/test.tsv')).filter((row) => isLabel(row[2]))
confusions.unshift(
  three(
    'own chat set, test',
    chat.map((row) => row[3]!),
    chat.map((row) => row[2] as Label),
    null,
  ),
)

const train = readLabelled(join(dataFolder(), 'nsmc/train.tsv.gz')).filter((_, i) => i % 8 === 0)
const trained = [
  ...train.map((row) => row.text),
  ...readTable(join(import.meta.dirname, 'training/chat-lines.tsv')).map((row) => row[1]!),
]
const drift = new ScoreDrift()
drift.add(scoresOf(trained), model.vocabulary(trained), 0)
const details: SentimentDetails = {
  sha256: model.manifest.sha256,
  at: new Date().toISOString().slice(0, 10),
  sets,
  lengths: { set: 'NSMC test', rows: byLength(texts, (i) => sides[i]! > 0.5 === truths[i]) },
  calibration: { set: 'NSMC test', error: figures.calibrationError, bins: calibrationBins(sides, truths) },
  confidence,
  confusions,
  baseline: { set: `NSMC train (every 8th of 150,000) and own chat lines`, ...drift.shares(0) },
}
const percent = (share: number) => `${(100 * share).toFixed(2)} %`
console.log(`${name}`)
for (const { name: set, measure, rows, value, half, logLoss, bar } of sets)
  console.log(
    `${set}, ${measure}: ${percent(value)} +- ${percent(half)} of ${rows}${logLoss === null ? '' : `, log loss ${logLoss.toFixed(4)}`}${bar === null ? '' : ` (asked: ${percent(bar)})`}`,
  )
for (const { from, to, rows, value } of details.lengths.rows)
  console.log(`NSMC test, ${from} to ${to ?? 'more'} characters: ${percent(value)} of ${rows}`)
for (const { set, error, noise, rows } of confidence)
  console.log(
    `${set}, confidence of the three answers: expected calibration error ${percent(error)} of ${rows} (asked: 2 %; by chance alone ${percent(noise)})`,
  )
const { unknown, confidence: mean, negative } = details.baseline
console.log(
  `baseline of ${details.baseline.messages} training rows: negative ${percent(negative)}, mean confidence ${percent(mean)}, unknown n-grams ${percent(unknown ?? 0)}`,
)
if (options.save) {
  writeFileSync(join(options.directory, 'evaluation-details.json'), `${JSON.stringify(details, null, 2)}\n`)
  recordVersion(options.directory, {
    model: model.manifest.name,
    version: model.manifest.version,
    at: details.at,
    accuracy: figures.accuracy,
    logLoss: figures.logLoss,
    bytes: model.manifest.bytes,
  })
}
