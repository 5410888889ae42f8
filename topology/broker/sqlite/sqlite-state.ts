import { crc32 } from 'node:zlib'
import type { StateStorage, StoreChange } from '../broker.ts'
import { LogCorruptError } from '../errors.ts'
import type { Connection } from './connection.ts'

/** Rows of a range are read in pages, so that no statement stays open when a caller leaves early or interleaves. */
const FIRST_PAGE = 16
const LAST_PAGE = 512

interface Row {
  readonly key: Uint8Array
  readonly value: Uint8Array
  readonly checksum: number
}

/** State of one application, in the log's file. Every row carries a CRC-32 of its key and value. */
export class SqliteState implements StateStorage {
  readonly #connection: Connection
  readonly #applicationId: string
  /** Of one session: a reset, which drops them, is refused while it is open. */
  readonly #ids = new Map<string, number>()

  constructor(connection: Connection, applicationId: string) {
    this.#connection = connection
    this.#applicationId = applicationId
  }

  snapshot<T>(work: () => T): T {
    return this.#connection.read(work)
  }

  get(store: string, partition: number, key: Uint8Array): Uint8Array | undefined {
    const id = this.#id(store)
    if (id === undefined) return undefined
    const row = this.#connection.get<Row>(
      'SELECT value, checksum FROM state WHERE store_id = ? AND partition = ? AND key = ?',
      id,
      partition,
      key,
    )
    if (!row) return undefined
    this.#check(store, partition, key, row)
    return row.value
  }

  *range(store: string, partition: number, from: Uint8Array | undefined, to: Uint8Array | undefined) {
    const id = this.#id(store)
    if (id === undefined) return
    let after: Uint8Array | undefined
    for (let limit = FIRST_PAGE; ; limit = Math.min(limit * 2, LAST_PAGE)) {
      const low = after ?? from
      const conditions = ['store_id = ?', 'partition = ?']
      if (low) conditions.push(after ? 'key > ?' : 'key >= ?')
      if (to) conditions.push('key < ?')
      const rows = this.#connection.all<Row>(
        `SELECT key, value, checksum FROM state WHERE ${conditions.join(' AND ')} ORDER BY key LIMIT ?`,
        ...[id, partition, ...(low ? [low] : []), ...(to ? [to] : []), limit],
      )
      for (const row of rows) {
        this.#check(store, partition, row.key, row)
        yield [row.key, row.value] as const
      }
      if (rows.length < limit) return
      after = rows[rows.length - 1]!.key
    }
  }

  changelogOffset(store: string, partition: number): number | undefined {
    const id = this.#id(store)
    if (id === undefined) return undefined
    return this.#connection.get<{ changelog_offset: number }>(
      'SELECT changelog_offset FROM store_offsets WHERE store_id = ? AND partition = ?',
      id,
      partition,
    )?.changelog_offset
  }

  restore(
    store: string,
    partition: number,
    rows: readonly { readonly key: Uint8Array; readonly value: Uint8Array | null }[],
    changelogOffset: number,
    options: { readonly reset?: boolean } = {},
  ): void {
    this.#connection.write(() => {
      if (options.reset)
        this.#connection
          .sql('DELETE FROM state WHERE store_id = ? AND partition = ?')
          .run(this.#idForWriting(store), partition)
      this.apply(rows.map(({ key, value }) => ({ store, partition, key, value })))
      this.advance(store, partition, changelogOffset)
    })
  }

  /** Inside a write transaction. */
  apply(changes: readonly StoreChange[]): void {
    const put = this.#connection.sql(
      `INSERT INTO state (store_id, partition, key, checksum, value) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET checksum = excluded.checksum, value = excluded.value`,
    )
    const remove = this.#connection.sql('DELETE FROM state WHERE store_id = ? AND partition = ? AND key = ?')
    for (const { store, partition, key, value } of changes) {
      const id = this.#idForWriting(store)
      if (value === null) remove.run(id, partition, key)
      else put.run(id, partition, key, crc32(value, crc32(key)), value)
    }
  }

  /** Inside a write transaction. */
  advance(store: string, partition: number, changelogOffset: number): void {
    this.#connection
      .sql(
        `INSERT INTO store_offsets (store_id, partition, changelog_offset) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET changelog_offset = excluded.changelog_offset`,
      )
      .run(this.#idForWriting(store), partition, changelogOffset)
  }

  /** What a rolled back transaction gave, or a reset took, is not in the file. */
  forget(): void {
    this.#ids.clear()
  }

  #id(store: string): number | undefined {
    const known = this.#ids.get(store)
    if (known !== undefined) return known
    const found = this.#connection.get<{ id: number }>(
      'SELECT id FROM stores WHERE application = ? AND name = ?',
      this.#applicationId,
      store,
    )?.id
    if (found !== undefined) this.#ids.set(store, found)
    return found
  }

  #idForWriting(store: string): number {
    const known = this.#id(store)
    if (known !== undefined) return known
    const { id } = this.#connection
      .sql('INSERT INTO stores (application, name) VALUES (?, ?) RETURNING id')
      .get(this.#applicationId, store) as { id: number }
    this.#ids.set(store, id)
    return id
  }

  #check(store: string, partition: number, key: Uint8Array, { value, checksum }: Pick<Row, 'value' | 'checksum'>) {
    if (crc32(value, crc32(key)) !== checksum)
      throw new LogCorruptError(
        `${this.#applicationId}: state ${store}/${partition}, key ${Buffer.from(key).toString('hex')} is damaged`,
      )
  }
}

/** Drops all state of an application, inside a write transaction. */
export function dropState(connection: Connection, applicationId: string): void {
  const stores = 'SELECT id FROM stores WHERE application = ?'
  connection.sql(`DELETE FROM state WHERE store_id IN (${stores})`).run(applicationId)
  connection.sql(`DELETE FROM store_offsets WHERE store_id IN (${stores})`).run(applicationId)
  connection.sql('DELETE FROM stores WHERE application = ?').run(applicationId)
}
