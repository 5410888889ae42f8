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
import { BrokerError, SessionFencedError, TopicMismatchError, TopicUnknownError } from '../errors.ts'
import type { Faults } from '../faults.ts'
import { changelogTopic, internalTopics, storeOfChangelog } from '../log/internal-topics.ts'
import type { LogStorage, Page, SessionId } from '../log/log-storage.ts'
import { Partitioner, type PartitionRecords } from '../log/records.ts'
import { MemoryPartition } from './memory-partition.ts'
import { MemorySchemas } from './memory-schemas.ts'
import { MemoryState } from './memory-state.ts'

interface Topic {
  spec: TopicSpec
  readonly partitions: readonly MemoryPartition[]
}

interface Application {
  epoch: number
  readonly sessions: Map<number, { readonly epoch: number; readonly threads: number; open: boolean }>
  offsets: Map<string, CommittedOffset>
  state: MemoryState
}

/** The log of `MemoryBroker`: what would be on disk. Several brokers on one log stand for threads and restarts. */
export class MemoryLog implements LogStorage {
  readonly schemas = new MemorySchemas()
  readonly #clock: () => number
  readonly #faults: Faults | undefined
  readonly #topics = new Map<string, Topic>()
  readonly #applications = new Map<string, Application>()
  readonly #partitioner = new Partitioner()
  readonly #watchers = new Set<() => void>()

  constructor(options: { readonly clock?: () => number; readonly faults?: Faults } = {}) {
    this.#clock = options.clock ?? Date.now
    this.#faults = options.faults
  }

  createTopics(topics: readonly TopicSpec[]): void {
    for (const { name, partitions } of topics) {
      const existing = this.#topics.get(name)
      if (existing && existing.partitions.length !== partitions)
        throw new TopicMismatchError(name, existing.partitions.length, partitions)
    }
    for (const spec of topics) {
      const existing = this.#topics.get(spec.name)
      if (existing) existing.spec = spec
      else {
        const partitions = Array.from({ length: spec.partitions }, (_, i) => new MemoryPartition(spec.name, i))
        this.#topics.set(spec.name, { spec, partitions })
      }
    }
  }

  *deleteTopics(names: readonly string[]): Generator<void, void> {
    this.#delete(names)
    yield
  }

