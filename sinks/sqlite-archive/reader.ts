/**
 * The reading side: a read-only connection and short statements. Long walks (totals, histograms, exports) go in steps
 * with a turn of the event loop in between, so that a web server may call it on its own thread.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import type {
  Alert,
  AnalyzedMessage,
  AuthorOffence,
  BroadcastState,
  ChannelRules,
  KeywordCount,
  WindowCount,
} from '#schemas/types.ts'
import type { Position } from '#topology'
import type {
  ActionPage,
  ActionQuery,
  ArchivedMessage,
  ArchivedValues,
  ArchiveQuery,
  ArchiveReader,
  AuthorHistory,
  BroadcastSummary,
  ErasableMessage,
  MessageKey,
  PlatformSanction,
  RulesVersion,
  SearchPage,
  ValueKind,
} from '../archive.ts'
import { ArchiveError } from '../archive-error.ts'
import { fold } from '../fold-text.ts'
import { type ArchiveCodecs, archiveCodecs, readOnlyRegistry } from './codecs.ts'
import { NEGATIVE, SENTIMENT_MASK } from './encoded-batch.ts'
import { ErasedPeople } from './erased-people.ts'
import { readActions } from './read-actions.ts'
import { guarded, openForReading, PLACES_PER_MS } from './schema.ts'
import { planSearch, readCursor, type SearchPlan, writeCursor } from './search.ts'
import { storedValues } from './stored-values.ts'

const MAX_TOTAL = 10_000
const MAX_PAGE = 500
/** Rows read between two turns of the event loop: a few ms. */
const ROWS_PER_TURN = 1_000
const MAX_ROWS_AHEAD = 40_000
const RECENT_OF_AUTHOR = 50
const MAX_BUCKETS = 1_000
const MAX_CONTEXT = 100

type Row = readonly [place: number, author: number, broadcast: number]

/** Make one with `openArchiveReader`. */
export class SqliteArchiveReader implements ArchiveReader {
  readonly #path: string
  readonly #database: DatabaseSync
  readonly #codecs: ArchiveCodecs
  readonly #erasedPeople: ErasedPeople
  readonly #sql

