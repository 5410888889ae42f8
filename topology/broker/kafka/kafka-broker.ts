import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type Logger, silentLogger } from '../../runtime/logger.ts'
import type { SchemaRegistry } from '../../serde.ts'
import type {
  Broker,
  CommittedOffset,
  FetchedRecord,
  PartitionOffsets,
  Position,
  Producer,
  ProducerOptions,
  Session,
  SessionOptions,
  TopicDescription,
  TopicPartition,
  TopicSpec,
} from '../broker.ts'
import { BrokerError, EraseUnsupportedError } from '../errors.ts'
import { resetApplication } from './application-reset.ts'
import type { Client } from './client-options.ts'
import { ClusterOffsets } from './cluster-offsets.ts'
import { ClusterTopics } from './cluster-topics.ts'
import { Coordinators } from './coordinators.ts'
import type { KafkaBrokerOptions } from './kafka-broker-options.ts'
import { KafkaProducer } from './kafka-producer.ts'
import { KafkaReader } from './kafka-reader.ts'
import { openKafkaSession } from './kafka-session.ts'
import { type KafkaSessionOptions, transactionalId } from './kafka-session-options.ts'
import type { EpochReader } from './leader-epochs.ts'
import { MetadataCache } from './metadata-cache.ts'
import { patiently } from './patience.ts'
import { sessionEpochsTopic } from './session-epochs.ts'
import { SqliteTaskStates } from './state/sqlite-task-states.ts'
import { systemTime } from './system-time.ts'
import { TransactionalProducer } from './transactional-producer.ts'
import { type ClusterRpc, openClusterRpc } from './wire/cluster-rpc.ts'

const UNREACHABLE_AFTER_MS = 30_000
const REQUEST_TIMEOUT_MS = 30_000

/** A `Broker` on a Kafka cluster; `openKafkaBroker` makes one. Each stream thread opens its own. */
export class KafkaBroker implements Broker {
  readonly schemas: SchemaRegistry
  readonly #options: KafkaBrokerOptions
  readonly #rpc: ClusterRpc
  readonly #client: Client
  readonly #topics: ClusterTopics
  readonly #offsets: ClusterOffsets
  readonly #logger: Logger
  readonly #instanceId: string
  readonly #closing = new AbortController()
  readonly #open = new Set<{ close(): Promise<void> }>()
  readonly #readers = new Set<EpochReader>()
  /** How many of an application are open here. */
  readonly #sessions = new Map<string, number>()
  #closed = false

