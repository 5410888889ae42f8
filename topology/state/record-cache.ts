import { noHeaders, type StreamRecord } from '../record.ts'
import { roughBytes } from './rough-bytes.ts'

/**
 * How much may wait for the commit in the record caches of one thread, all of them together. After Kafka Streams'
 * ThreadCache: whoever is adding when there is no room left lets its own oldest updates go early.
 */
export class CacheRoom {
  readonly #maxEntries: number
  readonly #maxBytes: number
  #entries = 0
  #bytes = 0

  constructor(limits: { readonly maxEntries: number; readonly maxBytes: number }) {
    this.#maxEntries = limits.maxEntries
    this.#maxBytes = limits.maxBytes
  }

  get isOver(): boolean {
    return this.#entries > this.#maxEntries || this.#bytes > this.#maxBytes
  }

  take(bytes: number): void {
    this.#entries += 1
    this.#bytes += bytes
  }

  give(entries: number, bytes: number): void {
    this.#entries -= entries
    this.#bytes -= bytes
  }
}

/** Running counts of the record caches of a task. */
export interface CacheMetrics {
  /** Updates that came. */
  updates: number
  /** Those that went on: the others were replaced by a later one of the same key. */
  forwarded: number
  /** Those that went on before their commit, for lack of room. */
  evicted: number
}

/** What a node keeps its cache with; undefined where every update goes on at once. */
export interface CacheScope {
  readonly room: CacheRoom
  readonly metrics: CacheMetrics
}

interface Pending<K, V> {
  readonly key: K
  /** What those downstream heard last. */
  readonly oldValue: V | undefined
  newValue: V | undefined
  timestamp: number
  headers: StreamRecord['headers']
  readonly bytes: number
}

/** An update of a row on its way on. */
export interface CachedUpdate<K, V> extends StreamRecord<K, { newValue: V | undefined; oldValue: V | undefined }> {}

/**
 * Updates of one table that wait for the commit, the latest of each key, in the order of their first one. What is held
 * is only the message: the store has the new value at once, and an abort drops both.
 */
export class RecordCache<K, V> {
  readonly #scope: CacheScope
  readonly #forward: (update: CachedUpdate<K, V>) => void
  #pending = new Map<unknown, Pending<K, V>>()

  constructor(scope: CacheScope, forward: (update: CachedUpdate<K, V>) => void) {
    this.#scope = scope
    this.#forward = forward
  }

  /** `id` is the key, or stands for it where keys are not compared by value. */
  update(id: unknown, record: StreamRecord<K, unknown>, newValue: V | undefined, oldValue: V | undefined): void {
    const { room, metrics } = this.#scope
    const { key, timestamp, headers } = record
    metrics.updates += 1
    const known = this.#pending.get(id)
    if (known) {
      known.newValue = newValue
      known.timestamp = timestamp
      known.headers = headers
      return
    }
    const bytes = roughBytes(key) + roughBytes(newValue) + roughBytes(oldValue)
    this.#pending.set(id, { key, oldValue, newValue, timestamp, headers, bytes })
    room.take(bytes)
    while (room.isOver && this.#pending.size > 0) this.#evict()
  }

  flush(): void {
    const pending = this.#pending
    if (pending.size === 0) return
    // What comes back here while these go on belongs to the same commit, but not to this round.
    this.#pending = new Map()
    for (const update of pending.values()) this.#let(update)
    if (this.#pending.size > 0) this.flush()
  }

  /** Takes back the room of what is given up with its task. */
  close(): void {
    for (const { bytes } of this.#pending.values()) this.#scope.room.give(1, bytes)
    this.#pending.clear()
  }

  #evict(): void {
    const [id, oldest] = this.#pending.entries().next().value!
    this.#pending.delete(id)
    this.#scope.metrics.evicted += 1
    this.#let(oldest)
  }

  #let({ key, newValue, oldValue, timestamp, headers, bytes }: Pending<K, V>): void {
    const { room, metrics } = this.#scope
    room.give(1, bytes)
    // Nobody downstream ever heard of it, and it is gone.
    if (newValue === undefined && oldValue === undefined) return
    metrics.forwarded += 1
    this.#forward({ key, value: { newValue, oldValue }, timestamp, headers: headers ?? noHeaders })
  }
}
