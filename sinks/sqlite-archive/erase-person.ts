/** Erasure of a person from one channel, in the same short steps and as irrecoverable as that of a broadcast. */
import type { SQLInputValue } from 'node:sqlite'
import type { AvroCodec } from '#schemas/avro.ts'
import type { Alert, ChannelRules, KeywordCount } from '#schemas/types.ts'
import type { ErasedPerson } from '../archive.ts'
import { ArchiveError } from '../archive-error.ts'
import { type ArchiveCodecs, archiveCodecs, writableRegistry } from './codecs.ts'
import { COUNTED, PROFANE_SEVERITY, SEVERITY_MASK } from './encoded-batch.ts'
import type { ArchiveEraser, MessageRow } from './erase.ts'
import { ROWS_PER_STEP } from './erase.ts'
import { textQuery } from './grams.ts'
import type { ArchiveStore } from './store.ts'

export class PersonEraser {
  readonly #store: ArchiveStore
  readonly #eraser: ArchiveEraser
  readonly #isStopped: () => boolean
  readonly #codecs: ArchiveCodecs

  /** @param isStopped asked between steps: true ends the work early, and whoever asked for it must ask again */
  constructor(store: ArchiveStore, eraser: ArchiveEraser, isStopped: () => boolean) {
    this.#store = store
    this.#eraser = eraser
    this.#isStopped = isStopped
    this.#codecs = store.write(() => archiveCodecs(writableRegistry(store.database)))
  }

