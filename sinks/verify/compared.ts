/** What is compared of messages and windows: enough to tell any two of them apart, small enough to keep for all. */
import { createHash } from 'node:crypto'
import type { AnalyzedMessage, WindowCount } from '#schemas/types.ts'

export interface Compared {
  readonly channelId: string
  readonly broadcastId: string
  readonly id: string
  /** Epoch ms. */
  readonly timestamp: number
  /** 48 bits of a hash of what it says. */
  readonly digest: number
}

export interface ComparedFields {
  readonly kind: string
  readonly text: string
  readonly severity: number
  readonly sentiment: string | null
  /** The author under the name that both sides know. */
  readonly author: string | null
  /** Null where one side does not know of deletions. */
  readonly deleted: boolean | null
}

const DIGEST_BYTES = 6
/** Sums of digests stay in it: exact integers. */
export const DIGEST_END = 2 ** 48

const digestOf = (values: readonly unknown[]): number =>
  createHash('sha256').update(JSON.stringify(values)).digest().readUIntBE(0, DIGEST_BYTES)

export const messageDigest = (id: string, timestamp: number, fields: ComparedFields): number => {
  const { kind, text, severity, sentiment, author, deleted } = fields
  return digestOf([id, timestamp, kind, text.toWellFormed(), severity, sentiment, author, deleted])
}

export function comparedMessage(
  { message, severity, sentiment }: AnalyzedMessage,
  author: string | null,
  deleted: boolean | null,
): Compared {
  const { channelId, broadcastId, id, timestamp, kind, text } = message
  const fields = { kind, text, severity, sentiment: sentiment?.label ?? null, author, deleted }
  return { channelId, broadcastId, id, timestamp, digest: messageDigest(id, timestamp, fields) }
}

export function comparedWindow(window: WindowCount): Compared & { readonly revision: number } {
  const { channelId, broadcastId, windowStart, windowEnd, revision } = window
  const { messages, positive, neutral, negative, unscored, unsure, profane, mildlyProfane, authors, closed } = window
  const counts = [messages, positive, neutral, negative, unscored, unsure, profane, mildlyProfane, authors, closed]
  return {
    channelId,
    broadcastId,
    id: `window ${windowEnd - windowStart} ms`,
    timestamp: windowStart,
    digest: digestOf([windowStart, windowEnd, revision, ...counts]),
    revision,
  }
}
