import type { FetchedRecord, TopicPartition } from '../broker/broker.ts'
import { isTimestamp, type StreamRecord } from '../record.ts'
import type { Codec } from '../serde.ts'
import type { SourceNode } from '../topology.ts'
import type { SourceRuntime } from './runtime-node.ts'

/** A record as its source node hands it on, or why it cannot. */
export interface Taken {
  readonly queue: RecordQueue
  readonly raw: FetchedRecord
  readonly record: StreamRecord | undefined
  readonly problem: { readonly kind: 'deserialization' | 'invalid-timestamp'; readonly cause: unknown } | undefined
}

export interface RecordQueueOptions extends TopicPartition {
  readonly source: SourceNode
  readonly runtime: SourceRuntime
  readonly key: Codec<unknown>
  readonly value: Codec<unknown>
}

/** What was read of one partition and is not processed yet. Decodes a record when it becomes the head. */
export class RecordQueue {
  readonly topic: string
  readonly partition: number
  readonly source: SourceNode
  readonly runtime: SourceRuntime
  /** Offset behind the last record taken, once there is one. */
  consumed: number | undefined
  isPaused = false
  /** It was empty here when the log had no more either; until the next record comes in. */
  isDrained = false
  readonly #key: Codec<unknown>
  readonly #value: Codec<unknown>
  #records: readonly FetchedRecord[] = []
  #next = 0
  #head: Taken | undefined

  constructor({ topic, partition, source, runtime, key, value }: RecordQueueOptions) {
    this.topic = topic
    this.partition = partition
    this.source = source
    this.runtime = runtime
    this.#key = key
    this.#value = value
  }

  get size(): number {
    return this.#records.length - this.#next
  }

  /** Offset of the next record in it; undefined when it is empty. */
  get headOffset(): number | undefined {
    return this.#records[this.#next]?.offset
  }

  add(records: readonly FetchedRecord[]): void {
    this.#records = this.size === 0 ? records : [...this.#records.slice(this.#next), ...records]
    this.#next = 0
    this.isDrained = false
  }

  /** Only when there is a head. What cannot be read goes by the time at which it was written. */
  get headTimestamp(): number {
    this.#head ??= this.#decode(this.#records[this.#next]!)
    return this.#head.record?.timestamp ?? this.#head.raw.timestamp
  }

  take(): Taken {
    const head = this.#head ?? this.#decode(this.#records[this.#next]!)
    this.#head = undefined
    this.#next += 1
    this.consumed = head.raw.offset + 1
    return head
  }

  #decode(raw: FetchedRecord): Taken {
    let record: StreamRecord
    try {
      record = {
        key: raw.key === null ? null : this.#key.decode(raw.key),
        value: raw.value === null ? undefined : this.#value.decode(raw.value),
        timestamp: raw.timestamp,
        headers: raw.headers,
      }
    } catch (cause) {
      return { queue: this, raw, record: undefined, problem: { kind: 'deserialization', cause } }
    }
    const { timestampOf } = this.source
    if (timestampOf && record.value !== undefined) {
      try {
        record = { ...record, timestamp: timestampOf(record.value, record) }
      } catch (cause) {
        return { queue: this, raw, record: undefined, problem: { kind: 'invalid-timestamp', cause } }
      }
    }
    if (!isTimestamp(record.timestamp)) {
      const cause = new RangeError(`timestamp ${record.timestamp} is no time`)
      return { queue: this, raw, record: undefined, problem: { kind: 'invalid-timestamp', cause } }
    }
    return { queue: this, raw, record, problem: undefined }
  }
}
