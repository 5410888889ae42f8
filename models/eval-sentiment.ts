/**
 * Evaluates the shipped weights on a whole labelled file: `node models/eval-sentiment.ts [--file TSV] [--directory FOLDER] [--json] [--save]`.
 * The file has a header and the columns id, label (1 positive, 0 negative), text; without --file it is the NSMC test. Positive against
 * negative is positive / (positive + negative). Also prints, where the data are there, the KOTE test and the neutral answers.
 * `--save` keeps the figures of the NSMC test beside the weights, tied to them by their sha256, for the dashboard's model card.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SentimentModel } from './sentiment-model.ts'
import { binaryFigures } from './training/calibration.ts'
import { dataFolder, readLabelled, readTable } from './training/data-sets.ts'
import { WEIGHTS_FOLDER } from './weights-file.ts'

const { values: options } = parseArgs({
  options: {
    file: { type: 'string' },
    directory: { type: 'string' },
    backend: { type: 'string', default: 'wasm' },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
})
const file = options.file ?? join(dataFolder(), 'nsmc/test.tsv.gz')
const model = await SentimentModel.load(options.directory, options.backend as 'wasm' | 'native' | 'cpu')

const percent = (share: number) => `${(100 * share).toFixed(2)} %`
/** Half of the 95 % interval of a share measured on n rows. */
const half = (share: number, n: number) => 1.96 * Math.sqrt((share * (1 - share)) / n)

/** For each text p(positive) / (p(positive) + p(negative)), and the label. */
function answersTo(texts: readonly string[]): { side: Float32Array; label: string[] } {
  const p = model.probabilities(texts)
  const side = new Float32Array(texts.length)
  const label: string[] = []
  for (let i = 0; i < texts.length; i++) {
    const [positive, neutral, negative] = [p[i * 3]!, p[i * 3 + 1]!, p[i * 3 + 2]!]
    side[i] = positive / (positive + negative)
    label.push(neutral >= Math.max(positive, negative) ? 'neutral' : positive >= negative ? 'positive' : 'negative')
  }
  return { side, label }
}

const rows = readLabelled(file)
const answers = answersTo(rows.map((row) => row.text))
const truths = Uint8Array.from(rows, (row) => (row.positive ? 1 : 0))
const figures = binaryFigures(answers.side, truths)
const calledNeutral = answers.label.filter((label) => label === 'neutral').length / rows.length
console.log(`${model.manifest.name}@${model.manifest.version} on ${file} (${figures.rows} rows)`)
console.log(
  `accuracy ${percent(figures.accuracy)} +- ${percent(half(figures.accuracy, figures.rows))} (95 %), log loss ${figures.logLoss.toFixed(4)}, calibration error ${percent(figures.calibrationError)}`,
)
console.log(`called neutral: ${percent(calledNeutral)} of these rows, all of which take a side`)

if (options.file === undefined) {
  kote()
  neutralLabels()
}
if (options.save && options.file === undefined)
  writeFileSync(
    join(options.directory ?? WEIGHTS_FOLDER, 'evaluation.json'),
    `${JSON.stringify({ sha256: model.manifest.sha256, accuracy: figures.accuracy, log_loss: figures.logLoss, rows: figures.rows }, null, 2)}\n`,
  )
if (options.json)
  console.log(
    JSON.stringify({
      name: 'eval:sentiment',
      figures: {
        accuracy: figures.accuracy,
        log_loss: figures.logLoss,
        calibration_error: figures.calibrationError,
        rows: figures.rows,
        called_neutral: calledNeutral,
      },
    }),
  )

function kote(): void {
  const path = join(dataFolder(), 'sentiment/kote_val_test.tsv.gz')
  if (!existsSync(path)) return
  const test = readTable(path).filter((row) => row[6] === 'test')
  const sided = test.filter((row) => row[5] === 'positive' || row[5] === 'negative')
  const f = binaryFigures(
    answersTo(sided.map((row) => row[0]!)).side,
    Uint8Array.from(sided, (row) => (row[5] === 'positive' ? 1 : 0)),
  )
  console.log(
    `KOTE test, positive against negative (comments of 12 platforms): ${percent(f.accuracy)} +- ${percent(half(f.accuracy, f.rows))} of ${f.rows}, log loss ${f.logLoss.toFixed(4)}`,
  )
}

/** KODOLI's three labels: the only human neutral label at hand; never trained on. */
function neutralLabels(): void {
  const path = join(dataFolder(), 'profanity/kodoli.tsv.gz')
  if (!existsSync(path)) return
  const names = { POS: 'positive', NEU: 'neutral', NEG: 'negative' } as const
  const rows = readTable(path).filter((row) => (row[3] ?? '') in names)
  const got = answersTo(rows.map((row) => row[0]!)).label
  const table = new Map<string, number>()
  let right = 0
  rows.forEach((row, i) => {
    const truth = names[row[3] as keyof typeof names]
    if (truth === got[i]) right++
    table.set(`${truth} ${got[i]}`, (table.get(`${truth} ${got[i]}`) ?? 0) + 1)
  })
  console.log(
    `KODOLI, three labels (news, community, reviews; evaluation only): ${percent(right / rows.length)} of ${rows.length} agree`,
  )
  for (const truth of ['positive', 'neutral', 'negative']) {
    const of = ['positive', 'neutral', 'negative'].map((label) => table.get(`${truth} ${label}`) ?? 0)
    const total = of.reduce((a, b) => a + b, 0)
    console.log(
      `  ${truth.padEnd(8)} -> positive ${percent(of[0]! / total)}, neutral ${percent(of[1]! / total)}, negative ${percent(of[2]! / total)}`,
    )
  }
}
