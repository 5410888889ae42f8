/** All values of a kind, in pages. No statement is open between two of them, so that whoever reads slowly holds up nobody. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { ArchivedValues, ValueKind } from '../archive.ts'
import type { ArchiveCodecs } from './codecs.ts'

const PAGE = 500

interface Table {
  readonly name: string
  /** Its primary key, in order. */
  readonly key: readonly string[]
  readonly value: string
  /** What is left out; what is being erased nobody sees any more. */
  readonly condition: string
}

const stands = 'broadcast NOT IN (SELECT key FROM broadcasts WHERE erasing = 1)'
const tables: { readonly [kind in ValueKind]: Table } = {
  states: { name: 'broadcasts', key: ['key'], value: 'state', condition: 'erasing = 0 AND state IS NOT NULL' },
  windows: { name: 'windows', key: ['broadcast', 'size', 'start'], value: 'value', condition: stands },
  keywords: { name: 'keywords', key: ['broadcast'], value: 'value', condition: stands },
  offences: { name: 'offences', key: ['channel', 'author_id'], value: 'value', condition: 'true' },
  alerts: { name: 'alerts', key: ['channel', 'id'], value: 'value', condition: stands },
}

/** @param read runs what asks the database, and names what it throws */
export function* storedValues(
  database: DatabaseSync,
  codecs: ArchiveCodecs,
  kinds: readonly ValueKind[],
  read: <T>(work: () => T) => T,
): Generator<ArchivedValues> {
  for (const kind of kinds) {
    const { name, key, value, condition } = tables[kind]
    const columns = key.join(', ')
    const rest = (after: readonly SQLInputValue[]) => {
      const behind = after.length > 0 ? `AND (${columns}) > (${key.map(() => '?').join(', ')})` : ''
      const sql = `SELECT ${columns}, ${value} AS value FROM ${name} WHERE ${condition} ${behind} ORDER BY ${columns} LIMIT ${PAGE}`
      return database.prepare(sql).all(...after)
    }
    let after: readonly SQLInputValue[] = []
    for (;;) {
      const rows = read(() => rest(after))
      if (rows.length > 0) yield { [kind]: rows.map((row) => codecOf[kind](codecs, row.value as Uint8Array)) }
      if (rows.length < PAGE) break
      after = key.map((column) => rows.at(-1)![column] as SQLInputValue)
    }
  }
}

const codecOf: { readonly [kind in ValueKind]: (codecs: ArchiveCodecs, bytes: Uint8Array) => unknown } = {
  states: (codecs, bytes) => codecs.state.decode(bytes),
  windows: (codecs, bytes) => codecs.window.decode(bytes),
  keywords: (codecs, bytes) => codecs.keywords.decode(bytes),
  offences: (codecs, bytes) => codecs.offence.decode(bytes),
  alerts: (codecs, bytes) => codecs.alert.decode(bytes),
}
