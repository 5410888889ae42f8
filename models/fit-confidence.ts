/**
 * Fits how likely the shipped model's label is right in live chat: `npm run train:confidence -- --first FOLDER --second FOLDER
 * [--directory FOLDER]`, where the folders hold models trained without the first and the second half of the chat set's dev part
 * (`npm run train:sentiment -- --folds 0 --out FOLDER --without-chat-half 0`, then 1).
 *
 * The shipped model has learned the whole dev part and would look too good on it. How much surer than right a model is in chat
 * of topics that it has not seen is a matter of the rows it learns from, which are the same but for that half; so what fits them
 * fits the shipped one. Slope and intercept (Platt 1999) take the log odds of the largest of the three probabilities to those of
 * its being right, and are written into the manifest.
 */
import { parseArgs } from 'node:util'
import { calibrationError, confidenceBins } from './evaluation-details.ts'
import { SentimentModel } from './sentiment-model.ts'
import { toScores } from './sentiment-scorer.ts'
import { fitCalibration } from './training/calibration.ts'
import { chatDev } from './training/chat-halves.ts'
import { readManifest, WEIGHTS_FOLDER, writeManifest } from './weights-file.ts'

const { values: options } = parseArgs({
  options: {
    first: { type: 'string' },
    second: { type: 'string' },
    directory: { type: 'string', default: WEIGHTS_FOLDER },
    version: { type: 'string' },
  },
})
const folders = [options.first, options.second]
const confidences: number[] = []
const isRight: boolean[] = []
for (const half of [0, 1] as const) {
  const folder = folders[half]
  if (folder === undefined) {
    console.error('Name both folders, --first and --second: models trained with --without-chat-half 0 and 1.')
    process.exit(2)
  }
  const model = await SentimentModel.load(folder, 'wasm')
  const rows = chatDev().filter((row) => row.half === half)
  const scores = toScores(model.probabilities(rows.map(({ text }) => text)), '')
  rows.forEach(({ label }, i) => {
    confidences.push(scores[i]!.confidence)
    isRight.push(scores[i]!.label === label)
  })
}
const odds = confidences.map((p) => Math.log(p / (1 - p)))
const { slope, intercept } = fitCalibration(odds, isRight.map(Number))
const fitted = odds.map((z) => 1 / (1 + Math.exp(-(slope * z + intercept))))
const percent = (share: number) => `${(100 * share).toFixed(2)} %`
const errorOf = (of: readonly number[]) => percent(calibrationError(confidenceBins(of, isRight)))
console.log(
  `${isRight.length} chat lines of topics not learned: ${percent(isRight.filter(Boolean).length / isRight.length)} right; calibration error ${errorOf(confidences)} before, ${errorOf(fitted)} after slope ${slope.toFixed(4)}, intercept ${intercept.toFixed(4)}`,
)
const manifest = readManifest(options.directory)
writeManifest(options.directory, {
  ...manifest,
  ...(options.version !== undefined && { version: options.version }),
  confidence: { slope, intercept },
})
