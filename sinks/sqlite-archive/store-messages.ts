/** Writes the messages of a batch, and what moderators upstream took away. Runs inside the writer's transaction. */
import type { DatabaseSync } from 'node:sqlite'
import {
  COUNTED,
  type MessageColumns,
  NEGATIVE,
  PROFANE_SEVERITY,
  type Removal,
  SENTIMENT_MASK,
  SEVERITY_MASK,
} from './encoded-batch.ts'
import type { ErasedPeople } from './erased-people.ts'
import { facetsOf } from './facets.ts'
import { gramsOf } from './grams.ts'
import type { ArchiveKeys } from './keys.ts'
import { Places } from './places.ts'

interface AuthorCounts {
  author: number
  broadcast: number
  messages: number
  negative: number
  profane: number
  firstAt: number
  lastAt: number
}

export class MessageStore {
  readonly #keys: ArchiveKeys
  readonly #erasedPeople: ErasedPeople
  readonly #places: Places
  /** Latest clear of each broadcast: by author, '' for everybody. */
  readonly #clears = new Map<number, Map<string, number>>()
  readonly #sql

  constructor(database: DatabaseSync, keys: ArchiveKeys, erasedPeople: ErasedPeople) {
    this.#keys = keys
    this.#erasedPeople = erasedPeople
    this.#places = new Places(database)
    const prepare = (sql: string) => database.prepare(sql)
    this.#sql = {
      erased: prepare('SELECT at FROM erased WHERE channel_id = ? AND broadcast_id = ?'),
      addId: prepare('INSERT INTO message_ids (channel, id, place) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'),
      findId: prepare('SELECT place FROM message_ids WHERE channel = ? AND id = ?'),
      addMessage: prepare(
        'INSERT INTO messages (place, channel, broadcast, author, timestamp, flags, deleted_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ),
      addBody: prepare('INSERT INTO bodies (place, body) VALUES (?, ?)'),
      index: prepare('INSERT INTO messages_index (rowid, grams, facets) VALUES (?, ?, ?)'),
      countBroadcast:
        prepare(`UPDATE broadcasts SET messages = messages + ?, profane = profane + ?, authors = authors + ?,
        last_at = max(coalesce(last_at, 0), ?), source = iif(source = '', ?, source),
        started_at = iif(state IS NULL, min(started_at, ?), started_at) WHERE key = ?`),
      hasAuthor: prepare('SELECT 1 FROM broadcast_authors WHERE author = ? AND broadcast = ?'),
      countAuthor: prepare(`INSERT INTO broadcast_authors VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
        messages = messages + excluded.messages, negative = negative + excluded.negative, profane = profane + excluded.profane,
        first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)`),
      takeRemoval: prepare('DELETE FROM removals WHERE channel = ? AND id = ? RETURNING at'),
      anyRemoval: prepare('SELECT 1 FROM removals LIMIT 1'),
      addRemoval: prepare('INSERT INTO removals VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = min(at, excluded.at)'),
      clears: prepare('SELECT author_id, at FROM clears WHERE broadcast = ?'),
      addClear: prepare('INSERT INTO clears VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)'),
      addSanction: prepare('INSERT INTO platform_sanctions VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'),
      findAuthor: prepare('SELECT key FROM authors WHERE author_id = ? AND channel = ?'),
      restoreOne: prepare('UPDATE messages SET deleted_at = NULL WHERE place = ?'),
      removeOne: prepare('UPDATE messages SET deleted_at = ? WHERE place = ? AND deleted_at IS NULL'),
      removeOfAuthor: prepare(`UPDATE messages SET deleted_at = ? WHERE deleted_at IS NULL AND timestamp <= ?
        AND place IN (SELECT rowid FROM messages_index WHERE messages_index MATCH ?)`),
      removeAll: prepare(
        'UPDATE messages SET deleted_at = ? WHERE broadcast = ? AND deleted_at IS NULL AND timestamp <= ?',
      ),
    }
  }

