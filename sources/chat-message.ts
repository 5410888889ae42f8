/** Builds a ChatMessage that keeps the schema's promises whatever the platform sent. */
import type { Amount, Author, Badge, ChatMessage, MessageKind, Role, Run, Target } from '#schemas/types.ts'
import { boundedRaw, boundedText, cut, MAX_TEXT } from './bounded-text.ts'
import { derivedId } from './derived-id.ts'

const MAX_NAME = 100
const MAX_ID = 200
const MAX_RUNS = 200
const MAX_BADGES = 20
const MAX_URL = 500

/** What was paid or given; the exact micros are worked out here. */
export type AmountDraft = Omit<Amount, 'micros'>

export interface MessageDraft {
  readonly source: string
  readonly channelId: string
  readonly broadcastId: string
  readonly id: string
  readonly kind: MessageKind
  readonly timestamp: number
  readonly receivedAt: number
  /** null where the platform names nobody */
  readonly author: Partial<Author> | null
  /** a string is one run of plain text */
  readonly text: string | readonly Run[]
  readonly amount?: AmountDraft | null
  readonly target?: Partial<Target> | null
  readonly history?: boolean
  readonly raw?: string | null
}

/** Pure: the same draft gives the same message. */
export function chatMessage(draft: MessageDraft): ChatMessage {
  const runs = boundedRuns(typeof draft.text === 'string' ? [{ text: draft.text, emote: null }] : draft.text)
  const text = runs.map((run) => run.text).join('')
  const composed = text.normalize('NFC')
  return {
    source: draft.source,
    channelId: draft.channelId,
    broadcastId: draft.broadcastId,
    // An id of nothing but control characters is none, and messages of one id would be taken for one.
    id: boundedText(draft.id, MAX_ID) || derivedId(draft.id, draft.kind, draft.timestamp, text),
    kind: draft.kind,
    timestamp: epochMs(draft.timestamp, draft.receivedAt),
    receivedAt: draft.receivedAt,
    author: boundedAuthor(draft.author),
    text: cut(composed, MAX_TEXT),
    // Two NFC runs may compose where they meet; the text wins, and the emotes between them never compose.
    runs: composed === text ? runs : [{ text: cut(composed, MAX_TEXT), emote: null }],
    amount: draft.amount ? boundedAmount(draft.amount) : null,
    target: draft.target ? boundedTarget(draft.target) : null,
    history: draft.history ?? false,
    raw: draft.raw == null ? null : boundedRaw(draft.raw),
  }
}

function boundedRuns(runs: readonly Run[]): Run[] {
  const kept: Run[] = []
  let left = MAX_TEXT
  for (const run of runs.slice(0, MAX_RUNS)) {
    const text = boundedText(run.text, left)
    if (text === '') continue
    left -= text.length
    kept.push({
      text,
      emote: run.emote ? { id: boundedText(run.emote.id, MAX_ID), url: httpsUrl(run.emote.url) } : null,
    })
    if (left <= 0) break
  }
  return kept
}

function boundedAuthor(author: Partial<Author> | null): Author {
  const id = boundedText(author?.id, MAX_ID)
  const name = boundedText(author?.name, MAX_NAME)
  const roles = (author?.roles ?? []).filter((role) => knownRoles.has(role))
  const badges = (author?.badges ?? []).slice(0, MAX_BADGES)
  return {
    id: id || 'anonymous',
    name: name || cut(id, MAX_NAME) || 'anonymous',
    handle: nullable(author?.handle, MAX_NAME),
    roles: id || roles.includes('anonymous') ? [...new Set(roles)] : [...new Set(roles), 'anonymous'],
    badges: badges.map((badge: Badge) => ({
      id: boundedText(badge.id, MAX_NAME),
      label: boundedText(badge.label, MAX_NAME),
      url: httpsUrl(badge.url),
    })),
    months: Number.isInteger(author?.months) ? Math.min(Math.max(author?.months as number, 0), 10_000) : null,
  }
}

const knownRoles = new Set<Role>(['owner', 'moderator', 'staff', 'vip', 'member', 'verified', 'fan', 'anonymous'])

function boundedAmount(amount: AmountDraft): Amount | null {
  const micros = Math.round(amount.value * 1_000_000)
  if (!Number.isFinite(amount.value)) return null
  return {
    value: amount.value,
    currency: boundedText(amount.currency, 20),
    raw: boundedText(amount.raw, MAX_NAME),
    micros: Number.isSafeInteger(micros) ? micros : null,
  }
}

function boundedTarget({ messageId, authorId, seconds }: Partial<Target>): Target {
  const isTime = Number.isInteger(seconds) && (seconds as number) >= 0 && (seconds as number) < 2 ** 31
  return {
    messageId: nullable(messageId, MAX_ID),
    authorId: nullable(authorId, MAX_ID),
    seconds: isTime ? (seconds as number) : null,
  }
}

function nullable(value: unknown, limit: number): string | null {
  return boundedText(value, limit) || null
}

/** Only https reaches a browser; anything else would be a way in. */
function httpsUrl(value: unknown): string | null {
  const url = boundedText(value, MAX_URL)
  return url.startsWith('https://') && URL.canParse(url) ? url : null
}

/** A time the platform could mean, else when we received it. */
function epochMs(timestamp: number, receivedAt: number): number {
  return Number.isSafeInteger(timestamp) && timestamp > 0 && timestamp < 8.64e15 ? timestamp : receivedAt
}
