/** A request that brought no usable answer. `reason` is what a state shows for it. */

import { SourceError } from '../source-error.ts'
import type { LostReason } from '../state-change.ts'

const final = new Set([401, 404, 410])

export class HttpFailure extends SourceError {
  override readonly name = 'HttpFailure'
  declare readonly reason: LostReason
  /** 0 when there was no answer at all */
  readonly status: number
  /** the beginning of what came instead of an answer; hostile text */
  readonly body: string

  constructor(
    reason: LostReason,
    message: string,
    more: {
      readonly status?: number
      readonly body?: string
      readonly retryAfterMs?: number | null
      readonly cause?: unknown
    } = {},
  ) {
    super('SOURCE_HTTP', message, {
      // Only "there is no such thing" and "not without a key" are final; every other trouble may pass.
      retriable: !(reason === 'rejected' && final.has(more.status ?? 0)),
      reason,
      retryAfterMs: more.retryAfterMs ?? null,
      cause: more.cause,
    })
    this.status = more.status ?? 0
    this.body = more.body ?? ''
  }
}
