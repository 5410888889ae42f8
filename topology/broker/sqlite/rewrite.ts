import type { FetchedRecord, TopicPartition } from '../broker.ts'
import { type BatchRow, decodeBatch, encodeBatch, placeBatch } from './batch-codec.ts'
import type { Connection } from './connection.ts'

/** A batch's whole row. */
export interface StoredBatch extends BatchRow {
  readonly id: number
  readonly bytes: number
  readonly high_timestamp: number
  readonly appended_at: number
}

/** Bytes read or rewritten between two turns of the event loop, and the longest the log is locked for it: some ms. */
export const STEP_BYTES = 1024 * 1024

/** Rows that end at or after `from` and before `until`, one at least, then until STEP_BYTES. */
export function storedBatches(
  connection: Connection,
  partitionId: number,
  from: number,
  until: number,
): readonly StoredBatch[] {
  const rows: StoredBatch[] = []
  let bytes = 0
  const statement = connection.sql(
    `SELECT id, base_offset, last_offset, records, bytes, high_timestamp, appended_at, data FROM batches
     WHERE partition_id = ? AND last_offset >= ? AND last_offset < ? ORDER BY last_offset`,
  )
  for (const found of statement.iterate(partitionId, from, until)) {
    const row = found as unknown as StoredBatch
    if (rows.length > 0 && bytes + row.data.length > STEP_BYTES) break
    rows.push(row)
    bytes += row.data.length
  }
  return rows
}

export const recordsOf = (row: BatchRow, { topic, partition }: TopicPartition, partitionId: number): FetchedRecord[] =>
  decodeBatch(row, topic, partition, partitionId)

/**
 * Puts `kept` in the place of `rows`, which follow each other; the new rows, each of at most `chunks` records' worth,
 * cover the same offsets. Inside a write transaction.
 */
export function replaceBatches(
  connection: Connection,
  partitionId: number,
  rows: readonly StoredBatch[],
  chunks: readonly (readonly FetchedRecord[])[],
): void {
  const first = rows[0]!
  const last = rows[rows.length - 1]!
  let records = 0
  let bytes = 0
  for (const row of rows) {
    records -= row.records
    bytes -= row.bytes
    connection.sql('DELETE FROM batches WHERE id = ?').run(row.id)
  }
  const highTimestamp = last.high_timestamp
  const appendedAt = Math.max(...rows.map((row) => row.appended_at))
  const insert = connection.sql(
    `INSERT INTO batches
       (partition_id, base_offset, last_offset, records, bytes, max_timestamp, high_timestamp, appended_at, data)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  let base = first.base_offset
  for (const [i, chunk] of (chunks.length === 0 ? [[]] : chunks).entries()) {
    const isLast = i >= chunks.length - 1
    const end = isLast ? last.last_offset : chunk[chunk.length - 1]!.offset
    const start = base
    const batch = encodeBatch(chunk, (i) => chunk[i]!.offset - (i === 0 ? start : chunk[i - 1]!.offset + 1))
    placeBatch(batch, partitionId, base, end)
    const { data } = batch
    insert.run(partitionId, base, end, batch.records, data.length, batch.maxTimestamp, highTimestamp, appendedAt, data)
    records += batch.records
    bytes += data.length
    base = end + 1
  }
  connection
    .sql('UPDATE partitions SET records = records + ?, bytes = bytes + ? WHERE id = ?')
    .run(records, bytes, partitionId)
}
