import type { FetchedRecord, TopicPartition } from '../broker/broker.ts'
import type { RecordQueue, Taken } from './record-queue.ts'

/**
 * The records that wait for one task, a queue for each partition. The next one is the one with the lowest timestamp
 * among the heads (the earlier declared partition where they are equal), as in Kafka Streams' PartitionGroup. An empty
 * partition holds the others back until the log says that it has no more (KIP-695), so topics meet in order of time.
 */
export class PartitionGroup {
  readonly queues: readonly RecordQueue[]
  buffered = 0

  constructor(queues: readonly RecordQueue[]) {
    this.queues = queues
  }

  queue({ topic, partition }: TopicPartition): RecordQueue | undefined {
    return this.queues.find((queue) => queue.topic === topic && queue.partition === partition)
  }

  add(queue: RecordQueue, records: readonly FetchedRecord[]): void {
    queue.add(records)
    this.buffered += records.length
  }

  /**
   * Takes the next record. Returns undefined when there is none, or when an empty partition may still hold an earlier
   * one: the thread has to find out first (`RecordQueue.isDrained`).
   */
  take(): Taken | undefined {
    const queue = this.queues.length === 1 ? this.queues[0]! : this.#lowest()
    if (!queue || queue.size === 0) return undefined
    this.buffered -= 1
    return queue.take()
  }

  /** The empty partitions that hold the others back. */
  get awaited(): readonly RecordQueue[] {
    if (this.buffered === 0 || this.queues.length === 1) return []
    return this.queues.filter((queue) => queue.size === 0 && !queue.isDrained)
  }

  #lowest(): RecordQueue | undefined {
    let lowest: RecordQueue | undefined
    for (const queue of this.queues) {
      if (queue.size === 0) {
        if (!queue.isDrained) return undefined
      } else if (!lowest || queue.headTimestamp < lowest.headTimestamp) lowest = queue
    }
    return lowest
  }
}
