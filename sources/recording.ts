/** The file that `record` writes and `replay` reads: JSON lines, first a header, then one ChatMessage a line. */
import type { ChatMessage, MessageKind, Role, Run } from '#schemas/types.ts'
import { chatMessage } from './chat-message.ts'
import type { Broadcast } from './chat-source.ts'

export interface RecordingHeader {
  readonly format: 'javas-chat'
  readonly version: 1
  readonly source: string
  readonly channelId: string
  readonly broadcastId: string
  readonly channelName: string
  readonly title: string
  readonly url: string
  /** epoch ms */
  readonly recordedAt: number
}

/** A line longer than this is not a message: the longest that `record` writes stays under it. */
export const MAX_RECORDED_LINE = 262_144

export function headerOf(broadcast: Broadcast, recordedAt: number): RecordingHeader {
  const { source, channelId, broadcastId, channelName, title, url } = broadcast
  return { format: 'javas-chat', version: 1, source, channelId, broadcastId, channelName, title, url, recordedAt }
}

/** Null when the line is not the header of a recording that this version reads. */
export function parseHeader(line: string): RecordingHeader | null {
  const parsed = parseJson(line)
  if (!isObject(parsed) || parsed.format !== 'javas-chat' || parsed.version !== 1) return null
  const text = (name: string) => (typeof parsed[name] === 'string' ? parsed[name] : '')
  return {
    format: 'javas-chat',
    version: 1,
    source: text('source'),
    channelId: text('channelId'),
    broadcastId: text('broadcastId'),
    channelName: text('channelName'),
    title: text('title'),
    url: text('url'),
    recordedAt: typeof parsed.recordedAt === 'number' ? parsed.recordedAt : 0,
  }
}

const kinds = new Set<MessageKind>([
  ...([
    'text',
    'paid',
    'sticker',
    'membership',
    'gift',
    'system',
    'notice',
    'delete',
    'clear',
    'status',
    'restore',
  ] as const),
])

/**
 * A recorded line as a message that keeps the schema's promises, or why it is none. A file may come from anywhere:
 * it is trusted no more than a platform.
 */
export function parseRecorded(line: string): ChatMessage | string {
  if (line.length > MAX_RECORDED_LINE) return `longer than ${MAX_RECORDED_LINE} characters`
  const value = parseJson(line)
  if (!isObject(value)) return 'not a JSON object'
  const kind = kinds.has(value.kind as MessageKind) ? (value.kind as MessageKind) : null
  if (kind === null) return 'no known kind'
  if (typeof value.id !== 'string' || value.id === '') return 'no id'
  if (!Number.isSafeInteger(value.timestamp) || (value.timestamp as number) < 0) return 'no timestamp'
  const timestamp = value.timestamp as number
  const text = (from: unknown) => (typeof from === 'string' ? from : '')
  const list = (from: unknown) => (Array.isArray(from) ? from.slice(0, 1_000).filter(isObject) : [])
  const author = isObject(value.author) ? value.author : null
  const amount = isObject(value.amount) ? value.amount : null
  const target = isObject(value.target) ? value.target : null
  const runs: Run[] = list(value.runs).map((run) => ({
    text: text(run.text),
    emote: isObject(run.emote) ? { id: text(run.emote.id), url: text(run.emote.url) || null } : null,
  }))
  return chatMessage({
    source: text(value.source),
    channelId: text(value.channelId),
    broadcastId: text(value.broadcastId),
    id: value.id,
    kind,
    timestamp,
    receivedAt: Number.isSafeInteger(value.receivedAt) ? (value.receivedAt as number) : timestamp,
    author: author && {
      id: text(author.id),
      name: text(author.name),
      handle: text(author.handle) || null,
      roles: Array.isArray(author.roles) ? (author.roles.slice(0, 20) as Role[]) : [],
      badges: list(author.badges).map((badge) => ({
        id: text(badge.id),
        label: text(badge.label),
        url: text(badge.url) || null,
      })),
      months: typeof author.months === 'number' ? author.months : null,
    },
    text: runs.length > 0 ? runs : text(value.text),
    amount: amount && { value: Number(amount.value), currency: text(amount.currency), raw: text(amount.raw) },
    target: target && { messageId: text(target.messageId) || null, authorId: text(target.authorId) || null },
    history: value.history === true,
    raw: typeof value.raw === 'string' ? value.raw : null,
  })
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
