/**
 * A way to tell people: Slack, e-mail, a webhook. The delivery loop (`app/notify/deliver.ts`) calls `deliver` for one
 * notification at a time and in order, keeps the pace, and tries again what may be tried again. Not a notifier's job:
 * retries, order, remembering what was sent.
 */
import type { Notification } from '#schemas/types.ts'

export interface Notifier {
  /** Stable: deliveries are remembered under it. */
  readonly name: string
  /** Least time between two messages, ms. */
  readonly paceMs: number
  /** Resolves when the other side took it. @throws NotifyError */
  deliver(notification: Notification, context: DeliverContext): Promise<Delivered>
  close(): Promise<void>
}

export interface DeliverContext {
  /** An earlier attempt ended without anybody knowing how: this one may be the second to arrive. */
  readonly mayRepeat: boolean
  /** The message that told the beginning, for one that tells more of it; null when none was delivered. */
  readonly opened: { readonly notification: Notification; readonly reference: string } | null
}

export interface Delivered {
  /** What the other side said, for people: `200 ok`. */
  readonly answer: string
  /** What it calls the message; '' when it gives no name. */
  readonly reference: string
}

export type NotifyErrorCode =
  | 'NOTIFY_RATE_LIMITED'
  | 'NOTIFY_UNAVAILABLE'
  | 'NOTIFY_UNREACHABLE'
  | 'NOTIFY_TIMEOUT'
  | 'NOTIFY_TLS'
  | 'NOTIFY_REFUSED'

/** Not delivered. `retriable`: the same message may be taken later. */
export class NotifyError extends Error {
  override readonly name = 'NotifyError'
  readonly code: NotifyErrorCode
  readonly retriable: boolean
  /** How long the other side wants to be left alone, ms; null when it did not say. */
  readonly retryAfterMs: number | null

  constructor(
    code: NotifyErrorCode,
    message: string,
    { retryAfterMs = null, ...options }: ErrorOptions & { readonly retryAfterMs?: number | null } = {},
  ) {
    super(message, options)
    this.code = code
    this.retriable = code !== 'NOTIFY_REFUSED'
    this.retryAfterMs = retryAfterMs
  }
}
