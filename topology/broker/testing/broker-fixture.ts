import { afterEach, beforeEach } from 'node:test'
import type { Broker, FetchedRecord, PartitionOffsets, ProducedRecord, Reader, TopicSpec } from '../broker.ts'
import type { Faults } from '../faults.ts'

export interface BrokerFixture {
  /** A further broker on the same log. */
  open(): Promise<Broker>
  /** Has each commit use up `wanted` further offsets in every partition it writes to; gives back how many it will be. */
  gapAfterCommit(wanted: number): number
  /** Closes what was opened and removes the log. */
  dispose(): Promise<void>
}

/** A log on this machine: its time and its faults are the test's. */
export interface LocalFixture extends BrokerFixture {
  /** The log's clock. */
  readonly clock: { now: number }
  readonly faults: Faults
}

/** A fresh log before each rule, with the topics `in` (1 partition) and `out` (3). */
export class BrokerUnderTest<Fixture extends BrokerFixture = BrokerFixture> {
  readonly #create: () => Promise<Fixture>
  #current: { readonly fixture: Fixture; readonly broker: Broker } | undefined

  constructor(create: () => Promise<Fixture>) {
    this.#create = create
  }

  /** To be called inside `describe`. */
  renewBeforeEach(): this {
    beforeEach(async () => {
      const fixture = await this.#create()
      const broker = await fixture.open()
      this.#current = { fixture, broker }
      await broker.createTopics([topic('in'), topic('out', { partitions: 3 })])
    })
    afterEach(() => this.fixture.dispose())
    return this
  }

  get fixture(): Fixture {
    return this.#current!.fixture
  }

  get broker(): Broker {
    return this.#current!.broker
  }

  /** In one write. */
  async send(...records: ProducedRecord[]): Promise<void> {
    const producer = this.broker.producer()
    await producer.send(records)
    await producer.close()
  }

  /** A write, and so a batch, each. */
  async sendEach(...records: ProducedRecord[]): Promise<void> {
    for (const one of records) await this.send(one)
  }
}

export const bytes = (text: string): Uint8Array => Buffer.from(text)
export const text = (value: Uint8Array | null | undefined): string | null =>
  value ? Buffer.from(value).toString() : null
export const record = (
  topic: string,
  key: string | null,
  value: string | null,
  more: Partial<ProducedRecord> = {},
) => ({
  topic,
  key: key === null ? null : bytes(key),
  value: value === null ? null : bytes(value),
  timestamp: 1_000,
  headers: [],
  ...more,
})
export const topic = (name: string, more: Partial<TopicSpec> = {}): TopicSpec => ({
  name,
  partitions: 1,
  cleanupPolicy: 'delete',
  retentionMs: null,
  ...more,
})
export const code = (expected: string) => (error: unknown) => (error as { code?: string }).code === expected
export const HOUR = 3_600_000

/** Waits until no transaction is open: what was committed is visible then. */
export async function settled(broker: Broker, name: string, partition = 0): Promise<PartitionOffsets> {
  for (;;) {
    const offsets = await broker.offsets({ topic: name, partition })
    if (offsets.latest === offsets.end) return offsets
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Reads to the high watermark. */
export async function readAll(broker: Broker, name: string, partition = 0, offset?: number): Promise<FetchedRecord[]> {
  const reader = broker.reader()
  const { earliest, latest } = await settled(broker, name, partition)
  reader.assign([{ topic: name, partition, offset: offset ?? earliest }])
  const all: FetchedRecord[] = []
  while (reader.position({ topic: name, partition }) < latest)
    all.push(...(await reader.poll({ maxRecords: 7, maxWaitMs: 0 })))
  await reader.close()
  return all
}
export const values = (records: readonly FetchedRecord[]) => records.map(({ value }) => text(value))
export const poll = (reader: Reader, maxRecords = 100, maxWaitMs = 0) => reader.poll({ maxRecords, maxWaitMs })
export const nothing = { records: [], offsets: [], changes: [] }
