/** Why a source could not be opened. `code` is stable and documented in docs/errors.md. */
import type { RefusalReason, WaitingReason } from './state-change.ts'

export interface SourceErrorOptions {
  readonly retriable?: boolean
  /** what a state shows for it, kebab-case; without one the code is shown */
  readonly reason?: string
  /** ms that the platform asked us to wait */
  readonly retryAfterMs?: number | null
  readonly cause?: unknown
}

export class SourceError extends Error {
  override readonly name: string = 'SourceError'
  readonly code: string
  /** the same call may work later */
  readonly retriable: boolean
  readonly reason: string
  readonly retryAfterMs: number | null

  constructor(code: string, message: string, options: SourceErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retriable = options.retriable ?? false
    this.reason = options.reason ?? ''
    this.retryAfterMs = options.retryAfterMs ?? null
  }
}

/** The platform will not let us read this, now or later. */
export class RefusedError extends SourceError {
  override readonly name = 'RefusedError'

  constructor(reason: RefusalReason, message: string) {
    super('SOURCE_REFUSED', message, { reason })
  }
}

/** The channel or broadcast exists and nothing is on: it is waited for. */
export class NotLiveError extends SourceError {
  override readonly name = 'NotLiveError'
  /** epoch ms, where the platform says when it is to start */
  readonly startsAt: number | null

  constructor(reason: WaitingReason, message: string, startsAt: number | null = null) {
    super('SOURCE_NOT_LIVE', message, { retriable: true, reason })
    this.startsAt = startsAt
  }
}
