import type { FetchedRecord, TopicPartition } from '../broker.ts'
import { keyText, survivesCompaction, TOMBSTONE_MS } from '../log/compaction-rule.ts'
import { recordBytes } from '../log/records.ts'
import type { Connection } from './connection.ts'
import { recordsOf, replaceBatches, type StoredBatch, storedBatches } from './rewrite.ts'

/** Keys remembered in one pass, some 100 bytes each; what is beyond waits for the next pass. */
const MAX_KEYS = 500_000
/** Below this much new data the timer leaves a partition alone, ... */
const MIN_DIRTY_BYTES = 256 * 1024
/** ... and below this share of the partition, as Kafka's `min.cleanable.dirty.ratio`. */
const MIN_DIRTY_RATIO = 0.5
/** Rows after a rewrite, as a log of many small commits would otherwise keep a row for each. */
const CHUNK_BYTES = 256 * 1024
const CHUNK_RECORDS = 1_000

interface Progress {
  readonly earliest: number
  readonly latest: number
  readonly bytes: number
  readonly compacted_to: number
  readonly dirty_bytes: number
  readonly oldest_tombstone: number | null
}

/**
 * Keeps the last record of each key at its offset, and deletions for a day. Two walks in short steps: the first notes
 * the last offset of each key that came since the last pass, the second rewrites from the start up to there, without
 * the last batch. A pass that is cut off loses nothing and is done again.
 */
export function* compact(
  connection: Connection,
  where: TopicPartition,
  partitionId: number,
  clock: () => number,
  due: boolean,
): Generator<void, void> {
  const before = progress(connection, partitionId)
  if (!before || !isWorthIt(before, clock(), due)) return
  const tail = connection.get<{ base_offset: number; bytes: number }>(
    'SELECT base_offset, bytes FROM batches WHERE partition_id = ? AND last_offset = ?',
    partitionId,
    before.latest - 1,
  )
  if (!tail) return
  // 1. The last offset of each key that is new since the last pass.
  const lastOffsets = new Map<string, number>()
  let seen = Math.max(before.compacted_to, before.earliest)
  while (seen < before.latest && lastOffsets.size < MAX_KEYS) {
    const rows = connection.read(() => storedBatches(connection, partitionId, seen, before.latest))
    if (rows.length === 0) break
    for (const row of rows)
      for (const { key, offset } of recordsOf(row, where, partitionId)) if (key) lastOffsets.set(keyText(key), offset)
    seen = rows[rows.length - 1]!.last_offset + 1
    yield
  }
  // 2. Rewrite what they supersede.
  const until = Math.min(seen, tail.base_offset)
  const cutoff = clock() - TOMBSTONE_MS
  const survives = (record: FetchedRecord, row: StoredBatch) =>
    survivesCompaction(record, lastOffsets, row.appended_at < cutoff)
  let oldestTombstone: number | null = null
  for (let from = before.earliest; from < until; ) {
    let rows = connection.read(() => storedBatches(connection, partitionId, from, until))
    if (rows.length === 0) break
    let step = plan(rows, where, partitionId, survives)
    if (step.isWorthWriting) {
      connection.write(() => {
        // Retention or an erasure of another thread may have been here.
        rows = storedBatches(connection, partitionId, from, until)
        if (rows.length === 0) return
        step = plan(rows, where, partitionId, survives)
        replaceBatches(connection, partitionId, rows, step.chunks)
      })
      if (rows.length === 0) break
    }
    if (step.oldestTombstone !== null) oldestTombstone = Math.min(oldestTombstone ?? Infinity, step.oldestTombstone)
    from = rows[rows.length - 1]!.last_offset + 1
    yield
  }
  // 3. Note how far it went. What was appended meanwhile, and the tail, is still to do.
  const isWhole = until === tail.base_offset
  connection.write(() =>
    connection
      .sql(
        `UPDATE partitions SET compacted_to = ?, oldest_tombstone = ?, dirty_bytes = max(0, dirty_bytes - ?) WHERE id = ?`,
      )
      .run(until, oldestTombstone, isWhole ? before.dirty_bytes - tail.bytes : 0, partitionId),
  )
}

const progress = (connection: Connection, partitionId: number) =>
  connection.get<Progress>(
    `SELECT earliest, latest, bytes, compacted_to, dirty_bytes, oldest_tombstone FROM partitions WHERE id = ?`,
    partitionId,
  )

function isWorthIt(partition: Progress, now: number, due: boolean): boolean {
  if (partition.latest === partition.earliest) return false
  if (partition.oldest_tombstone !== null && partition.oldest_tombstone < now - TOMBSTONE_MS) return true
  if (!due) return partition.dirty_bytes > 0
  return partition.dirty_bytes >= Math.max(MIN_DIRTY_BYTES, partition.bytes * MIN_DIRTY_RATIO)
}

function plan(
  rows: readonly StoredBatch[],
  where: TopicPartition,
  partitionId: number,
  survives: (record: FetchedRecord, row: StoredBatch) => boolean,
) {
  const chunks: FetchedRecord[][] = []
  let chunkBytes = 0
  let isChanged = false
  let oldestTombstone: number | null = null
  for (const row of rows) {
    for (const record of recordsOf(row, where, partitionId)) {
      if (!survives(record, row)) {
        isChanged = true
        continue
      }
      if (record.value === null) oldestTombstone = Math.min(oldestTombstone ?? Infinity, row.appended_at)
      const bytes = recordBytes(record)
      const chunk = chunks[chunks.length - 1]
      if (!chunk || chunk.length >= CHUNK_RECORDS || chunkBytes + bytes > CHUNK_BYTES) {
        chunks.push([record])
        chunkBytes = bytes
      } else {
        chunk.push(record)
        chunkBytes += bytes
      }
    }
  }
  return { chunks, oldestTombstone, isWorthWriting: isChanged || chunks.length * 2 <= rows.length }
}
