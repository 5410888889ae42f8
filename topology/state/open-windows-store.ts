import type { StoreChange } from '../broker/broker.ts'
import type { Codec } from '../serde.ts'
import { deepFreeze } from './deep-freeze.ts'
import { roughBytes } from './rough-bytes.ts'
import type { StateStore } from './state-store.ts'
import type { StoreBinding, TaskStore } from './store-binding.ts'
import {
  decodeRowKey,
  keyRow,
  PARTITION_ROW,
  readTime,
  readWindow,
  timeRow,
  windowRow,
  windowValue,
} from './window-rows.ts'

/** A window without its aggregate, with its row's key. */
const WINDOW_BYTES = 150

/** A window with its aggregate. Only the store writes it. */
export interface OpenWindow<K, V> {
  readonly owner: KeyWindows<K, V>
  readonly start: number
  readonly end: number
  value: V
  /** Highest timestamp in it. */
  timestamp: number
  /** Results so far. */
  revision: number
  /** Its final result is out; kept only because a neighbour may still be derived from it. */
  isClosed: boolean
  /** It changed after its last result, which follows before the commit: never true in a row. */
  isPending: boolean
  isRemoved: boolean
  isDirty: boolean
  isStored: boolean
}

/** Everything kept of one key. */
export interface KeyWindows<K, V> {
  readonly key: K
  /** Highest timestamp of this key; -1 before the first. */
  streamTime: number
  /** By start, then end. */
  readonly windows: OpenWindow<K, V>[]
  /** Wall clock of the last record in this process, epoch ms. */
  lastActive: number
  isTimeDirty: boolean
  isTimeStored: boolean
}

export interface OpenWindowsStoreOptions<K, V> {
  readonly name: string
  readonly key: Codec<K>
  readonly value: Codec<V>
  readonly keyIsString: boolean
  readonly binding: StoreBinding
}

/**
 * The windows that can still change, decoded, a key's together, so that a record costs one lookup. A closed window
 * leaves, so what is in memory is what is open. Rows below hold the state of the last commit: one for each window and
 * one for each key's stream time.
 */
export class OpenWindowsStore<K, V> implements StateStore, TaskStore {
  readonly name: string
  readonly #options: OpenWindowsStoreOptions<K, V>
  readonly #keys = new Map<unknown, KeyWindows<K, V>>()
  #dirtyWindows: OpenWindow<K, V>[] = []
  #dirtyTimes: KeyWindows<K, V>[] = []
  #dirtyBytes = 0
  #partitionTime = -1
  #isPartitionTimeDirty = false

  constructor(options: OpenWindowsStoreOptions<K, V>) {
    this.name = options.name
    this.#options = options
    this.#load()
  }

  get uncommittedEntries(): number {
    return this.#dirtyWindows.length + this.#dirtyTimes.length
  }

  get uncommittedBytes(): number {
    return this.#dirtyBytes
  }

  /** Highest timestamp of all keys, where the aggregate goes by it; -1 before the first. */
  get partitionTime(): number {
    return this.#partitionTime
  }