  add(columns: MessageColumns): void {
    const count = columns.id.length
    if (count === 0) return
    // In place order FTS5 and the tables append; in another order they would flush and split.
    const order = Array.from({ length: count }, (_, index) => index).sort(
      (a, b) => columns.timestamp[a]! - columns.timestamp[b]! || a - b,
    )
    const erased = new Map<string, number>()
    const awaited = this.#sql.anyRemoval.get() !== undefined
    const authors = new Map<string, AuthorCounts>()
    const broadcasts = new Map<
      number,
      { messages: number; profane: number; first: number; last: number; source: string }
    >()
    const indexed: { place: number; index: number; facets: string }[] = []

    for (const index of order) {
      const channelId = columns.channelId[index]!
      const broadcastId = columns.broadcastId[index]!
      if (columns.receivedAt[index]! <= this.#erasedAt(channelId, broadcastId, erased)) continue
      if (columns.receivedAt[index]! <= this.#erasedPeople.at(channelId, columns.authorId[index]!)) continue
      const timestamp = columns.timestamp[index]!
      const channel = this.#keys.channel(channelId)
      const id = columns.id[index]!
      if (this.#sql.findId.get(channel, id)) continue
      const place = this.#places.take(timestamp)
      this.#sql.addId.run(channel, id, place)
      const flags = columns.flags[index]!
      const authorId = columns.authorId[index]!
      const { broadcast } = this.#keys.broadcast(channelId, broadcastId, columns.source[index]!, timestamp)
      const author = this.#keys.author(channel, authorId, columns.authorName[index]!, timestamp)
      const removedAt = awaited ? this.#sql.takeRemoval.get(channel, id)?.at : undefined
      const deletedAt = Number(removedAt ?? this.#clearedAt(broadcast, authorId, timestamp)) || null
      this.#sql.addMessage.run(place, channel, broadcast, author, timestamp, flags, deletedAt)
      this.#sql.addBody.run(place, columns.bodies.subarray(columns.ends[index - 1] ?? 0, columns.ends[index]!))
      indexed.push({ place, index, facets: facetsOf(channel, broadcast, author, flags) })

      const counted = flags & COUNTED ? 1 : 0
      const profane = counted && (flags & SEVERITY_MASK) >= PROFANE_SEVERITY ? 1 : 0
      const negative = counted && (flags & SENTIMENT_MASK) === NEGATIVE ? 1 : 0
      const sums = broadcasts.get(broadcast)
      if (sums) {
        sums.messages += counted
        sums.profane += profane
        sums.last = timestamp
      } else {
        const source = columns.source[index]!
        broadcasts.set(broadcast, { messages: counted, profane, first: timestamp, last: timestamp, source })
      }
      if (author === 0) continue
      const name = `${author} ${broadcast}`
      const own = authors.get(name)
      if (own) {
        own.messages += counted
        own.negative += negative
        own.profane += profane
        own.lastAt = timestamp
      } else {
        authors.set(name, {
          author,
          broadcast,
          messages: counted,
          negative,
          profane,
          firstAt: timestamp,
          lastAt: timestamp,
        })
      }
    }

    // A full millisecond lends from the next: places are ascending only after sorting once more.
    indexed.sort((a, b) => a.place - b.place)
    for (const { place, index, facets } of indexed) this.#sql.index.run(place, gramsOf(columns.text[index]!), facets)
    this.#count(broadcasts, authors)
  }

  #count(
    broadcasts: Map<number, { messages: number; profane: number; first: number; last: number; source: string }>,
    authors: Map<string, AuthorCounts>,
  ): void {
    const newAuthors = new Map<number, number>()
    for (const own of authors.values()) {
      if (!this.#sql.hasAuthor.get(own.author, own.broadcast))
        newAuthors.set(own.broadcast, (newAuthors.get(own.broadcast) ?? 0) + 1)
      const { author, broadcast, messages, negative, profane, firstAt, lastAt } = own
      this.#sql.countAuthor.run(author, broadcast, messages, negative, profane, firstAt, lastAt)
    }
    for (const [broadcast, { messages, profane, first, last, source }] of broadcasts)
      this.#sql.countBroadcast.run(messages, profane, newAuthors.get(broadcast) ?? 0, last, source, first, broadcast)
  }

  /** When the broadcast was erased, or -1. What was received before that stays out. */
  #erasedAt(channelId: string, broadcastId: string, known: Map<string, number>): number {
    const name = `${channelId}\0${broadcastId}`
    let at = known.get(name)
    if (at === undefined) {
      at = Number(this.#sql.erased.get(channelId, broadcastId)?.at ?? -1)
      known.set(name, at)
    }
    return at
  }

  /** Marks as deleted, never removes; remembers what a message that is still to come must be marked with. */
  remove(removal: Removal): void {
    if (removal.restores) {
      this.#restore(removal)
      return
    }
    const keys = this.#keys.findBroadcast(removal.channelId, removal.broadcastId)
    const { messageId, authorId, at } = removal
    if (messageId !== null) {
      const channel = this.#keys.channel(removal.channelId)
      const found = this.#sql.findId.get(channel, messageId)
      if (found) this.#sql.removeOne.run(at, found.place!)
      else this.#sql.addRemoval.run(channel, messageId, at)
      return
    }
    // What the log still brings about somebody who was erased names them.
    if (authorId !== null && at <= this.#erasedPeople.at(removal.channelId, authorId)) return
    const { channel, broadcast } = keys ?? this.#keys.broadcast(removal.channelId, removal.broadcastId, '', at)
    this.#sql.addClear.run(broadcast, authorId ?? '', at)
    this.#clears.delete(broadcast)
    if (authorId === null) {
      this.#sql.removeAll.run(at, broadcast, at)
      return
    }
    this.#sql.addSanction.run(channel, authorId, at, removal.id, broadcast, removal.seconds)
    const author = this.#sql.findAuthor.get(authorId, channel)
    if (author) this.#sql.removeOfAuthor.run(at, at, `facets : ("a${author.key}" AND "b${broadcast}")`)
  }

  #restore({ channelId, messageId }: Removal): void {
    if (messageId === null) return
    const channel = this.#keys.channel(channelId)
    const found = this.#sql.findId.get(channel, messageId)
    if (found) this.#sql.restoreOne.run(found.place!)
    else this.#sql.takeRemoval.get(channel, messageId)
  }

  #clearedAt(broadcast: number, authorId: string, timestamp: number): number | undefined {
    let clears = this.#clears.get(broadcast)
    if (!clears) {
      clears = new Map(this.#sql.clears.all(broadcast).map((row) => [String(row.author_id), Number(row.at)]))
      if (this.#clears.size >= 1000) this.#clears.clear()
      this.#clears.set(broadcast, clears)
    }
    if (clears.size === 0) return undefined
    const at = Math.max(clears.get('') ?? -1, authorId === '' ? -1 : (clears.get(authorId) ?? -1))
    return at >= timestamp ? at : undefined
  }

  forget(): void {
    this.#places.forget()
    this.#clears.clear()
  }
}
