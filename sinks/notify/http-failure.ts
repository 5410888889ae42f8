/** What an HTTP answer, or the lack of one, means for a notification. */
import { NotifyError } from './notifier.ts'

const LONGEST_WAIT_MS = 60 * 60_000
const LONGEST_ANSWER = 200

/** Nothing for a good status. @param body what stood in the answer, for people */
export function failureOfStatus(status: number, body: string, retryAfter: string | null): NotifyError | null {
  if (status >= 200 && status < 300) return null
  const said = `${status} ${body.trim().slice(0, LONGEST_ANSWER)}`.trim()
  if (status === 429)
    return new NotifyError('NOTIFY_RATE_LIMITED', said, { retryAfterMs: retryAfterMs(retryAfter) ?? 30_000 })
  if (status === 408 || status >= 500)
    return new NotifyError('NOTIFY_UNAVAILABLE', said, { retryAfterMs: retryAfterMs(retryAfter) })
  return new NotifyError('NOTIFY_REFUSED', said)
}

/** A request that got no answer: name resolution, connection, TLS, time-out. */
export function failureOfRequest(cause: unknown): NotifyError {
  if (cause instanceof NotifyError) return cause
  for (let error = cause as Failed | undefined; error; error = (error.original ?? error.cause) as Failed | undefined) {
    const { name = '', code = '', message = '' } = error
    if (name === 'TimeoutError' || name === 'AbortError' || /TIMEDOUT|TIMEOUT/.test(code))
      return new NotifyError('NOTIFY_TIMEOUT', 'no answer in time', { cause })
    if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY|EPROTO/.test(code))
      return new NotifyError('NOTIFY_TLS', `${code}: ${message}`.slice(0, LONGEST_ANSWER), { cause })
    if (/^(E[A-Z]{3,}|UND_ERR_[A-Z_]+)$/.test(code)) return new NotifyError('NOTIFY_UNREACHABLE', code, { cause })
  }
  return new NotifyError('NOTIFY_UNREACHABLE', String((cause as Error)?.message ?? cause).slice(0, LONGEST_ANSWER), {
    cause,
  })
}

interface Failed {
  readonly name?: string
  readonly code?: string
  readonly message?: string
  readonly cause?: unknown
  readonly original?: unknown
}

/** `Retry-After` as ms from now: seconds or a date; null for what is neither. */
export function retryAfterMs(text: string | null, now = Date.now()): number | null {
  if (!text) return null
  const seconds = Number(text)
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(text) - now
  return Number.isNaN(ms) ? null : Math.min(LONGEST_WAIT_MS, Math.max(0, ms))
}
