import type { Processor, ProcessorContext, ProcessorSupplier } from '../processor.ts'
import type { StreamRecord } from '../record.ts'
import type { CachedKeyValueStore } from '../state/cached-key-value-store.ts'
import type { Change } from './change.ts'
import { type TableOptions, TableUpdates } from './table-updates.ts'

/** Keeps the latest value of each key; an absent value deletes. */
export const tableSource =
  <K, V>(store: string, options: TableOptions): ProcessorSupplier<K, V | undefined, K, Change<V>> =>
  () =>
    new TableSource<K, V>(store, options)

class TableSource<K, V> implements Processor<K, V | undefined, K, Change<V>> {
  readonly #name: string
  #context!: ProcessorContext<K, Change<V>>
  readonly #options: TableOptions
  #store!: CachedKeyValueStore<K, V>
  #updates!: TableUpdates<K, V>

  constructor(name: string, options: TableOptions) {
    this.#name = name
    this.#options = options
  }

  init(context: ProcessorContext<K, Change<V>>): void {
    this.#context = context
    this.#store = context.getStateStore<CachedKeyValueStore<K, V>>(this.#name)
    this.#updates = new TableUpdates(context, this.#store, this.#options)
  }

  process(record: StreamRecord<K, V | undefined>): void {
    const { key, value } = record
    if (key === undefined || key === null) {
      this.#context.drop('null-key', 'a table has no row without a key')
      return
    }
    const newValue = value ?? undefined
    const oldValue = newValue === undefined ? this.#store.delete(key) : this.#store.get(key)
    if (newValue !== undefined) this.#store.put(key, newValue)
    if (newValue !== undefined || oldValue !== undefined) this.#updates.add(record, newValue, oldValue)
  }

  flush(): void {
    this.#updates.flush()
  }

  close(): void {
    this.#updates.close()
  }
}
