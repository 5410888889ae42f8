import { setTimeout } from 'node:timers/promises'
import type { Broker, Session } from '../broker/broker.ts'
import { changelogTopic } from '../broker/log/internal-topics.ts'
import { RestoreError } from '../errors.ts'

/** Changelog records read and written to the store in one step. */
const PAGE_RECORDS = 10_000
/**
 * A poll over a gap (transaction markers, compaction) brings no record but moves the position, so no poll may wait. When
 * the position stands still for this many polls, 5 ms apart, the log does not give what it says it has.
 */
const MAX_IDLE_POLLS = 2_000
const IDLE_MS = 5

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
  let idlePolls = 0
  const reader = broker.reader()
  try {
    reader.assign([{ topic, partition, offset }])
    while (offset < latest) {
      const page = await reader.poll({ maxRecords: PAGE_RECORDS, maxWaitMs: 0 })
      const before = offset
      offset = reader.position({ topic, partition })
      idlePolls = page.length === 0 && offset === before ? idlePolls + 1 : 0
      if (idlePolls > MAX_IDLE_POLLS)
        throw new RestoreError(`${topic}-${partition}: the log ends at ${latest} but gives nothing after ${offset}`)
      if (idlePolls > 0) await setTimeout(IDLE_MS)
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
