/**
 * Retention: what is too old goes in short transactions, with a rest as long as the work after each, so that it takes at
 * most half of the writing thread. Broken off anywhere, the next run finds what is left.
 */

import type { SQLInputValue, StatementSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ExpiryRule, type ExpirySources, MARKS_ARE_KEPT_MS, type RetainedKind } from '../expiry.ts'
import { COUNTED, NEGATIVE, PROFANE_SEVERITY, SENTIMENT_MASK, SEVERITY_MASK } from './encoded-batch.ts'
import { type ArchiveEraser, type MessageRow, ROWS_PER_STEP } from './erase.ts'
import { PLACES_PER_MS } from './schema.ts'
import type { ArchiveStore } from './store.ts'

interface Expiring {
  readonly table: string
  readonly keys: readonly string[]
  /** What the rows are found by: everything of one broadcast or channel lies together. */
  readonly within: 'broadcast' | 'channel' | null
  /** With one parameter, the rule's moment. */
  readonly isOld: string
  /** The channel's id as an expression, where rows are not found by a key. */
  readonly channelId?: string
}

/** What goes row by row. Messages and broadcasts need more. */
const tables: { readonly [kind in Exclude<RetainedKind, 'messages' | 'broadcasts'>]: Expiring } = {
  windows: { table: 'windows', keys: ['broadcast', 'size', 'start'], within: 'broadcast', isOld: 'start + size <= ?' },
  keywords: { table: 'keywords', keys: ['broadcast'], within: 'broadcast', isOld: 'at < ?' },
  alerts: { table: 'alerts', keys: ['channel', 'id'], within: 'channel', isOld: 'at < ?' },
  offences: { table: 'offences', keys: ['channel', 'author_id'], within: 'channel', isOld: 'last_at < ?' },
  sanctions: {
    table: 'platform_sanctions',
    keys: ['channel', 'author_id', 'at', 'id'],
    within: 'channel',
    isOld: 'at < ?',
  },
  actions: { table: 'actions', keys: ['key'], within: null, isOld: 'at < ?', channelId: 'channel_id' },
  undecodable: {
    table: 'undecodable',
    keys: ['key'],
    within: null,
    isOld: 'timestamp < ?',
    channelId: "coalesce(CAST(record_key AS TEXT), '')",
  },
}

/** SQL: whether the channel is of the sources; with one parameter, their names as JSON. */
const ofSources = (channelId: string, sources: ExpirySources): string =>
  `substr(${channelId}, 1, instr(${channelId} || ':', ':') - 1) ${'only' in sources ? 'IN' : 'NOT IN'} (SELECT value FROM json_each(?))`
const namesOf = (sources: ExpirySources): string => JSON.stringify('only' in sources ? sources.only : sources.except)

const SILENT = `messages = 0 AND max(started_at, coalesce(state_at, 0), coalesce(last_at, 0)) < ? AND erasing = 0
  AND channel IN (SELECT key FROM channels WHERE %)
  AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.broadcast = broadcasts.key)
  AND NOT EXISTS (SELECT 1 FROM windows w WHERE w.broadcast = broadcasts.key)
  AND NOT EXISTS (SELECT 1 FROM keywords k WHERE k.broadcast = broadcasts.key)
  AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.broadcast = broadcasts.key)`

export class ArchiveExpirer {
  readonly #store: ArchiveStore
  readonly #eraser: ArchiveEraser
  readonly #alone: (work: () => Promise<void>) => Promise<void>
  readonly #isStopped: () => boolean

  /**
   * @param alone runs work while no erasure runs
   * @param isStopped asked between steps: true ends the work early
   */
  constructor(
    store: ArchiveStore,
    eraser: ArchiveEraser,
    alone: (work: () => Promise<void>) => Promise<void>,
    isStopped: () => boolean,
  ) {
    this.#store = store
    this.#eraser = eraser
    this.#alone = alone
    this.#isStopped = isStopped
  }

