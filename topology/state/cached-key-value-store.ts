import type { StoreChange } from '../broker/broker.ts'
import type { Codec } from '../serde.ts'
import { compareBytes } from './byte-order.ts'
import { deepFreeze } from './deep-freeze.ts'
import { roughBytes } from './rough-bytes.ts'
import type { KeyValueStore } from './state-store.ts'
import type { StoreBinding, TaskStore } from './store-binding.ts'

interface Entry<K, V> {
  readonly key: K
  /** undefined: deleted. */
  value: V | undefined
  /** The epoch that wrote it last; 0 when it only was read. */
  epoch: number
}

interface Found<K, V> {
  readonly bytes: Uint8Array
  readonly key: K
  readonly value: V
}

export interface CachedKeyValueStoreOptions<K, V> {
  readonly name: string
  readonly key: Codec<K>
  readonly value: Codec<V>
  /** The key is its own identity: a string whose encoding is UTF-8. */
  readonly keyIsString: boolean
  readonly cacheEntries: number
  readonly binding: StoreBinding
}

/**
 * Decoded objects over committed rows. Writes of an open transaction stay here, in the overlay, until the commit that
 * holds them is durable; the rows below are always as of the last commit, so an abort only has to drop the overlay.
 * What was read or committed stays as a cache, up to `cacheEntries`.
 */
export class CachedKeyValueStore<K, V> implements KeyValueStore<K, V>, TaskStore {
  readonly name: string
  readonly #options: CachedKeyValueStoreOptions<K, V>
  #entries = new Map<unknown, Entry<K, V>>()
  #dirty = new Set<Entry<K, V>>()
  /** What was handed over and is not committed yet, oldest first. */
  #sealed: Set<Entry<K, V>>[] = []
  #dirtyBytes = 0
  #epoch = 1
  #committedEpoch = 0

  constructor(options: CachedKeyValueStoreOptions<K, V>) {
    this.name = options.name
    this.#options = options
  }

  get uncommittedEntries(): number {
    return this.#dirty.size
  }

  get uncommittedBytes(): number {
    return this.#dirtyBytes
  }

  get(key: K): V | undefined {
    return this.#entry(key).value
  }

  put(key: K, value: V): void {
    if (value === undefined || value === null) throw new TypeError(`store "${this.name}" keeps no ${value}: use delete`)
    this.#write(this.#entry(key), value)
  }

  delete(key: K): V | undefined {
    const entry = this.#entry(key)
    const before = entry.value
    if (before !== undefined) this.#write(entry, undefined)
    return before
  }

  all(): Iterable<readonly [K, V]> {
    return this.range(undefined, undefined)
  }

