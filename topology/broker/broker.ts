/**
 * The port between the engine and a log. `MemoryBroker`, `SqliteBroker` and, later, `KafkaBroker` stand behind it and
 * pass one contract suite; code above cannot tell which one it runs on.
 *
 * Offsets are safe integers (a log of 2^53 records is out of reach), the offset of a record is its place in the
 * partition, a committed offset is the next one to read. Offsets grow but may have gaps (transaction markers,
 * compaction): nobody may compute a count from them.
 */
import type { Headers } from '../record.ts'
import type { SchemaRegistry } from '../serde.ts'

export interface TopicSpec {
  readonly name: string
  readonly partitions: number
  readonly cleanupPolicy: 'delete' | 'compact'
  /** ms since a record was appended, whatever its timestamp; null keeps for ever. */
  readonly retentionMs: number | null
  /** Bytes a partition; null or absent: unbounded. */
  readonly retentionBytes?: number | null
}

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** A record as the log stores it. */
export interface RawRecord {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly timestamp: number
  readonly headers: Headers
}

export interface FetchedRecord extends RawRecord, TopicPartition {
  readonly offset: number
}

export interface ProducedRecord extends RawRecord {
  readonly topic: string
  /** Absent: murmur2 of the key, as the Java client does it; round robin for a null key. */
  readonly partition?: number
}

export interface Position extends TopicPartition {
  /** Next offset to read. */
  readonly offset: number
}

export interface CommittedOffset extends Position {
  /** What the engine keeps beside the offset: stream time and such; '' when none. */
  readonly metadata: string
}

/** One change of durable state. A null value deletes. */
export interface StoreChange {
  readonly store: string
  readonly partition: number
  readonly key: Uint8Array
  readonly value: Uint8Array | null
}

/**
 * committed: everything is durable. aborted: nothing is, and may be tried again. fenced: nothing is, and this session
 * must stop, another one took over. unknown: re-read the committed offsets before anything else.
 */
export type CommitOutcome =
  | { readonly kind: 'committed' }
  | { readonly kind: 'aborted'; readonly cause: Error }
  | { readonly kind: 'fenced'; readonly cause: Error }
  | { readonly kind: 'unknown'; readonly cause: Error }

export interface Commit {
  /** Outputs, repartition and changelog records, in order. */
  readonly records: readonly ProducedRecord[]
  readonly offsets: readonly CommittedOffset[]
  readonly changes: readonly StoreChange[]
}

/** Durable state of one application, read by its tasks. What it returns is as of the last commit. */
export interface StateStorage {
  /** Runs `work`, which must not write or wait, on one snapshot: its reads then cost a third of what they cost alone. */
  snapshot<T>(work: () => T): T
  get(store: string, partition: number, key: Uint8Array): Uint8Array | undefined
  /** Entries with from <= key < to in unsigned byte order; undefined bounds are open. Do not write while iterating. */
  range(
    store: string,
    partition: number,
    from: Uint8Array | undefined,
    to: Uint8Array | undefined,
  ): Iterable<readonly [key: Uint8Array, value: Uint8Array]>
  /** The next changelog offset that the stored rows stand for, or undefined when the store was never restored. */
  changelogOffset(store: string, partition: number): number | undefined
  /** Writes restored rows and where they stand, in one step. `reset` drops what is there first. */
  restore(
    store: string,
    partition: number,
    rows: readonly { readonly key: Uint8Array; readonly value: Uint8Array | null }[],
    changelogOffset: number,
    options?: { readonly reset?: boolean },
  ): void
}

export interface AssignmentListener {
  /** These are yours from now on. */
  onAssigned(partitions: readonly TopicPartition[]): Promise<void>
  /** Finish or abort what is open on these, then return: they go to another owner afterwards. */
  onRevoked(partitions: readonly TopicPartition[]): Promise<void>
  /** These are gone already: discard, never commit. */
  onLost(partitions: readonly TopicPartition[]): Promise<void>
  /** From now on keep warm copies of exactly these tasks' stores, which belong to others. Only with standby replicas. */
  onStandby?(tasks: readonly { readonly group: string; readonly partition: number }[]): Promise<void>
}

/** Source topics that are read together, partition by partition, and the stores that go with them: a subtopology. */
export interface TaskGroup {
  readonly id: string
  readonly topics: readonly string[]
  /** Those that have a changelog. */
  readonly stores: readonly string[]
}

