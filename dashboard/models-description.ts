/** What the page `/models` shows; `app/` gathers it from results files and from the models at work. All shares are from 0 to 1. */

export type SentimentLabel = 'positive' | 'neutral' | 'negative'

export interface LiveModel {
  /** name@version; '' while there is none. */
  readonly model: string
  readonly backend: string
  /** Why there is none, or ''. */
  readonly problem: string
  readonly deaths: number
  readonly lastDeath: string
  readonly swaps: number
  /** Why the newest files did not take over, or ''. */
  readonly swapProblem: string
  readonly asked: number
  readonly remembered: number
  readonly batches: number
  readonly waiting: number
  readonly refused: number
  readonly longestWaitMs: number
}

export interface Shares {
  readonly messages: number
  readonly positive: number
  readonly neutral: number
  readonly negative: number
  readonly confidence: number
  /** Share of n-grams that training did not know; null while none was counted. */
  readonly unknown: number | null
}

export interface ShadowModel {
  readonly model: string
  readonly backend: string
  readonly problem: string
  readonly compared: number
  readonly passedOver: number
  readonly failed: number
  /** By live label (row) and the candidate's (column): positive, neutral, negative. */
  readonly table: readonly (readonly number[])[]
  readonly meanDifference: number
  readonly samples: readonly {
    /** Profanity masked. */
    readonly text: string
    readonly at: number
    readonly live: SentimentLabel
    readonly liveConfidence: number
    readonly shadow: SentimentLabel
    readonly shadowConfidence: number
  }[]
}

export interface SetFigure {
  readonly name: string
  readonly measure: string
  readonly rows: number
  readonly value: number
  /** Half of the 95 % interval. */
  readonly half: number
  readonly logLoss: number | null
  readonly bar: number | null
  readonly isAtMost?: boolean
}

export interface CalibrationFigure {
  readonly set: string
  /** Expected calibration error. */
  readonly error: number
  readonly bins: readonly {
    readonly from: number
    readonly to: number
    readonly rows: number
    readonly confidence: number
    readonly right: number
  }[]
}

export interface ModelsDescription {
  /** Null: nothing is known of the models at work, for example while the analysis starts. */
  readonly live: LiveModel | null
  readonly shadow: ShadowModel | null
  readonly drift: { readonly now: Shares; readonly training: Shares | null; readonly index: number | null } | null
  readonly manifest: {
    readonly model: string
    readonly sha256: string
    readonly bytes: number
    readonly licence: string
    readonly sets: readonly { readonly name: string; readonly rows: number }[]
  } | null
  /** Null where nothing was measured on these weights. */
  readonly headline: { readonly accuracy: number; readonly logLoss: number; readonly rows: number } | null
  readonly details: {
    readonly at: string
    readonly sets: readonly SetFigure[]
    readonly lengths: {
      readonly set: string
      readonly rows: readonly {
        readonly from: number
        readonly to: number | null
        readonly rows: number
        readonly value: number
        readonly half: number
      }[]
    }
    readonly calibration: CalibrationFigure
    /** Of the confidence of all three answers; `noise` is what perfect honesty would show by chance on as many rows. */
    readonly confidence: readonly (CalibrationFigure & { readonly noise: number; readonly rows: number })[]
    readonly confusions: readonly {
      readonly set: string
      readonly labels: readonly string[]
      readonly counts: readonly (readonly number[])[]
    }[]
  } | null
  readonly ablation: readonly {
    readonly name: string
    readonly accuracy: number
    readonly logLoss: number | null
    readonly note: string
  }[]
  readonly history: readonly {
    readonly model: string
    readonly version: string
    readonly at: string
    readonly accuracy: number
    readonly logLoss: number
    readonly bytes: number
    readonly note: string
  }[]
  readonly profanity: {
    readonly model: string
    readonly at: string
    readonly sets: readonly SetFigure[]
    readonly curves: readonly {
      readonly label: string
      readonly set: string
      readonly rows: number
      readonly area: number
      readonly points: readonly (readonly [number, number])[]
    }[]
  } | null
  readonly fairness: {
    readonly model: string
    readonly at: string
    readonly rows: readonly {
      readonly group: string
      readonly sentences: number
      readonly flipped: number
      readonly negative: number
      readonly flagged: number
      readonly shift: number
    }[]
  } | null
  /** What people said of verdicts, by channel and by what was shown; null where it cannot be read. */
  readonly feedback: readonly FeedbackFigure[] | null
  /** The same by week, newest first, at most twelve of each in a channel; null where it cannot be read. */
  readonly feedbackWeeks: readonly FeedbackWeek[] | null
}

export interface FeedbackWeek {
  readonly channelId: string
  readonly about: 'sentiment' | 'profanity'
  /** Monday, 00:00 UTC, epoch ms. */
  readonly start: number
  readonly right: number
  readonly wrong: number
}

export interface FeedbackFigure {
  readonly channelId: string
  readonly about: 'sentiment' | 'profanity'
  readonly model: string
  readonly shown: string
  readonly right: number
  readonly wrong: number
}

export interface TriedSentence {
  readonly text: string
  readonly spans: readonly {
    readonly start: number
    readonly end: number
    readonly severity: number
    readonly category: string
    readonly technique: string
    readonly rule: string
  }[]
  /** The live version first, then the candidate. Empty while there is no model. */
  readonly scores: readonly {
    readonly role: 'live' | 'shadow'
    readonly model: string
    readonly label: SentimentLabel
    readonly positive: number
    readonly neutral: number
    readonly negative: number
    readonly confidence: number
  }[]
  /** For each word, what leaving it out takes from positive minus negative (occlusion): above zero it speaks for positive. */
  readonly words: readonly { readonly text: string; readonly effect: number }[]
  /** Why there is no score, or ''. */
  readonly problem: string
}

/** Longest sentence that may be tried, UTF-16 units. */
export const LONGEST_SENTENCE = 300

export const modelCards = ['sentiment', 'profanity'] as const

export interface ModelsSource {
  describe(): Promise<ModelsDescription>
  /** The card as markdown; null where there is none. */
  card(model: (typeof modelCards)[number], language: 'ko' | 'en'): Promise<string | null>
  /** Analyses a sentence without keeping it anywhere. */
  try(text: string): Promise<TriedSentence>
}
