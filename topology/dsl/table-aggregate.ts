import type { Processor, ProcessorContext, ProcessorSupplier } from '../processor.ts'
import type { StreamRecord } from '../record.ts'
import type { CachedKeyValueStore } from '../state/cached-key-value-store.ts'
import type { Change } from './change.ts'
import { type TableOptions, TableUpdates } from './table-updates.ts'

/** Takes a row's old value out of an aggregate and puts its new one in. */
export const tableAggregate =
  <K, V, A>(options: {
    readonly store: string
    readonly initializer: () => A
    readonly adder: (aggregate: A, value: V, key: K) => A
    readonly subtractor: (aggregate: A, value: V, key: K) => A
    readonly updates: TableOptions
  }): ProcessorSupplier<K, Change<V>, K, Change<A>> =>
  () =>
    new TableAggregate(options)

class TableAggregate<K, V, A> implements Processor<K, Change<V>, K, Change<A>> {
  readonly #options: Parameters<typeof tableAggregate<K, V, A>>[0]
  #context!: ProcessorContext<K, Change<A>>
  #store!: CachedKeyValueStore<K, A>
  #updates!: TableUpdates<K, A>

  constructor(options: Parameters<typeof tableAggregate<K, V, A>>[0]) {
    this.#options = options
  }

  init(context: ProcessorContext<K, Change<A>>): void {
    this.#context = context
    this.#store = context.getStateStore<CachedKeyValueStore<K, A>>(this.#options.store)
    this.#updates = new TableUpdates(context, this.#store, this.#options.updates)
  }

  process(record: StreamRecord<K, Change<V>>): void {
    const { initializer, adder, subtractor } = this.#options
    const { key, value } = record
    if (key === undefined || key === null) {
      this.#context.drop('null-key', 'a row without a key cannot be grouped')
      return
    }
    const oldValue = this.#store.get(key)
    let newValue = oldValue ?? initializer()
    if (value.oldValue !== undefined && oldValue !== undefined) newValue = subtractor(newValue, value.oldValue, key)
    if (value.newValue !== undefined) newValue = adder(newValue, value.newValue, key)
    this.#store.put(key, newValue)
    this.#updates.add(record, newValue, oldValue)
  }

  flush(): void {
    this.#updates.flush()
  }

  close(): void {
    this.#updates.close()
  }
}
