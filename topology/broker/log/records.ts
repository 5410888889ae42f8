/** Checks and partitions what is about to be appended. */
import { isTimestamp } from '../../record.ts'
import type { ProducedRecord, RawRecord, TopicSpec } from '../broker.ts'
import { BrokerError } from '../errors.ts'
import { partitionOf } from '../murmur2.ts'

/** As Kafka's default `max.message.bytes`, so that what fits here fits there. */
export const MAX_RECORD_BYTES = 1024 * 1024

export interface PartitionRecords {
  readonly topic: string
  readonly partition: number
  readonly records: RawRecord[]
}

export function recordBytes(record: RawRecord): number {
  let bytes = (record.key?.length ?? 0) + (record.value?.length ?? 0)
  for (const header of record.headers) bytes += header.key.length + header.value.length
  return bytes
}

/** Gives every record its partition: round robin, counted a topic and handle, for null keys. */
export class Partitioner {
  readonly #next = new Map<string, number>()

  /** Groups by partition in the order of first appearance; order inside a partition is kept. */
  group(
    records: readonly ProducedRecord[],
    topicOf: (topic: string) => Pick<TopicSpec, 'partitions' | 'cleanupPolicy'>,
  ): readonly PartitionRecords[] {
    const groups: PartitionRecords[] = []
    const byTopic = new Map<string, (PartitionRecords | undefined)[]>()
    for (const record of records) {
      const topic = topicOf(record.topic)
      checkRecord(record, topic)
      const partition = record.partition ?? this.#choose(record, topic.partitions)
      let ofTopic = byTopic.get(record.topic)
      if (!ofTopic) {
        ofTopic = []
        byTopic.set(record.topic, ofTopic)
      }
      let group = ofTopic[partition]
      if (!group) {
        group = { topic: record.topic, partition, records: [] }
        ofTopic[partition] = group
        groups.push(group)
      }
      group.records.push(record)
    }
    return groups
  }

  #choose(record: ProducedRecord, partitions: number): number {
    if (record.key) return partitionOf(record.key, partitions)
    const next = this.#next.get(record.topic) ?? 0
    this.#next.set(record.topic, next + 1)
    return next % partitions
  }
}

/** Throws BrokerError for a record that no log takes into this topic. */
export function checkRecord(
  record: ProducedRecord,
  { partitions, cleanupPolicy }: Pick<TopicSpec, 'partitions' | 'cleanupPolicy'>,
): void {
  const { partition = 0 } = record
  if (!(Number.isInteger(partition) && partition >= 0 && partition < partitions))
    throw new BrokerError('PARTITION_UNKNOWN', `${record.topic} has ${partitions} partitions, no ${partition}`)
  if (!isTimestamp(record.timestamp))
    throw new BrokerError(
      'RECORD_INVALID',
      `${record.topic}: timestamp ${record.timestamp} is not a whole number of ms since 1970`,
    )
  if (record.key === null && cleanupPolicy === 'compact')
    throw new BrokerError('RECORD_INVALID', `${record.topic} is compacted: a record needs a key`)
  const bytes = recordBytes(record)
  if (bytes > MAX_RECORD_BYTES)
    throw new BrokerError('RECORD_TOO_LARGE', `${record.topic}: ${bytes} bytes, at most ${MAX_RECORD_BYTES}`)
}

/** Kafka's rule for names, so that a topology moves there without renaming. */
export function checkTopic(topic: TopicSpec): void {
  if (!/^[a-zA-Z0-9._-]{1,249}$/.test(topic.name) || topic.name === '.' || topic.name === '..')
    throw new BrokerError('TOPIC_INVALID', `'${topic.name}' is no topic name: letters, digits, . _ - only, at most 249`)
  if (!(Number.isInteger(topic.partitions) && topic.partitions >= 1 && topic.partitions <= 10_000))
    throw new BrokerError('TOPIC_INVALID', `${topic.name}: ${topic.partitions} is no number of partitions`)
  for (const limit of [topic.retentionMs, topic.retentionBytes ?? null])
    if (limit !== null && !(Number.isSafeInteger(limit) && limit >= 0))
      throw new BrokerError('TOPIC_INVALID', `${topic.name}: ${limit} is no retention`)
}
