/** The words in which every source says what it is doing; the dashboard and docs/sources.md explain each of them. */
import type { SourceState } from '#schemas/types.ts'
import { boundedText } from './bounded-text.ts'
import type { StateChange } from './chat-source.ts'

/** Why a platform will not let us read. */
export type RefusalReason =
  | 'not-found'
  | 'age'
  | 'members'
  | 'password'
  | 'private'
  | 'chat-off'
  | 'over'
  | 'not-live'
  | 'region'
  | 'rate-limited'
  | 'suspended'
  | 'banned'
  | 'full'
  | 'login-failed'
  | 'link'
  | 'key'

/** `upcoming`: announced, often with a time. `offline`: the channel is not on air. */
export type WaitingReason = 'upcoming' | 'offline'

/** What is missing while a source reads in part. */
export type DegradedReason = 'overflow' | 'skipped' | 'top-chat-only' | 'unencrypted' | 'history-gap' | 'budget'

/** Why a connection was lost; the platforms add their own. */
export type LostReason =
  | 'unreachable'
  | 'timeout'
  | 'rate-limited'
  | 'server-error'
  | 'unreadable'
  | 'too-large'
  | 'redirected'
  | 'rejected'
  | 'closed'
  | 'silent'
  | 'connect-failed'
  | 'connect-timeout'
  | 'certificate'

const MAX_DETAIL = 500

export function stateChange(
  state: SourceState,
  at: number,
  more: Partial<Omit<StateChange, 'type' | 'state' | 'at'>> = {},
): StateChange {
  const { reason = '', detail = '', attempt = 0, nextTryAt = null, startsAt = null } = more
  return { type: 'state', state, reason, detail: boundedText(detail, MAX_DETAIL), attempt, nextTryAt, startsAt, at }
}
