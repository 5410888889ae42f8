import type { TopicSpec } from '../broker.ts'
import type { Connection } from './connection.ts'

/** What one step removes at most: freeing a row's pages means reading them. */
const STEP_BATCHES = 100
const STEP_BYTES = 4 * 1024 * 1024

/**
 * Removes whole batches from the front of a partition, by age since the append (not by the records' timestamps: a
 * replay would vanish on arrival, a record from the future stay for ever) and until it fits its size. The last batch
 * stays always. One step a `next()`.
 */
export function* retain(
  connection: Connection,
  partitionId: number,
  { retentionMs, retentionBytes }: TopicSpec,
  clock: () => number,
): Generator<void, void> {
  if (retentionMs === null && (retentionBytes ?? null) === null) return
  for (;;) {
    const appendedBefore = retentionMs === null ? Number.NEGATIVE_INFINITY : clock() - retentionMs
    const limits = { appendedBefore, maxBytes: retentionBytes ?? Number.POSITIVE_INFINITY }
    // Looks without the lock first: most of the time there is nothing to do.
    if (connection.read(() => expired(connection, partitionId, limits)).length === 0) return
    connection.write(() => {
      const rows = expired(connection, partitionId, limits)
      for (const { id } of rows) connection.sql('DELETE FROM batches WHERE id = ?').run(id)
      const last = rows[rows.length - 1]
      if (!last) return
      const sum = (of: 'records' | 'bytes') => rows.reduce((total, row) => total + row[of], 0)
      connection
        .sql('UPDATE partitions SET earliest = ?, records = records - ?, bytes = bytes - ? WHERE id = ?')
        .run(last.last_offset + 1, sum('records'), sum('bytes'), partitionId)
    })
    yield
  }
}

interface Expired {
  readonly id: number
  readonly last_offset: number
  readonly records: number
  readonly bytes: number
  readonly appended_at: number
}

function expired(
  connection: Connection,
  partitionId: number,
  { appendedBefore, maxBytes }: { readonly appendedBefore: number; readonly maxBytes: number },
): readonly Expired[] {
  const partition = connection.sql('SELECT earliest, latest, bytes FROM partitions WHERE id = ?').get(partitionId) as
    | { earliest: number; latest: number; bytes: number }
    | undefined
  // The topic was deleted meanwhile.
  if (!partition) return []
  const rows = connection.sql(
    `SELECT id, last_offset, records, bytes, appended_at FROM batches
     WHERE partition_id = ? AND last_offset >= ? AND last_offset < ? ORDER BY last_offset LIMIT ?`,
  )
  const out: Expired[] = []
  let left = partition.bytes
  for (const found of rows.iterate(partitionId, partition.earliest, partition.latest - 1, STEP_BATCHES)) {
    const row = found as unknown as Expired
    if (row.appended_at >= appendedBefore && left <= maxBytes) break
    if (partition.bytes - left > STEP_BYTES) break
    left -= row.bytes
    out.push(row)
  }
  return out
}
