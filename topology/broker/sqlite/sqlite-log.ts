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
import { LogError } from '../errors.ts'
import type { Faults } from '../faults.ts'
import { internalTopics } from '../log/internal-topics.ts'
import type { LogStorage, Page, SessionId } from '../log/log-storage.ts'
import { Partitioner } from '../log/records.ts'
import { appendPartitions, encodePartitions } from './append.ts'
import { commitTransaction } from './commit.ts'
import { readCommitted } from './committed-offsets.ts'
import { compact } from './compaction.ts'
import type { Connection } from './connection.ts'
import type { DataFolderLock } from './data-folder-lock.ts'
import { erasePartition, forGood } from './erase.ts'
import { purgeDropped } from './purge.ts'
import { findTimestamp, readEnd, readOffsets, readPage } from './read.ts'
import { retain } from './retention.ts'
import { closeSession, openSession, refuseOpenSession } from './sessions.ts'
import { SqliteSchemas } from './sqlite-schemas.ts'
import { dropState, SqliteState } from './sqlite-state.ts'
import { TailWatcher } from './tail-watcher.ts'
import { TopicTable } from './topic-table.ts'

export interface SqliteLogOptions {
  readonly connection: Connection
  /** Absent on a connection that only reads. */
  readonly lock: DataFolderLock | undefined
  readonly clock: () => number
  readonly faults: Faults | undefined
}

/** The log in a SQLite file, through one thread's connection. Each method is one transaction; see the files it calls. */
export class SqliteLog implements LogStorage {
  readonly schemas: SqliteSchemas
  readonly #connection: Connection
  readonly #lock: DataFolderLock | undefined
  readonly #clock: () => number
  readonly #faults: Faults | undefined
  readonly #topics: TopicTable
  readonly #partitioner = new Partitioner()
  readonly #states = new Map<string, SqliteState>()
  readonly #tail: TailWatcher

  constructor({ connection, lock, clock, faults }: SqliteLogOptions) {
    this.#connection = connection
    this.#lock = lock
    this.#clock = clock
    this.#faults = faults
    this.#topics = new TopicTable(connection)
    this.#tail = new TailWatcher(connection, `javas-log:${connection.path}`)
    this.schemas = new SqliteSchemas(connection)
  }

  createTopics(topics: readonly TopicSpec[]): void {
    this.#topics.create(topics)
  }

  *deleteTopics(names: readonly string[]): Generator<void, void> {
    this.#topics.current('write', () => this.#topics.delete(names))
    yield* purgeDropped(this.#connection)
  }

  topics(): readonly TopicDescription[] {
    return this.#topics.describe()
  }

  partitionCount(topic: string): number {
    return this.#topics.current('read', () => this.#topics.get(topic).partitions)
  }

  offsets(partition: TopicPartition): Omit<PartitionOffsets, 'end'> {
    return this.#topics.current('read', () => readOffsets(this.#connection, this.#topics.partitionId(partition)))
  }

  ends(partitions: readonly TopicPartition[]): readonly number[] {
    return this.#topics.current('read', () =>
      partitions.map((partition) => readEnd(this.#connection, this.#topics.partitionId(partition))),
    )
  }

  offsetForTimestamp(partition: TopicPartition, timestamp: number): number {
    return findTimestamp(this.#connection, this.#topics, partition, timestamp)
  }

  committed(applicationId: string): readonly CommittedOffset[] {
    return readCommitted(this.#connection, applicationId)
  }

  append(records: readonly ProducedRecord[]): void {
    const encoded = encodePartitions(this.#partitioner.group(records, (topic) => this.#topics.get(topic)))
    this.#topics.current('write', () => appendPartitions(this.#connection, this.#topics, encoded, this.#clock()))
    this.#tail.changed()
  }

  read(partition: TopicPartition, position: number, maxBytes: number): Page {
    return readPage(this.#connection, this.#topics, partition, position, maxBytes)
  }

  openSession(session: Omit<SessionId, 'epoch'>): number {
    // Between two sessions another thread may have reset the application.
    this.state(session.applicationId).forget()
    return openSession(this.#connection, session, this.#owner())
  }

  closeSession(session: SessionId): void {
    closeSession(this.#connection, session)
  }

  commit(session: SessionId, commit: Commit): CommitOutcome {
    const outcome = commitTransaction(session, commit, {
      connection: this.#connection,
      topics: this.#topics,
      partitioner: this.#partitioner,
      state: this.state(session.applicationId),
      owner: this.#owner(),
      faults: this.#faults,
      now: this.#clock(),
    })
    if (outcome.kind === 'committed' || outcome.kind === 'unknown') this.#tail.changed()
    return outcome
  }

  state(applicationId: string): SqliteState & StateStorage {
    let state = this.#states.get(applicationId)
    if (!state) {
      state = new SqliteState(this.#connection, applicationId)
      this.#states.set(applicationId, state)
    }
    return state
  }

  reset(applicationId: string): void {
    this.#topics.current('write', () => {
      refuseOpenSession(this.#connection, applicationId, this.#owner())
      const applications = this.#connection.all<{ id: string }>('SELECT id FROM applications').map(({ id }) => id)
      dropState(this.#connection, applicationId)
      this.#connection.sql('DELETE FROM offsets WHERE application = ?').run(applicationId)
      this.#topics.delete(internalTopics(applicationId, applications, this.#topics.names()))
    })
    this.state(applicationId).forget()
  }

  *erase(topic: string, matches: (record: FetchedRecord) => boolean): Generator<void, number> {
    const { partitionIds } = this.#topics.current('read', () => this.#topics.get(topic))
    let erased = 0
    for (const [partition, id] of partitionIds.entries())
      erased += yield* forGood(this.#connection, erasePartition(this.#connection, { topic, partition }, id, matches))
    return erased
  }

  *maintain({ due }: { readonly due: boolean }): Generator<void, void> {
    yield* purgeDropped(this.#connection)
    const topics = this.#topics.current('read', () => this.#topics.names().map((name) => this.#topics.get(name)))
    for (const topic of topics)
      for (const [partition, id] of topic.partitionIds.entries()) {
        yield* retain(this.#connection, id, topic, this.#clock)
        if (topic.cleanupPolicy === 'compact')
          yield* compact(this.#connection, { topic: topic.name, partition }, id, this.#clock, due)
        yield
      }
  }

  watch(onChange: () => void): () => void {
    return this.#tail.watch(onChange)
  }

  close(): void {
    this.#tail.close()
    this.#connection.close()
    this.#lock?.release()
  }

  #owner(): string {
    if (!this.#lock) throw new LogError('LOG_READ_ONLY', `${this.#connection.path} was opened for reading only`)
    return this.#lock.id
  }
}
