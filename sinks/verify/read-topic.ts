import type { TopicDeclaration } from '#schemas/topics.ts'
import type { Broker, Position } from '#topology'

const RECORDS = 2_000
const WAIT_MS = 500

/** A topic's values from its start up to these positions, partition after partition as they come; what cannot be read is left out. */
export async function* readTopic<T>(
  broker: Broker,
  topic: TopicDeclaration<T>,
  until: readonly Position[],
): AsyncGenerator<T> {
  const codec = topic.value.bind(broker.schemas, topic.name)
  const ends = until.filter((position) => position.topic === topic.name)
  const starts: Position[] = []
  for (const { partition, offset } of ends) {
    const { earliest } = await broker.offsets({ topic: topic.name, partition })
    if (earliest < offset) starts.push({ topic: topic.name, partition, offset: earliest })
  }
  if (starts.length === 0) return
  const end = new Map(ends.map(({ partition, offset }) => [partition, offset]))
  const reader = broker.reader()
  try {
    reader.assign(starts)
    while (starts.some((start) => reader.position(start) < end.get(start.partition)!))
      for (const { partition, offset, value } of await reader.poll({ maxRecords: RECORDS, maxWaitMs: WAIT_MS })) {
        if (value === null || offset >= end.get(partition)!) continue
        let decoded: T
        try {
          decoded = codec.decode(value)
        } catch {
          // The export role put it aside and said so.
          continue
        }
        yield decoded
      }
  } finally {
    await reader.close()
  }
}
