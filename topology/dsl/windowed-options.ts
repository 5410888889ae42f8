/** When a windowed aggregate speaks, and what time it goes by. */
export interface WindowedOptions {
  /**
   * Results while a window is open. `every-update`: one for each record. `per-commit`: the latest one of each changed
   * window, at the commit, or before it where the record cache has no room. `cached`: `per-commit` where the client has a
   * record cache (`cacheMaxBytes`), else `every-update`. `none`. Default `cached`.
   */
  readonly updates?: 'cached' | 'every-update' | 'per-commit' | 'none'
  /** One more result with `isFinal` when the window closes. Default false. */
  readonly final?: boolean
  /**
   * `key`: lateness and closing follow the highest timestamp of the record's own key, so that a slow or replayed key
   * never makes another late. `partition`: of all records this node has seen in its partition, as Kafka Streams has it.
   * Default `key`.
   */
  readonly streamTime?: 'key' | 'partition'
  /**
   * Closes the windows of a key that has been silent for this long on the wall clock, once everything in its partition
   * has been read. Default: never; its windows then wait for its next record.
   */
  readonly closeIdleAfterMs?: number
  /** Final results at most this often, on the wall clock. Default 0: as soon as a window closes. */
  readonly emitIntervalMs?: number
  /**
   * A key is forgotten, with its stream time and whatever it left open (a final result goes out), when the stream time of
   * its task has moved this far past it. Bounds the state; a record later than that opens its window anew. Default 7 days.
   */
  readonly forgetKeyAfterMs?: number
}
