/**
 * What each part of the shipped sentiment model brings: `npm run eval:ablation -- [--directory FOLDER] [--save]`, two minutes.
 *
 * Each part is left out of the trained model in turn, its two calibrations are fitted again on half of the rows held out of training, and
 * the rest is scored on the other half, and the other way round. Nothing is trained again: what is lost is what the model relies on the
 * part for; one trained without it would make up for some of that (docs/models.md has trainings with other settings). `--save` keeps
 * the table for the page /models, with the trainings of `training/trained-variants.tsv` below it.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Ablation, ablations } from './ablations.ts'
import type { AblationRow } from './evaluation-results.ts'
import { SentimentModel } from './sentiment-model.ts'
import { binaryFigures, fitCalibration } from './training/calibration.ts'
import { readTable } from './training/data-sets.ts'
import { heldOutReviews } from './training/training-rows.ts'
import { readWeights, WEIGHTS_FOLDER } from './weights-file.ts'

const { values: options } = parseArgs({
  options: { directory: { type: 'string', default: WEIGHTS_FOLDER }, save: { type: 'boolean', default: false } },
})
const weights = readWeights(options.directory)
const rows = heldOutReviews(Number(weights.manifest.training.splitSeed))
const texts = rows.map(({ text }) => text)
const truths = Uint8Array.from(rows, ({ positive }) => (positive ? 1 : 0))

async function figuresOf({ change }: Ablation) {
  const model = await SentimentModel.of(change(weights), 'wasm')
  const logits = model.logits(texts)
  const odds = Float64Array.from(rows, (_, i) => logits[i * 2]!)
  const probabilities = new Float64Array(rows.length)
  for (const half of [0, 1]) {
    const [fitted, scored] = [1 - half, half].map((part) => [...rows.keys()].filter((i) => i % 2 === part)) as [
      number[],
      number[],
    ]
    const { slope, intercept } = fitCalibration(
      fitted.map((i) => odds[i]!),
      fitted.map((i) => truths[i]!),
    )
    for (const i of scored) probabilities[i] = 1 / (1 + Math.exp(-(slope * odds[i]! + intercept)))
  }
  return binaryFigures(probabilities, truths)
}

const table: AblationRow[] = []
for (const ablation of ablations) {
  const { accuracy, logLoss } = await figuresOf(ablation)
  const row = { name: ablation.name, accuracy, logLoss, note: `left out after training; ${rows.length} rows held out` }
  table.push(ablation.name === 'everything' ? { ...row, note: `${rows.length} rows held out of NSMC train` } : row)
  console.log(`${ablation.name.padEnd(46)} ${(100 * accuracy).toFixed(2)} %  log loss ${logLoss.toFixed(4)}`)
}
for (const [name = '', accuracy, logLoss] of readTable(join(import.meta.dirname, 'training/trained-variants.tsv')))
  table.push({
    name,
    accuracy: Number(accuracy),
    logLoss: Number(logLoss),
    note: 'trained so; as that training printed it',
  })
if (options.save) writeFileSync(join(options.directory, 'ablation.json'), `${JSON.stringify(table, null, 2)}\n`)
