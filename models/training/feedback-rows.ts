import { FeedbackFileError } from '../model-errors.ts'
import { readTable } from './data-sets.ts'

/** Rows of `javas feedback export`: what people said that a message's label, or its severity, should be. */
export interface FeedbackRow<Label> {
  readonly label: Label
  readonly text: string
}

const SENTIMENTS = ['positive', 'neutral', 'negative'] as const
const SEVERITIES = ['0', '1', '2', '3'] as const

/** Throws DataSetMissingError, or FeedbackFileError naming the line. */
export const readSentimentFeedback = (path: string): FeedbackRow<(typeof SENTIMENTS)[number]>[] =>
  rowsOf(path, SENTIMENTS)

/** 0 is innocent. Throws as readSentimentFeedback. */
export const readProfanityFeedback = (path: string): FeedbackRow<number>[] =>
  rowsOf(path, SEVERITIES).map(({ label, text }) => ({ label: Number(label), text }))

function rowsOf<Label extends string>(path: string, labels: readonly Label[]): FeedbackRow<Label>[] {
  return readTable(path).map(([label, text = ''], i) => {
    const known = labels.find((one) => one === label)
    // the header is line 1
    if (known === undefined || text.trim() === '')
      throw new FeedbackFileError(path, i + 2, `"${label}" must be one of ${labels.join(', ')}, a tab and a text`)
    return { label: known, text }
  })
}
