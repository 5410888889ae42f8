import type { ProducedRecord, RawRecord } from '../broker/broker.ts'
import { type Headers, noHeaders } from '../record.ts'
import type { Serde } from '../serde.ts'
import type { Topic } from '../topology.ts'
import type { TopologyTestDriver } from './topology-test-driver.ts'

export interface TestRecord<K, V> {
  readonly key: K | null
  readonly value: V | undefined
  readonly timestamp: number
  readonly headers?: Headers
  readonly partition?: number
}

/** Writes to a topic, then lets the driver work. */
export class TestInput<K, V> {
  readonly #driver: TopologyTestDriver
  readonly #topic: Topic<V>
  readonly #key: Serde<K>

  constructor(driver: TopologyTestDriver, topic: Topic<V>, key: Serde<K>) {
    this.#driver = driver
    this.#topic = topic
    this.#key = key
  }

  /** Default timestamp: the driver's wall clock. */
  async send(key: K | null, value: V | undefined, timestamp = this.#driver.clock.now()): Promise<void> {
    await this.sendAll([{ key, value, timestamp }])
  }

  /** Writes all of them before the first one is processed: a batch can only form from what is there. */
  async sendAll(records: readonly TestRecord<K, V>[]): Promise<void> {
    await this.write(records)
    await this.#driver.run()
  }

  /** Bytes as they are, for what no serde would write. */
  async sendRaw(record: Partial<RawRecord>): Promise<void> {
    await this.#driver.start()
    const { key = null, value = null, timestamp = this.#driver.clock.now(), headers = noHeaders } = record
    await this.#append([{ topic: this.#topic.name, key, value, timestamp, headers }])
    await this.#driver.run()
  }

  /** Writes without letting the driver work. */
  async write(records: readonly TestRecord<K, V>[]): Promise<void> {
    await this.#driver.start()
    const { schemas } = this.#driver.broker
    const { name } = this.#topic
    const keyCodec = this.#key.bind(schemas, `${name}-key`)
    const valueCodec = this.#topic.value.bind(schemas, `${name}-value`)
    await this.#append(
      records.map(({ key, value, timestamp, headers = noHeaders, partition }) => ({
        topic: name,
        key: key === null ? null : keyCodec.encode(key),
        value: value === undefined || value === null ? null : valueCodec.encode(value),
        timestamp,
        headers,
        ...(partition !== undefined && { partition }),
      })),
    )
  }

  async #append(records: readonly ProducedRecord[]): Promise<void> {
    const producer = this.#driver.broker.producer()
    await producer.send(records)
    await producer.close()
  }
}
