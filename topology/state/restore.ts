import type { Broker, Session, StateStorage } from '../broker/broker.ts'
import { OffsetOutOfRangeError } from '../broker/errors.ts'
import { changelogTopic } from '../broker/log/internal-topics.ts'
import { RestoreError } from '../errors.ts'
import { compareBytes } from './byte-order.ts'

/** Changelog records that become one write: enough to make the transaction's cost small, little enough to stay in memory. */
const WRITE_RECORDS = 40_000
/** The same beside tasks at work, which wait for each write: some 20 ms. */
const WRITE_RECORDS_BESIDE_WORK = 4_000
/** A poll over a gap (transaction markers, compaction) brings no record but moves the position, so none may wait long. */
const IDLE_MS = 5
/** A log looks for transactions that ran out of time from time to time only: Kafka every 10 s. */
const ABORT_GRACE_MS = 15_000
const MAX_ATTEMPTS = 3

export interface RestoreProgress {
  readonly store: string
  readonly partition: number
  readonly restored: number
  readonly remaining: number
}

/**
 * Where the restore of a store begins: after what its rows stand for. Rows that stand for offsets which the log does not
 * have (any more) are dropped first: what retention took away in between cannot be told.
 */
export function startOfRestore(
  state: StateStorage,
  store: string,
  partition: number,
  { earliest, end }: { readonly earliest: number; readonly end: number },
): number {
  const stored = state.changelogOffset(store, partition)
  if (stored !== undefined && stored >= earliest && stored <= end) return stored
  state.restore(store, partition, [], earliest, { reset: true })
  return earliest
}

/**
 * Brings one store's rows up to the end of its changelog, from where they stand: nothing to do after a clean commit,
 * the tail after a crash between log and store, everything on a new machine. The end counts what others have open: it is
 * waited for until they commit or the log aborts them. Returns how many records it read.
 */
export async function restoreStore(options: RestoreOptions): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await restoreOnce(options)
    } catch (error) {
      // What was to be read next is gone from the log since it was asked for its ends: ask again, and begin there.
      if (!(error instanceof OffsetOutOfRangeError) || attempt === MAX_ATTEMPTS) throw error
    }
  }
}

export interface RestoreOptions {
  readonly broker: Broker
  readonly session: Session
  readonly applicationId: string
  readonly store: string
  readonly partition: number
  /** Of whoever may have a transaction open on the changelog. Default 60,000 ms: longer than anybody should have it. */
  readonly transactionTimeoutMs?: number | undefined
  /** Others have work to do beside this. */
  readonly isBusy?: () => boolean
  readonly onProgress?: (progress: RestoreProgress) => void
  /** Ends it early; the rows then stand for as much as was read. */
  readonly signal?: AbortSignal
}

async function restoreOnce(options: RestoreOptions): Promise<number> {
  const { broker, session, applicationId, store, partition, onProgress, signal } = options
  const { state } = session
  const topic = changelogTopic(applicationId, store)
  const { earliest, end } = await broker.offsets({ topic, partition })
  if (signal?.aborted) return 0
  let offset = startOfRestore(state, store, partition, { earliest, end })
  if (offset >= end) return 0

  const idleLimitMs = (options.transactionTimeoutMs ?? 60_000) + ABORT_GRACE_MS
  let restored = 0
  let lastMoved = performance.now()
  let isIdle = false
  let rows: Row[] = []
  onProgress?.({ store, partition, restored, remaining: end - offset })
  const reader = broker.reader()
  try {
    reader.assign([{ topic, partition, offset }])
    while (offset < end && !signal?.aborted) {
      const writeRecords = options.isBusy?.() ? WRITE_RECORDS_BESIDE_WORK : WRITE_RECORDS
      const page = await reader.poll({
        maxRecords: Math.max(1, writeRecords - rows.length),
        maxWaitMs: isIdle ? IDLE_MS : 0,
        ...(signal && { signal }),
      })
      const before = offset
      offset = reader.position({ topic, partition })
      isIdle = page.length === 0 && offset === before
      if (!isIdle) lastMoved = performance.now()
      else if (performance.now() - lastMoved > idleLimitMs)
        throw new RestoreError(`${topic}-${partition}: the log ends at ${end} but gives nothing after ${offset}`)
      for (const { key, value } of page) if (key !== null) rows.push({ key, value })
      restored += page.length
      if (rows.length < writeRecords && offset < end) continue
      // Somebody else may have the task by now, and its rows with it.
      if (signal?.aborted) break
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

/** The rows that stand in the end, in the order of the keys: neighbours in a B-tree are written together. Sorting is stable, so the last one is the newest. */
export function lastOfEachKey(rows: Row[]): readonly Row[] {
  rows.sort((a, b) => compareBytes(a.key, b.key))
  return rows.filter((row, i) => i + 1 === rows.length || compareBytes(row.key, rows[i + 1]!.key) !== 0)
}
