import type { FetchedRecord } from '../broker/broker.ts'
import type { StreamRecord } from '../record.ts'
import type { Serde } from '../serde.ts'
import type { Topic } from '../topology.ts'
import type { TopologyTestDriver } from './topology-test-driver.ts'

/** Reads what was committed to a topic; every call goes on where the last one ended, partition after partition. */
export class TestOutput<K, V> {
  readonly #driver: TopologyTestDriver
  readonly #topic: Topic<V>
  readonly #key: Serde<K>
  readonly #positions: number[]

  constructor(driver: TopologyTestDriver, topic: Topic<V>, key: Serde<K>) {
    this.#driver = driver
    this.#topic = topic
    this.#key = key
    this.#positions = Array.from({ length: topic.partitions }, () => 0)
  }

  async records(): Promise<readonly StreamRecord<K | null, V | undefined>[]> {
    const { schemas } = this.#driver.broker
    const key = this.#key.bind(schemas, `${this.#topic.name}-key`)
    const value = this.#topic.value.bind(schemas, `${this.#topic.name}-value`)
    return (await this.raw()).map((record) => ({
      key: record.key === null ? null : key.decode(record.key),
      value: record.value === null ? undefined : value.decode(record.value),
      timestamp: record.timestamp,
      headers: record.headers,
    }))
  }

  async values(): Promise<readonly (V | undefined)[]> {
    return (await this.records()).map(({ value }) => value)
  }

  /** As stored, with partition and offset. */
  async raw(): Promise<readonly FetchedRecord[]> {
    await this.#driver.start()
    const { broker } = this.#driver
    const { name: topic, partitions } = this.#topic
    const reader = broker.reader()
    const found: FetchedRecord[] = []
    try {
      for (let partition = 0; partition < partitions; partition++) {
        const { latest } = await broker.offsets({ topic, partition })
        reader.assign([{ topic, partition, offset: this.#positions[partition]! }])
        while (reader.position({ topic, partition }) < latest)
          found.push(...(await reader.poll({ maxRecords: 10_000, maxWaitMs: 0 })))
        this.#positions[partition] = reader.position({ topic, partition })
      }
    } finally {
      await reader.close()
    }
    return found
  }
}
