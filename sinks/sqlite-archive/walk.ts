/**
 * Everything that the file holds, row by row, in an order that stays the same for as long as nobody writes: for a move into
 * another store. Nothing of it is bounded to a page's size, as a reader's answers are. What belongs to a broadcast that is
 * being erased is left out.
 */
import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Alert, BroadcastState } from '#schemas/types.ts'
import type { ArchivePage, ArchiveTotals } from '../whole-archive.ts'
import { type ArchiveCodecs, archiveCodecs, readOnlyRegistry } from './codecs.ts'
import { guarded, openForReading } from './schema.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }
type Lists<T> = { [K in keyof T]: T[K] extends readonly (infer V)[] | undefined ? V[] : T[K] }
interface Filling extends Lists<Writable<Omit<ArchivePage, 'values'>>> {
  readonly values: Lists<Writable<Required<ArchivePage['values']>>>
}

type Row = { readonly [column: string]: unknown }

interface Section {
  readonly kind: string
  /** Ordered by what never changes of a row. */
  readonly sql: string
  add(row: Row, page: Filling, number: number): void
}

const NAMED = 'c.channel_id, o.broadcast_id FROM'
const OF_BROADCAST = 'JOIN broadcasts o ON o.key = %.broadcast AND o.erasing = 0 JOIN channels c ON c.key = o.channel'
const ofBroadcast = (table: string) => OF_BROADCAST.replace('%', table)

export class ArchiveWalk {
  readonly totals: ArchiveTotals
  /** Another one as soon as anything was written to the file. */
  readonly fingerprint: string
  readonly #path: string
  readonly #database: DatabaseSync
  readonly #sections: readonly Section[]

  /** Throws ArchiveError. */
  constructor(path: string) {
    this.#path = path
    this.#database = openForReading(path)
    this.#sections = sectionsOf(archiveCodecs(readOnlyRegistry(this.#database)))
    const value = (sql: string) => this.#database.prepare(sql).get()!.value
    const { totals, print } = guarded(path, () => ({
      totals: Object.fromEntries(
        this.#sections.map(({ kind, sql }) => [kind, Number(value(`SELECT count(*) AS value FROM (${sql})`))]),
      ),
      print: [
        this.#database.prepare('SELECT topic, partition, offset FROM positions ORDER BY topic, partition').all(),
        value('SELECT max(place) AS value FROM messages'),
        value('SELECT max(key) AS value FROM broadcasts'),
        value('SELECT sum(deleted_at) AS value FROM messages'),
      ],
    }))
    this.totals = totals
    this.fingerprint = createHash('sha256')
      .update(JSON.stringify([totals, print], (_, one) => (typeof one === 'bigint' ? String(one) : one)))
      .digest('hex')
      .slice(0, 16)
  }

  get rows(): number {
    return Object.values(this.totals).reduce((sum, count) => sum + count, 0)
  }

