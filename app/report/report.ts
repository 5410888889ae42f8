/** What is told of one broadcast after it. Plain JSON, masked, of bounded size however long the broadcast was. */

/** Grows when a reader of older files could go wrong. */
export const REPORT_FORMAT = 1

export interface Report {
  readonly format: typeof REPORT_FORMAT
  readonly madeAt: number
  /** Version of the program that made it. */
  readonly madeBy: string
  readonly channelId: string
  readonly channelName: string
  readonly broadcastId: string
  readonly title: string
  readonly source: string
  /** Whether the broadcast was over when the report was made. */
  readonly isOver: boolean
  readonly startedAt: number
  /** Of the last message; null where nobody wrote. */
  readonly lastMessageAt: number | null
  /** Spans of this severity or more are masked in every text here. */
  readonly maskSeverity: number
  readonly totals: Totals
  readonly curve: MoodCurve
  readonly alarms: readonly Alarm[]
  readonly peaks: readonly Peak[]
  readonly keywords: readonly ReportKeyword[]
  /** Words that no dictionary holds. */
  readonly coined: readonly string[]
  readonly questions: readonly ReportQuestion[]
  readonly profanity: ProfanityFigures
  /** Who wrote it: null unless it was asked for. */
  readonly people: readonly Offender[] | null
  readonly quality: DataQuality
  /** Earlier broadcasts of the channel, newest first. */
  readonly past: readonly PastBroadcast[]
}

export interface Totals {
  /** Messages that viewers wrote (kinds text and paid). */
  readonly messages: number
  readonly authors: number
  readonly positive: number
  readonly neutral: number
  readonly negative: number
  readonly unscored: number
  readonly unsure: number
  /** Taken away by a moderator upstream. */
  readonly deleted: number
  readonly questions: number
  /** Everything stored, by kind. */
  readonly kinds: { readonly [kind: string]: number }
  readonly paid: readonly { readonly currency: string; readonly messages: number; readonly value: number }[]
  /** name@version of the sentiment models that scored it, with how many messages each. */
  readonly models: { readonly [model: string]: number }
}

export interface MoodCurve {
  /** Width of a point, ms: one minute, doubled until the broadcast fits. */
  readonly stepMs: number
  readonly points: readonly MoodPoint[]
}

/** `[start, start + stepMs)`. Stretches without a message have no point. */
export interface MoodPoint {
  readonly start: number
  readonly messages: number
  readonly positive: number
  readonly neutral: number
  readonly negative: number
  /** Messages of severity 2 or more. */
  readonly profane: number
}

export interface Alarm {
  readonly kind: string
  readonly since: number
  readonly at: number
  readonly state: string
  readonly peak: number
  readonly threshold: number
  readonly words: readonly string[]
}

export interface Peak {
  /** What stands out: how much was written, or its mood. */
  readonly kind: 'busy' | 'negative' | 'positive'
  readonly from: number
  readonly to: number
  readonly messages: number
  /** Times what is usual in this broadcast. */
  readonly times: number
  readonly positive: number
  readonly negative: number
  readonly scored: number
  /** What was said more than elsewhere in the broadcast. */
  readonly words: readonly string[]
  readonly samples: readonly Sample[]
}

export interface Sample {
  readonly at: number
  /** Masked and cut. */
  readonly text: string
  /** How often exactly this was written in the stretch. */
  readonly count: number
}

export interface ReportKeyword {
  readonly word: string
  readonly emote: boolean
  /** Messages with it; in very long broadcasts at most `Report.quality.wordError` too few. */
  readonly count: number
  readonly positive: number
  readonly negative: number
}

export interface ReportQuestion {
  /** The first of them, masked and cut. */
  readonly text: string
  readonly at: number
  readonly count: number
  /** In how many different wordings. */
  readonly wordings: number
}

/** Counts of severity 1, 2 and 3. */
export type BySeverity = readonly [mild: number, strong: number, severe: number]

export interface ProfanityFigures {
  /** Messages by their highest severity. */
  readonly messages: BySeverity
  /** Places in texts, by what they are. */
  readonly categories: { readonly [category: string]: BySeverity }
  /** Places that were spelled around. */
  readonly evasions: number
  /** Messages that the model is sure of and in which no place was found. */
  readonly suspects: number
}

export interface Offender {
  readonly authorId: string
  /** As last seen. */
  readonly name: string
  readonly messages: BySeverity
  readonly samples: readonly Sample[]
}

export interface DataQuality {
  /** Where the source says that messages are missing. */
  readonly gaps: readonly { readonly at: number; readonly missing: number }[]
  readonly missing: number
  /** Delivered by the platform as history, not live. */
  readonly history: number
  /** Written live, and received more than `LATE_MS` later. */
  readonly late: number
  /** Stored, and too late for the counts that were shown live; null where those are gone. */
  readonly uncounted: number | null
  readonly unscored: number
  /** What the analysis put aside, by the reason; null where the log cannot be asked. */
  readonly putAside: { readonly [stage: string]: number } | null
  /** A word may have been written so many times more than is told. */
  readonly wordError: number
}

export interface PastBroadcast {
  readonly broadcastId: string
  readonly title: string
  readonly startedAt: number
  readonly minutes: number
  readonly messages: number
  readonly authors: number
  readonly profane: number
  readonly alerts: number
  /** Of scored messages; null where the counts are gone. */
  readonly positive: number | null
  readonly negative: number | null
}

export const LATE_MS = 10_000
