/**
 * How much of the spelled-around swearing is found, and how much clean text is masked.
 *
 *     node processors/eval-profanity.ts [--evasions TSV] [--clean TSV] [--json]
 *
 * Evasions: a header and the columns evasion, plain, technique, severity, example; a row is found when one span is
 * exactly one place of `evasion` in `example`. Clean: a header and the text in the first column; a text counts as
 * masked when it has a span of severity 2 or more. Files ending in .gz are unpacked.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { flagText, highestSeverity } from './profanity/flag-text.ts'

const MASKED_FROM = 2

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

/** True when one span is exactly one place of `evasion` in `example`. */
export function isFoundExactly(evasion: string, example: string): boolean {
  return flagText(example).some(
    (span) => span.end - span.start === evasion.length && example.startsWith(evasion, span.start),
  )
}

export function evaluate(
  evasions: ReturnType<typeof readRows>,
  clean: ReturnType<typeof readRows>,
  report: (line: string) => void,
): ProfanityFigures {
  let found = 0
  for (const { evasion = '', example = '', technique = '' } of evasions) {
    if (isFoundExactly(evasion, example || evasion)) found++
    else
      report(
        `missed  ${technique}  ${evasion}  in: ${example}  found: ${JSON.stringify(flagText(example || evasion).map((span) => example.slice(span.start, span.end)))}`,
      )
  }
  let masked = 0
  const texts = clean.map((row) => row.text ?? Object.values(row)[0] ?? '')
  for (const text of texts) {
    const spans = flagText(text)
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

if (import.meta.main) {
  const dataSets = process.env.JAVAS_DATA_SETS ?? join(import.meta.dirname, '..', '..', 'shared', 'data')
  const { values } = parseArgs({
    options: {
      evasions: { type: 'string', default: join(dataSets, 'profanity', 'evasions.tsv') },
      clean: { type: 'string', default: join(dataSets, 'profanity', 'hard_negatives.tsv') },
      json: { type: 'boolean', default: false },
    },
  })
  const missing = [values.evasions, values.clean].find((file) => !existsSync(file))
  if (missing) {
    console.error(`No such file: ${missing}. Name one with --evasions or --clean, or set JAVAS_DATA_SETS.`)
    process.exit(2)
  }
  const figures = evaluate(readRows(values.evasions), readRows(values.clean), (line) => {
    if (!values.json) console.log(line)
  })
  if (!values.json) {
    console.log(`spans found exactly: ${(figures.span_recall * 100).toFixed(1)} % of ${figures.evasions} evasions`)
    console.log(`masked: ${(figures.masked_share * 100).toFixed(2)} % of ${figures.clean} clean texts`)
  }
  console.log(JSON.stringify({ name: 'eval:profanity', figures }))
}
