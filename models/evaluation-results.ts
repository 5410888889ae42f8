/**
 * The results files that `eval:*` writes beside the weights and the page /models draws. Each is tied to its weights by their sha256;
 * figures of other weights are not shown. Every share is from 0 to 1; `half` is half of its 95 % interval.
 */
import type { ScoreShares } from './score-drift.ts'

/** `weights/evaluation.json`, by `npm run eval:sentiment -- --save`: the headline. */
export interface SentimentEvaluation {
  readonly sha256: string
  readonly accuracy: number
  readonly log_loss: number
  readonly rows: number
}

/** One data set; `measure` says what `value` is, such as "positive against negative" or "three labels". */
export interface SetResult {
  readonly name: string
  readonly measure: string
  readonly rows: number
  readonly value: number
  readonly half: number
  readonly logLoss: number | null
  /** Least (or, for `isAtMost`, largest) value that is asked for; null where none is. */
  readonly bar: number | null
  readonly isAtMost?: boolean
}

export interface CalibrationBin {
  readonly from: number
  readonly to: number
  readonly rows: number
  /** Mean confidence of the bin's rows, and the share of them that were right. */
  readonly confidence: number
  readonly right: number
}

export interface Confusion {
  readonly set: string
  readonly labels: readonly string[]
  /** Rows by what people said (row) and what the model said (column). */
  readonly counts: readonly (readonly number[])[]
}

/** `weights/evaluation-details.json`, by `npm run eval:details`. */
export interface SentimentDetails {
  readonly sha256: string
  /** ISO date. */
  readonly at: string
  readonly sets: readonly SetResult[]
  /** By length of the text in characters, on one set. */
  readonly lengths: { readonly set: string; readonly rows: readonly LengthResult[] }
  readonly calibration: { readonly set: string; readonly error: number; readonly bins: readonly CalibrationBin[] }
  /** Of the confidence of all three answers, set by set. */
  readonly confidence: readonly ConfidenceResult[]
  readonly confusions: readonly Confusion[]
  /** What the model says of a sample of its training data: today's chat is held against it. */
  readonly baseline: ScoreShares & { readonly set: string }
}

export interface ConfidenceResult {
  readonly set: string
  /** Expected calibration error, and what answers of perfect honesty would show by chance on as many rows. */
  readonly error: number
  readonly noise: number
  readonly rows: number
  readonly bins: readonly CalibrationBin[]
}

export interface LengthResult {
  readonly from: number
  /** Inclusive; null for the last. */
  readonly to: number | null
  readonly rows: number
  readonly value: number
  readonly half: number
}

/** One row of `weights/ablation.json`: what a part of the model brings. */
export interface AblationRow {
  readonly name: string
  readonly accuracy: number
  readonly logLoss: number | null
  readonly note: string
}

/** One row of `weights/history.json`, oldest first. */
export interface VersionRow {
  readonly model: string
  readonly version: string
  /** ISO date. */
  readonly at: string
  readonly accuracy: number
  readonly logLoss: number
  readonly bytes: number
  readonly note: string
}

export interface RocCurve {
  /** What is told from what, such as "profanity" or "sexual". */
  readonly label: string
  readonly set: string
  readonly rows: number
  readonly area: number
  /** From (0, 0) to (1, 1), at most 200 points. */
  readonly points: readonly (readonly [falsePositive: number, truePositive: number])[]
}

/** `weights/profanity-evaluation.json`, by `npm run eval:profanity -- --save`. */
export interface ProfanityEvaluation {
  /** Of the classifier's weights; '' for the span rules alone. */
  readonly sha256: string
  readonly model: string
  readonly at: string
  readonly sets: readonly SetResult[]
  readonly curves: readonly RocCurve[]
}

export interface FairnessRow {
  readonly group: string
  readonly sentences: number
  /** Share of sentences whose verdict differs from the one with a neutral word in the group's place. */
  readonly flipped: number
  /** Share that was called negative, and masked or suspect. */
  readonly negative: number
  readonly flagged: number
  /** Mean change of the probability of negative. */
  readonly shift: number
}

/** `weights/fairness.json`, by `npm run eval:fairness -- --save`. */
export interface FairnessResults {
  readonly sha256: string
  readonly model: string
  readonly at: string
  readonly rows: readonly FairnessRow[]
}
