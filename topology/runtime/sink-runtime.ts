import type { ProducedRecord } from '../broker/broker.ts'
import { checkRecord } from '../broker/log/records.ts'
import type { StreamRecord } from '../record.ts'
import type { Codec } from '../serde.ts'
import type { SinkNode } from '../topology.ts'
import { RuntimeNode } from './runtime-node.ts'
import type { Task } from './task.ts'

/** What a record costs beside its key and value, roughly. */
const RECORD_OVERHEAD_BYTES = 64

/** Encodes, once, what reaches a topic. Absent keys and values become null: a tombstone where the topic is compacted. */
export class SinkRuntime extends RuntimeNode {
  readonly #task: Task
  readonly #node: SinkNode
  readonly #topic: string
  readonly #key: Codec<unknown>
  readonly #value: Codec<unknown>

  constructor(task: Task, node: SinkNode, stage: number, topic: string, key: Codec<unknown>, value: Codec<unknown>) {
    super(node.name, stage)
    this.#task = task
    this.#node = node
    this.#topic = topic
    this.#key = key
    this.#value = value
  }

  process(record: StreamRecord): void {
    this.metrics.processed += 1
    let produced: ProducedRecord
    try {
      produced = this.#encode(record)
      // In the commit nobody could tell any more which record it came from, and all others would fall with it.
      checkRecord(produced, this.#node.topic)
    } catch (cause) {
      this.#task.skips.failedProduction(this.name, record, cause)
      return
    }
    this.#task.metrics.produced += 1
    this.#task.outputBytes += (produced.key?.length ?? 0) + (produced.value?.length ?? 0) + RECORD_OVERHEAD_BYTES
    this.#task.tape.push(produced)
  }

  #encode(record: StreamRecord): ProducedRecord {
    const { key, value, timestamp, headers } = record
    const { partition, topic } = this.#node
    const keyBytes = key === undefined || key === null ? null : this.#key.encode(key)
    const valueBytes = value === undefined || value === null ? null : this.#value.encode(value)
    if (!partition) return { topic: this.#topic, key: keyBytes, value: valueBytes, timestamp, headers }
    return {
      topic: this.#topic,
      partition: partition(record, topic.partitions),
      key: keyBytes,
      value: valueBytes,
      timestamp,
      headers,
    }
  }
}
