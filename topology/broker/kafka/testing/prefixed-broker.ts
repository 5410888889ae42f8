import type {
  Broker,
  FetchedRecord,
  Position,
  ProducedRecord,
  Producer,
  ProducerOptions,
  Reader,
  Session,
  SessionOptions,
  TopicPartition,
  TopicSpec,
} from '../../broker.ts'

/** Kafka answers after some turns on the network: what is asked for at once is waited for a little. */
const AT_ONCE_MS = 400

/** A part of a cluster that looks like a whole one: every topic and application has `prefix` before its name. */
export class PrefixedBroker implements Broker {
  readonly #broker: Broker
  readonly #prefix: string

  constructor(broker: Broker, prefix: string) {
    this.#broker = broker
    this.#prefix = prefix
  }

  get schemas() {
    return this.#broker.schemas
  }

  createTopics(topics: readonly TopicSpec[]) {
    return this.#broker.createTopics(topics.map((topic) => ({ ...topic, name: this.#name(topic.name) })))
  }

  deleteTopics(names: readonly string[]) {
    return this.#broker.deleteTopics(names.map((name) => this.#name(name)))
  }

  async topics() {
    const all = await this.#broker.topics()
    return all
      .filter(({ name }) => name.startsWith(this.#prefix) && !name.endsWith('-session-epochs'))
      .map((topic) => ({ ...topic, name: this.#own(topic.name) }))
  }

  offsets(partition: TopicPartition) {
    return this.#broker.offsets(this.#renamed(partition))
  }

  offsetForTimestamp(partition: TopicPartition, timestamp: number) {
    return this.#broker.offsetForTimestamp(this.#renamed(partition), timestamp)
  }

  async committed(applicationId: string) {
    const offsets = await this.#broker.committed(this.#name(applicationId))
    return offsets.map((offset) => ({ ...offset, topic: this.#own(offset.topic) }))
  }

  producer(options?: ProducerOptions): Producer {
    const producer = this.#broker.producer(options)
    return {
      send: (records) => producer.send(records.map((record) => this.#renamed(record))),
      close: () => producer.close(),
    }
  }

  reader(): Reader {
    const reader = this.#broker.reader()
    const renamed = (partitions: readonly TopicPartition[]) => partitions.map((one) => this.#renamed(one))
    return {
      assign: (positions) => reader.assign(renamed(positions) as Position[]),
      pause: (partitions) => reader.pause(renamed(partitions)),
      resume: (partitions) => reader.resume(renamed(partitions)),
      poll: async ({ maxWaitMs, ...options }) => {
        const records = await reader.poll({ ...options, maxWaitMs: maxWaitMs || AT_ONCE_MS })
        return records.map((record): FetchedRecord => ({ ...record, topic: this.#own(record.topic) }))
      },
      position: (partition) => reader.position(this.#renamed(partition)),
      close: () => reader.close(),
    }
  }

  async session(options: SessionOptions): Promise<Session> {
    const session = await this.#broker.session({ ...options, applicationId: this.#name(options.applicationId) })
    const own = <T extends TopicPartition>(partitions: readonly T[]) =>
      partitions.map((one) => ({ ...one, topic: this.#own(one.topic) }))
    const renamed = <T extends TopicPartition>(partitions: readonly T[]) => partitions.map((one) => this.#renamed(one))
    return {
      get epoch() {
        return session.epoch
      },
      state: session.state,
      subscribe: (groups, listener) =>
        session.subscribe(
          groups.map((group) => ({ ...group, topics: group.topics.map((topic) => this.#name(topic)) })),
          {
            onAssigned: (partitions) => listener.onAssigned(own(partitions)),
            onRevoked: (partitions) => listener.onRevoked(own(partitions)),
            onLost: (partitions) => listener.onLost(own(partitions)),
          },
        ),
      polled: () => session.polled(),
      committed: async (partitions) => own(await session.committed(renamed(partitions))),
      commit: ({ records, offsets, changes }) =>
        session.commit({ records: records.map((record) => this.#renamed(record)), offsets: renamed(offsets), changes }),
      close: () => session.close(),
    }
  }

  reset(applicationId: string) {
    return this.#broker.reset(this.#name(applicationId))
  }

  erase(topic: string, matches: (record: FetchedRecord) => boolean) {
    return this.#broker.erase(this.#name(topic), matches)
  }

  deleteRecords(positions: readonly Position[]) {
    return this.#broker.deleteRecords!(positions.map((one) => this.#renamed(one)))
  }

  maintain() {
    return this.#broker.maintain()
  }

  close() {
    return this.#broker.close()
  }

  #name(name: string): string {
    // These are refused for what they are, which a prefix would hide.
    return ['', '.', '..'].includes(name) ? name : this.#prefix + name
  }

  #own(name: string): string {
    return name.slice(this.#prefix.length)
  }

  #renamed<T extends TopicPartition | ProducedRecord>(of: T): T {
    return { ...of, topic: this.#name(of.topic) }
  }
}