  range(from: K | undefined, to: K | undefined): Iterable<readonly [K, V]> {
    const { key: codec } = this.#options
    const lower = from === undefined ? undefined : codec.encode(from)
    const upper = to === undefined ? undefined : codec.encode(to)
    const asOf = this.#committedEpoch
    /** Of every key that was written since the last commit; undefined: deleted. */
    const newer = new Map<unknown, Found<K, V | undefined>>()
    for (const entries of [...this.#sealed, this.#dirty])
      for (const { key, value } of entries) {
        const bytes = codec.encode(key)
        if ((!lower || compareBytes(bytes, lower) >= 0) && (!upper || compareBytes(bytes, upper) < 0))
          newer.set(this.#id(key, bytes), { bytes, key, value })
      }
    const sorted = [...newer.values()].filter(isThere).sort((a, b) => compareBytes(a.bytes, b.bytes))
    const rows = () => this.#rowsBeside(newer, lower, upper, asOf)
    return { [Symbol.iterator]: () => merged(sorted, rows()) }
  }

  /**
   * Committed rows that nothing uncommitted of the call stands for. They are read while they are walked through: who
   * wants a few of many rows pays for a few.
   */
  *#rowsBeside(
    newer: ReadonlyMap<unknown, unknown>,
    lower: Uint8Array | undefined,
    upper: Uint8Array | undefined,
    asOf: number,
  ): Iterable<Found<K, V>> {
    const { binding, key: codec, value: valueCodec } = this.#options
    for (const [bytes, row] of binding.storage.range(this.name, binding.partition, lower, upper)) {
      if (this.#committedEpoch !== asOf)
        throw new TypeError(`store "${this.name}": a range was walked through over a commit; copy what is to be kept`)
      const key = codec.decode(bytes)
      const id = this.#id(key, bytes)
      if (newer.has(id)) continue
      const known = this.#entries.get(id)
      // One written since the call is not what it was then; the row is.
      const then = known && known.epoch <= asOf ? known.value : undefined
      yield { bytes, key, value: then ?? this.#freeze(valueCodec.decode(row)) }
    }
  }

  /** What stands for `key` where keys are compared by value. */
  id(key: K): unknown {
    return this.#options.keyIsString ? key : latin1(this.#options.key.encode(key))
  }

  /** A string that orders like the encoded key. */
  order(key: K): string {
    return latin1(this.#options.key.encode(key))
  }

  /** What `value` takes in a row. */
  encodedBytes(value: V): number {
    return this.#options.value.encode(value).length
  }

  seal(into: StoreChange[]): void {
    const { binding, key, value } = this.#options
    for (const entry of this.#dirty)
      into.push({
        store: this.name,
        partition: binding.partition,
        key: key.encode(entry.key),
        value: entry.value === undefined ? null : value.encode(entry.value),
      })
    this.#sealed.push(this.#dirty)
    this.#dirty = new Set()
    this.#dirtyBytes = 0
    this.#epoch += 1
  }

  committed(): void {
    this.#committedEpoch += 1
    this.#sealed.shift()
    if (this.#entries.size > this.#options.cacheEntries) this.#evict()
  }

  #evict(): void {
    let excess = this.#entries.size - (this.#options.cacheEntries >>> 1)
    for (const [id, entry] of this.#entries) {
      if (excess <= 0) return
      if (entry.epoch > this.#committedEpoch) continue
      this.#entries.delete(id)
      excess -= 1
    }
  }

  #entry(key: K): Entry<K, V> {
    let bytes: Uint8Array | undefined
    let id: unknown = key
    if (!this.#options.keyIsString) {
      bytes = this.#options.key.encode(key)
      id = latin1(bytes)
    }
    const known = this.#entries.get(id)
    if (known) return known
    const { binding, key: codec, value: valueCodec } = this.#options
    const row = binding.storage.get(this.name, binding.partition, bytes ?? codec.encode(key))
    const entry: Entry<K, V> = { key, value: row && this.#freeze(valueCodec.decode(row)), epoch: 0 }
    this.#entries.set(id, entry)
    return entry
  }

  #id(key: K, bytes: Uint8Array): unknown {
    return this.#options.keyIsString ? key : latin1(bytes)
  }

  #write(entry: Entry<K, V>, value: V | undefined): void {
    entry.value = this.#freeze(value)
    // Once for each entry and epoch: what it grows by later in the epoch does not count.
    if (entry.epoch !== this.#epoch) this.#dirtyBytes += roughBytes(entry.key) + roughBytes(value)
    entry.epoch = this.#epoch
    this.#dirty.add(entry)
  }

  #freeze<T>(value: T): T {
    return this.#options.binding.freeze ? deepFreeze(value) : value
  }
}

const isThere = <K, V>(found: Found<K, V | undefined>): found is Found<K, V> => found.value !== undefined

/** Both in byte order and without a key in common. */
function* merged<K, V>(newer: readonly Found<K, V>[], rows: Iterable<Found<K, V>>): Generator<readonly [K, V]> {
  let next = 0
  for (const row of rows) {
    for (; next < newer.length && compareBytes(newer[next]!.bytes, row.bytes) < 0; next++) yield pairOf(newer[next]!)
    yield pairOf(row)
  }
  for (; next < newer.length; next++) yield pairOf(newer[next]!)
}

const pairOf = <K, V>({ key, value }: Found<K, V>) => [key, value] as const

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
