import { setTimeout as sleep } from 'node:timers/promises'
import type { TopicDeclaration } from '#schemas/topics.ts'
import { type Broker, type FetchedRecord, stringSerde } from '#topology'

export interface FollowedRecord<T> {
  readonly key: string
  /** null is a tombstone. */
  readonly value: T | null
  readonly record: FetchedRecord
}

export interface FollowOptions<T> {
  readonly broker: Broker
  readonly topic: TopicDeclaration<T>
  /** Default: all of them. */
  readonly partitions?: readonly number[]
  readonly signal: AbortSignal
  /** Called in the order of each partition. What cannot be decoded goes to `onUndecodable`. */
  readonly onRecord: (record: FollowedRecord<T>) => void | Promise<void>
  readonly onUndecodable: (record: FetchedRecord, cause: unknown) => void
  /** Told when the log cannot be read for now. */
  readonly onProblem?: (topic: string, cause: unknown) => void
  /** Called once, when everything that was there at the start has been read. */
  readonly onCaughtUp?: () => void | Promise<void>
}

const RETRY_MS = 500

/** Reads a topic from its beginning and goes on as it grows, until `signal` aborts. */
export async function followTopic<T>(options: FollowOptions<T>): Promise<void> {
  const { broker, topic, signal } = options
  const values = topic.value.bind(broker.schemas, `${topic.name}-value`)
  const keys = stringSerde.bind(broker.schemas, `${topic.name}-key`)
  const wanted = options.partitions ?? Array.from({ length: topic.partitions }, (_, partition) => partition)
  const partitions = wanted.map((partition) => ({ topic: topic.name, partition }))
  const bounds = await Promise.all(partitions.map((partition) => patiently(options, () => broker.offsets(partition))))
  if (signal.aborted) return
  const reader = broker.reader()
  reader.assign(partitions.map((partition, i) => ({ ...partition, offset: bounds[i]!.earliest })))
  const isCaughtUp = () => partitions.every((partition, i) => reader.position(partition) >= bounds[i]!.latest)

  const poll = () => reader.poll({ maxRecords: 500, maxWaitMs: 1_000, signal })
  let caughtUp = false
  try {
    while (!signal.aborted) {
      if (!caughtUp && isCaughtUp()) {
        caughtUp = true
        await options.onCaughtUp?.()
      }
      for (const record of await patiently(options, poll)) {
        let followed: FollowedRecord<T>
        try {
          followed = {
            key: record.key ? keys.decode(record.key) : '',
            value: record.value ? values.decode(record.value) : null,
            record,
          }
        } catch (cause) {
          options.onUndecodable(record, cause)
          continue
        }
        await options.onRecord(followed)
      }
    }
  } finally {
    await reader.close()
  }
}

/** Asks a log that does not answer for a while again: what follows a topic has nothing better to do. */
async function patiently<T, Topic>(options: FollowOptions<Topic>, ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (cause) {
      if ((cause as { retriable?: unknown }).retriable !== true || options.signal.aborted) throw cause
      options.onProblem?.(options.topic.name, cause)
      await sleep(RETRY_MS, undefined, { signal: options.signal }).catch(() => {})
    }
  }
}
