/**
 * A person's verdict on a verdict: an operator action of kind `feedback`. Who presses the button writes `feedbackDetails`, whoever
 * counts or trains reads `feedbackOf`. The last one of a person on a message and a model counts.
 */
import type { OperatorAction } from '#schemas/types.ts'

export const FEEDBACK = 'feedback'
export const feedbackAbout = ['sentiment', 'profanity'] as const

export interface Feedback {
  readonly about: (typeof feedbackAbout)[number]
  readonly isRight: boolean
  /** What was shown: a sentiment label; for profanity the severity, `0` to `3`. */
  readonly shown: string
  /** What it should have been, in the same words; '' where the person did not say. Right verdicts repeat `shown`. */
  readonly expected: string
  /** name@version of what was wrong or right; '' for rules. */
  readonly model: string
}

const values = { sentiment: ['positive', 'neutral', 'negative'], profanity: ['0', '1', '2', '3'] } as const
const isValue = (about: Feedback['about'], value: string) => (values[about] as readonly string[]).includes(value)
const LONGEST_MODEL = 100

/** For `OperatorAction.details`. */
export const feedbackDetails = ({ about, isRight, shown, expected, model }: Feedback): Record<string, string> => ({
  about,
  verdict: isRight ? 'right' : 'wrong',
  shown,
  expected: isRight ? shown : expected,
  model: model.slice(0, LONGEST_MODEL),
})

/** Null for what is no feedback, or says something that cannot be. */
export function feedbackOf({ kind, details }: Pick<OperatorAction, 'kind' | 'details'>): Feedback | null {
  if (kind !== FEEDBACK) return null
  const about = feedbackAbout.find((name) => name === details.about)
  const { verdict, shown = '', expected = '', model = '' } = details
  if (about === undefined || !isValue(about, shown) || (verdict !== 'right' && verdict !== 'wrong')) return null
  const isRight = verdict === 'right'
  if (!isRight && expected !== '' && !isValue(about, expected)) return null
  return { about, isRight, shown, expected: isRight ? shown : expected, model: model.slice(0, LONGEST_MODEL) }
}

/** Two pieces of feedback with one key are a person's first and second thoughts. */
export const feedbackKey = (action: Pick<OperatorAction, 'by' | 'channelId' | 'messageId'>, about: Feedback['about']) =>
  `${about}\n${action.by}\n${action.channelId}\n${action.messageId}`
