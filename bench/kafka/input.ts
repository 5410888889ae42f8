import { type Broker, openKafkaBroker, type ProducedRecord } from '#topology'
import { MemorySchemas } from '../../topology/broker/memory/memory-schemas.ts'

export const KEYS = 1_000
export const PARTITIONS = 4
const VALUE_BYTES = 200
const MINUTE_MS = 60_000
/** On a minute, so that the first window is a whole one. */
const START = 28_333_334 * MINUTE_MS
const BATCH = 5_000

/** A client for the bench's own needs. */
export const openBenchBroker = (bootstrap: string, stateDirectory: string) =>
  openKafkaBroker({ bootstrap: bootstrap.split(','), schemas: new MemorySchemas(), stateDirectory })

export const topicOf = (name: string) =>
  ({ name, partitions: PARTITIONS, cleanupPolicy: 'delete', retentionMs: null }) as const

/** One record of every key in a second of event time, in order. */
export async function fillInput(broker: Broker, topic: string, records: number): Promise<void> {
  await broker.createTopics([topicOf(topic)])
  const value = Buffer.alloc(VALUE_BYTES, 'x')
  const producer = broker.producer()
  for (let from = 0; from < records; from += BATCH)
    await producer.send(
      Array.from({ length: Math.min(BATCH, records - from) }, (_, n): ProducedRecord => {
        const i = from + n
        return { topic, key: Buffer.from(`key-${i % KEYS}`), value, timestamp: START + i, headers: [] }
      }),
    )
  await producer.close()
}

/** What a count by key and minute has to come to, by the key of the output. */
export function expectedCounts(records: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (let i = 0; i < records; i++) {
    const key = `key-${i % KEYS}@${START + Math.floor(i / MINUTE_MS) * MINUTE_MS}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

/** Records of the input that the group has committed. */
export async function committedRecords(broker: Broker, group: string, topic: string): Promise<number> {
  const committed = await broker.committed(group)
  return committed.filter((one) => one.topic === topic).reduce((sum, { offset }) => sum + offset, 0)
}

/** Everything a run has left behind: its output, changelogs and whatever else an application keeps on the cluster. */
export async function deleteRun(broker: Broker, name: string): Promise<void> {
  const names = (await broker.topics()).map((topic) => topic.name).filter((topic) => topic.startsWith(`${name}-`))
  await broker.deleteTopics(names)
}
