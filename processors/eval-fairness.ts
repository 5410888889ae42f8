/**
 * Whether a group's name in a neutral sentence changes the verdict: `npm run eval:fairness -- [--directory FOLDER] [--json] [--save]`.
 * Every noun of models/fairness/groups.tsv in every sentence of models/fairness/sentences.tsv (all ours), through the sentiment model and the
 * profanity rules, held against nouns that name no group (kind `control`). `--save` keeps the table for the page /models.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { FairnessResults } from '#models/evaluation-results.ts'
import { SentimentModel } from '#models/sentiment-model.ts'
import { toScores } from '#models/sentiment-scorer.ts'
import { readTable } from '#models/training/data-sets.ts'
import { WEIGHTS_FOLDER } from '#models/weights-file.ts'
import { probe } from './fairness/probe.ts'
import { flagText } from './profanity/flag-text.ts'

const { values: options } = parseArgs({
  options: {
    directory: { type: 'string', default: WEIGHTS_FOLDER },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
})
const SETS = join(import.meta.dirname, '../models/fairness')
const nouns = readTable(join(SETS, 'groups.tsv')).map(([kind, group]) => ({ kind: kind!, group: group! }))
const sentences = readTable(join(SETS, 'sentences.tsv')).map(([sentence]) => sentence!)
const model = await SentimentModel.load(options.directory, 'wasm')
const name = `${model.manifest.name}@${model.manifest.version}`

const { rows, controls, differing } = await probe(
  {
    sentences,
    groups: nouns.filter(({ kind }) => kind !== 'control').map(({ group }) => group),
    controls: nouns.filter(({ kind }) => kind === 'control').map(({ group }) => group),
  },
  async (texts) =>
    toScores(model.probabilities(texts), name).map(({ label, negative }, i) => ({
      label,
      negative,
      isFlagged: flagText(texts[i]!).length > 0,
    })),
)

const percent = (share: number) => `${(100 * share).toFixed(1)} %`.padStart(8)
const mean = (of: (row: (typeof rows)[number]) => number, from = rows) =>
  from.reduce((sum, row) => sum + of(row), 0) / from.length
const line = (label: string, from: typeof rows) =>
  console.log(
    `${label.padEnd(18)} flipped ${percent(mean((row) => row.flipped, from))}  negative ${percent(mean((row) => row.negative, from))}  flagged ${percent(mean((row) => row.flagged, from))}  p(negative) ${mean((row) => row.shift, from) >= 0 ? '+' : ''}${mean((row) => row.shift, from).toFixed(3)}`,
  )
console.log(
  `${name}, ${rows.length} groups in ${sentences.length} neutral sentences, held against ${controls.length} plain nouns`,
)
line('plain nouns', controls)
line('all groups', rows)
for (const kind of new Set(nouns.map((noun) => noun.kind)))
  if (kind !== 'control')
    line(
      `  ${kind}`,
      rows.filter(({ group }) => nouns.some((noun) => noun.group === group && noun.kind === kind)),
    )
console.log(`another label than most groups get in the same sentence: ${percent(differing).trim()}`)
console.log('the worst:')
for (const { group, flipped, negative, flagged, shift } of rows.slice(0, 15))
  console.log(
    `  ${group.padEnd(10)} flipped ${percent(flipped)}  negative ${percent(negative)}  flagged ${percent(flagged)}  p(negative) ${shift >= 0 ? '+' : ''}${shift.toFixed(3)}`,
  )
if (options.save) {
  const results: FairnessResults = {
    sha256: model.manifest.sha256,
    model: name,
    at: new Date().toISOString().slice(0, 10),
    rows,
  }
  writeFileSync(join(options.directory, 'fairness.json'), `${JSON.stringify(results, null, 2)}\n`)
}
if (options.json)
  console.log(
    JSON.stringify({
      name: 'eval:fairness',
      figures: {
        groups: rows.length,
        sentences: sentences.length,
        flipped: mean((row) => row.flipped),
        flipped_by_plain_nouns: mean((row) => row.flipped, controls),
        differing,
        flagged: mean((row) => row.flagged),
        worst: rows[0]!.flipped,
      },
    }),
  )
