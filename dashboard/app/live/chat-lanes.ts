/** The chat by what a moderator looks for: each lane is a part of the same rows, in the same order. */
import type { EmoteSegment, WireMessage } from '../wire.ts'
import type { ChatRow } from './chat-rows.ts'

export const lanes = ['all', 'questions', 'review', 'first', 'mentions', 'paid', 'managers'] as const
export type Lane = (typeof lanes)[number]

/** What a row is judged by besides itself. */
export interface LaneNames {
  /** Names that somebody may be called by, lower case. */
  readonly called: readonly string[]
  /** When an author first wrote in this channel, epoch ms; null while nobody asked yet. */
  readonly firstAt: (authorId: string) => number | null
}

/** The author never wrote in this channel before. */
export const isFirst = ({ at, authorId }: WireMessage, names: Pick<LaneNames, 'firstAt'>): boolean => {
  const first = names.firstAt(authorId)
  return first !== null && at <= first
}

export const isManager = ({ roles }: WireMessage): boolean =>
  roles.some((role) => role === 'owner' || role === 'moderator' || role === 'staff')

/** Says one of the names. Masked text says nothing here. */
export function isMention(message: WireMessage, called: readonly string[]): boolean {
  if (called.length === 0) return false
  const text = plainText(message).toLowerCase()
  return called.some((name) => text.includes(name))
}

export const plainText = ({ segments }: WireMessage): string =>
  segments.map((segment) => ('text' in segment ? segment.text : '')).join('')

/** Nothing but emotes: such messages stand in a strip of their own, so that sentences stay readable. */
export const isEmotesOnly = ({ segments, kind }: WireMessage): boolean =>
  kind === 'text' &&
  segments.some((segment) => 'emote' in segment) &&
  segments.every((segment) => 'emote' in segment || ('text' in segment && segment.text.trim() === ''))

export function belongs(lane: Lane, { message }: ChatRow, names: LaneNames): boolean {
  switch (lane) {
    case 'all':
      return !isEmotesOnly(message)
    case 'questions':
      return message.question
    case 'review':
      return message.severity > 0 || message.suspect !== null
    case 'first':
      return isFirst(message, names)
    case 'mentions':
      return isMention(message, names.called)
    case 'paid':
      return message.amount !== null || message.kind === 'gift' || message.kind === 'membership'
    case 'managers':
      return isManager(message)
  }
}

export interface EmoteCount extends EmoteSegment {
  readonly count: number
}

/** Emotes of the emote-only rows written after `since`, most sent first. A fold counts as often as it was sent. */
export function emotesOf(rows: readonly ChatRow[], since: number, limit: number): readonly EmoteCount[] {
  const counts = new Map<string, EmoteCount>()
  for (let at = rows.length - 1; at >= 0; at -= 1) {
    const row = rows[at]!
    if (row.lastAt < since) continue
    if (!isEmotesOnly(row.message) || row.message.deletedAt !== null) continue
    for (const segment of row.message.segments)
      if ('emote' in segment)
        counts.set(segment.emote, { ...segment, count: (counts.get(segment.emote)?.count ?? 0) + row.count })
  }
  return [...counts.values()].sort((left, right) => right.count - left.count).slice(0, limit)
}
