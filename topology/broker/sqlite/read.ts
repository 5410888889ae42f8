import type { FetchedRecord, PartitionOffsets, TopicPartition } from '../broker.ts'
import { LogCorruptError, OffsetOutOfRangeError } from '../errors.ts'
import type { Page } from '../log/log-storage.ts'
import { type BatchRow, decodeBatch } from './batch-codec.ts'
import type { Connection } from './connection.ts'
import type { TopicTable } from './topic-table.ts'

/** A batch's row without what only maintenance needs. */
const SELECT_BATCHES = `SELECT base_offset, last_offset, records, data FROM batches
  WHERE partition_id = ? AND last_offset >= ? ORDER BY last_offset`

export function readOffsets(connection: Connection, partitionId: number): Omit<PartitionOffsets, 'end'> {
  const row = connection.sql('SELECT earliest, latest FROM partitions WHERE id = ?').get(partitionId)
  if (!row) throw new LogCorruptError(`${connection.path}: partition row ${partitionId} is missing`)
  return { earliest: row.earliest as number, latest: row.latest as number }
}

export function readEnd(connection: Connection, partitionId: number): number {
  const row = connection.sql('SELECT latest FROM partitions WHERE id = ?').get(partitionId)
  if (!row) throw new LogCorruptError(`${connection.path}: partition row ${partitionId} is missing`)
  return row.latest as number
}

/** Rows from the one that holds `position`, one at least, then until `maxBytes`; all on the caller's snapshot. */
export function readBatches(
  connection: Connection,
  { topic, partition }: TopicPartition,
  partitionId: number,
  position: number,
  maxBytes: number,
): { readonly rows: readonly BatchRow[]; readonly next: number; readonly bytes: number } {
  const { earliest, latest } = readOffsets(connection, partitionId)
  if (position < earliest || position > latest)
    throw new OffsetOutOfRangeError(topic, partition, position, earliest, latest)
  const rows: BatchRow[] = []
  let bytes = 0
  let records = 0
  let next = position
  if (position < latest)
    for (const found of connection.sql(SELECT_BATCHES).iterate(partitionId, position)) {
      const row = found as unknown as BatchRow
      if (records > 0 && bytes + row.data.length > maxBytes) return { rows, next, bytes }
      // Batches tile the offsets: what does not continue was lost.
      if (rows.length === 0 ? row.base_offset > position : row.base_offset !== next) break
      rows.push(row)
      bytes += row.data.length
      records += row.records
      next = row.last_offset + 1
    }
  if (next !== latest) throw new LogCorruptError(`${topic}-${partition}: the batch of offset ${next} is missing`)
  return { rows, next, bytes }
}

export function readPage(
  connection: Connection,
  topics: TopicTable,
  where: TopicPartition,
  position: number,
  maxBytes: number,
): Page {
  const { topic, partition } = where
  let partitionId = 0
  const { rows, next, bytes } = topics.current('read', () => {
    partitionId = topics.partitionId(where)
    return readBatches(connection, where, partitionId, position, maxBytes)
  })
  // Decoding needs no snapshot.
  const pages = rows.map((row) => decodeBatch(row, topic, partition, partitionId, position))
  return { records: pages.length === 1 ? pages[0]! : pages.flat(), next, bytes }
}

/**
 * Batches carry the highest timestamp up to and with them, which grows with the offset, so the first that reaches
 * `timestamp` is found by halving. Its own records may still lie below when what raised it is gone: then on from there.
 */
export function findTimestamp(
  connection: Connection,
  topics: TopicTable,
  where: TopicPartition,
  timestamp: number,
): number {
  const { topic, partition } = where
  return topics.current('read', () => {
    const partitionId = topics.partitionId(where)
    const { earliest, latest } = readOffsets(connection, partitionId)
    const reach = connection.sql(
      `SELECT last_offset, high_timestamp FROM batches
       WHERE partition_id = ? AND last_offset >= ? ORDER BY last_offset LIMIT 1`,
    )
    let low = earliest
    let high = latest
    while (low < high) {
      const middle = low + Math.floor((high - low) / 2)
      const row = reach.get(partitionId, middle) as { last_offset: number; high_timestamp: number } | undefined
      if (!row) throw new LogCorruptError(`${topic}-${partition}: the batch of offset ${middle} is missing`)
      if (row.high_timestamp >= timestamp) high = middle
      else low = row.last_offset + 1
    }
    const candidates = connection.sql(
      `SELECT base_offset, last_offset, records, data FROM batches
       WHERE partition_id = ? AND last_offset >= ? AND max_timestamp >= ? ORDER BY last_offset`,
    )
    for (const row of candidates.iterate(partitionId, low, timestamp)) {
      const found = decodeBatch(row as unknown as BatchRow, topic, partition, partitionId).find(
        (record: FetchedRecord) => record.timestamp >= timestamp,
      )
      if (found) return found.offset
    }
    return latest
  })
}
