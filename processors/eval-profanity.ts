/**
 * How much spelled-around swearing is found, how much innocent text is masked, and how well the abuse model tells.
 *
 *     npm run eval:profanity -- [--evasions TSV] [--clean TSV] [--save] [--json]
 *
 * Evasions: a header and the columns evasion, plain, technique, severity, example; a row is found when one span is
 * exactly one place of `evasion` in `example`. Clean: a header and the text in the first column; a text counts as
 * masked when it has a span of severity 2 or more. Files ending in .gz are unpacked. With `--evasions` or `--clean` only those
 * lists are looked at, each failure with its line; otherwise every set of `evaluateProfanity`. `--save` keeps the figures for the page
 * /models.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import type { SetResult } from '#models/evaluation-results.ts'
import { dataFolder } from '#models/training/data-sets.ts'
import { WEIGHTS_FOLDER } from '#models/weights-file.ts'
import { flagText, highestSeverity } from './profanity/flag-text.ts'
import { openAbuseGrader } from './profanity/model/abuse-grader.ts'
import { evaluateProfanity, isFoundExactly } from './profanity/model/evaluate-profanity.ts'

const MASKED_FROM = 2

const grader = openAbuseGrader()
/** As the analysis flags a line: by the rules, and by the model where a rule's word is ambiguous. */
const spansOf = (text: string) => grader.meant(text, flagText(text))

export interface ProfanityFigures {
  readonly span_recall: number
  readonly evasions: number
  readonly masked_share: number
  readonly clean: number
}

/** Rows of a tab-separated file without quoting, as objects by its header. */
export function readRows(file: string): { readonly [column: string]: string }[] {
  const bytes = readFileSync(file)
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  const [header = [], ...rows] = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/\r$/, '').split('\t'))
  return rows.map((row) => Object.fromEntries(header.map((column, i) => [column, row[i] ?? ''])))
}

export function evaluate(
  evasions: ReturnType<typeof readRows>,
  clean: ReturnType<typeof readRows>,
  report: (line: string) => void,
): ProfanityFigures {
  let found = 0
  for (const { evasion = '', example = '', technique = '' } of evasions) {
    const spans = spansOf(example || evasion)
    if (isFoundExactly(evasion, example || evasion, spans)) found++
    else
      report(
        `missed  ${technique}  ${evasion}  in: ${example}  found: ${JSON.stringify(spans.map((span) => example.slice(span.start, span.end)))}`,
      )
  }
  let masked = 0
  const texts = clean.map((row) => row.text ?? Object.values(row)[0] ?? '')
  for (const text of texts) {
    const spans = spansOf(text)
    if (highestSeverity(spans) < MASKED_FROM) continue
    masked++
    report(
      `masked  ${spans.map((span) => `${span.rule}: ${text.slice(span.start, span.end)}`).join(', ')}  in: ${text}`,
    )
  }
  return {
    span_recall: evasions.length === 0 ? 0 : found / evasions.length,
    evasions: evasions.length,
    masked_share: texts.length === 0 ? 0 : masked / texts.length,
    clean: texts.length,
  }
}

/** A figure with its bar, as a line for a terminal. */
function lineOf({ name, measure, rows, value, half, bar, isAtMost }: SetResult): string {
  const shown = (share: number) => (measure.includes('AUC') ? share.toFixed(4) : `${(share * 100).toFixed(2)} %`)
  const asked = bar === null ? '' : `  asked ${isAtMost ? '<=' : '>='} ${shown(bar)}`
  const isMet = bar === null || (isAtMost ? value <= bar : value >= bar)
  return `${isMet ? ' ' : '!'} ${name}: ${measure}: ${shown(value)} +- ${shown(half)} of ${rows}${asked}`
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      evasions: { type: 'string' },
      clean: { type: 'string' },
      save: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  if (values.evasions === undefined && values.clean === undefined) everySet(values)
  else
    theseLists(
      values.evasions ?? join(dataFolder(), 'profanity', 'evasions.tsv'),
      values.clean ?? join(dataFolder(), 'profanity', 'hard_negatives.tsv'),
      values.json,
    )
}

function theseLists(evasions: string, clean: string, isJson: boolean): void {
  const missing = [evasions, clean].find((file) => !existsSync(file))
  if (missing) {
    console.error(`No such file: ${missing}. Name one with --evasions or --clean, or set JAVAS_DATA_SETS.`)
    process.exit(2)
  }
  const figures = evaluate(readRows(evasions), readRows(clean), (line) => {
    if (!isJson) console.log(line)
  })
  if (!isJson) {
    console.log(`spans found exactly: ${(figures.span_recall * 100).toFixed(1)} % of ${figures.evasions} evasions`)
    console.log(`masked: ${(figures.masked_share * 100).toFixed(2)} % of ${figures.clean} clean texts`)
  }
  console.log(JSON.stringify({ name: 'eval:profanity', figures }))
}

function everySet({ save, json }: { readonly save: boolean; readonly json: boolean }): void {
  const { results, techniques } = evaluateProfanity()
  if (!json) {
    for (const set of results.sets) console.log(lineOf(set))
    for (const { label, set, area, rows } of results.curves)
      console.log(`  ROC ${set}, ${label}: ${area.toFixed(4)} of ${rows}`)
    console.log('evasions of our test lists found exactly, by technique:')
    for (const [technique, { found, rows }] of techniques) console.log(`  ${technique}: ${found} of ${rows}`)
  }
  if (save) writeFileSync(join(WEIGHTS_FOLDER, 'profanity-evaluation.json'), `${JSON.stringify(results, null, 2)}\n`)
  const figures = Object.fromEntries(results.sets.map(({ name, measure, value }) => [`${name}: ${measure}`, value]))
  console.log(JSON.stringify({ name: 'eval:profanity', figures }))
}
