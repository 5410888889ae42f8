/** What the pages may ask about replays of archived broadcasts through today's analysis; `app/` implements it. */
import type { BroadcastRef } from './app/broadcast-id.ts'

export const differenceKinds = [
  'profanity-found',
  'profanity-lost',
  'severity-changed',
  'sentiment-flipped',
  'sentiment-scored',
  'sentiment-lost',
] as const
export type DifferenceKind = (typeof differenceKinds)[number]

export interface DifferenceExample {
  readonly at: number
  /** Masked under both verdicts, and cut. */
  readonly text: string
  readonly before: string
  readonly after: string
}

/** So many messages were judged the one way and are judged the other way now. */
export interface VerdictChange {
  readonly kind: DifferenceKind
  /** A severity from 0 to 3, or a sentiment; '-' where there is none. */
  readonly before: string
  readonly after: string
  readonly messages: number
}

export interface Comparison {
  readonly channelId: string
  readonly broadcastId: string
  /** Messages that viewers wrote and both judged. */
  readonly messages: number
  readonly same: number
  /** Fed in, and never came out: put aside by the analysis. */
  readonly missing: number
  readonly differences: { readonly [kind in DifferenceKind]: number }
  /** The most frequent first. */
  readonly changes: readonly VerdictChange[]
  readonly examples: { readonly [kind in DifferenceKind]: readonly DifferenceExample[] }
  /** name@version of the sentiment models, before and now. */
  readonly models: { readonly before: readonly string[]; readonly after: readonly string[] }
}

/** Times as fast as it was written, or as fast as possible. */
export type ReplaySpeed = number | 'max'
export const replaySpeeds: readonly ReplaySpeed[] = ['max', 60, 30, 10, 5, 2, 1]

export interface ReplayState {
  /** Of the last one that came to its end, since this process started. */
  readonly kept: { readonly madeAt: number; readonly comparison: Comparison } | null
  /** Messages compared, of about so many, while one runs; of 0 while it waits for another or for its first answer. */
  readonly running: { readonly done: number; readonly total: number; readonly speed: ReplaySpeed } | null
  /** Stable code of why the last one came to nothing, or ''. */
  readonly failure: string
}

export interface ReplaysSource {
  state(ref: BroadcastRef): ReplayState
  /** Begins one; does nothing while one of this broadcast runs. */
  start(ref: BroadcastRef, speed: ReplaySpeed): void
  cancel(ref: BroadcastRef): void
  /** The kept comparison as a table; null where there is none. */
  csv(ref: BroadcastRef): string | null
}