  constructor(path: string) {
    this.#path = path
    this.#database = openForReading(path)
    this.#codecs = archiveCodecs(readOnlyRegistry(this.#database))
    this.#erasedPeople = new ErasedPeople(this.#database)
    const prepare = (sql: string) => this.#database.prepare(sql)
    const summary = `SELECT b.*, c.channel_id,
      (SELECT count(*) FROM alerts a WHERE a.broadcast = b.key AND a.fired = 1) AS alerts
      FROM broadcasts b JOIN channels c ON c.key = b.channel WHERE b.erasing = 0`
    this.#sql = {
      positions: prepare('SELECT topic, partition, offset FROM positions'),
      erasedAt: prepare('SELECT at FROM erased WHERE channel_id = ? AND broadcast_id = ?'),
      broadcasts: prepare(
        `${summary} AND (b.state IS NOT NULL OR b.messages > 0)
         AND (? IS NULL OR c.channel_id IN (SELECT value FROM json_each(?))) ORDER BY b.started_at DESC, b.key DESC LIMIT ?`,
      ),
      broadcast: prepare(`${summary} AND b.broadcast_id = ? AND c.channel_id = ?`),
      broadcastKey: prepare(`SELECT b.key FROM broadcasts b JOIN channels c ON c.key = b.channel
        WHERE b.broadcast_id = ? AND c.channel_id = ? AND b.erasing = 0`),
      message: prepare(`SELECT m.place, m.deleted_at, b.body FROM message_ids i JOIN channels c ON c.key = i.channel
        JOIN messages m ON m.place = i.place JOIN bodies b ON b.place = i.place JOIN broadcasts o ON o.key = m.broadcast
        WHERE c.channel_id = ? AND i.id = ? AND o.erasing = 0`),
      body: prepare('SELECT m.deleted_at, b.body FROM bodies b JOIN messages m ON m.place = b.place WHERE b.place = ?'),
      placeOf: prepare(
        'SELECT i.place FROM message_ids i JOIN channels c ON c.key = i.channel WHERE c.channel_id = ? AND i.id = ?',
      ),
      recent: prepare(`SELECT m.deleted_at, b.body FROM messages m CROSS JOIN bodies b ON b.place = m.place
        WHERE m.broadcast = ? AND m.place < ? ORDER BY m.place DESC LIMIT ?`),
      neighbourhood: prepare(`SELECT m.place, m.broadcast FROM message_ids i JOIN channels c ON c.key = i.channel
        JOIN messages m ON m.place = i.place JOIN broadcasts o ON o.key = m.broadcast
        WHERE c.channel_id = ? AND i.id = ? AND o.erasing = 0`),
      following: prepare(`SELECT m.deleted_at, b.body FROM messages m CROSS JOIN bodies b ON b.place = m.place
        WHERE m.broadcast = ? AND m.place >= ? ORDER BY m.place LIMIT ?`),
      platformSanctions: prepare(`SELECT s.at, s.id, s.seconds, b.broadcast_id FROM platform_sanctions s
        JOIN channels c ON c.key = s.channel JOIN broadcasts b ON b.key = s.broadcast
        WHERE c.channel_id = ? AND s.author_id = ? AND b.erasing = 0 ORDER BY s.at DESC, s.id DESC LIMIT ?`),
      author: prepare(
        'SELECT a.key, a.channel FROM authors a JOIN channels c ON c.key = a.channel WHERE a.author_id = ? AND c.channel_id = ?',
      ),
      authorCounts: prepare(`SELECT count(*) AS broadcasts, sum(messages) AS messages, sum(negative) AS negative,
        sum(profane) AS profane, min(first_at) AS first_at, max(last_at) AS last_at FROM broadcast_authors WHERE author = ?`),
      authorNames: prepare('SELECT name FROM author_names WHERE author = ? ORDER BY last_at DESC, key DESC'),
      offence: prepare('SELECT value FROM offences WHERE channel = ? AND author_id = ?'),
      rulesVersions: prepare(`SELECT version, updated_at, updated_by, rules FROM rules_versions
        WHERE channel_id = ? ORDER BY version DESC LIMIT ?`),
      rulesVersion: prepare('SELECT value FROM rules_versions WHERE channel_id = ? AND version = ?'),
      windows: prepare('SELECT value FROM windows WHERE broadcast = ? AND size = ? ORDER BY start'),
      keywords: prepare('SELECT value FROM keywords WHERE broadcast = ?'),
      offences: prepare(`SELECT o.value FROM offences o JOIN channels c ON c.key = o.channel
        WHERE c.channel_id = ? ORDER BY o.rank DESC LIMIT ?`),
      alerts: prepare(`SELECT a.value FROM alerts a JOIN channels c ON c.key = a.channel
        WHERE c.channel_id = ? ORDER BY a.since DESC LIMIT ?`),
      alertsOfBroadcast: prepare('SELECT value FROM alerts WHERE broadcast = ? ORDER BY since DESC LIMIT ?'),
    }
  }

  async positions(): Promise<readonly Position[]> {
    return this.#read(() =>
      this.#sql.positions.all().map((row) => ({
        topic: String(row.topic),
        partition: Number(row.partition),
        offset: Number(row.offset),
      })),
    )
  }

  async broadcasts(
    options: { readonly limit?: number; readonly channelIds?: readonly string[] } = {},
  ): Promise<readonly BroadcastSummary[]> {
    const channels = options.channelIds ? JSON.stringify(options.channelIds) : null
    return this.#read(() =>
      this.#sql.broadcasts.all(channels, channels, pageSize(options.limit)).map((row) => this.#summary(row)),
    )
  }

  async broadcast(channelId: string, broadcastId: string): Promise<BroadcastSummary | null> {
    return this.#read(() => {
      const row = this.#sql.broadcast.get(broadcastId, channelId)
      return row ? this.#summary(row) : null
    })
  }

  async search(query: ArchiveQuery): Promise<SearchPage> {
    const empty: SearchPage = { messages: [], next: null, total: 0, broadcasts: 0, authors: 0 }
    const limit = pageSize(query.limit)
    const cursor = query.cursor === undefined ? null : readCursor(query.cursor)
    const plan = this.#read(() => planSearch(this.#database, query))
    if (!plan) return empty
    const isNewest = query.order !== 'oldest'

    // The first page counts as well; the others bring the totals along in their cursor.
    const wanted = cursor ? limit + 1 : MAX_TOTAL + 1
    const rows: Row[] = []
    for await (const step of this.#walk(plan, isNewest, cursor?.place, undefined, wanted)) {
      rows.push(...step)
      if (rows.length >= wanted) break
    }
    const counted = rows.slice(0, MAX_TOTAL)
    const totals = cursor ?? {
      total: counted.length,
      broadcasts: new Set(counted.map(([, , broadcast]) => broadcast)).size,
      authors: new Set(counted.filter(([, author]) => author !== 0).map(([, author]) => author)).size,
    }
    const page = rows.slice(0, limit)
    const { total, broadcasts, authors } = totals
    const next = rows.length > limit ? writeCursor({ place: page.at(-1)![0], total, broadcasts, authors }) : null
    return { messages: this.#bodies(page), next, total, broadcasts, authors }
  }

  async histogram(
    query: ArchiveQuery,
    buckets: number,
  ): Promise<
    readonly { readonly start: number; readonly end: number; readonly messages: number; readonly negative: number }[]
  > {
    const count = Math.min(Math.max(Math.trunc(buckets) || 1, 1), MAX_BUCKETS)
    const plan = this.#read(() => planSearch(this.#database, query))
    if (!plan) return []
    const first = query.from ?? (await this.#edge(plan, false))
    const last = query.to ?? (await this.#edge(plan, true))
    if (first === undefined || last === undefined) return []
    const end = query.to ?? last + 1
    const width = Math.max(1, Math.ceil((end - first) / count))
    const filled = Array.from({ length: Math.max(1, Math.ceil((end - first) / width)) }, (_, index) => ({
      start: first + index * width,
      end: Math.min(first + (index + 1) * width, Math.max(end, first + 1)),
      messages: 0,
      negative: 0,
    }))
    for await (const step of this.#walk(plan, false, undefined, 'm.timestamp, m.flags', MAX_ROWS_AHEAD)) {
      for (const [, timestamp, flags] of step) {
        const bucket = filled[Math.floor((timestamp - first) / width)]
        if (!bucket) continue
        bucket.messages += 1
        if ((flags & SENTIMENT_MASK) === NEGATIVE) bucket.negative += 1
      }
    }
    return filled
  }

  async #edge(plan: SearchPlan, isNewest: boolean): Promise<number | undefined> {
    for await (const step of this.#walk(plan, isNewest, undefined, 'm.timestamp, 0', 1)) return step[0]?.[1]
    return undefined
  }

  async message(channelId: string, id: string): Promise<ArchivedMessage | null> {
    return this.#read(() => {
      const row = this.#sql.message.get(channelId, id)
      return row ? this.#archived(row) : null
    })
  }

  async messagesByKey(keys: readonly MessageKey[]): Promise<readonly ArchivedMessage[]> {
    return this.#read(() =>
      keys.flatMap(({ channelId, id }) => {
        const row = this.#sql.message.get(channelId, id)
        return row ? [this.#archived(row)] : []
      }),
    )
  }

  async erasedAmong<T extends ErasableMessage>(messages: readonly T[]): Promise<ReadonlySet<T>> {
    return this.#read(() => {
      // Another process may have erased somebody since.
      this.#erasedPeople.forget()
      const erasedAt = ({ channelId, broadcastId, author }: T) =>
        Math.max(
          Number(this.#sql.erasedAt.get(channelId, broadcastId)?.at ?? -1),
          this.#erasedPeople.at(channelId, author.id),
        )
      return new Set(messages.filter((message) => message.receivedAt <= erasedAt(message)))
    })
  }

  async recentMessages(
    channelId: string,
    broadcastId: string,
    options: { readonly limit: number; readonly before?: { readonly timestamp: number; readonly id: string } },
  ): Promise<readonly ArchivedMessage[]> {
    return this.#read(() => {
      const broadcast = this.#sql.broadcastKey.get(broadcastId, channelId)
      if (!broadcast) return []
      const { before } = options
      const place = before
        ? (this.#sql.placeOf.get(channelId, before.id)?.place ?? before.timestamp * PLACES_PER_MS)
        : null
      return this.#sql.recent
        .all(broadcast.key!, place ?? Number.MAX_SAFE_INTEGER, pageSize(options.limit))
        .map((row) => this.#archived(row))
        .reverse()
    })
  }

  async author(channelId: string, authorId: string): Promise<AuthorHistory | null> {
    const found = this.#read(() => {
      const author = this.#sql.author.get(authorId, channelId)
      if (!author) return null
      const counts = this.#sql.authorCounts.get(author.key!)!
      if (counts.broadcasts === 0) return null
      const offence = this.#sql.offence.get(author.channel!, authorId)
      return {
        channelId,
        authorId,
        names: this.#sql.authorNames.all(author.key!).map((row) => String(row.name)),
        firstAt: Number(counts.first_at),
        lastAt: Number(counts.last_at),
        messages: Number(counts.messages),
        negative: Number(counts.negative),
        profane: Number(counts.profane),
        broadcasts: Number(counts.broadcasts),
        offence: offence ? this.#codecs.offence.decode(offence.value as Uint8Array) : null,
      }
    })
    if (!found) return null
    const plan = this.#read(() => planSearch(this.#database, { channelId, authorId, includeDeleted: true }))
    if (!plan) return null
    for await (const step of this.#walk(plan, true, undefined, 'm.author, m.broadcast', RECENT_OF_AUTHOR))
      return { ...found, recent: this.#bodies(step) }
    return { ...found, recent: [] }
  }

  async windows(channelId: string, broadcastId: string, sizeMs: number): Promise<readonly WindowCount[]> {
    return this.#read(() => {
      const broadcast = this.#sql.broadcastKey.get(broadcastId, channelId)
      if (!broadcast) return []
      return values(this.#sql.windows, broadcast.key!, sizeMs).map((value) => this.#codecs.window.decode(value))
    })
  }

  async keywords(channelId: string, broadcastId: string): Promise<KeywordCount | null> {
    return this.#read(() => {
      const broadcast = this.#sql.broadcastKey.get(broadcastId, channelId)
      const row = broadcast && this.#sql.keywords.get(broadcast.key!)
      return row ? this.#codecs.keywords.decode(row.value as Uint8Array) : null
    })
  }

  async rulesVersions(channelId: string, limit: number): Promise<readonly RulesVersion[]> {
    return this.#read(() =>
      this.#sql.rulesVersions.all(channelId, pageSize(limit)).map((row) => ({
        version: Number(row.version),
        updatedAt: Number(row.updated_at),
        updatedBy: String(row.updated_by),
        rules: Number(row.rules),
      })),
    )
  }

  async rulesVersion(channelId: string, version: number): Promise<ChannelRules | null> {
    return this.#read(() => {
      const row = this.#sql.rulesVersion.get(channelId, version)
      return row ? this.#codecs.rules.decode(row.value as Uint8Array) : null
    })
  }

  async offences(channelId: string, limit: number): Promise<readonly AuthorOffence[]> {
    return this.#read(() =>
      values(this.#sql.offences, channelId, pageSize(limit)).map((value) => this.#codecs.offence.decode(value)),
    )
  }

  async alerts(
    channelId: string,
    options: { readonly broadcastId?: string; readonly limit?: number } = {},
  ): Promise<readonly Alert[]> {
    return this.#read(() => {
      const limit = pageSize(options.limit)
      if (options.broadcastId === undefined)
        return values(this.#sql.alerts, channelId, limit).map((value) => this.#codecs.alert.decode(value))
      const broadcast = this.#sql.broadcastKey.get(options.broadcastId, channelId)
      if (!broadcast) return []
      return values(this.#sql.alertsOfBroadcast, broadcast.key!, limit).map((value) => this.#codecs.alert.decode(value))
    })
  }

  async actions(query: ActionQuery): Promise<ActionPage> {
    return this.#read(() =>
      readActions(this.#database, query, pageSize(query.limit), (value) => this.#codecs.action.decode(value)),
    )
  }

  async context(
    channelId: string,
    messageId: string,
    around: { readonly before: number; readonly after: number },
  ): Promise<readonly ArchivedMessage[]> {
    return this.#read(() => {
      const found = this.#sql.neighbourhood.get(channelId, messageId)
      if (!found) return []
      const before = this.#sql.recent.all(found.broadcast!, found.place!, contextSize(around.before)).reverse()
      const after = this.#sql.following.all(found.broadcast!, found.place!, contextSize(around.after) + 1)
      return [...before, ...after].map((row) => this.#archived(row))
    })
  }

  async platformSanctions(channelId: string, authorId: string, limit: number): Promise<readonly PlatformSanction[]> {
    return this.#read(() =>
      this.#sql.platformSanctions.all(channelId, authorId, pageSize(limit)).map((row) => ({
        channelId,
        broadcastId: String(row.broadcast_id),
        authorId,
        id: String(row.id),
        at: Number(row.at),
        seconds: row.seconds === null ? null : Number(row.seconds),
      })),
    )
  }

  async *export(query: ArchiveQuery): AsyncGenerator<ArchivedMessage> {
    const plan = this.#read(() => planSearch(this.#database, query))
    if (!plan) return
    const after = query.cursor === undefined ? undefined : readCursor(query.cursor).place
    for await (const step of this.#walk(plan, false, after)) yield* this.#bodies(step)
  }

  async *values(kinds: readonly ValueKind[]): AsyncGenerator<ArchivedValues> {
    yield* storedValues(this.#database, this.#codecs, kinds, (work) => this.#read(work))
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) this.#database.close()
  }

  /**
   * Matches in place order, in steps of at most `MAX_PAGE`. Places are read ahead, more and more of them at once: to go
   * on behind a place costs the full-text index a walk of its own. No statement is open while the caller holds a step,
   * so that a slow download never keeps the write-ahead log from being emptied.
   *
   * Places are bound as big integers, and each bound once: node:sqlite binds a number as a float, by which FTS5 would not
   * seek, and of two upper bounds FTS5 seeks by the first only. Otherwise it walks everything in between.
   */
  async *#walk(
    plan: SearchPlan,
    isNewest: boolean,
    after: number | undefined,
    columns = 'm.author, m.broadcast',
    firstRows = MAX_PAGE,
  ): AsyncGenerator<readonly Row[]> {
    const { place, from, parameters, verify } = plan
    let { least, below } = plan
    const statement = this.#read(() =>
      this.#database.prepare(
        `SELECT ${place}, ${columns} ${from} AND ${place} >= ? AND ${place} < ?
         ORDER BY ${place} ${isNewest ? 'DESC' : 'ASC'} LIMIT ?`,
      ),
    )
    statement.setReturnArrays(true)
    const goOnBehind = (last: number) => {
      if (isNewest) below = Math.min(below, last)
      else least = Math.max(least, last + 1)
    }
    if (after !== undefined) goOnBehind(after)
    for (let wanted = firstRows; ; wanted = Math.max(firstRows, Math.min(wanted * 4, MAX_ROWS_AHEAD))) {
      const found = await this.#rows(statement, [...parameters, BigInt(least), BigInt(below), wanted])
      const rows = verify.length > 0 ? await this.#verified(found, verify) : found
      for (let at = 0; at < rows.length; at += MAX_PAGE) yield rows.slice(at, at + MAX_PAGE)
      if (found.length < wanted) return
      goOnBehind(found.at(-1)![0])
    }
  }

  /** All rows of one statement, with a turn of the event loop now and then. */
  async #rows(statement: StatementSync, parameters: readonly SQLInputValue[]): Promise<Row[]> {
    const rows: Row[] = []
    const iterator = this.#read(() => statement.iterate(...parameters)) as unknown as Iterator<Row>
    try {
      for (;;) {
        const { done, value } = this.#read(() => iterator.next())
        if (done) return rows
        rows.push(value)
        if (rows.length % ROWS_PER_TURN === 0) await setImmediate()
      }
    } finally {
      if (this.#database.isOpen) iterator.return?.()
    }
  }

  async #verified(found: readonly Row[], words: readonly string[]): Promise<Row[]> {
    const rows: Row[] = []
    for (const [index, row] of found.entries()) {
      if (index % 200 === 199) await setImmediate()
      if (this.#contains(row[0], words)) rows.push(row)
    }
    return rows
  }

  #contains(place: number, words: readonly string[]): boolean {
    const row = this.#read(() => this.#sql.body.get(place))
    if (!row) return false
    const text = fold(this.#archived(row).message.text)
    return words.every((word) => text.includes(word))
  }

  /** A message that was erased since its row was read is left out. */
  #bodies(rows: readonly Row[]): ArchivedMessage[] {
    return this.#read(() => {
      const found: ArchivedMessage[] = []
      for (const [place] of rows) {
        const row = this.#sql.body.get(place)
        if (row) found.push(this.#archived(row))
      }
      return found
    })
  }

  #archived(row: Record<string, unknown>): ArchivedMessage {
    const analyzed: AnalyzedMessage = this.#codecs.message.decode(row.body as Uint8Array)
    return { ...analyzed, deletedAt: row.deleted_at === null ? null : Number(row.deleted_at) }
  }

  #summary(row: Record<string, unknown>): BroadcastSummary {
    const channelId = String(row.channel_id)
    const broadcastId = String(row.broadcast_id)
    const startedAt = Number(row.started_at)
    const lastMessageAt = row.last_at === null ? null : Number(row.last_at)
    const state: BroadcastState = row.state
      ? this.#codecs.state.decode(row.state as Uint8Array)
      : unknownState(channelId, broadcastId, String(row.source), startedAt, lastMessageAt)
    return {
      channelId,
      broadcastId,
      source: String(row.source) || state.source,
      title: state.title,
      channelName: state.channelName,
      url: state.url,
      state,
      startedAt,
      lastMessageAt,
      messages: Number(row.messages),
      authors: Number(row.authors),
      profane: Number(row.profane),
      alerts: Number(row.alerts),
    }
  }

  #read<T>(work: () => T): T {
    if (!this.#database.isOpen) throw new ArchiveError('ARCHIVE_CLOSED', `${this.#path} is closed`)
    return guarded(this.#path, work)
  }
}

const values = (statement: StatementSync, ...parameters: SQLInputValue[]): Uint8Array[] =>
  statement.all(...parameters).map((row) => row.value as Uint8Array)

const pageSize = (limit: number | undefined): number => Math.min(Math.max(Math.trunc(limit ?? 50) || 1, 1), MAX_PAGE)

const contextSize = (messages: number): number => Math.min(Math.max(Math.trunc(messages) || 0, 0), MAX_CONTEXT)

/** For a broadcast whose messages came without a word from its source, such as a log taken over from elsewhere. */
function unknownState(
  channelId: string,
  broadcastId: string,
  source: string,
  startedAt: number,
  lastMessageAt: number | null,
): BroadcastState {
  return {
    channelId,
    broadcastId,
    source,
    url: '',
    title: '',
    channelName: channelId.slice(channelId.indexOf(':') + 1),
    state: 'ended',
    reason: 'state-unknown',
    detail: '',
    attempt: 0,
    nextTryAt: null,
    startsAt: null,
    startedAt,
    lastMessageAt,
    at: lastMessageAt ?? startedAt,
  }
}
