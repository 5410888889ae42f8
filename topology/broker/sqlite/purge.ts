import type { Connection } from './connection.ts'

/** Rows a step: freeing one means overwriting up to 256 KiB (batch-codec, connection.ts). */
const STEP_BATCHES = 16

/** Removes what deleted partitions left, in short steps: nobody sees it any more, but a writer must not wait for all of it. */
export function* purgeDropped(connection: Connection): Generator<void, void> {
  for (;;) {
    const partitionId = connection.get<{ partition_id: number }>(
      'SELECT partition_id FROM dropped LIMIT 1',
    )?.partition_id
    if (partitionId === undefined) return
    connection.write(() => {
      const { changes } = connection
        .sql('DELETE FROM batches WHERE id IN (SELECT id FROM batches WHERE partition_id = ? LIMIT ?)')
        .run(partitionId, STEP_BATCHES)
      if (changes === 0) connection.sql('DELETE FROM dropped WHERE partition_id = ?').run(partitionId)
    })
    yield
  }
}
