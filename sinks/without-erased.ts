/** What of a batch stays out because it names somebody who was erased, or may hold their words. */
import type { Alert, ChannelRules } from '#schemas/types.ts'
import type { ArchiveBatch } from './archive.ts'

/** Who was erased, and when, epoch ms; -1 for never. */
export interface ErasedLookup {
  at(channelId: string, authorId: string): number
  /** When anybody was erased from the channel last. */
  lastOf(channelId: string): number
}

/** A record of the batch names a person. */
export interface Naming {
  readonly channelId: string
  readonly authorId: string
  /** When it was received or made, epoch ms: what is not after the erasure goes. */
  readonly at: number
}

export function* namingsOf(batch: ArchiveBatch): Generator<Naming> {
  for (const { message } of batch.messages) {
    const { channelId, author, receivedAt, timestamp, target } = message
    if (author.id !== '') yield { channelId, authorId: author.id, at: receivedAt }
    if (target?.authorId) yield { channelId, authorId: target.authorId, at: timestamp }
  }
  for (const { channelId, authorId, lastAt } of batch.offences) yield { channelId, authorId, at: lastAt }
  for (const { channelId, subject, at } of batch.alerts) if (subject !== '') yield { channelId, authorId: subject, at }
  for (const { channelId, authorId, at } of batch.actions ?? []) if (authorId !== '') yield { channelId, authorId, at }
  for (const { channelId, allowedAuthors, updatedAt } of batch.rules ?? [])
    for (const authorId of allowedAuthors) yield { channelId, authorId, at: updatedAt }
}

export function channelsOf(batch: ArchiveBatch): ReadonlySet<string> {
  const { messages, offences, alerts, keywords, actions = [], rules = [], undecodable = [] } = batch
  return new Set([
    ...messages.map(({ message }) => message.channelId),
    ...[offences, alerts, keywords, actions, rules].flatMap((list) => list.map(({ channelId }) => channelId)),
    ...undecodable.map(channelOfRecord),
  ])
}

/** The key of every topic's record is its channel. */
export const channelOfRecord = ({ key }: { readonly key: Uint8Array | null }): string =>
  key ? Buffer.from(key).toString() : ''

/** The batch as it may be stored. Its positions stay. */
export function withoutErased(batch: ArchiveBatch, people: ErasedLookup): ArchiveBatch {
  const isGone = ({ channelId, authorId, at }: Naming) => authorId !== '' && at <= people.at(channelId, authorId)
  const staying = batch.messages.map(({ message: { channelId, author, receivedAt, timestamp, target } }) => {
    const isTheirs = isGone({ channelId, authorId: author.id, at: receivedAt })
    return !isTheirs && !isGone({ channelId, authorId: target?.authorId ?? '', at: timestamp })
  })
  const stays = (_: unknown, index: number) => staying[index]!
  return {
    ...batch,
    messages: batch.messages.filter(stays),
    origins: batch.origins.filter(stays),
    // Words that only an erased person wrote may be among them; newer ones come in seconds.
    keywords: batch.keywords.filter(({ channelId, at }) => at > people.lastOf(channelId)),
    offences: batch.offences.filter(({ channelId, authorId, lastAt: at }) => !isGone({ channelId, authorId, at })),
    alerts: batch.alerts
      .filter(({ channelId, subject, at }) => !isGone({ channelId, authorId: subject, at }))
      .map((alert) => (alert.at <= people.lastOf(alert.channelId) ? withoutTexts(alert) : alert)),
    actions: (batch.actions ?? []).filter((action) => !isGone(action)),
    rules: (batch.rules ?? []).map((rules) => withoutAuthors(rules, people)),
    // What cannot be read cannot be shown to be somebody else's.
    undecodable: (batch.undecodable ?? []).filter(
      (record) => record.key === null || record.timestamp > people.lastOf(channelOfRecord(record)),
    ),
  }
}

/** A sample may be an erased person's, and a word theirs alone. */
const withoutTexts = (alert: Alert): Alert => ({ ...alert, samples: [], words: [] })

function withoutAuthors(rules: ChannelRules, people: ErasedLookup): ChannelRules {
  const { channelId, allowedAuthors, updatedAt } = rules
  const left = allowedAuthors.filter((authorId) => updatedAt > people.at(channelId, authorId))
  return left.length === allowedAuthors.length ? rules : { ...rules, allowedAuthors: left }
}
