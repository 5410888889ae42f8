import type { Broker, Session } from '../broker/broker.ts'
import { changelogTopic } from '../broker/log/internal-topics.ts'
import { RestoreError } from '../errors.ts'

/** Changelog records read and written to the store in one step. */
const PAGE_RECORDS = 10_000
/** How long one page may take to arrive before the restore is given up: the log says that the records are there. */
const PAGE_WAIT_MS = 10_000

export interface RestoreProgress {
  readonly store: string
  readonly partition: number
  readonly restored: number
  readonly remaining: number
}

/**
 * Brings one store's rows up to the end of its changelog, from where they stand: nothing to do after a clean commit,
 * the tail after a crash between log and store, everything on a new machine. Rows from before the log's first record
 * are dropped first: what compaction or retention took away in between cannot be told. Returns how many records it read.
 */
export async function restoreStore(options: {
  readonly broker: Broker
  readonly session: Session
  readonly applicationId: string
  readonly store: string
  readonly partition: number
  readonly onProgress?: (progress: RestoreProgress) => void
}): Promise<number> {
  const { broker, session, applicationId, store, partition, onProgress } = options
  const { state } = session
  const topic = changelogTopic(applicationId, store)
  const { earliest, latest } = await broker.offsets({ topic, partition })
  const stored = state.changelogOffset(store, partition)
  const reset = stored === undefined || stored < earliest || stored > latest
  let offset = reset ? earliest : stored!
  if (reset) state.restore(store, partition, [], offset, { reset })
  if (offset >= latest) return 0

  let restored = 0
  const reader = broker.reader()
  try {
    reader.assign([{ topic, partition, offset }])
    while (offset < latest) {
      const page = await reader.poll({ maxRecords: PAGE_RECORDS, maxWaitMs: PAGE_WAIT_MS })
      const before = offset
      offset = reader.position({ topic, partition })
      if (page.length === 0 && offset === before)
        throw new RestoreError(`${topic}-${partition}: the log ends at ${latest} but gives nothing after ${offset}`)
      const rows = page.flatMap(({ key, value }) => (key === null ? [] : [{ key, value }]))
      state.restore(store, partition, rows, offset)
      restored += page.length
      onProgress?.({ store, partition, restored, remaining: Math.max(0, latest - offset) })
    }
  } finally {
    await reader.close()
  }
  return restored
}
