/** Durable state of one task. Synchronous; what it returns is never to be changed by the caller. */
export interface StateStore {
  readonly name: string
}

/** Keys in unsigned byte order of their encoded form. */
export interface KeyValueStore<K = unknown, V = unknown> extends StateStore {
  get(key: K): V | undefined
  put(key: K, value: V): void
  /** Returns the value that was there. */
  delete(key: K): V | undefined
  /**
   * Entries with from <= key < to as of the call; undefined is open. Writing while iterating is allowed and not seen.
   * Rows are read while they are walked through, which has to be before the next commit.
   */
  range(from: K | undefined, to: K | undefined): Iterable<readonly [key: K, value: V]>
  all(): Iterable<readonly [key: K, value: V]>
}
