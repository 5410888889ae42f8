/**
 * Notifications as signed JSON to an address of the operator's. At least once: `idempotency-key` is the same for every copy
 * of one notification. The receiver checks `x-javas-signature: v1=HEX`, the HMAC-SHA256 of `TIMESTAMP.BODY` under the shared
 * secret, and refuses timestamps (`x-javas-timestamp`, seconds) that are minutes old.
 */
import { createHmac } from 'node:crypto'
import type { Notification } from '#schemas/types.ts'
import { failureOfRequest, failureOfStatus } from './notify/http-failure.ts'
import { type MessageStyle, messageText } from './notify/message-text.ts'
import type { Notifier } from './notify/notifier.ts'

export interface WebhookOptions {
  readonly url: string
  readonly secret: string
  readonly style: MessageStyle
  /** Default 10,000 ms, from the connection to the end of the answer. */
  readonly timeoutMs?: number
  readonly now?: () => number
}

const LONGEST_ANSWER = 200

/** @param timestamp epoch seconds */
export const signatureOf = (secret: string, timestamp: number, body: string): string =>
  `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`

export function webhookNotifier({ url, secret, style, timeoutMs = 10_000, now = Date.now }: WebhookOptions): Notifier {
  return {
    name: 'webhook',
    paceMs: 0,
    async deliver(notification, { mayRepeat }) {
      const body = JSON.stringify(bodyOf(notification, style))
      const timestamp = Math.floor(now() / 1_000)
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'user-agent': 'javas',
            'idempotency-key': encodeURIComponent(notification.id),
            'x-javas-timestamp': String(timestamp),
            'x-javas-signature': signatureOf(secret, timestamp, body),
            ...(mayRepeat && { 'x-javas-may-repeat': '1' }),
          },
          body,
          redirect: 'error',
          signal: AbortSignal.timeout(timeoutMs),
        })
        const text = await response.text()
        const failure = failureOfStatus(response.status, text, response.headers.get('retry-after'))
        if (failure) throw failure
        return { answer: `${response.status} ${text.trim().slice(0, LONGEST_ANSWER)}`.trim(), reference: '' }
      } catch (cause) {
        throw failureOfRequest(cause)
      }
    },
    close: async () => {},
  }
}

/** The facts for programs, the words for people. */
function bodyOf(notification: Notification, style: MessageStyle) {
  const { id, transition, at, alerts, repeats, flapping } = notification
  const { title, parts, link } = messageText(notification, style, false)
  return {
    version: 1,
    id,
    transition,
    at,
    repeats,
    flapping,
    title,
    link,
    alerts: alerts.map((alert, i) => ({ ...alert, told: parts[i] })),
  }
}