  set partitionTime(timestamp: number) {
    if (timestamp <= this.#partitionTime) return
    this.#partitionTime = timestamp
    this.#isPartitionTimeDirty = true
  }

  of(key: K): KeyWindows<K, V> {
    const id = this.#id(key)
    let found = this.#keys.get(id)
    if (!found) {
      found = { key, streamTime: -1, windows: [], lastActive: 0, isTimeDirty: false, isTimeStored: false }
      this.#keys.set(id, found)
    }
    return found
  }

  keys(): Iterable<KeyWindows<K, V>> {
    return this.#keys.values()
  }

  /** A string that orders like the encoded key. */
  order(key: K): string {
    return latin1(this.#options.key.encode(key))
  }

  advance(owner: KeyWindows<K, V>, timestamp: number): void {
    if (timestamp <= owner.streamTime) return
    owner.streamTime = timestamp
    if (owner.isTimeDirty) return
    owner.isTimeDirty = true
    this.#dirtyTimes.push(owner)
  }

  add(owner: KeyWindows<K, V>, start: number, end: number, value: V, timestamp: number): OpenWindow<K, V> {
    const window = this.#insert(owner, start, end, this.#freeze(value), timestamp)
    this.#touch(window)
    return window
  }

  update(window: OpenWindow<K, V>, value: V, timestamp: number): void {
    window.value = this.#freeze(value)
    window.timestamp = timestamp
    this.#touch(window)
  }

  /** One more result of the window is out. */
  emitted(window: OpenWindow<K, V>): number {
    window.revision += 1
    window.isPending = false
    this.#touch(window)
    return window.revision
  }

  /** Its last result is out, but it stays for its neighbours. */
  close(window: OpenWindow<K, V>): void {
    window.isClosed = true
    this.#touch(window)
  }

  remove(window: OpenWindow<K, V>): void {
    const { windows } = window.owner
    windows.splice(windows.indexOf(window), 1)
    window.isRemoved = true
    window.isPending = false
    this.#touch(window)
  }

  /** Drops a key with its stream time. Only without open windows. */
  forget(owner: KeyWindows<K, V>): void {
    this.#keys.delete(this.#id(owner.key))
    owner.streamTime = -1
    if (!owner.isTimeDirty) this.#dirtyTimes.push(owner)
    owner.isTimeDirty = true
  }

  seal(into: StoreChange[]): void {
    const { name: store, key, value, binding } = this.#options
    const { partition } = binding
    for (const window of this.#dirtyWindows) {
      window.isDirty = false
      // Opened and closed between two commits: nobody below ever heard of it.
      if (window.isRemoved && !window.isStored) continue
      const bytes = windowRow(key.encode(window.owner.key), window.start, window.end)
      const row = window.isRemoved ? null : windowValue(window, value.encode(window.value))
      window.isStored = !window.isRemoved
      into.push({ store, partition, key: bytes, value: row })
    }
    for (const owner of this.#dirtyTimes) {
      owner.isTimeDirty = false
      const isForgotten = owner.streamTime < 0
      if (isForgotten && !owner.isTimeStored) continue
      owner.isTimeStored = !isForgotten
      into.push({
        store,
        partition,
        key: keyRow(key.encode(owner.key)),
        value: isForgotten ? null : timeRow(owner.streamTime),
      })
    }
    if (this.#isPartitionTimeDirty)
      into.push({ store, partition, key: PARTITION_ROW, value: timeRow(this.#partitionTime) })
    this.#dirtyWindows = []
    this.#dirtyTimes = []
    this.#dirtyBytes = 0
    this.#isPartitionTimeDirty = false
  }

  committed(): void {}

  #load(): void {
    const { name, key, value, binding } = this.#options
    for (const [bytes, row] of binding.storage.range(name, binding.partition, undefined, undefined)) {
      const place = decodeRowKey(bytes)
      if (place.kind === 'partition') this.#partitionTime = readTime(row)
      else if (place.kind === 'key') {
        const owner = this.of(key.decode(place.key))
        owner.streamTime = readTime(row)
        owner.isTimeStored = true
      } else {
        const stored = readWindow(row)
        const owner = this.of(key.decode(place.key))
        const window = this.#insert(
          owner,
          place.start,
          place.end,
          this.#freeze(value.decode(stored.value)),
          stored.timestamp,
        )
        window.revision = stored.revision
        window.isClosed = stored.isClosed
        window.isStored = true
      }
    }
  }

  #insert(owner: KeyWindows<K, V>, start: number, end: number, value: V, timestamp: number): OpenWindow<K, V> {
    const window: OpenWindow<K, V> = {
      owner,
      start,
      end,
      value,
      timestamp,
      revision: 0,
      isClosed: false,
      isPending: false,
      isRemoved: false,
      isDirty: false,
      isStored: false,
    }
    const { windows } = owner
    let at = windows.length
    while (
      at > 0 &&
      (windows[at - 1]!.start > start || (windows[at - 1]!.start === start && windows[at - 1]!.end > end))
    )
      at--
    if (at === windows.length) windows.push(window)
    else windows.splice(at, 0, window)
    return window
  }

  #touch(window: OpenWindow<K, V>): void {
    if (window.isDirty) return
    window.isDirty = true
    this.#dirtyBytes += WINDOW_BYTES + roughBytes(window.value)
    this.#dirtyWindows.push(window)
  }

  #id(key: K): unknown {
    return this.#options.keyIsString ? key : latin1(this.#options.key.encode(key))
  }

  #freeze<T>(value: T): T {
    return this.#options.binding.freeze ? deepFreeze(value) : value
  }
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