  async erase(channelId: string, authorId: string, now: number): Promise<ErasedPerson> {
    const { database, keys } = this.#store
    if (authorId === '') return { messages: 0, others: 0 }
    database.exec('PRAGMA secure_delete = ON')
    // 1. From now on nothing of them comes in.
    const channel = this.#store.write(() => {
      this.#store.erasedPeople.add(channelId, authorId, now)
      return keys.channel(channelId)
    })
    // 2. What they wrote.
    const author = this.#find('SELECT key FROM authors WHERE author_id = ? AND channel = ?', authorId, channel)
    const broadcasts = author === null ? [] : this.#broadcastsOf(author)
    const messages = author === null ? 0 : await this.#dropMessages(channelId, author)
    // 3. What was written down about them.
    let others = this.#store.write(() => this.#dropAbout(channelId, channel, authorId))
    // 4. What alerts, words and rules hold of theirs.
    others += this.#store.write(() => this.#rewriteValues(channelId, broadcasts, authorId))
    if (author !== null)
      this.#store.write(() => {
        database.prepare('DELETE FROM broadcast_authors WHERE author = ?').run(author)
        const uncount = database.prepare('UPDATE broadcasts SET authors = authors - 1 WHERE key = ?')
        for (const broadcast of broadcasts) uncount.run(broadcast)
        keys.dropAuthor(author)
        this.#store.forget()
      })
    // 5. Signposts and free pages that still show it.
    await this.#eraser.rewriteIndexes()
    await this.#eraser.giveBack()
    this.#checkStopped()
    return { messages, others }
  }

  #find(sql: string, ...parameters: SQLInputValue[]): number | null {
    const row = this.#store.database.prepare(sql).get(...parameters)
    return row ? Number(row.key) : null
  }

  #broadcastsOf(author: number): number[] {
    const rows = this.#store.database.prepare('SELECT broadcast FROM broadcast_authors WHERE author = ?').all(author)
    return rows.map(({ broadcast }) => Number(broadcast))
  }

  async #dropMessages(channelId: string, author: number): Promise<number> {
    const { database } = this.#store
    const found = database.prepare(`SELECT m.place, m.channel, m.broadcast, m.author, m.flags
      FROM messages_index i CROSS JOIN messages m ON m.place = i.rowid WHERE messages_index MATCH ? LIMIT ${ROWS_PER_STEP}`)
    const body = database.prepare('SELECT body FROM bodies WHERE place = ?')
    const uncount = database.prepare(
      'UPDATE broadcasts SET messages = messages - 1, profane = profane - ? WHERE key = ?',
    )
    const removed = await this.#eraser.steps(() => {
      const rows = found.all(`facets : "a${author}"`) as unknown as MessageRow[]
      for (const row of rows) {
        const stored = body.get(row.place)?.body as Uint8Array | undefined
        if (stored)
          this.#dropActions(
            'channel_id = ? AND message_id = ?',
            channelId,
            this.#codecs.message.decode(stored).message.id,
          )
        this.#eraser.dropMessage(row)
        if (row.flags & COUNTED) uncount.run((row.flags & SEVERITY_MASK) >= PROFANE_SEVERITY ? 1 : 0, row.broadcast)
      }
      return rows.length
    })
    this.#checkStopped()
    return removed
  }

  #dropAbout(channelId: string, channel: number, authorId: string): number {
    const run = (sql: string, ...parameters: SQLInputValue[]) =>
      Number(this.#store.database.prepare(`DELETE FROM ${sql}`).run(...parameters).changes)
    const undecodable = run('undecodable WHERE record_key = ?', Buffer.from(channelId))
    this.#store.database.exec('UPDATE undecodable_total SET bytes = (SELECT coalesce(sum(bytes), 0) FROM undecodable)')
    return (
      undecodable +
      run('offences WHERE channel = ? AND author_id = ?', channel, authorId) +
      run('platform_sanctions WHERE channel = ? AND author_id = ?', channel, authorId) +
      run(
        'clears WHERE author_id = ? AND broadcast IN (SELECT key FROM broadcasts WHERE channel = ?)',
        authorId,
        channel,
      ) +
      // An id that stands in what an operator searched for stands in its text.
      this.#dropActions(
        `channel_id IN (?, '') AND (author_id = ? OR instr(value, CAST(? AS BLOB)) > 0)`,
        channelId,
        authorId,
        authorId,
      ) +
      this.#dropAlertsAbout(channel, authorId)
    )
  }

  #dropActions(condition: string, ...parameters: SQLInputValue[]): number {
    const { database } = this.#store
    database
      .prepare(`INSERT INTO erased_actions SELECT id FROM actions WHERE ${condition} ON CONFLICT DO NOTHING`)
      .run(...parameters)
    return Number(database.prepare(`DELETE FROM actions WHERE ${condition}`).run(...parameters).changes)
  }

  /** Their subject stands in the value alone; a channel has few alerts. */
  #dropAlertsAbout(channel: number, authorId: string): number {
    const { database } = this.#store
    const drop = database.prepare('DELETE FROM alerts WHERE channel = ? AND id = ?')
    const about = database
      .prepare('SELECT id, value FROM alerts WHERE channel = ?')
      .all(channel)
      .filter(({ value }) => this.#codecs.alert.decode(value as Uint8Array).subject === authorId)
    for (const { id } of about) drop.run(channel, id!)
    return about.length
  }

  /** Samples may be theirs, and words that nobody else wrote in the broadcast are. */
  #rewriteValues(channelId: string, broadcasts: readonly number[], authorId: string): number {
    const { alert, keywords, rules } = this.#codecs
    let rewritten = 0
    for (const broadcast of broadcasts) {
      const isOfOthers = (word: string) => this.#isWritten(word, broadcast)
      rewritten += this.#rewrite<Alert>('alerts', 'broadcast = ?', broadcast, alert, (value) => ({
        ...value,
        samples: [],
        words: value.words.filter(isOfOthers),
      }))
      rewritten += this.#rewrite<KeywordCount>('keywords', 'broadcast = ?', broadcast, keywords, (value) => ({
        ...value,
        words: value.words.filter(({ word }) => isOfOthers(word)),
        coined: value.coined.filter(isOfOthers),
      }))
    }
    return (
      rewritten +
      this.#rewrite<ChannelRules>('rules_versions', 'channel_id = ?', channelId, rules, (value) => ({
        ...value,
        allowedAuthors: value.allowedAuthors.filter((id) => id !== authorId),
      }))
    )
  }

  #isWritten(word: string, broadcast: number): boolean {
    const query = textQuery(word)
    const match = query && `grams : (${query.match}) AND facets : "b${broadcast}"`
    return (
      match !== null &&
      this.#store.database.prepare('SELECT 1 FROM messages_index WHERE messages_index MATCH ? LIMIT 1').get(match) !==
        undefined
    )
  }

  #rewrite<T>(
    table: string,
    condition: string,
    parameter: SQLInputValue,
    codec: AvroCodec<T>,
    without: (value: T) => T,
  ): number {
    const { database } = this.#store
    const key = table === 'keywords' ? 'broadcast' : table === 'alerts' ? 'id' : 'version'
    const update = database.prepare(`UPDATE ${table} SET value = ? WHERE ${condition} AND ${key} = ?`)
    let rewritten = 0
    for (const row of database.prepare(`SELECT ${key} AS key, value FROM ${table} WHERE ${condition}`).all(parameter)) {
      const before = Buffer.from(row.value as Uint8Array)
      const after = codec.encode(without(codec.decode(before)))
      if (before.equals(after)) continue
      update.run(after, parameter, row.key!)
      rewritten += 1
    }
    return rewritten
  }

  #checkStopped(): void {
    if (this.#isStopped())
      throw new ArchiveError('ARCHIVE_CLOSED', `${this.#store.path} was closed in the middle of an erasure`)
  }
}
