/**
 * Erasure of a broadcast, in bounded steps: each step is one short transaction, other work goes on in
 * between, and an interrupted erasure is finished when the archive is opened again.
 *
 * Irrecoverable means: deleted cells and pages are overwritten (secure_delete), the full-text index drops the postings
 * themselves (its own secure-delete), pages that were free before are moved out and cut off (incremental vacuum), and
 * the write-ahead log is emptied.
 */
import { setImmediate } from 'node:timers/promises'
import type { AuthorOffence } from '#schemas/types.ts'
import { type ArchiveCodecs, archiveCodecs, writableRegistry } from './codecs.ts'
import { offenceRank } from './encoded-batch.ts'
import { facetsOf } from './facets.ts'
import { gramsOf } from './grams.ts'
import type { ArchiveStore } from './store.ts'

/** Rows that one transaction takes away. */
export const ROWS_PER_STEP = 500
const PAGES_PER_STEP = 500
const HALF_LIFE_MS = 7 * 24 * 60 * 60 * 1000

export interface MessageRow {
  readonly place: number
  readonly channel: number
  readonly broadcast: number
  readonly author: number
  readonly flags: number
}

export class ArchiveEraser {
  readonly #store: ArchiveStore
  readonly #codecs: ArchiveCodecs
  readonly #isStopped: () => boolean
  readonly #sql

