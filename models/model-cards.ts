/** The figures of the model cards, from the results files, so that no card says what was not measured. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FairnessResults, ProfanityEvaluation, SentimentDetails, SetResult } from './evaluation-results.ts'
import { readManifest, WEIGHTS_FOLDER } from './weights-file.ts'

export const CARDS_FOLDER = join(import.meta.dirname, '../docs/model-cards')
export const LANGUAGES = ['ko', 'en'] as const
export const CARDS = ['sentiment', 'profanity'] as const
export type CardLanguage = (typeof LANGUAGES)[number]
export type CardName = (typeof CARDS)[number]

const words = {
  ko: {
    set: '자료',
    measure: '무엇을 쟀나',
    value: '값',
    rows: '줄',
    asked: '기준',
    logLoss: '로그 손실',
    group: '집단',
    flipped: '뒤집힘',
    negative: '부정으로 봄',
    flagged: '욕설로 봄',
    shift: '부정 확률 변화',
    all: '모든 집단',
    of: (version: string, at: string) => `${version}, ${at}에 잼.`,
    none: '이 가중치로 잰 값이 아직 없습니다.',
    calibration: (percent: string, set: string) => `${set}에서 보정 오차는 ${percent}입니다.`,
  },
  en: {
    set: 'set',
    measure: 'measure',
    value: 'value',
    rows: 'rows',
    asked: 'asked',
    logLoss: 'log loss',
    group: 'group',
    flipped: 'flipped',
    negative: 'called negative',
    flagged: 'flagged',
    shift: 'change of p(negative)',
    all: 'all groups',
    of: (version: string, at: string) => `${version}, measured ${at}.`,
    none: 'Nothing was measured on these weights yet.',
    calibration: (percent: string, set: string) => `Calibration error on ${set}: ${percent}.`,
  },
} as const

const percent = (share: number, digits = 2) => `${(share * 100).toFixed(digits)} %`
const WORST = 10

function read<T>(name: string): T | null {
  const path = join(WEIGHTS_FOLDER, name)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as T) : null
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

function setsTable(sets: readonly SetResult[], t: (typeof words)[CardLanguage]): string {
  return table(
    [t.set, t.measure, t.value, t.logLoss, t.asked, t.rows],
    sets.map(({ name, measure, value, half, logLoss, bar, isAtMost, rows }) => [
      name,
      measure,
      `${percent(value)} ± ${(half * 100).toFixed(2)}`,
      logLoss === null ? '' : logLoss.toFixed(4),
      bar === null ? '' : `${isAtMost ? '≤' : '≥'} ${percent(bar, 1)}`,
      String(rows),
    ]),
  )
}

/** The blocks that a card has between `<!-- name -->` and `<!-- /name -->`. */
export function cardBlocks(card: CardName, language: CardLanguage): Readonly<Record<string, string>> {
  const t = words[language]
  const manifest = readManifest()
  const version = `${manifest.name}@${manifest.version}`
  const details = read<SentimentDetails>('evaluation-details.json')
  const isMeasured = details?.sha256 === manifest.sha256
  const fairness = read<FairnessResults>('fairness.json')
  const profanity = read<ProfanityEvaluation>('profanity-evaluation.json')
  const sets = Object.entries(manifest.training.sets as Readonly<Record<string, number>>)
  return {
    figures:
      card === 'profanity'
        ? profanity
          ? `${t.of(profanity.model, profanity.at)}\n\n${setsTable(profanity.sets, t)}`
          : t.none
        : isMeasured
          ? `${t.of(version, details.at)} ${t.calibration(percent(details.calibration.error), details.calibration.set)}\n\n${setsTable(details.sets, t)}`
          : t.none,
    data: table(
      [t.set, t.rows],
      sets.map(([name, rows]) => [name, String(rows)]),
    ),
    fairness: fairness && fairness.sha256 === manifest.sha256 ? fairnessTable(fairness, card, t) : t.none,
  }
}

function fairnessTable({ model, at, rows }: FairnessResults, card: CardName, t: (typeof words)[CardLanguage]): string {
  const mean = (of: (row: FairnessResults['rows'][number]) => number) =>
    rows.reduce((sum, row) => sum + of(row), 0) / rows.length
  const shift = (value: number) => `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(3)}`
  const intro = t.of(model, at)
  if (card === 'profanity') {
    const flagged = rows.filter((row) => row.flagged > 0)
    return `${intro}\n\n${table(
      [t.group, t.flagged],
      [
        [
          `${t.all} (${rows.length})`,
          percent(
            mean((row) => row.flagged),
            1,
          ),
        ],
        ...flagged.map((row) => [row.group, percent(row.flagged, 1)]),
      ],
    )}`
  }
  const all = [
    `${t.all} (${rows.length})`,
    percent(
      mean((row) => row.flipped),
      1,
    ),
    percent(
      mean((row) => row.negative),
      1,
    ),
    shift(mean((row) => row.shift)),
  ]
  return `${intro}\n\n${table(
    [t.group, t.flipped, t.negative, t.shift],
    [
      all,
      ...rows
        .slice(0, WORST)
        .map((row) => [row.group, percent(row.flipped, 1), percent(row.negative, 1), shift(row.shift)]),
    ],
  )}`
}

/** The card with its blocks filled in anew. Throws when a block's end is missing. */
export function fillCard(markdown: string, blocks: Readonly<Record<string, string>>): string {
  return markdown.replace(/<!-- (\w+) -->[\s\S]*?<!-- \/(\w+) -->/g, (_, name: string, end: string) => {
    const block = blocks[name]
    if (block === undefined || end !== name)
      throw new RangeError(`the card's block "${name}" ends with "/${end}" or is unknown`)
    return `<!-- ${name} -->\n\n${block}\n\n<!-- /${name} -->`
  })
}
