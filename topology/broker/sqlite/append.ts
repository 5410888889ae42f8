import type { RawRecord } from '../broker.ts'
import { LogCorruptError } from '../errors.ts'
import { type PartitionRecords, recordBytes } from '../log/records.ts'
import { type EncodedBatch, encodeBatch, placeBatch } from './batch-codec.ts'
import type { Connection } from './connection.ts'
import type { TopicTable } from './topic-table.ts'

/** A row holds at most this much, so that reading, compacting or erasing in it stays a short step. */
const BATCH_RECORDS = 1_000
const BATCH_BYTES = 256 * 1024

export interface EncodedPartition {
  readonly topic: string
  readonly partition: number
  readonly batches: readonly EncodedBatch[]
}

/** Encoding takes most of the time of an append: it is done before the log is locked. */
export const encodePartitions = (groups: readonly PartitionRecords[]): readonly EncodedPartition[] =>
  groups.map(({ topic, partition, records }) => ({ topic, partition, batches: encodeBatches(records) }))

function encodeBatches(records: readonly RawRecord[]): EncodedBatch[] {
  const batches: EncodedBatch[] = []
  let from = 0
  let bytes = 0
  for (let i = 0; i < records.length; i++) {
    const size = recordBytes(records[i]!)
    if (i > from && (i - from >= BATCH_RECORDS || bytes + size > BATCH_BYTES)) {
      batches.push(encodeBatch(records.slice(from, i)))
      from = i
      bytes = 0
    }
    bytes += size
  }
  batches.push(encodeBatch(from === 0 ? records : records.slice(from)))
  return batches
}

/** Appends, in a write transaction of `topics.current`. @returns one past the last record of each */
export function appendPartitions(
  connection: Connection,
  topics: TopicTable,
  encoded: readonly EncodedPartition[],
  now: number,
): readonly { readonly topic: string; readonly partition: number; readonly end: number }[] {
  return encoded.map(({ topic, partition, batches }) => {
    const partitionId = topics.partitionId({ topic, partition })
    let end = 0
    for (const batch of batches) end = appendBatch(connection, partitionId, batch, batch.span, now)
    return { topic, partition, end }
  })
}

/** Uses up `offsets` offsets without a record, as Kafka's transaction markers do. */
export const appendGap = (connection: Connection, partitionId: number, offsets: number, now: number): number =>
  appendBatch(connection, partitionId, encodeBatch([]), offsets, now)

function appendBatch(connection: Connection, partitionId: number, batch: EncodedBatch, span: number, now: number) {
  const { data, records, maxTimestamp } = batch
  const end = connection
    .sql(
      `UPDATE partitions SET latest = latest + ?, records = records + ?, bytes = bytes + ?,
         dirty_bytes = dirty_bytes + ?, high_timestamp = max(high_timestamp, ?)
       WHERE id = ? RETURNING latest, high_timestamp`,
    )
    .get(span, records, data.length, data.length, maxTimestamp, partitionId) as
    | { latest: number; high_timestamp: number }
    | undefined
  if (!end) throw new LogCorruptError(`${connection.path}: partition row ${partitionId} is missing`)
  const base = end.latest - span
  placeBatch(batch, partitionId, base, end.latest - 1)
  connection
    .sql(
      `INSERT INTO batches
         (partition_id, base_offset, last_offset, records, bytes, max_timestamp, high_timestamp, appended_at, data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(partitionId, base, end.latest - 1, records, data.length, maxTimestamp, end.high_timestamp, now, data)
  return end.latest
}
