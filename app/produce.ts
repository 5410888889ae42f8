import type { TopicDeclaration } from '#schemas/topics.ts'
import { channelKey } from '#schemas/topics.ts'
import { type Broker, noHeaders, type ProducedRecord } from '#topology'

/** Makes records of `topic` for this broker's log. */
export function recordsOf<T>(broker: Broker, topic: TopicDeclaration<T>) {
  const codec = topic.value.bind(broker.schemas, `${topic.name}-value`)
  return (channelId: string, value: T | null, timestamp: number): ProducedRecord => ({
    topic: topic.name,
    key: channelKey(channelId),
    value: value === null ? null : codec.encode(value),
    timestamp,
    headers: noHeaders,
  })
}
