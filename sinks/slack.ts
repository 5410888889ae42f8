/**
 * Notifications to Slack: through an incoming webhook, or as a bot, which answers in the thread of the message that told
 * the beginning and marks that message when it is over. At least once; Slack knows no idempotency key, so a copy that may be
 * the second says so. What people wrote stands in `plain_text`, where Slack reads no markup, mention or link.
 */
import { ErrorCode, WebClient } from '@slack/web-api'
import { IncomingWebhook } from '@slack/webhook'
import type { Notification } from '#schemas/types.ts'
import { failureOfRequest, failureOfStatus } from './notify/http-failure.ts'
import { type AlertText, type MessageStyle, type MessageText, messageText } from './notify/message-text.ts'
import { type DeliverContext, type Delivered, type Notifier, NotifyError } from './notify/notifier.ts'

export type SlackTarget =
  | { readonly webhook: string }
  /** The bot needs `chat:write`. */
  | { readonly token: string; readonly channel: string; readonly apiUrl?: string }

export interface SlackOptions {
  readonly target: SlackTarget
  readonly style: MessageStyle
  /** Default 10,000 ms. */
  readonly timeoutMs?: number
}

/** Slack takes one message a second and channel. */
const PACE_MS = 1_000
/** Of Block Kit: a message, a plain text, a header. */
const MOST_BLOCKS = 48
const LONGEST_TEXT = 2_900
const LONGEST_HEADER = 150

type SlackBlock = { readonly type: string; readonly [key: string]: unknown }
interface SlackMessage {
  readonly text: string
  readonly blocks: SlackBlock[]
}

export function slackNotifier({ target, style, timeoutMs = 10_000 }: SlackOptions): Notifier {
  const send = 'webhook' in target ? byWebhook(target, timeoutMs) : asBot(target, style, timeoutMs)
  return {
    name: 'slack',
    paceMs: PACE_MS,
    deliver: (notification, context) =>
      send(slackMessage(messageText(notification, style, context.mayRepeat)), notification, context),
    close: async () => {},
  }
}

type Send = (message: SlackMessage, notification: Notification, context: DeliverContext) => Promise<Delivered>

function byWebhook({ webhook }: { readonly webhook: string }, timeoutMs: number): Send {
  return async ({ text, blocks }) => {
    let retryAfter: string | null = null
    const hook = new IncomingWebhook(webhook, {
      timeout: timeoutMs,
      // The library keeps the answer's headers to itself.
      fetch: async (url, init) => {
        const response = await fetch(url, init as RequestInit)
        retryAfter = response.headers.get('retry-after')
        return response
      },
    })
    try {
      const { text: said } = await hook.send({
        text,
        blocks: blocks as never,
        unfurl_links: false,
        unfurl_media: false,
      })
      return { answer: `200 ${said}`.trim(), reference: '' }
    } catch (cause) {
      const { statusCode, body = '' } = cause as { readonly statusCode?: number; readonly body?: string }
      throw (statusCode !== undefined && failureOfStatus(statusCode, body, retryAfter)) || failureOfRequest(cause)
    }
  }
}

function asBot(
  { token, channel, apiUrl }: Extract<SlackTarget, { token: string }>,
  style: MessageStyle,
  timeoutMs: number,
): Send {
  const client = new WebClient(token, {
    ...(apiUrl && { slackApiUrl: apiUrl }),
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silent,
  })
  return async (message, notification, { opened }) => {
    const common = { channel, unfurl_links: false, unfurl_media: false, link_names: false }
    try {
      const answer = await client.chat.postMessage({
        ...common,
        ...message,
        blocks: message.blocks as never,
        ...(opened?.reference && { thread_ts: opened.reference }),
      })
      if (opened?.reference && notification.transition === 'resolved') await markOver(opened)
      return { answer: '200 ok', reference: opened?.reference || (answer.ts ?? '') }
    } catch (cause) {
      throw botFailure(cause)
    }
  }

  /** The message that told the beginning shows that it is over. Its words are there already: failing here costs nothing. */
  async function markOver({ notification, reference }: NonNullable<DeliverContext['opened']>): Promise<void> {
    const { text, blocks } = slackMessage(messageText(notification, style, false))
    const over = `✅ ${text}`
    await client.chat
      .update({ channel, ts: reference, text: over, blocks: [header(over), ...blocks.slice(1)] as never })
      .catch(() => {})
  }
}

/** Errors of Slack's own that mean "later". */
const LATER: readonly string[] = [
  'ratelimited',
  'rate_limited',
  'service_unavailable',
  'internal_error',
  'fatal_error',
  'request_timeout',
]

function botFailure(cause: unknown): NotifyError {
  const error = cause as {
    code?: string
    retryAfter?: number
    statusCode?: number
    body?: unknown
    data?: { error: string }
  }
  switch (error.code) {
    case ErrorCode.RateLimitedError:
      return new NotifyError('NOTIFY_RATE_LIMITED', '429', { retryAfterMs: (error.retryAfter ?? 30) * 1_000, cause })
    case ErrorCode.HTTPError:
      return failureOfStatus(error.statusCode ?? 500, String(error.body ?? ''), null)!
    case ErrorCode.PlatformError: {
      const said = error.data?.error ?? 'unknown'
      return new NotifyError(LATER.includes(said) ? 'NOTIFY_UNAVAILABLE' : 'NOTIFY_REFUSED', said, { cause })
    }
    default:
      return failureOfRequest(cause)
  }
}

export function slackMessage(text: MessageText): SlackMessage {
  const { title, parts, footer, labels, link } = text
  const body = parts.flatMap((part) => partBlocks(part, labels, parts.length > 1))
  return {
    text: escapeMarkup(title),
    blocks: [
      header(title),
      ...body.slice(0, MOST_BLOCKS - 2),
      ...(link
        ? [{ type: 'context', elements: [{ type: 'mrkdwn', text: `<${link}|${escapeMarkup(labels.alarms)}>` }] }]
        : []),
      { type: 'context', elements: [plain(footer)] },
    ],
  }
}

function partBlocks(part: AlertText, labels: MessageText['labels'], isOneOfMany: boolean): SlackBlock[] {
  const lines = [...(isOneOfMany ? [part.title] : []), ...part.lines]
  const links = [
    ...(part.link ? [`<${part.link}|${escapeMarkup(labels.open)}>`] : []),
    ...(part.runbook ? [`<${part.runbook}|${escapeMarkup(labels.runbook)}>`] : []),
  ]
  return [
    { type: 'section', text: plain(lines.join('\n')) },
    ...(part.samples.length > 0
      ? [{ type: 'section', text: plain([labels.samples, ...part.samples.map((sample) => `“${sample}”`)].join('\n')) }]
      : []),
    ...(links.length > 0 ? [{ type: 'context', elements: [{ type: 'mrkdwn', text: links.join(' · ') }] }] : []),
  ]
}

const cut = (text: string, longest: number) => {
  const letters = [...text]
  return letters.length <= longest ? text : `${letters.slice(0, longest - 1).join('')}…`
}
const plain = (text: string) => ({ type: 'plain_text', text: cut(text, LONGEST_TEXT), emoji: false })
const header = (text: string): SlackBlock => ({ type: 'header', text: plain(cut(text, LONGEST_HEADER)) })

/** The three letters that make Slack's markup; the rest (`*`, `_`, backquotes) can only decorate our own fallback text. */
const escapeMarkup = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*_~`]/g, '\u2060$&\u2060')

const silent = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => 'error' as never,
  setName: () => {},
}