  /** Returns how much went by each rule. Texts go for good; pairs of characters between the index' pages with later merges. */
  async expire(rules: readonly ExpiryRule[], now: number): Promise<number[]> {
    const removed: number[] = []
    for (const rule of rules) removed.push(await this.#expireBy(rule))
    if (this.#isStopped()) return removed
    this.#dropMarks(now - MARKS_ARE_KEPT_MS)
    await this.#alone(() => this.#eraser.giveBack())
    return removed
  }

  /** What `expire` would take by each rule now. */
  async count(rules: readonly ExpiryRule[]): Promise<number[]> {
    const counts: number[] = []
    for (const rule of rules) counts.push(await this.#countBy(rule))
    return counts
  }

  async #expireBy(rule: ExpiryRule): Promise<number> {
    const { kind, before } = rule
    if (kind === 'messages') return this.#expireMessages(rule)
    if (kind === 'broadcasts') return this.#expireBroadcasts(rule)
    const { table, keys, within, isOld } = tables[kind]
    const names = keys.join(', ')
    const drop = this.#store.database.prepare(
      `DELETE FROM ${table} WHERE (${names}) = (${keys.map(() => '?').join(', ')})`,
    )
    const dropRow = (row: Row) => drop.run(...keys.map((key) => row[key]!))
    let removed = 0
    if (within === null) {
      const find = this.#prepareAlone(rule, `SELECT ${names}`, `LIMIT ${ROWS_PER_STEP}`)
      removed = await this.#steps(() => find.all(before, namesOf(rule.sources)), dropRow)
    } else {
      const find = this.#store.database.prepare(
        `SELECT ${names} FROM ${table} WHERE ${within} = ? AND ${isOld} LIMIT ${ROWS_PER_STEP}`,
      )
      for (const { key } of this.#parents(within, rule.sources))
        removed += await this.#steps(() => find.all(key, before), dropRow)
    }
    if (kind === 'undecodable' && removed > 0)
      this.#store.write(() =>
        this.#store.database.exec(
          'UPDATE undecodable_total SET bytes = (SELECT coalesce(sum(bytes), 0) FROM undecodable)',
        ),
      )
    return removed
  }

  async #countBy(rule: ExpiryRule): Promise<number> {
    const { kind, before, sources } = rule
    const { database } = this.#store
    if (kind === 'broadcasts') return this.#silent(rule).length
    if (kind !== 'messages' && tables[kind].within === null)
      return countOf(this.#prepareAlone(rule, 'SELECT count(*) AS n', '').get(before, namesOf(sources)))
    const of = kind === 'messages' ? messagesOf : tables[kind]
    const count = database.prepare(`SELECT count(*) AS n FROM ${of.table} WHERE ${of.within} = ? AND ${of.isOld}`)
    let total = 0
    for (const { key } of this.#parents(of.within!, sources)) {
      total += countOf(count.get(key, kind === 'messages' ? before * PLACES_PER_MS : before))
      await sleep(0)
      if (this.#isStopped()) break
    }
    return total
  }

  /** A statement on a table whose rows lie under no key of ours. Its parameters: the moment, the sources' names. */
  #prepareAlone({ kind, sources }: ExpiryRule, select: string, rest: string): StatementSync {
    const { table, isOld, channelId } = tables[kind as keyof typeof tables]
    return this.#store.database.prepare(
      `${select} FROM ${table} WHERE ${isOld} AND ${ofSources(channelId!, sources)} ${rest}`,
    )
  }

  #parents(within: 'broadcast' | 'channel', sources: ExpirySources): Parent[] {
    const isOf = ofSources('channel_id', sources)
    const sql =
      within === 'channel'
        ? `SELECT key, 0 AS startedAt FROM channels WHERE ${isOf}`
        : `SELECT b.key, b.started_at AS startedAt FROM broadcasts b JOIN channels c ON c.key = b.channel
           WHERE b.erasing = 0 AND ${isOf}`
    return this.#store.database.prepare(sql).all(namesOf(sources)) as unknown as Parent[]
  }

  async #expireMessages({ before, sources }: ExpiryRule): Promise<number> {
    const { database } = this.#store
    const find = database.prepare(`SELECT place, channel, broadcast, author, flags FROM messages
      WHERE broadcast = ? AND place < ? ORDER BY place LIMIT ${ROWS_PER_STEP}`)
    const uncount = database.prepare(
      'UPDATE broadcasts SET messages = messages - 1, profane = profane - ? WHERE key = ?',
    )
    const uncountAuthor = database.prepare(`UPDATE broadcast_authors SET messages = messages - 1,
      negative = negative - ?, profane = profane - ? WHERE author = ? AND broadcast = ?`)
    let removed = 0
    for (const { key, startedAt } of this.#parents('broadcast', sources)) {
      const ofBroadcast = await this.#steps(
        () => find.all(key, before * PLACES_PER_MS),
        (row) => {
          const message = row as unknown as MessageRow
          this.#eraser.dropMessage(message)
          if (!(message.flags & COUNTED)) return
          const profane = (message.flags & SEVERITY_MASK) >= PROFANE_SEVERITY ? 1 : 0
          uncount.run(profane, message.broadcast)
          const negative = (message.flags & SENTIMENT_MASK) === NEGATIVE ? 1 : 0
          if (message.author !== 0) uncountAuthor.run(negative, profane, message.author, message.broadcast)
        },
      )
      removed += ofBroadcast
      // Of a broken-off run the authors may be left although the messages are gone.
      if (ofBroadcast > 0 || startedAt < before) await this.#expireAuthors(key, before)
    }
    return removed
  }

  async #expireAuthors(broadcast: number, before: number): Promise<void> {
    const { database } = this.#store
    const find = database.prepare(
      `SELECT author FROM broadcast_authors WHERE broadcast = ? AND last_at < ? LIMIT ${ROWS_PER_STEP}`,
    )
    const drop = database.prepare('DELETE FROM broadcast_authors WHERE author = ? AND broadcast = ?')
    const uncount = database.prepare('UPDATE broadcasts SET authors = authors - 1 WHERE key = ?')
    const isElsewhere = database.prepare('SELECT 1 FROM broadcast_authors WHERE author = ? LIMIT 1')
    const gone = await this.#steps(
      () => find.all(broadcast, before),
      ({ author }) => {
        drop.run(author!, broadcast)
        uncount.run(broadcast)
        if (!isElsewhere.get(author!)) this.#store.keys.dropAuthor(Number(author))
      },
    )
    if (gone > 0) this.#store.forget()
    if (this.#isStopped()) return
    const first = database.prepare(
      'UPDATE broadcast_authors SET first_at = ? WHERE broadcast = ? AND first_at < ? AND last_at >= ?',
    )
    this.#store.write(() => first.run(before, broadcast, before, before))
  }

  async #expireBroadcasts(rule: ExpiryRule): Promise<number> {
    const drop = this.#store.database.prepare('DELETE FROM broadcasts WHERE key = ?')
    const clears = this.#store.database.prepare('DELETE FROM clears WHERE broadcast = ?')
    const removed = await this.#steps(
      () => this.#silent(rule).slice(0, ROWS_PER_STEP),
      ({ key }) => {
        drop.run(key!)
        clears.run(key!)
      },
    )
    if (removed > 0) this.#store.forget()
    return removed
  }

  #silent({ before, sources }: ExpiryRule): Row[] {
    const sql = `SELECT key FROM broadcasts WHERE ${SILENT.replace('%', ofSources('channel_id', sources))}`
    return this.#store.database.prepare(sql).all(before, namesOf(sources))
  }

  /**
   * What was taken away or erased is remembered as long as the log could still bring it; people for good, because a cluster's
   * log keeps what operators did about them for ever.
   */
  #dropMarks(before: number): void {
    this.#store.write(() => {
      for (const table of ['removals', 'clears', 'erased'])
        this.#store.database.prepare(`DELETE FROM ${table} WHERE at < ?`).run(before)
      this.#store.forget()
    })
  }

  /** Finds some rows and drops them in one transaction, until there are none. Returns how many there were. */
  async #steps(find: () => readonly Row[], drop: (row: Row) => void): Promise<number> {
    for (let total = 0; ; ) {
      if (this.#isStopped()) return total
      const began = performance.now()
      const rows = find()
      if (rows.length === 0) return total
      // Each time: an erasure that ended in between has set it back.
      this.#store.database.exec('PRAGMA secure_delete = ON')
      this.#store.write(() => {
        for (const row of rows) drop(row)
      })
      total += rows.length
      await sleep(performance.now() - began)
    }
  }
}

type Row = Record<string, SQLInputValue>

interface Parent {
  readonly key: number
  /** Of a broadcast. */
  readonly startedAt: number
}

const messagesOf = { table: 'messages', within: 'broadcast', isOld: 'place < ?' } as const

const countOf = (row: Record<string, unknown> | undefined): number => Number(row!.n)
