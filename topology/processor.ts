import type { StreamRecord } from './record.ts'
import type { CacheScope } from './state/record-cache.ts'
import type { StateStore } from './state/state-store.ts'

/**
 * One node's work in one task. The task calls `init` once, then `process` for every record in order, `flush` before
 * every commit and `close` at the end, all from one thread and never while another call is running.
 *
 * A processor owns nothing but its fields: stores belong to the task, so do not close them. After an aborted commit the
 * task throws its processors away and asks the supplier for new ones, so fields may hold what can be rebuilt from stores.
 */
export interface Processor<KIn = unknown, VIn = unknown, KOut = unknown, VOut = unknown> {
  init?(context: ProcessorContext<KOut, VOut>): void
  /**
   * Synchronous: a promise stops the task, because what takes time belongs in an async node. A throw is a `processing`
   * failure of this record; what was forwarded and stored before it stands.
   */
  process(record: StreamRecord<KIn, VIn>): void
  /** The last moment before a commit: what is forwarded and stored here belongs to that commit. */
  flush?(): void
  close?(): void
}

/** Makes one processor for each task. Must return a new object every time. */
export type ProcessorSupplier<KIn = unknown, VIn = unknown, KOut = unknown, VOut = unknown> = () => Processor<
  KIn,
  VIn,
  KOut,
  VOut
>

/** Turns the values of a batch into as many values, in the same order. Stateless: may be called again after an abort. */
export type MapBatch<V = unknown, VR = unknown> = (values: readonly V[]) => Promise<readonly VR[]>

export interface RecordMetadata {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

export type PunctuationType = 'stream-time' | 'wall-clock'

export interface Punctuation {
  cancel(): void
}

/** Why a record was taken out of the stream: a counter of its own, the log line's word, the dead letter's stage. */
export type DropReason = 'late' | 'future' | 'null-key' | 'null-value' | 'invalid-timestamp'

/** What a processor can do, and what it can know about the record it is working on. */
export interface ProcessorContext<KOut = unknown, VOut = unknown> {
  readonly applicationId: string
  /** Grows with every session of the application, over restarts and resets. Not for decisions: an uninterrupted run has another. */
  readonly sessionEpoch: number
  /** `<subtopology>_<partition>` */
  readonly taskId: string
  readonly node: string
  readonly partition: number
  /**
   * To every child, or to the one named. Returns when everything downstream (up to an async node) is done. Only during
   * `process`, `flush` and a punctuation; at any other time it throws IllegalStateError, as no commit would hold it.
   */
  forward(record: StreamRecord<KOut, VOut>, childName?: string): void
  /** A store that this node was connected to; throws StoreNotConnectedError for any other. */
  getStateStore<S extends StateStore>(name: string): S
  /**
   * Calls back when `intervalMs` has passed. Stream time: after the first record, then after each one that reaches the next
   * multiple, once, however many were jumped over; where it stands survives a restart when scheduled in `init`. Wall
   * clock: between batches, with the time at which it was due; behind async nodes, after the records taken in before.
   */
  schedule(intervalMs: number, type: PunctuationType, callback: (timestamp: number) => void): Punctuation
  /** Where the current record was read; undefined in a wall-clock punctuation. */
  readonly recordMetadata: RecordMetadata | undefined
  /** Highest timestamp this task has seen up to the current record, epoch ms; -1 before the first. Never goes back. */
  readonly streamTime: number
  currentSystemTimeMs(): number
  /** Where updates wait for the commit, so that only the latest of each key goes on; undefined where the cache is off. */
  readonly recordCache: CacheScope | undefined
  /**
   * In a wall-clock punctuation: true when this task had taken in everything there was at the time it is called with, by
   * a high watermark fetched after its buffers were empty: the only time at which silence means silence. Behind an async
   * node `currentSystemTimeMs` may be later than that time. Always false while a record is being processed.
   */
  readonly isCaughtUp: boolean
  /**
   * Says that the current record leaves the stream here: one counter, one log line, one dead letter where configured,
   * unless it goes on elsewhere (`deadLetter: false`).
   */
  drop(reason: DropReason, detail: string, options?: { readonly deadLetter?: boolean }): void
}
