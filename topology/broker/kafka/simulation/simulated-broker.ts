import type {
  Broker,
  CommittedOffset,
  PartitionOffsets,
  Producer,
  Reader,
  Session,
  SessionOptions,
  TopicDescription,
  TopicPartition,
  TopicSpec,
} from '../../broker.ts'
import { MemorySchemas } from '../../memory/memory-schemas.ts'
import type { Client } from '../client-options.ts'
import { ClusterOffsets } from '../cluster-offsets.ts'
import { Coordinators } from '../coordinators.ts'
import { KafkaProducer } from '../kafka-producer.ts'
import { KafkaReader } from '../kafka-reader.ts'
import { openKafkaSession } from '../kafka-session.ts'
import { type KafkaSessionOptions, type SessionEvent, transactionalId } from '../kafka-session-options.ts'
import type { MetadataCache } from '../metadata-cache.ts'
import { type MemoryDisk, MemoryTaskStates } from '../state/memory-task-states.ts'
import { TransactionalProducer } from '../transactional-producer.ts'

export interface SimulatedBrokerOptions {
  readonly client: Client
  readonly disk: MemoryDisk
  /** Where it is missing. */
  readonly createTopic: (name: string, partitions: number) => void
  readonly session: Omit<KafkaSessionOptions, keyof SessionOptions> & { readonly transactionTimeoutMs: number }
  readonly onEvent?: (event: SessionEvent) => void
}

/**
 * `KafkaBroker` with the simulated cluster in place of the wire, a simulated disk in place of files, and no
 * administration of its own. All that makes exactly-once is the real thing.
 */
export class SimulatedBroker implements Broker {
  readonly schemas = new MemorySchemas()
  readonly #options: SimulatedBrokerOptions
  readonly #offsets: ClusterOffsets
  readonly #readers = new Set<KafkaReader>()
  readonly #states = new Set<MemoryTaskStates>()

  constructor(options: SimulatedBrokerOptions) {
    this.#options = options
    const { rpc, time, cluster } = options.client
    this.#offsets = new ClusterOffsets({
      ...{ rpc, time, cluster: cluster as MetadataCache },
      admin: undefined as never,
      coordinators: new Coordinators({ rpc, time }),
      timeoutMs: 10_000,
      signal: new AbortController().signal,
    })
  }

  /** The process died: whatever it held on its disk is free, as locks of files are. */
  died(): void {
    for (const states of this.#states) states.end()
  }

  async createTopics(topics: readonly TopicSpec[]): Promise<void> {
    for (const { name, partitions } of topics) this.#options.createTopic(name, partitions)
  }

  offsets(partition: TopicPartition): Promise<PartitionOffsets> {
    return this.#offsets.of(partition)
  }

  offsetForTimestamp(partition: TopicPartition, timestamp: number): Promise<number> {
    return this.#offsets.ofTimestamp(partition, timestamp)
  }

  committed(applicationId: string): Promise<readonly CommittedOffset[]> {
    return this.#offsets.committed(applicationId)
  }

  producer(): Producer {
    return new KafkaProducer(this.#options.client)
  }

  reader(): Reader {
    const reader = new KafkaReader({ ...this.#options.client, onClose: () => this.#readers.delete(reader) })
    this.#readers.add(reader)
    return reader
  }

  async session(given: SessionOptions): Promise<Session> {
    const { client, disk, onEvent } = this.#options
    const options: KafkaSessionOptions = { ...this.#options.session, ...given }
    const transactions = new TransactionalProducer({
      ...client,
      transactionalId: transactionalId(options),
      transactionTimeoutMs: this.#options.session.transactionTimeoutMs,
    })
    const states = new MemoryTaskStates(disk, options.applicationId, client.time)
    this.#states.add(states)
    return openKafkaSession({
      ...client,
      options,
      transactions,
      states,
      leaderEpoch: (partition) => this.#leaderEpoch(partition),
      ...(onEvent && { onEvent }),
    })
  }

  async deleteTopics(): Promise<void> {
    throw new Error('not simulated')
  }

  async topics(): Promise<readonly TopicDescription[]> {
    throw new Error('not simulated')
  }

  async deleteRecords(): Promise<void> {}

  async reset(): Promise<void> {
    throw new Error('not simulated')
  }

  async erase(): Promise<number> {
    throw new Error('not simulated')
  }

  async maintain(): Promise<void> {}

  async close(): Promise<void> {
    await Promise.all([...this.#readers].map((reader) => reader.close()))
  }

  #leaderEpoch(partition: TopicPartition): number {
    let epoch = -1
    for (const reader of this.#readers)
      try {
        epoch = Math.max(epoch, reader.leaderEpoch(partition))
      } catch {
        // Not assigned to this one.
      }
    return epoch
  }
}
