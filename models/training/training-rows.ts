/**
 * Gathers the training rows of all sets, what each row teaches, and the rows held out to choose and calibrate (dev).
 * Texts of the NSMC test, of the KOTE test, of dev and of our own test lines are kept out of training.
 */
import { join } from 'node:path'
import { chatDev } from './chat-halves.ts'
import { readDataSet, readTable, textKey } from './data-sets.ts'
import { readSentimentFeedback } from './feedback-rows.ts'
import { groupRows } from './group-rows.ts'
import { Random } from './random.ts'

/** What one text teaches; a missing part teaches nothing. */
export interface TrainingRow {
  readonly text: string
  /** Probability of positive, given that it takes a side. */
  readonly positive?: number
  /** The same as teachers see it, in a balanced world; stands in for `positive` where given. */
  readonly soft?: number
  /** Lowest and highest rating (1..10) the text may have had. */
  readonly ratings?: readonly [number, number]
  /** Probability that it takes no side. */
  readonly neutral?: number
  /** How often it is seen in an epoch. */
  readonly copies: number
}

export interface TrainingData {
  readonly train: readonly TrainingRow[]
  /** NSMC rows (balanced, takes sides): choice of settings and calibration of positive against negative. */
  readonly dev: readonly { readonly text: string; readonly positive: boolean }[]
  /** Rows of every set with known or derived neutrality: calibration of neutral. */
  readonly neutralDev: readonly { readonly text: string; readonly neutral: boolean; readonly set: string }[]
  /** Sets and rows used, for the manifest. */
  readonly sets: Readonly<Record<string, number>>
}

const DEV_ROWS = 10_000
const KOTE_COPIES = 8
const CHAT_COPIES = 12
/** One person's click weighs half of a line that was written for its label. */
const FEEDBACK_COPIES = 6

/**
 * How neutral a review of each rating is taken to be. 9-10 and 1-4 take a side; 5-6 mostly weigh up; 7-8 are mildly
 * positive, so they teach neutral only a little.
 */
const NEUTRAL_OF_RATING = [0, 0.03, 0.04, 0.06, 0.1, 0.55, 0.5, 0.3, 0.15, 0.06, 0.03]

const reviewsAt = (rows: readonly (readonly string[])[], places: Int32Array) =>
  Array.from(places, (i) => ({ text: rows[i]![2] ?? '', positive: rows[i]![1] === '1' }))

/** The NSMC train rows that a training with this seed held out. */
export function heldOutReviews(seed: number): TrainingData['dev'] {
  const nsmc = readDataSet('nsmc/train.tsv.gz')
  const order = Int32Array.from(nsmc.keys())
  new Random(seed).shuffle(order)
  return reviewsAt(nsmc, order.subarray(0, DEV_ROWS))
}

export interface OwnRows {
  /** A file of `javas feedback export --about sentiment`. */
  readonly feedback?: string | undefined
  /** Sentences that teach that a group's name takes no side. */
  readonly groups?: boolean
  /** This half of the chat set's dev part is left out: what is answered for it then was not learned (`fit-confidence.ts`). */
  readonly withoutChatHalf?: 0 | 1
}

