/** Records of many partitions into batches, each of them within a size. */
import type { ProducedRecord } from '../broker.ts'
import { checkRecord } from '../log/records.ts'
import { partitionOf } from '../murmur2.ts'
import type { BatchSizes } from './batch-sizes.ts'
import type { ClusterView } from './cluster-view.ts'
import { BatchBuilder } from './record-batch-encode.ts'

export interface PackedBatch {
  readonly topic: string
  readonly partition: number
  readonly builder: BatchBuilder
}

/** Murmur2 of the key as the Java client; round robin, counted a topic, without one. */
export class Partitioner {
  readonly #next = new Map<string, number>()

  choose({ topic, key, partition }: ProducedRecord, partitions: number): number {
    if (partition !== undefined) return partition
    if (key) return partitionOf(key, partitions)
    const next = this.#next.get(topic) ?? 0
    this.#next.set(topic, (next + 1) % partitions)
    return next % partitions
  }
}

/** Asks for the topics that are not known yet. Throws TopicUnknownError and what `ClusterView.topic` throws. */
export async function learnTopics(cluster: ClusterView, records: readonly ProducedRecord[]): Promise<void> {
  let last: string | undefined
  for (const { topic } of records) {
    if (topic === last) continue
    if (!cluster.known(topic)) await cluster.topic(topic)
    last = topic
  }
}

/**
 * Batches in the order in which their first records come; within a partition the records keep their order. A record that
 * alone is larger gets a batch alone. Throws BrokerError for a record that no log takes. The topics have to be known.
 */
export function packRecords(
  records: readonly ProducedRecord[],
  cluster: ClusterView,
  partitioner: Partitioner,
  sizes: BatchSizes,
): PackedBatch[] {
  const batches: PackedBatch[] = []
  const topics = new Map<string, Open>()
  let open: Open | undefined
  for (let i = 0; i < records.length; i++) {
    const record = records[i]!
    if (open?.topic !== record.topic) {
      open = topics.get(record.topic)
      if (!open) {
        const partitions = cluster.known(record.topic)!.leaders.length
        open = {
          topic: record.topic,
          partitions,
          cleanupPolicy: 'delete',
          limit: sizes.limitOf(record.topic),
          builders: [],
        }
        topics.set(record.topic, open)
      }
    }
    checkRecord(record, open)
    const partition = partitioner.choose(record, open.partitions)
    let builder = open.builders[partition]
    if (!builder || (builder.records > 0 && builder.bytes + BatchBuilder.bound(record) > open.limit)) {
      builder = sizes.builder(record.topic, partition)
      open.builders[partition] = builder
      batches.push({ topic: record.topic, partition, builder })
    }
    builder.append(record)
  }
  for (const { topic, partition, builder } of batches) sizes.note(topic, partition, builder)
  return batches
}

interface Open {
  readonly topic: string
  readonly partitions: number
  /** Whether a topic is compacted the broker checks itself. */
  readonly cleanupPolicy: 'delete'
  readonly limit: number
  readonly builders: (BatchBuilder | undefined)[]
}
