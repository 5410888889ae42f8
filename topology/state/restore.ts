import { setTimeout } from 'node:timers/promises'
import type { Broker, Session } from '../broker/broker.ts'
import { changelogTopic } from '../broker/log/internal-topics.ts'
import { RestoreError } from '../errors.ts'
import { compareBytes } from './byte-order.ts'

/** Changelog records that become one write: enough to make the transaction's cost small, little enough to stay in memory. */
const WRITE_RECORDS = 40_000
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
  const { earliest, end } = await broker.offsets({ topic, partition })
  const stored = state.changelogOffset(store, partition)
  const reset = stored === undefined || stored < earliest || stored > end
  let offset = reset ? earliest : stored!
  if (reset) state.restore(store, partition, [], offset, { reset })
  if (offset >= end) return 0

  let restored = 0
  let idlePolls = 0
  let rows: Row[] = []
  const reader = broker.reader()
  try {
    reader.assign([{ topic, partition, offset }])
    while (offset < end) {
      const page = await reader.poll({ maxRecords: WRITE_RECORDS - rows.length, maxWaitMs: 0 })
      const before = offset
      offset = reader.position({ topic, partition })
      idlePolls = page.length === 0 && offset === before ? idlePolls + 1 : 0
      if (idlePolls > MAX_IDLE_POLLS)
        throw new RestoreError(`${topic}-${partition}: the log ends at ${end} but gives nothing after ${offset}`)
      if (idlePolls > 0) await setTimeout(IDLE_MS)
      for (const { key, value } of page) if (key !== null) rows.push({ key, value })
      restored += page.length
      if (rows.length < WRITE_RECORDS && offset < end) continue
      state.restore(store, partition, lastOfEachKey(rows), offset)
      rows = []
      onProgress?.({ store, partition, restored, remaining: Math.max(0, end - offset) })
    }
  } finally {
    await reader.close()
  }
  return restored
}

interface Row {
  readonly key: Uint8Array
  readonly value: Uint8Array | null
}

/** In the order of the keys: neighbours in a B-tree are written together. Sorting is stable, so the last one is the newest. */
function lastOfEachKey(rows: Row[]): readonly Row[] {
  rows.sort((a, b) => compareBytes(a.key, b.key))
  return rows.filter((row, i) => i + 1 === rows.length || compareBytes(row.key, rows[i + 1]!.key) !== 0)
}
