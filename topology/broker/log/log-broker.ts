import { setImmediate as immediate } from 'node:timers/promises'
import type { SchemaRegistry } from '../../serde.ts'
import type {
  Broker,
  CommittedOffset,
  FetchedRecord,
  PartitionOffsets,
  ProducedRecord,
  Producer,
  ProducerOptions,
  Reader,
  Session,
  SessionOptions,
  TopicDescription,
  TopicPartition,
  TopicSpec,
} from '../broker.ts'
import { BrokerError } from '../errors.ts'
import type { Faults } from '../faults.ts'
import { LogProducer } from './log-producer.ts'
import { LogReader } from './log-reader.ts'
import { LogSession } from './log-session.ts'
import type { LogStorage } from './log-storage.ts'
import { checkTopic } from './records.ts'

/** A `Broker` over a log on this machine. */
export class LogBroker implements Broker {
  readonly #storage: LogStorage
  readonly #faults: Faults | undefined
  readonly #open = new Set<{ close(): Promise<void> }>()
  #maintaining: Promise<void> | undefined
  #closed = false

  constructor(storage: LogStorage, faults?: Faults) {
    this.#storage = storage
    this.#faults = faults
  }

  get schemas(): SchemaRegistry {
    return this.#storage.schemas
  }

  async createTopics(topics: readonly TopicSpec[]): Promise<void> {
    this.#check()
    for (const topic of topics) checkTopic(topic)
    this.#storage.createTopics(topics)
  }

  async deleteTopics(names: readonly string[]): Promise<void> {
    this.#check()
    for (const _ of this.#storage.deleteTopics(names)) {
      await immediate()
      if (this.#closed) return
    }
  }

  async topics(): Promise<readonly TopicDescription[]> {
    this.#check()
    return this.#storage.topics()
  }

  async offsets(partition: TopicPartition): Promise<PartitionOffsets> {
    this.#check()
    const { earliest, latest } = this.#storage.offsets(partition)
    // A commit is one write here: nothing is ever half there.
    return { earliest, latest, end: latest }
  }

  async offsetForTimestamp(partition: TopicPartition, timestamp: number): Promise<number> {
    this.#check()
    return this.#storage.offsetForTimestamp(partition, timestamp)
  }

  async committed(applicationId: string): Promise<readonly CommittedOffset[]> {
    this.#check()
    return this.#storage.committed(applicationId)
  }

  producer(options: ProducerOptions = {}): Producer {
    this.#check()
    return this.#opened(new LogProducer((records) => this.#append(records), this.#onClose, options))
  }

  reader(): Reader {
    this.#check()
    return this.#opened(new LogReader(this.#storage, this.#onClose))
  }

  async session({ applicationId, thread = 0, threads = 1 }: SessionOptions): Promise<Session> {
    this.#check()
    if (!/^[a-zA-Z0-9._-]{1,100}$/.test(applicationId))
      throw new BrokerError('SESSION_INVALID', `'${applicationId}' is no application id: letters, digits, . _ - only`)
    if (!(Number.isInteger(thread) && Number.isInteger(threads) && thread >= 0 && thread < threads))
      throw new BrokerError('SESSION_INVALID', `there is no thread ${thread} of ${threads}`)
    const epoch = this.#storage.openSession({ applicationId, thread, threads })
    return this.#opened(new LogSession(this.#storage, { applicationId, thread, threads, epoch }, this.#onClose))
  }

  async reset(applicationId: string): Promise<void> {
    this.#check()
    this.#storage.reset(applicationId)
  }

  async erase(topic: string, matches: (record: FetchedRecord) => boolean): Promise<number> {
    this.#check()
    const steps = this.#storage.erase(topic, matches)
    for (;;) {
      const step = steps.next()
      if (step.done) return step.value
      await immediate()
      this.#check()
    }
  }

  maintain(): Promise<void> {
    return this.maintainDue(false)
  }

  /** `maintain`, leaving out what is not worth the work yet when `due`. */
  async maintainDue(due: boolean): Promise<void> {
    this.#check()
    while (this.#maintaining) await this.#maintaining
    this.#maintaining = this.#maintain(due)
    try {
      await this.#maintaining
    } finally {
      this.#maintaining = undefined
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    const results = await Promise.allSettled([...this.#open].map((opened) => opened.close()))
    this.#closed = true
    await this.#maintaining?.catch(() => {})
    this.#storage.close()
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }

  async #maintain(due: boolean): Promise<void> {
    for (const _ of this.#storage.maintain({ due })) {
      await immediate()
      if (this.#closed) return
    }
  }

  #append(records: readonly ProducedRecord[]): void {
    const fault = this.#faults?.appends.shift()
    if (fault) throw fault
    this.#storage.append(records)
  }

  #opened<T extends { close(): Promise<void> }>(opened: T): T {
    this.#open.add(opened)
    return opened
  }

  readonly #onClose = (closed: { close(): Promise<void> }): void => {
    this.#open.delete(closed)
  }

  #check(): void {
    if (this.#closed) throw new BrokerError('BROKER_CLOSED', 'the broker is closed')
  }
}