  private constructor(options: KafkaBrokerOptions) {
    this.#options = options
    this.schemas = options.schemas
    this.#logger = options.logger ?? silentLogger
    this.#instanceId = options.instanceId ?? `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`
    const time = systemTime
    const rpc = openClusterRpc({ ...options, time })
    const patient = <T>(ask: () => Promise<T>) => this.#patiently(ask)
    const cluster = new MetadataCache({ rpc, time, patiently: patient })
    this.#rpc = rpc
    this.#client = { rpc, time, cluster }
    const { admin } = rpc
    const { replicationFactor = -1, minInsyncReplicas } = options
    this.#topics = new ClusterTopics({
      rpc,
      admin,
      time,
      cluster,
      placement: { replicationFactor, minInsyncReplicas },
      logger: this.#logger,
      patiently: patient,
    })
    this.#offsets = new ClusterOffsets({
      rpc,
      admin,
      time,
      cluster,
      coordinators: new Coordinators({ rpc, time }),
      timeoutMs: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
      signal: this.#closing.signal,
    })
  }

  static async open(options: KafkaBrokerOptions): Promise<KafkaBroker> {
    const broker = new KafkaBroker(options)
    try {
      const clusterId = await broker.#patiently(() => broker.#rpc.admin.clusterId())
      const { expectedClusterId } = options
      if (expectedClusterId !== undefined && clusterId !== expectedClusterId)
        throw new BrokerError(
          'KAFKA_WRONG_CLUSTER',
          `${options.bootstrap.join(', ')} is cluster ${clusterId}, not ${expectedClusterId}`,
        )
      return broker
    } catch (error) {
      await broker.close()
      throw error
    }
  }

  async createTopics(topics: readonly TopicSpec[]): Promise<void> {
    this.#check()
    await this.#topics.create(topics)
  }

  async deleteTopics(names: readonly string[]): Promise<void> {
    this.#check()
    await this.#topics.delete(names)
  }

  async topics(): Promise<readonly TopicDescription[]> {
    this.#check()
    return this.#topics.list((topics) => this.#patiently(() => this.#offsets.counts(topics)))
  }

  async offsets(partition: TopicPartition): Promise<PartitionOffsets> {
    this.#check()
    return this.#offsets.of(partition)
  }

  async offsetForTimestamp(partition: TopicPartition, timestamp: number): Promise<number> {
    this.#check()
    return this.#offsets.ofTimestamp(partition, timestamp)
  }

  async committed(applicationId: string): Promise<readonly CommittedOffset[]> {
    this.#check()
    return this.#patiently(() => this.#offsets.committed(applicationId))
  }

  producer(options: ProducerOptions = {}): Producer {
    this.#check()
    return this.#opened((onClose) => new KafkaProducer({ ...this.#client, ...options, ...this.#compression, onClose }))
  }

  reader(): EpochReader {
    this.#check()
    const reader: KafkaReader = this.#opened(
      (onClose) =>
        new KafkaReader({
          ...this.#client,
          schemas: this.schemas,
          onClose: () => {
            this.#readers.delete(reader)
            onClose()
          },
        }),
    )
    this.#readers.add(reader)
    return reader
  }

  async session(options: SessionOptions): Promise<Session> {
    this.#check()
    checkSession(options)
    const { applicationId } = options
    const complete: KafkaSessionOptions = {
      staticMembership: this.#options.instanceId !== undefined,
      ...this.#options,
      ...options,
      instanceId: this.#instanceId,
    }
    await this.#topics.create([sessionEpochsTopic(applicationId)])
    const { transactionTimeoutMs } = complete
    const transactions = new TransactionalProducer({
      ...this.#client,
      ...this.#compression,
      transactionalId: transactionalId(complete),
      ...(transactionTimeoutMs !== undefined && { transactionTimeoutMs }),
    })
    const { onSessionEvent: onEvent } = this.#options
    const states = new SqliteTaskStates({
      folder: this.#stateFolder(applicationId),
      applicationId,
      time: systemTime,
      ...(onEvent && { onEvent }),
    })
    const count = (by: number) => this.#sessions.set(applicationId, (this.#sessions.get(applicationId) ?? 0) + by)
    count(1)
    try {
      const session = await openKafkaSession({
        ...this.#client,
        options: complete,
        transactions,
        states,
        leaderEpoch: (partition) => this.#leaderEpoch(partition),
        ...(onEvent && { onEvent }),
        onClose: () => {
          this.#open.delete(session)
          count(-1)
        },
      })
      this.#open.add(session)
      return session
    } catch (error) {
      count(-1)
      transactions.close()
      states.end()
      throw error
    }
  }

  async reset(applicationId: string): Promise<void> {
    this.#check()
    if ((this.#sessions.get(applicationId) ?? 0) > 0)
      throw new BrokerError('SESSION_OPEN', `${applicationId} has a session open here: close it first`)
    const { admin } = this.#rpc
    const { time } = this.#client
    await this.#patiently(() =>
      resetApplication(applicationId, {
        admin,
        time,
        topics: this.#topics,
        stateFolder: this.#stateFolder(applicationId),
      }),
    )
  }

  async erase(_topic: string, _matches: (record: FetchedRecord) => boolean): Promise<number> {
    this.#check()
    throw new EraseUnsupportedError(
      'Kafka does not rewrite what it has: a retention that passes, or a deletion of the key in a compacted topic, takes records away',
    )
  }

  async deleteRecords(positions: readonly Position[]): Promise<void> {
    this.#check()
    await this.#patiently(() => this.#offsets.deleteBefore(positions))
  }

  /** The cluster does it by itself. */
  async maintain(): Promise<void> {
    this.#check()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    const results = await Promise.allSettled([...this.#open].map((opened) => opened.close()))
    this.#closed = true
    this.#closing.abort()
    await this.#rpc.close()
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }

  get #compression() {
    const { compression } = this.#options
    return compression ? { compression } : {}
  }

  #stateFolder(applicationId: string): string {
    return join(this.#options.stateDirectory, encodeURIComponent(applicationId))
  }

  #patiently<T>(ask: () => Promise<T>): Promise<T> {
    const { bootstrap, unreachableAfterMs: forMs = UNREACHABLE_AFTER_MS } = this.#options
    const { signal } = this.#closing
    return patiently({ time: systemTime, bootstrap, forMs, logger: this.#logger, signal }, ask)
  }

  /** Of the last record that one of our readers handed out. */
  #leaderEpoch(partition: TopicPartition): number {
    let epoch = -1
    for (const reader of this.#readers)
      try {
        epoch = Math.max(epoch, reader.leaderEpoch(partition))
      } catch (error) {
        if (!(error instanceof BrokerError && error.code === 'PARTITION_NOT_ASSIGNED')) throw error
      }
    return epoch
  }

  #opened<T extends { close(): Promise<void> }>(make: (onClose: () => void) => T): T {
    const opened = make(() => this.#open.delete(opened))
    this.#open.add(opened)
    return opened
  }

  #check(): void {
    if (this.#closed) throw new BrokerError('BROKER_CLOSED', 'the broker is closed')
  }
}

function checkSession({ applicationId, thread = 0, threads = 1 }: SessionOptions): void {
  if (!/^[a-zA-Z0-9._-]{1,100}$/.test(applicationId))
    throw new BrokerError('SESSION_INVALID', `'${applicationId}' is no application id: letters, digits, . _ - only`)
  if (!(Number.isInteger(thread) && Number.isInteger(threads) && thread >= 0 && thread < threads))
    throw new BrokerError('SESSION_INVALID', `there is no thread ${thread} of ${threads}`)
}