/** One stream thread's place in an application: assignment, exactly-once commits, durable state. */
export interface Session {
  /**
   * Grows with every session of the application and with every assignment: whoever gets a partition later has the higher
   * one. Read it when tasks are opened.
   */
  readonly epoch: number
  readonly state: StateStorage
  /**
   * Joins with the source topics of these groups: partition p of all topics of a group goes to one session. Resolves after
   * the first assignment.
   */
  subscribe(groups: readonly TaskGroup[], listener: AssignmentListener): Promise<void>
  /** To be called on every turn of the poll loop: a session that is not for `maxPollIntervalMs` gives its partitions up. */
  polled(): void
  /** Committed offsets, stable ones only (no open transaction of an earlier owner). Absent when none was committed. */
  committed(partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]>
  /** All or nothing. Never throws for an outcome; throws BrokerError for misuse. One call at a time. */
  commit(commit: Commit): Promise<CommitOutcome>
  /**
   * The listener is not called: whoever closes has finished or given up what was open. A session that has a lasting name
   * keeps its place for a while, so that a restart moves nothing; `leave` gives it up at once.
   */
  close(options?: { readonly leave?: boolean }): Promise<void>
}

export interface SessionOptions {
  readonly applicationId: string
  /** Index of this thread, and how many threads share the application's partitions. */
  readonly thread?: number
  readonly threads?: number
  /** Warm copies of every task's stores on other instances. Where a log has one machine only, it has none. Default 0. */
  readonly standbyReplicas?: number
  /** ms between two calls of `polled` after which the session is taken for stuck. Default 300,000. */
  readonly maxPollIntervalMs?: number
  /** ms after which a log aborts a transaction that was left open. Where a commit is one write, it has none. Default 10,000. */
  readonly transactionTimeoutMs?: number
}

/** Reads committed records only, from positions that its owner keeps. */
export interface Reader {
  /** Sets what is read and from where; partitions left out are no longer read. Buffered records are dropped. */
  assign(positions: readonly Position[]): void
  pause(partitions: readonly TopicPartition[]): void
  resume(partitions: readonly TopicPartition[]): void
  /**
   * The next records, at most `maxRecords`, in offset order within a partition, fair between partitions. Waits at most
   * `maxWaitMs` for the first one, then returns []; `signal` and `close` end the wait the same way. Throws
   * OffsetOutOfRangeError, also for a position past the end: never jumps silently.
   */
  poll(options: {
    readonly maxRecords: number
    readonly maxWaitMs: number
    readonly signal?: AbortSignal
  }): Promise<readonly FetchedRecord[]>
  /** Next offset to read; moves over gaps even when no record came out. */
  position(partition: TopicPartition): number
  close(): Promise<void>
}

export interface ProducerOptions {
  /** Records that may wait inside before `send` holds the caller back. Default 50,000. */
  readonly maxBufferedRecords?: number
}

/** At-least-once appends from outside the engine. */
export interface Producer {
  /**
   * Resolves when the records are durable; waits while the log is behind (back-pressure). What goes to one partition stays
   * in order. On failure it rejects. A log on one machine then has none of the call's records; on a cluster nothing but a
   * transaction spans partitions, so those of its other partitions and batches may be there, and after KAFKA_TIMEOUT any.
   */
  send(records: readonly ProducedRecord[]): Promise<void>
  /** Waits for everything sent. */
  close(): Promise<void>
}

export interface PartitionOffsets {
  /** First offset still there. */
  readonly earliest: number
  /** The high watermark: one past the last committed record. Freshly read, never cached. */
  readonly latest: number
  /** One past the last record, committed or not: above `latest` while somebody's transaction is open. */
  readonly end: number
}

export interface TopicDescription extends TopicSpec {
  readonly records: number
  readonly bytes: number
}

export interface Broker {
  readonly schemas: SchemaRegistry
  /** Creates what is missing. Throws TopicMismatchError when one exists with another number of partitions. */
  createTopics(topics: readonly TopicSpec[]): Promise<void>
  deleteTopics(names: readonly string[]): Promise<void>
  topics(): Promise<readonly TopicDescription[]>
  offsets(partition: TopicPartition): Promise<PartitionOffsets>
  /** The first offset whose record's timestamp is >= `timestamp`; the high watermark when there is none. */
  offsetForTimestamp(partition: TopicPartition, timestamp: number): Promise<number>
  /** Offsets an application committed, for lag; no session needed. */
  committed(applicationId: string): Promise<readonly CommittedOffset[]>
  producer(options?: ProducerOptions): Producer
  reader(): Reader
  session(options: SessionOptions): Promise<Session>
  /** Drops an application's offsets and state, and its internal topics (repartition, changelog). Refused while a session is open. */
  reset(applicationId: string): Promise<void>
  /**
   * Takes records away for good, as a person's erasure asks. Offsets keep their places and get gaps. Returns how many.
   * A log that cannot rewrite its past throws EraseUnsupportedError.
   */
  erase(topic: string, matches: (record: FetchedRecord) => boolean): Promise<number>
  /**
   * Takes everything before these offsets away for good: of repartition topics, what is committed as read. Absent where a log
   * has no need of it. May be called often; a position that is behind what is there already changes nothing.
   */
  deleteRecords?(positions: readonly Position[]): Promise<void>
  /** Applies retention and compaction now; the broker also does so by itself from time to time. */
  maintain(): Promise<void>
  close(): Promise<void>
}
