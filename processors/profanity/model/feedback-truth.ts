/** What moderators' words teach the abuse model: rows of `javas feedback export --about profanity`. */
import { readProfanityFeedback } from '#models/training/feedback-rows.ts'
import type { ProfanitySpan } from '#schemas/types.ts'
import { flagText } from '../flag-text.ts'
import type { Truth } from './abuse-rows.ts'

export interface FeedbackTruth {
  readonly text: string
  readonly truth: Truth
}

/**
 * The three labels of a line that somebody gave a severity: 0 says that nothing is wrong with it, 1 that it swears at nobody, 2 that it swears
 * or insults, 3 that it attacks. Where the rules found nothing in a line of 2 the model alone can tell, so it learns both.
 */
export function truthOfSeverity(severity: number, spans: readonly ProfanitySpan[]): Truth {
  if (severity === 0) return [0, 0, 0]
  const isSexual = spans.some(({ category }) => category === 'sexual') ? 1 : -1
  if (severity === 1) return [1, 0, isSexual]
  if (severity === 2) return [1, spans.length > 0 ? -1 : 1, isSexual]
  return [spans.length > 0 ? 1 : -1, 1, isSexual]
}

/** @throws {DataSetMissingError} @throws {FeedbackFileError} naming the line */
export function feedbackTruths(path: string): FeedbackTruth[] {
  return readProfanityFeedback(path).map(({ label, text }) => {
    const nfc = text.normalize('NFC').trim()
    return { text: nfc, truth: truthOfSeverity(label, flagText(nfc)) }
  })
}