  /** @param isStopped asked between steps: true ends the work early, to be finished after the next opening */
  constructor(store: ArchiveStore, isStopped: () => boolean) {
    this.#store = store
    this.#isStopped = isStopped
    this.#codecs = store.write(() => archiveCodecs(writableRegistry(store.database)))
    const prepare = (sql: string) => store.database.prepare(sql)
    this.#sql = {
      body: prepare('SELECT body FROM bodies WHERE place = ?'),
      dropBody: prepare('DELETE FROM bodies WHERE place = ?'),
      dropMessage: prepare('DELETE FROM messages WHERE place = ?'),
      dropId: prepare('DELETE FROM message_ids WHERE channel = ? AND id = ?'),
      unindex: prepare("INSERT INTO messages_index (messages_index, rowid, grams, facets) VALUES ('delete', ?, ?, ?)"),
      dropBroadcastAuthor: prepare('DELETE FROM broadcast_authors WHERE author = ? AND broadcast = ?'),
      otherBroadcasts: prepare('SELECT 1 FROM broadcast_authors WHERE author = ? LIMIT 1'),
      author: prepare('SELECT author_id FROM authors WHERE key = ?'),
      offence: prepare('SELECT value FROM offences WHERE channel = ? AND author_id = ?'),
      dropOffence: prepare('DELETE FROM offences WHERE channel = ? AND author_id = ?'),
      setOffence: prepare('UPDATE offences SET rank = ?, last_at = ?, value = ? WHERE channel = ? AND author_id = ?'),
      profaneOfAuthor: prepare(
        'SELECT b.body FROM messages_index i CROSS JOIN bodies b ON b.place = i.rowid WHERE messages_index MATCH ? ORDER BY i.rowid',
      ),
    }
  }

  /** Finishes what was interrupted. */
  async resume(): Promise<void> {
    const rows = this.#store.database.prepare('SELECT key, channel FROM broadcasts WHERE erasing = 1').all()
    for (const { key, channel } of rows) await this.#erase(Number(key), Number(channel))
  }

  async deleteBroadcast(channelId: string, broadcastId: string, now: number): Promise<number> {
    const { database } = this.#store
    const keys = this.#store.write(() => {
      database
        .prepare('INSERT INTO erased VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at')
        .run(channelId, broadcastId, now)
      const found = this.#store.keys.findBroadcast(channelId, broadcastId)
      if (found) database.prepare('UPDATE broadcasts SET erasing = 1 WHERE key = ?').run(found.broadcast)
      return found
    })
    if (!keys) return 0
    return this.#erase(keys.broadcast, keys.channel)
  }

  async #erase(broadcast: number, channel: number): Promise<number> {
    const { database } = this.#store
    database.exec('PRAGMA secure_delete = ON')
    const messages = database.prepare(
      `SELECT place, channel, broadcast, author, flags FROM messages WHERE broadcast = ? LIMIT ${ROWS_PER_STEP}`,
    )
    const authors = database.prepare(`SELECT author FROM broadcast_authors WHERE broadcast = ? LIMIT ${ROWS_PER_STEP}`)
    const removed = await this.steps(() => {
      const rows = messages.all(broadcast) as unknown as MessageRow[]
      for (const row of rows) this.dropMessage(row)
      return rows.length
    })
    await this.steps(() => {
      const rows = authors.all(broadcast)
      for (const { author } of rows) {
        this.#sql.dropBroadcastAuthor.run(author!, broadcast)
        this.#recount(channel, Number(author))
      }
      return rows.length
    })
    if (this.#isStopped()) return removed
    this.#store.write(() => {
      const { channel_id, broadcast_id } = database
        .prepare(
          `SELECT channel_id, broadcast_id FROM broadcasts b JOIN channels c ON c.key = b.channel WHERE b.key = ?`,
        )
        .get(broadcast)!
      // Offences whose messages retention took before, and that still name this broadcast.
      for (const row of database.prepare('SELECT author_id, value FROM offences WHERE channel = ?').all(channel)) {
        const offence = this.#codecs.offence.decode(row.value as Uint8Array)
        if (offence.broadcastId === broadcast_id) this.#sql.dropOffence.run(channel, row.author_id!)
      }
      for (const table of ['windows', 'keywords', 'clears', 'platform_sanctions', 'alerts'])
        database.prepare(`DELETE FROM ${table} WHERE broadcast = ?`).run(broadcast)
      database.prepare('DELETE FROM undecodable WHERE record_key = ?').run(Buffer.from(String(channel_id)))
      database.exec(`UPDATE undecodable_total SET bytes = (SELECT coalesce(sum(bytes), 0) FROM undecodable)`)
      database.prepare("UPDATE broadcasts SET state = NULL, source = '' WHERE key = ?").run(broadcast)
    })
    await this.rewriteIndexes()
    await this.giveBack()
    if (this.#isStopped()) return removed
    // The mark goes last: until then an interrupted erasure is taken up again.
    this.#store.write(() => {
      database.prepare('DELETE FROM broadcasts WHERE key = ?').run(broadcast)
      this.#store.forget()
    })
    return removed
  }

  dropMessage({ place, channel, broadcast, author, flags }: MessageRow): void {
    const body = this.#sql.body.get(place)?.body as Uint8Array | undefined
    if (body) {
      const { message } = this.#codecs.message.decode(body)
      // The index holds no text of its own: it must be told again, exactly, what it was told when this was added.
      this.#sql.unindex.run(place, gramsOf(message.text), facetsOf(channel, broadcast, author, flags))
      this.#sql.dropId.run(channel, message.id)
    }
    this.#sql.dropBody.run(place)
    this.#sql.dropMessage.run(place)
  }

  /** An author's offence after one broadcast went: over what the other broadcasts still hold, or nothing. */
  #recount(channel: number, author: number): void {
    const authorId = this.#sql.author.get(author)?.author_id
    if (authorId === undefined) return
    const stored = this.#sql.offence.get(channel, authorId)
    if (!this.#sql.otherBroadcasts.get(author)) {
      this.#sql.dropOffence.run(channel, authorId)
      this.#store.keys.dropAuthor(author)
      this.#store.forget()
      return
    }
    if (!stored) return
    const offence = this.#recounted(this.#codecs.offence.decode(stored.value as Uint8Array), author)
    if (!offence) this.#sql.dropOffence.run(channel, authorId)
    else {
      const value = this.#codecs.offence.encode(offence)
      this.#sql.setOffence.run(offenceRank(offence), offence.lastAt, value, channel, authorId)
    }
  }

  #recounted(offence: AuthorOffence, author: number): AuthorOffence | null {
    let result: AuthorOffence | null = null
    for (const { body } of this.#sql.profaneOfAuthor.iterate(`facets : ("a${author}" AND "v1")`)) {
      const { message, severity } = this.#codecs.message.decode(body as Uint8Array)
      const before: AuthorOffence = result ?? {
        ...offence,
        strikes: 0,
        mild: 0,
        strong: 0,
        severe: 0,
        firstAt: message.timestamp,
        lastAt: message.timestamp,
      }
      result = {
        ...before,
        strikes: before.strikes * 2 ** ((before.lastAt - message.timestamp) / HALF_LIFE_MS) + severity,
        mild: before.mild + (severity === 1 ? 1 : 0),
        strong: before.strong + (severity === 2 ? 1 : 0),
        severe: before.severe + (severity >= 3 ? 1 : 0),
        lastAt: message.timestamp,
        broadcastId: message.broadcastId,
        lastMessageId: message.id,
        lastSeverity: severity,
        authorName: message.author.name,
      }
    }
    return result
  }

  /** Repeats a step, a transaction each, until it finds nothing more to do. Returns how much was done. */
  async steps(step: () => number): Promise<number> {
    for (let total = 0; ; ) {
      if (this.#isStopped()) return total
      const done = this.#store.write(step)
      if (done === 0) return total
      total += done
      await setImmediate()
    }
  }

  /**
   * The full-text index keeps, as signposts between its pages, pairs of characters whose postings are gone: it is
   * written anew, in steps. A row of its own makes sure that there are two segments to merge, since one is left alone.
   */
  async rewriteIndexes(): Promise<void> {
    const { database } = this.#store
    for (const [index, columns, values] of [
      ['messages_index', 'grams, facets', "'', 'z'"],
      ['author_names_index', 'grams', "'z'"],
    ] as const) {
      const changes = database.prepare('SELECT total_changes() AS n')
      const merge = database.prepare(`INSERT INTO ${index} (${index}, rank) VALUES ('merge', ?)`)
      this.#store.write(() => {
        database.exec(`INSERT INTO ${index} (${index}, rowid, ${columns}) VALUES ('delete', -1, ${values})`)
        database.exec(`INSERT INTO ${index} (rowid, ${columns}) VALUES (-1, ${values})`)
      })
      // FTS5: a negative number begins a merge of everything; it is done when a step changes next to nothing.
      for (let pages = -PAGES_PER_STEP; !this.#isStopped(); pages = PAGES_PER_STEP) {
        const before = Number(changes.get()!.n)
        this.#store.write(() => merge.run(pages))
        if (Number(changes.get()!.n) - before < 2) break
        await setImmediate()
      }
    }
  }

  /** Cuts free pages off, step by step, and empties the write-ahead log. */
  async giveBack(): Promise<void> {
    const { database } = this.#store
    const free = database.prepare('PRAGMA freelist_count')
    for (let before = Number.POSITIVE_INFINITY; !this.#isStopped(); ) {
      const pages = Number(free.get()!.freelist_count)
      if (pages === 0 || pages >= before) break
      before = pages
      database.exec(`PRAGMA incremental_vacuum(${PAGES_PER_STEP})`)
      await setImmediate()
    }
    if (this.#isStopped()) return
    database.exec('PRAGMA secure_delete = FAST')
    // A reader in the middle of a page keeps the log from being emptied: a few tries, then the next erasure does it.
    for (let attempt = 0; attempt < 5; attempt++) {
      if (Number(database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()!.busy) === 0) return
      await setImmediate()
    }
  }
}