  /** From this row on, in pages of at most `size` rows. Throws ArchiveError. */
  *pages(from: number, size: number): Generator<ArchivePage> {
    let number = 0
    let page = emptyPage(from)
    for (const section of this.#sections) {
      const count = this.totals[section.kind]!
      const skipped = Math.min(Math.max(from - number, 0), count)
      const rows = guarded(this.#path, () =>
        this.#database.prepare(`${section.sql} LIMIT -1 OFFSET ?`).iterate(skipped),
      ) as Iterator<Row>
      number += skipped
      for (;;) {
        const { done, value: row } = guarded(this.#path, () => rows.next())
        if (done) break
        section.add(row, page, number)
        page.to = ++number
        if (page.to - page.from < size) continue
        yield page
        page = emptyPage(number)
      }
    }
    if (page.to > page.from) yield page
  }

  close(): void {
    this.#database.close()
  }
}

function emptyPage(from: number): Filling {
  return {
    from,
    to: from,
    messages: [],
    values: {
      windows: [],
      keywords: [],
      offences: [],
      alerts: [],
      states: [],
      rules: [],
      actions: [],
      undecodable: [],
    },
    sanctions: [],
    clears: [],
    awaited: [],
    erased: [],
  }
}

function sectionsOf(codecs: ArchiveCodecs): readonly Section[] {
  const bytes = (row: Row, column = 'value') => row[column] as Uint8Array
  const keyOf = (row: Row) => ({ channelId: String(row.channel_id), broadcastId: String(row.broadcast_id) })
  return [
    {
      kind: 'erased broadcasts',
      sql: 'SELECT channel_id, broadcast_id, at FROM erased ORDER BY channel_id, broadcast_id',
      add: (row, page) => page.erased.push({ ...keyOf(row), at: Number(row.at) }),
    },
    {
      kind: 'broadcasts',
      sql: 'SELECT state FROM broadcasts WHERE erasing = 0 AND state IS NOT NULL ORDER BY key',
      add: (row, page) => page.values.states.push(codecs.state.decode(bytes(row, 'state')) as BroadcastState),
    },
    {
      kind: 'messages',
      sql: `SELECT m.deleted_at, b.body FROM messages m CROSS JOIN bodies b ON b.place = m.place
        ${ofBroadcast('m')} ORDER BY m.place`,
      add: (row, page, number) =>
        page.messages.push({
          ...codecs.message.decode(bytes(row, 'body')),
          deletedAt: row.deleted_at === null ? null : Number(row.deleted_at),
          row: number,
        }),
    },
    {
      kind: 'windows',
      sql: `SELECT w.value FROM windows w ${ofBroadcast('w')} ORDER BY w.broadcast, w.size, w.start`,
      add: (row, page) => page.values.windows.push(codecs.window.decode(bytes(row))),
    },
    {
      kind: 'keyword lists',
      sql: `SELECT k.value FROM keywords k ${ofBroadcast('k')} ORDER BY k.broadcast`,
      add: (row, page) => page.values.keywords.push(codecs.keywords.decode(bytes(row))),
    },
    {
      kind: 'offences',
      sql: 'SELECT value FROM offences ORDER BY channel, author_id',
      add: (row, page) => page.values.offences.push(codecs.offence.decode(bytes(row))),
    },
    {
      kind: 'alerts',
      sql: `SELECT a.value, a.fired FROM alerts a ${ofBroadcast('a')} ORDER BY a.channel, a.id`,
      add: (row, page) => {
        const alert: Alert = codecs.alert.decode(bytes(row))
        // That it fired stands in one of its earlier states alone.
        if (row.fired === 1) page.values.alerts.push({ ...alert, state: 'firing' })
        page.values.alerts.push(alert)
      },
    },
    {
      kind: 'versions of rules',
      sql: 'SELECT value FROM rules_versions ORDER BY channel_id, version',
      add: (row, page) => page.values.rules.push(codecs.rules.decode(bytes(row))),
    },
    {
      kind: 'actions',
      sql: 'SELECT value FROM actions ORDER BY key',
      add: (row, page) => page.values.actions.push(codecs.action.decode(bytes(row))),
    },
    {
      kind: 'sanctions',
      sql: `SELECT s.author_id, s.at, s.id, s.seconds, ${NAMED} platform_sanctions s ${ofBroadcast('s')}
        ORDER BY s.channel, s.author_id, s.at, s.id`,
      add: (row, page) =>
        page.sanctions.push({
          ...keyOf(row),
          authorId: String(row.author_id),
          id: String(row.id),
          at: Number(row.at),
          seconds: row.seconds === null ? null : Number(row.seconds),
        }),
    },
    {
      kind: 'clears',
      sql: `SELECT l.author_id, l.at, ${NAMED} clears l ${ofBroadcast('l')} ORDER BY l.broadcast, l.author_id`,
      add: (row, page) => page.clears.push({ ...keyOf(row), authorId: String(row.author_id), at: Number(row.at) }),
    },
    {
      kind: 'awaited removals',
      sql: `SELECT c.channel_id, r.id, r.at FROM removals r JOIN channels c ON c.key = r.channel ORDER BY r.channel, r.id`,
      add: (row, page) =>
        page.awaited.push({ channelId: String(row.channel_id), messageId: String(row.id), at: Number(row.at) }),
    },
    {
      kind: 'undecodable records',
      sql: 'SELECT topic, partition, offset, timestamp, record_key, value, code, message FROM undecodable ORDER BY key',
      add: (row, page) =>
        page.values.undecodable.push({
          // Of another log: its coordinates are no record's of this one.
          topic: `moved ${row.topic}`,
          partition: Number(row.partition),
          offset: Number(row.offset),
          timestamp: Number(row.timestamp),
          key: row.record_key as Uint8Array | null,
          value: row.value as Uint8Array | null,
          code: String(row.code),
          message: String(row.message),
        }),
    },
  ]
}
