import { type FollowOptions, followTopic } from './follow-topic.ts'

export type ReadTopicOptions<T> = Pick<FollowOptions<T>, 'broker' | 'topic' | 'onRecord'> & {
  readonly signal?: AbortSignal
}

/** Reads what a topic holds now, and ends. What cannot be decoded is passed over. */
export async function readTopic<T>({ broker, topic, signal, onRecord }: ReadTopicOptions<T>): Promise<void> {
  // A cluster may have more partitions than we declare.
  const there = (await broker.topics()).find(({ name }) => name === topic.name)
  if (!there) return
  const stop = new AbortController()
  await followTopic({
    broker,
    topic: { ...topic, partitions: there.partitions },
    signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    onRecord,
    onUndecodable: () => {},
    onCaughtUp: () => stop.abort(),
  })
}