  #delete(names: readonly string[]): void {
    for (const name of names) {
      if (!this.#topics.delete(name)) continue
      for (const { offsets } of this.#applications.values())
        for (const [id, offset] of offsets) if (offset.topic === name) offsets.delete(id)
    }
  }

  topics(): readonly TopicDescription[] {
    return [...this.#topics.values()].map(({ spec, partitions }) => ({
      ...spec,
      records: partitions.reduce((sum, { records }) => sum + records, 0),
      bytes: partitions.reduce((sum, { bytes }) => sum + bytes, 0),
    }))
  }

  partitionCount(topic: string): number {
    return this.#topic(topic).partitions.length
  }

  offsets(partition: TopicPartition): Omit<PartitionOffsets, 'end'> {
    const { earliest, latest } = this.#partition(partition)
    return { earliest, latest }
  }

  ends(partitions: readonly TopicPartition[]): readonly number[] {
    return partitions.map((partition) => this.#partition(partition).latest)
  }

  offsetForTimestamp(partition: TopicPartition, timestamp: number): number {
    return this.#partition(partition).offsetForTimestamp(timestamp)
  }

  committed(applicationId: string): readonly CommittedOffset[] {
    return [...(this.#applications.get(applicationId)?.offsets.values() ?? [])]
  }

  append(records: readonly ProducedRecord[]): void {
    this.#write(this.#group(records))
    this.#changed()
  }

  read(partition: TopicPartition, position: number, maxBytes: number): Page {
    return this.#partition(partition).read(position, maxBytes)
  }

  openSession({ applicationId, thread, threads }: Omit<SessionId, 'epoch'>): number {
    const application = this.#application(applicationId)
    application.epoch += 1
    // Another number of threads deals the partitions anew: whoever still has an old share must not commit it.
    for (const [id, session] of application.sessions) if (session.threads !== threads) application.sessions.delete(id)
    application.sessions.set(thread, { epoch: application.epoch, threads, open: true })
    return application.epoch
  }

  closeSession({ applicationId, thread, epoch }: SessionId): void {
    const session = this.#application(applicationId).sessions.get(thread)
    if (session?.epoch === epoch) session.open = false
  }

  commit(session: SessionId, commit: Commit): CommitOutcome {
    const { applicationId, thread, epoch } = session
    // 1. Check and group what is to be written; misuse throws before anything changed.
    const groups = this.#group(commit.records)
    for (const offset of commit.offsets) this.#partition(offset)
    // 2. Only the owner of the epoch may go on.
    const fault = this.#faults?.commits.shift()
    if (fault === 'fenced') this.openSession(session)
    const application = this.#application(applicationId)
    if (application.sessions.get(thread)?.epoch !== epoch)
      return { kind: 'fenced', cause: new SessionFencedError(applicationId, thread, epoch) }
    if (fault === 'aborted') return { kind: 'aborted', cause: scripted(fault) }
    if (fault === 'unknown-and-not-committed') return { kind: 'unknown', cause: scripted(fault) }
    // 3. Outputs and changelogs, 4. changes of stores, 5. offsets. Nothing between here and 6 can fail.
    const ends = this.#write(groups)
    for (const change of commit.changes) application.state.apply(change)
    for (const { store, partition } of commit.changes)
      if (application.state.changelogOffset(store, partition) === undefined)
        if (!this.#topics.has(changelogTopic(applicationId, store))) application.state.advance(store, partition, 0)
    for (const { topic, partition, end } of ends) {
      const store = storeOfChangelog(applicationId, topic)
      if (store !== undefined) application.state.advance(store, partition, end)
      this.#partition({ topic, partition }).skip(this.#faults?.gapAfterCommit ?? 0, this.#clock())
    }
    for (const offset of commit.offsets) application.offsets.set(`${offset.topic}/${offset.partition}`, { ...offset })
    // 6. Tell whoever waits.
    this.#changed()
    return fault === 'unknown-but-committed' ? { kind: 'unknown', cause: scripted(fault) } : { kind: 'committed' }
  }

  state(applicationId: string): StateStorage {
    return this.#application(applicationId).state
  }

  reset(applicationId: string): void {
    const application = this.#applications.get(applicationId)
    const open = [...(application?.sessions ?? [])].find(([, session]) => session.open)
    if (open)
      throw new BrokerError('SESSION_OPEN', `${applicationId} is running (thread ${open[0]}): stop it before a reset`)
    if (application) {
      application.offsets = new Map()
      application.state = new MemoryState()
    }
    this.#delete(internalTopics(applicationId, [...this.#applications.keys()], [...this.#topics.keys()]))
  }

  *erase(topic: string, matches: (record: FetchedRecord) => boolean): Generator<void, number> {
    return this.#topic(topic).partitions.reduce((sum, partition) => sum + partition.erase(matches), 0)
  }

  *maintain(): Generator<void, void> {
    const now = this.#clock()
    for (const { spec, partitions } of this.#topics.values())
      for (const partition of partitions) {
        if (spec.cleanupPolicy === 'compact') partition.compact(now)
        const appendedBefore = spec.retentionMs === null ? Number.NEGATIVE_INFINITY : now - spec.retentionMs
        partition.retain(appendedBefore, spec.retentionBytes ?? Number.POSITIVE_INFINITY)
        yield
      }
  }

  watch(onChange: () => void): () => void {
    this.#watchers.add(onChange)
    return () => this.#watchers.delete(onChange)
  }

  /** The log outlives its brokers. */
  close(): void {}

  #group(records: readonly ProducedRecord[]): readonly PartitionRecords[] {
    return this.#partitioner.group(records, (topic) => this.#topic(topic).spec)
  }

  #write(groups: readonly PartitionRecords[]) {
    const now = this.#clock()
    return groups.map(({ topic, partition, records }) => ({
      topic,
      partition,
      end: this.#partition({ topic, partition }).append(records, now),
    }))
  }

  #changed(): void {
    for (const onChange of [...this.#watchers]) onChange()
  }

  #topic(name: string): Topic {
    const topic = this.#topics.get(name)
    if (!topic) throw new TopicUnknownError(name)
    return topic
  }

  #partition({ topic, partition }: TopicPartition): MemoryPartition {
    const { partitions } = this.#topic(topic)
    const found = partitions[partition]
    if (!found)
      throw new BrokerError('PARTITION_UNKNOWN', `${topic} has ${partitions.length} partitions, no ${partition}`)
    return found
  }

  #application(id: string): Application {
    let application = this.#applications.get(id)
    if (!application) {
      application = { epoch: 0, sessions: new Map(), offsets: new Map(), state: new MemoryState() }
      this.#applications.set(id, application)
    }
    return application
  }
}

const scripted = (fault: string) =>
  new BrokerError('LOG_FAULT', `a test scripted this commit: ${fault}`, { retriable: true })
