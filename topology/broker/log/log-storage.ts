/**
 * What a log on this machine has to do, in one thread and without waiting. `LogBroker` makes a `Broker` of it;
 * memory and SQLite implement it. Every method that changes something is all or nothing.
 */
import type { SchemaRegistry } from '../../serde.ts'
import type {
  Commit,
  CommitOutcome,
  CommittedOffset,
  FetchedRecord,
  PartitionOffsets,
  ProducedRecord,
  StateStorage,
  TopicDescription,
  TopicPartition,
  TopicSpec,
} from '../broker.ts'

/** A run of records and where reading goes on; `next` moves over gaps, so it may grow without a record. */
export interface Page {
  readonly records: readonly FetchedRecord[]
  readonly next: number
  /** Size of what was read. */
  readonly bytes: number
}

export interface SessionId {
  readonly applicationId: string
  readonly thread: number
  readonly threads: number
  readonly epoch: number
}

export interface LogStorage {
  readonly schemas: SchemaRegistry
  createTopics(topics: readonly TopicSpec[]): void
  /** The first step makes them unknown, the others free what they held. */
  deleteTopics(names: readonly string[]): Generator<void, void>
  topics(): readonly TopicDescription[]
  /** Throws TopicUnknownError. */
  partitionCount(topic: string): number
  offsets(partition: TopicPartition): Omit<PartitionOffsets, 'end'>
  /**
   * One past the last record of each, on one look at the log: whoever reads many partitions asks again and again, and most
   * have nothing new.
   */
  ends(partitions: readonly TopicPartition[]): readonly number[]
  offsetForTimestamp(partition: TopicPartition, timestamp: number): number
  committed(applicationId: string): readonly CommittedOffset[]
  /** Appends outside of a session. */
  append(records: readonly ProducedRecord[]): void
  /** At most about `maxBytes`, but at least one record if there is one. Throws OffsetOutOfRangeError. */
  read(partition: TopicPartition, position: number, maxBytes: number): Page
  /** Takes the thread over from whoever had it. */
  openSession(session: Omit<SessionId, 'epoch'>): number
  closeSession(session: SessionId): void
  commit(session: SessionId, commit: Commit): CommitOutcome
  state(applicationId: string): StateStorage
  reset(applicationId: string): void
  /** Works in short steps, one a `next()`, and returns how many records went. */
  erase(topic: string, matches: (record: FetchedRecord) => boolean): Generator<void, number>
  /** Retention and compaction in short steps. `due` leaves out what is not worth the work yet. */
  maintain(options: { readonly due: boolean }): Generator<void, void>
  /** Calls back when the log may have grown, until the returned function is called. Spurious calls are fine. */
  watch(onChange: () => void): () => void
  close(): void
}
