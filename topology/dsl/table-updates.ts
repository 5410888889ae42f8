import type { ProcessorContext } from '../processor.ts'
import type { StreamRecord } from '../record.ts'
import type { CachedKeyValueStore } from '../state/cached-key-value-store.ts'
import { RecordCache } from '../state/record-cache.ts'
import type { Change } from './change.ts'

/** When the updates of a table go on. */
export interface TableOptions {
  /**
   * `cached`: the latest one of each row, at the commit, where the client has a record cache (`cacheMaxBytes`); each one
   * where it has none. `every-update`: each one, always. Default `cached`.
   */
  readonly updates?: 'cached' | 'every-update'
}

/** Takes the updates of a table on: at once, or through the record cache. */
export class TableUpdates<K, V> {
  readonly #context: ProcessorContext<K, Change<V>>
  readonly #store: CachedKeyValueStore<K, V>
  readonly #cache: RecordCache<K, V> | undefined

  constructor(context: ProcessorContext<K, Change<V>>, store: CachedKeyValueStore<K, V>, options: TableOptions) {
    this.#context = context
    this.#store = store
    const scope = options.updates === 'every-update' ? undefined : context.recordCache
    this.#cache = scope && new RecordCache<K, V>(scope, (update) => context.forward(update))
  }

  add(record: StreamRecord<K, unknown>, newValue: V | undefined, oldValue: V | undefined): void {
    if (this.#cache) this.#cache.update(this.#store.id(record.key), record, newValue, oldValue)
    else {
      const { key, timestamp, headers } = record
      this.#context.forward({ key, value: { newValue, oldValue }, timestamp, headers })
    }
  }

  flush(): void {
    this.#cache?.flush()
  }

  close(): void {
    this.#cache?.close()
  }
}