export function gatherTrainingRows(
  seed: number,
  { feedback, groups = false, withoutChatHalf }: OwnRows = {},
): TrainingData {
  const random = new Random(seed)
  const held = new Set<string>()
  for (const row of readDataSet('nsmc/test.tsv.gz')) held.add(textKey(row[2] ?? ''))
  const kote = readDataSet('sentiment/kote_val_test.tsv.gz')
  for (const row of kote) if (row[6] === 'test') held.add(textKey(row[0]!))
  for (const row of readTable(join(import.meta.dirname, '../sentiment-lines.tsv'))) held.add(textKey(row[1]!))

  for (const row of readTable(join(import.meta.dirname, '../chat-set/test.tsv'))) held.add(textKey(row[3]!))

  const nsmc = readDataSet('nsmc/train.tsv.gz')
  const order = Int32Array.from(nsmc.keys())
  random.shuffle(order)
  const dev = reviewsAt(nsmc, order.subarray(0, DEV_ROWS))
  for (const row of dev) held.add(textKey(row.text))

  const train: TrainingRow[] = []
  const neutralDev: { text: string; neutral: boolean; set: string }[] = []
  const sets: Record<string, number> = {}
  const add = (set: string, row: TrainingRow) => {
    if (held.has(textKey(row.text))) return
    train.push(row)
    sets[set] = (sets[set] ?? 0) + 1
  }
  /** Holds a share of a set out to calibrate neutral; true when the row was taken. */
  const holdOut = (set: string, share: number, text: string, neutral: boolean | undefined): boolean => {
    if (random.unit() >= share) return false
    if (neutral !== undefined && !held.has(textKey(text))) neutralDev.push({ text, neutral, set })
    held.add(textKey(text))
    return true
  }

  for (const i of order.subarray(DEV_ROWS)) {
    const positive = nsmc[i]![1] === '1'
    add('NSMC train', {
      text: nsmc[i]![2] ?? '',
      positive: positive ? 1 : 0,
      ratings: positive ? [9, 10] : [1, 4],
      neutral: 0.04,
      copies: 1,
    })
  }
  for (const row of readDataSet('nsmc/extra.tsv.gz')) {
    const rating = Number(row[1])
    const text = row[2] ?? ''
    if (
      holdOut(
        'NSMC raw',
        0.005,
        text,
        rating === 5 || rating === 6 ? true : rating <= 3 || rating === 10 ? false : undefined,
      )
    )
      continue
    const side = rating <= 4 ? 0 : rating >= 9 ? 1 : undefined
    add('NSMC raw ratings', {
      text,
      ...(side === undefined ? {} : { positive: side }),
      ratings: [rating, rating],
      neutral: NEUTRAL_OF_RATING[rating]!,
      copies: 1,
    })
  }
  for (const row of kote) {
    if (row[6] !== 'val') continue
    const text = row[0]!
    const [pos, neg] = [Number(row[3]), Number(row[4])]
    const none = row[2]!.includes('없음')
    const neutral =
      pos + neg <= 1 && none ? 0.9 : pos + neg <= 2 ? 0.6 : Math.max(0.03, 0.35 - 0.06 * (pos + neg)) * (none ? 1.5 : 1)
    if (holdOut('KOTE', 0.1, text, neutral >= 0.6 ? true : neutral < 0.1 ? false : undefined)) continue
    const side = row[5] === 'positive' ? 1 : row[5] === 'negative' ? 0 : undefined
    // raters tick many feelings: the share of positive ones is a softer truth than the majority
    const soft = side === undefined ? undefined : 0.2 * side + 0.8 * ((pos + 0.3) / (pos + neg + 0.6))
    add('KOTE val', { text, ...(soft === undefined ? {} : { positive: soft }), neutral, copies: KOTE_COPIES })
  }
  const songys = new Map<string, boolean>()
  for (const row of readDataSet('sentiment/songys_chatbot.tsv.gz'))
    songys.set(row[0]!, row[1] === '0' || row[2] === 'A')
  for (const [text, plain] of songys) {
    if (!plain || holdOut('songys', 0.05, text, true)) continue
    add('songys', { text, neutral: 0.72, copies: 1 })
  }
  for (const row of readDataSet('profanity/curse_detection.tsv.gz')) {
    if (row[1] === '1') add('Curse-detection', { text: row[0]!, positive: 0.08, neutral: 0.08, copies: 1 })
  }
  const lines = [
    ...readTable(join(import.meta.dirname, 'chat-lines.tsv')).map(([label, text]) => ({
      set: 'own chat lines',
      label,
      text,
    })),
    ...chatDev()
      .filter(({ half }) => half !== withoutChatHalf)
      .map(({ label, text }) => ({ set: 'own chat set, dev', label, text })),
  ]
  for (const { set, label = '', text = '' } of lines) {
    const side = label === 'positive' ? 0.97 : label === 'negative' ? 0.03 : 0.5
    const none = label === 'neutral' ? 0.96 : 0.04
    add(set, { text, positive: side, neutral: none, copies: CHAT_COPIES })
  }
  for (const { label, text } of groups ? groupRows() : []) {
    const side = label === 'positive' ? 0.95 : label === 'negative' ? 0.05 : 0.5
    add('own group sentences', { text, positive: side, neutral: label === 'neutral' ? 0.95 : 0.05, copies: 1 })
  }
  for (const { label, text } of feedback === undefined ? [] : readSentimentFeedback(feedback)) {
    const side = label === 'positive' ? 0.95 : label === 'negative' ? 0.05 : 0.5
    add('feedback', { text, positive: side, neutral: label === 'neutral' ? 0.93 : 0.06, copies: FEEDBACK_COPIES })
  }
  return { train, dev, neutralDev, sets }
}
