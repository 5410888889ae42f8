/** The rows that the abuse model learns from: permissive sets alone (licences: NOTICE), made evasions, innocent look-alikes. */
import { join } from 'node:path'
import { ABUSE_LABELS } from '#models/abuse/abuse-weights.ts'
import { readDataSet, readTable, textKey } from '#models/training/data-sets.ts'
import { groupRows } from '#models/training/group-rows.ts'
import type { Random } from '#models/training/random.ts'
import type { ProfanitySpan } from '#schemas/types.ts'
import { flagText } from '../flag-text.ts'
import { feedbackTruths } from './feedback-truth.ts'
import { type GeneratedLine, generateLine } from './generated-evasions.ts'

/** 1 yes, 0 no, -1 nobody said: such a label of a row is not learned from. In the order of ABUSE_LABELS. */
export type Truth = readonly [profanity: number, hate: number, sexual: number]

export interface AbuseRow {
  readonly text: string
  readonly truth: Truth
  readonly weight: number
  readonly source: string
  readonly spans: readonly ProfanitySpan[]
  /** Most rows are learned from; `held` ones calibrate; `test` ones (of Curse alone) are only ever evaluated. */
  readonly part: 'train' | 'held' | 'test'
}

const CLEAN: Truth = [0, 0, 0]
const NSMC_ROWS = 45_000
const GENERATED_ROWS = 12_000

/** 0 to 99 by the text alone, so that a text is on the same side in every set and every run. */
function percentile(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return ((hash ^ (hash >>> 15)) >>> 0) % 100
}

/** One row in five of Curse-detection-data is for tests; the set itself has no split. */
export const isCurseTest = (text: string): boolean => percentile(textKey(text)) < 20

/** What people said of a line (bad or not) and what the span engine found in it, as three labels. */
function truthOf(isBad: boolean, spans: readonly ProfanitySpan[]): Truth {
  const isSexual = spans.some((span) => span.category === 'sexual')
  if (!isBad) return [spans.length > 0 ? 1 : 0, 0, isSexual ? 1 : 0]
  return [spans.length > 0 ? 1 : -1, 1, isSexual ? 1 : -1]
}

const TRUTHS: Readonly<Record<GeneratedLine['category'], Truth>> = {
  vulgar: [1, -1, 0],
  insult: [1, 1, 0],
  family: [1, 1, -1],
  sexual: [1, -1, 1],
  hate: [1, 1, -1],
}

/** One person's click weighs half of a line that was written for its label. */
const FEEDBACK_WEIGHT = 2

/**
 * @param random decides which lines carry made evasions
 * @param feedback a file of `javas feedback export --about profanity`; without one the rows are always the same
 * @throws {DataSetMissingError}
 * @throws {FeedbackFileError}
 */
export function abuseRows(
  random: Random,
  feedback?: string,
): {
  readonly rows: AbuseRow[]
  readonly sets: Readonly<Record<string, number>>
} {
  const own = (name: string) => readTable(join(import.meta.dirname, '../own-set', name))
  const curse = readDataSet('profanity/curse_detection.tsv.gz')
  const neverLearned = new Set(curse.filter(([text]) => isCurseTest(text!)).map(([text]) => textKey(text!)))
  for (const [set, column] of [
    ['kodoli', 0],
    ['kmhas_valid_test', 0],
    ['beep', 0],
    ['apeach', 0],
  ] as const)
    for (const row of readDataSet(`profanity/${set}.tsv.gz`)) neverLearned.add(textKey(row[column]!))
  for (const name of ['clean-test.tsv', 'evasions-test.tsv', 'second/clean-test.tsv', 'second/evasions-test.tsv'])
    for (const row of own(name)) neverLearned.add(textKey(row[name.includes('clean') ? 0 : 4]!))

  const rows: AbuseRow[] = []
  const sets: Record<string, number> = {}
  const add = (
    source: string,
    text: string,
    truth: Truth | ((spans: readonly ProfanitySpan[]) => Truth),
    weight = 1,
  ) => {
    const nfc = text.normalize('NFC').trim()
    const key = textKey(nfc)
    const isTest = source === 'curse_detection' && isCurseTest(nfc)
    if (nfc === '' || (!isTest && neverLearned.has(key))) return
    const spans = flagText(nfc)
    const part = isTest ? 'test' : percentile(key) < 30 && percentile(key) >= 20 ? 'held' : 'train'
    rows.push({ text: nfc, truth: typeof truth === 'function' ? truth(spans) : truth, weight, source, spans, part })
    if (!isTest) sets[source] = (sets[source] ?? 0) + 1
  }

  for (const [text, bad] of curse) add('curse_detection', text!, (spans) => truthOf(bad === '1', spans))
  for (const [text, bad] of readDataSet('profanity/zizun_own.tsv.gz'))
    add('zizun_own', text!, (spans) => truthOf(bad === '1', spans))

  const carriers: string[] = []
  const reviews = readDataSet('nsmc/train.tsv.gz').slice(0, NSMC_ROWS)
  for (const [, positive, text] of reviews) {
    const isGood = positive === '1'
    // A bad review may insult somebody; nobody said so.
    add(
      'nsmc',
      text!,
      (spans) => [spans.length > 0 ? 1 : 0, isGood && spans.length === 0 ? 0 : -1, spans.length > 0 ? -1 : 0],
      0.5,
    )
    if (isGood && text!.length < 40) carriers.push(text!)
  }
  for (const [text] of readDataSet('sentiment/songys_chatbot.tsv.gz')) {
    add('songys', text!, CLEAN, 0.5)
    carriers.push(text!)
  }
  for (const { text } of groupRows()) add('neutral group sentences (own)', text, CLEAN, 0.3)
  for (const [text] of readDataSet('profanity/hard_negatives.tsv')) add('hard negatives (own)', text!, CLEAN, 4)
  for (const [text] of own('clean-dev.tsv')) add('hard negatives (own)', text!, CLEAN, 4)
  for (const row of readDataSet('profanity/evasions.tsv')) add('evasions (own)', row[4]!, [1, -1, -1], 4)
  for (const row of own('evasions-dev.tsv')) add('evasions (own)', row[4]!, [1, -1, -1], 4)
  for (let i = 0; i < GENERATED_ROWS; i++) {
    const { text, category } = generateLine(carriers, () => random.unit())
    add('made evasions (own)', text, TRUTHS[category], 0.5)
  }
  for (const list of ['doublems_korean_bad_words', 'badko_npm', 'vane_badwordfiltering', 'korcen'])
    for (const [word] of readDataSet(`words/${list}.tsv`))
      if (word!.length >= 3) add(`${list} (words)`, word!, [1, -1, -1], 0.3)
  for (const { text, truth } of feedback === undefined ? [] : feedbackTruths(feedback))
    add('feedback', text, truth, FEEDBACK_WEIGHT)
  return { rows, sets }
}

export const LABELS = ABUSE_LABELS.length
