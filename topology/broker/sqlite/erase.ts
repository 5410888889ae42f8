import type { FetchedRecord, TopicPartition } from '../broker.ts'
import type { Connection } from './connection.ts'
import { recordsOf, replaceBatches, storedBatches } from './rewrite.ts'

/**
 * Takes matching records out of a partition, batch by batch, also out of the last one. Freed pages are
 * overwritten (connection.ts). Looks without the lock and takes it only for a step in which something matches.
 */
export function* erasePartition(
  connection: Connection,
  where: TopicPartition,
  partitionId: number,
  matches: (record: FetchedRecord) => boolean,
): Generator<void, number> {
  let erased = 0
  for (let from = 0; ; ) {
    const step = () => {
      const rows = storedBatches(connection, partitionId, from, Number.MAX_SAFE_INTEGER)
      const hits = rows.flatMap((row) => {
        const records = recordsOf(row, where, partitionId)
        const kept = records.filter((record) => !matches(record))
        return kept.length === records.length ? [] : [{ row, kept, gone: records.length - kept.length }]
      })
      return { rows, hits }
    }
    let { rows, hits } = connection.read(step)
    if (hits.length > 0)
      connection.write(() => {
        ;({ rows, hits } = step())
        for (const { row, kept, gone } of hits) {
          replaceBatches(connection, partitionId, [row], kept.length === 0 ? [] : [kept])
          erased += gone
        }
      })
    const last = rows[rows.length - 1]
    if (!last) return erased
    from = last.last_offset + 1
    yield
  }
}

/** Runs `work`, then brings the write-ahead log, which still has the old pages, to nothing. */
export function* forGood<T>(connection: Connection, work: Generator<void, T>): Generator<void, T> {
  try {
    return yield* work
  } finally {
    connection.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  }
}
