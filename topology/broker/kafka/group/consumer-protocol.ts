/**
 * The bytes that members of a group of protocol type `consumer` give each other through the coordinator
 * (ConsumerProtocolSubscription.json and ConsumerProtocolAssignment.json of Apache Kafka). Kafka's own tools read topics
 * and partitions out of them; what is ours is in `userData`.
 */
import type { TopicPartition } from '../../broker.ts'
import { BrokerError } from '../../errors.ts'

/** Version 2 of the subscription has what cooperative rebalancing needs: owned partitions and their generation. */
const SUBSCRIPTION_VERSION = 2
const ASSIGNMENT_VERSION = 1

export interface Subscription {
  readonly topics: readonly string[]
  readonly owned: readonly TopicPartition[]
  /** In which `owned` was assigned; -1 when never. */
  readonly generation: number
  readonly userData: Uint8Array
}

export interface Assignment {
  readonly partitions: readonly TopicPartition[]
  readonly userData: Uint8Array
}

export function encodeSubscription({ topics, owned, generation, userData }: Subscription): Uint8Array {
  const out = new Bytes()
  out.int16(SUBSCRIPTION_VERSION)
  out.int32(topics.length)
  for (const topic of topics) out.string(topic)
  out.bytes(userData)
  out.partitions(owned)
  out.int32(generation)
  return out.finish()
}

export function decodeSubscription(data: Uint8Array): Subscription {
  const from = new Cursor(data)
  const version = from.int16()
  const topics = from.list(() => from.string())
  const userData = from.bytes()
  const owned = version >= 1 ? from.partitions() : []
  const generation = version >= 2 ? from.int32() : -1
  return { topics, owned, generation, userData }
}

export function encodeAssignment({ partitions, userData }: Assignment): Uint8Array {
  const out = new Bytes()
  out.int16(ASSIGNMENT_VERSION)
  out.partitions(partitions)
  out.bytes(userData)
  return out.finish()
}

/** No bytes at all: nothing was assigned. */
export function decodeAssignment(data: Uint8Array): Assignment {
  if (data.length === 0) return { partitions: [], userData: new Uint8Array() }
  const from = new Cursor(data)
  from.int16()
  return { partitions: from.partitions(), userData: from.bytes() }
}

class Bytes {
  readonly #parts: Buffer[] = []

  int16(value: number): void {
    const part = Buffer.allocUnsafe(2)
    part.writeInt16BE(value)
    this.#parts.push(part)
  }

  int32(value: number): void {
    const part = Buffer.allocUnsafe(4)
    part.writeInt32BE(value)
    this.#parts.push(part)
  }

  string(value: string): void {
    const part = Buffer.from(value)
    this.int16(part.length)
    this.#parts.push(part)
  }

  bytes(value: Uint8Array): void {
    this.int32(value.length)
    this.#parts.push(Buffer.from(value))
  }

  partitions(all: readonly TopicPartition[]): void {
    const byTopic = Map.groupBy(all, ({ topic }) => topic)
    this.int32(byTopic.size)
    for (const [topic, partitions] of byTopic) {
      this.string(topic)
      this.int32(partitions.length)
      for (const { partition } of partitions) this.int32(partition)
    }
  }

  finish(): Uint8Array {
    return Buffer.concat(this.#parts)
  }
}

class Cursor {
  readonly #data: Buffer
  #at = 0

  constructor(data: Uint8Array) {
    this.#data = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  }

  int16(): number {
    return this.#take(2).readInt16BE()
  }

  int32(): number {
    return this.#take(4).readInt32BE()
  }

  string(): string {
    return this.#take(this.int16()).toString()
  }

  /** Null is empty here: nobody tells them apart. */
  bytes(): Uint8Array {
    const length = this.int32()
    return length < 0 ? new Uint8Array() : Uint8Array.from(this.#take(length))
  }

  list<T>(item: () => T): T[] {
    const length = this.int32()
    const out: T[] = []
    // Not `Array(length)`: the number is another member's word, and every item takes bytes that have to be there.
    for (let i = 0; i < length; i++) out.push(item())
    return out
  }

  partitions(): TopicPartition[] {
    return this.list(() => {
      const topic = this.string()
      return this.list(() => ({ topic, partition: this.int32() }))
    }).flat()
  }

  #take(length: number): Buffer {
    if (length < 0 || this.#at + length > this.#data.length)
      throw new BrokerError('KAFKA_GROUP_FOREIGN', 'a member of the group wrote metadata that no consumer writes')
    const part = this.#data.subarray(this.#at, this.#at + length)
    this.#at += length
    return part
  }
}
