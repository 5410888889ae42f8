import { channelKey, type TopicDeclaration, topics } from '#schemas/topics.ts'
import { type Broker, MemoryBroker, MemoryLog, type Position } from '#topology'
import { batchOf, message, T0, windowOf } from '../../testing/archive-values.ts'

/** A log with messages and windows, and the batch that they make. */
export async function filledLog() {
  const broker = new MemoryBroker({ log: new MemoryLog({ clock: () => T0 }) })
  await broker.createTopics(Object.values(topics))
  const messages = [
    ...Array.from({ length: 300 }, (_, at) =>
      message(`m${at}`, `안녕 ${at}`, { timestamp: T0 + at * 1_000, author: `u${at % 9}` }),
    ),
    message('m7', 'said again', { timestamp: T0 + 7_000 }),
    message('d1', '', {
      kind: 'delete',
      timestamp: T0 + 400_000,
      target: { messageId: 'm3', authorId: null, seconds: null },
    }),
  ]
  const windows = [windowOf(T0, { messages: 60, revision: 3 }), windowOf(T0, { messages: 50, revision: 2 })]
  await send(broker, topics.analyzedMessages, messages, ({ message: { channelId } }) => channelId)
  await send(broker, topics.windowCounts, windows, ({ channelId }) => channelId)
  const until = await endsOf(broker)
  return {
    broker,
    messages,
    windows,
    until,
    batch: batchOf({ messages, windows, positions: until.filter(isMessages) }),
  }
}

const isMessages = ({ topic, offset }: Position) => topic === topics.analyzedMessages.name && offset > 0

async function send<T>(
  broker: Broker,
  topic: TopicDeclaration<T>,
  values: readonly T[],
  channelOf: (value: T) => string,
) {
  const codec = topic.value.bind(broker.schemas, topic.name)
  const producer = broker.producer()
  await producer.send(
    values.map((value) => ({
      topic: topic.name,
      key: channelKey(channelOf(value)),
      value: codec.encode(value),
      timestamp: T0,
      headers: [],
    })),
  )
  await producer.close()
}

async function endsOf(broker: Broker): Promise<Position[]> {
  const ends: Position[] = []
  for (const { name: topic, partitions } of await broker.topics())
    for (let partition = 0; partition < partitions; partition++)
      ends.push({ topic, partition, offset: (await broker.offsets({ topic, partition })).latest })
  return ends
}
