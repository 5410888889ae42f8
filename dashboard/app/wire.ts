/**
 * What crosses the wire to a browser. Text under a mask is not in any of these: a moderator asks for it message by
 * message, and that is written down.
 */
import type {
  Alert,
  AuthorOffence,
  BroadcastState,
  Role as ChatRole,
  KeywordCount,
  MessageKind,
  SentimentLabel,
  WindowCount,
} from '#schemas/types.ts'

export type { Alert, AuthorOffence, BroadcastState, ChatRole, KeywordCount, SentimentLabel, WindowCount }

/** A hidden piece of a message: how long, how bad, why; never what. */
export interface MaskedPiece {
  /** UTF-16 units that are hidden. */
  readonly length: number
  /** 1 mild, 2 strong, 3 severe. */
  readonly severity: number
  readonly category: string
  readonly rule: string
}

/** An emote's picture is asked for by its key at `/pictures/KEY`; without one its code is shown. */
export interface EmoteSegment {
  readonly emote: string
  readonly picture?: string
}

export type Segment = { readonly text: string } | EmoteSegment | { readonly mask: MaskedPiece }

/** What the platform pins on an author, as a picture. */
export interface WireBadge {
  readonly label: string
  readonly picture: string
}

export type SuspectReason = 'profanity' | 'hate' | 'sexual'

export interface WireMessage {
  readonly id: string
  readonly kind: MessageKind
  /** When it was written, epoch ms. */
  readonly at: number
  /** When this machine received it, epoch ms. */
  readonly receivedAt: number
  readonly authorId: string
  readonly author: string
  readonly roles: readonly ChatRole[]
  /** Months of membership. */
  readonly months: number | null
  /** Absent: none that there are pictures of. */
  readonly badges?: readonly WireBadge[]
  readonly segments: readonly Segment[]
  readonly amount: string | null
  readonly sentiment: SentimentLabel | null
  /** Calibrated probability that the label is right, 0 to 1. */
  readonly confidence: number
  /** Highest severity of the message, masked or not. */
  readonly severity: number
  /** What the abuse model takes a message without a masked word for; null: nothing. */
  readonly suspect: SuspectReason | null
  readonly question: boolean
  /** Of a question: its words, by which it is found to be the same as another. No masked word is among them. */
  readonly about?: readonly string[]
  /** Delivered as history; no latency can be told from it. */
  readonly history: boolean
  /** Of a delete: what it takes away. */
  readonly target: { readonly messageId: string | null; readonly authorId: string | null } | null
  readonly deletedAt: number | null
}

/** One server-sent event: what is new since the one before. */
export interface Frame {
  /** The server's clock, epoch ms. */
  readonly now: number
  readonly messages: readonly WireMessage[]
  /** Messages that were left out before these, because the reader could not keep up. */
  readonly skipped: number
  readonly windows: readonly WindowCount[]
  readonly keywords: KeywordCount | null
  /** Only for moderators and owners. */
  readonly offences: readonly AuthorOffence[]
  readonly alerts: readonly Alert[]
  readonly answers: readonly Answer[]
  readonly state: BroadcastState | null
}

/** Whether a question was answered, by the id of its first message. */
export interface Answer {
  readonly questionId: string
  readonly isAnswered: boolean
}

/** What a page of a broadcast starts from. */
export interface BroadcastSnapshot {
  readonly messages: readonly WireMessage[]
  /** One-minute windows of the whole broadcast, oldest first. */
  readonly minutes: readonly WindowCount[]
  /** Ten-second windows of the last ten minutes, oldest first. */
  readonly moments: readonly WindowCount[]
  readonly keywords: KeywordCount | null
  readonly offences: readonly AuthorOffence[]
  readonly alerts: readonly Alert[]
  readonly answers: readonly Answer[]
  readonly state: BroadcastState
  /** Where the live stream goes on. */
  readonly cursor: string
  readonly now: number
}

/** A word of a chosen stretch of time. */
export interface RangeWord {
  readonly word: string
  readonly count: number
  readonly positive: number
  readonly negative: number
}

export interface RangeView {
  readonly from: number
  readonly to: number
  readonly messages: readonly WireMessage[]
  readonly total: number
  readonly words: readonly RangeWord[]
}

/** How often words were said, minute by minute. */
export interface TrendView {
  /** Begin of the first minute, epoch ms. */
  readonly from: number
  readonly trends: readonly { readonly word: string; readonly counts: readonly number[] }[]
}

/** What a stretch that stands out was about. */
export interface MomentView {
  /** Heaviest first; masked ones are never among them. */
  readonly words: readonly string[]
  readonly samples: readonly WireMessage[]
  /** Share of those who wrote that had not written here before, 0 to 1; null for viewers. */
  readonly newShare: number | null
}

/** Messages before one that a browser has, oldest first. */
export interface OlderView {
  readonly messages: readonly WireMessage[]
  /** Nothing was said before these. */
  readonly isAll: boolean
}

/** Chat-to-screen latency as browsers measured it, ms. */
export interface LatencyReport {
  readonly p50: number
  readonly p95: number
  readonly samples: number
}
