import type { Processor, ProcessorContext, ProcessorSupplier } from '../processor.ts'
import type { StreamRecord } from '../record.ts'
import type { CachedKeyValueStore } from '../state/cached-key-value-store.ts'
import type { Aggregation } from './aggregation.ts'
import type { Change } from './change.ts'
import { type TableOptions, TableUpdates } from './table-updates.ts'

/** Folds the records of each key, for ever. */
export const streamAggregate =
  <K, V, A>(
    store: string,
    aggregation: Aggregation<K, V, A>,
    options: TableOptions,
  ): ProcessorSupplier<K, V, K, Change<A>> =>
  () =>
    new StreamAggregate(store, aggregation, options)

class StreamAggregate<K, V, A> implements Processor<K, V, K, Change<A>> {
  readonly #name: string
  readonly #aggregation: Aggregation<K, V, A>
  #context!: ProcessorContext<K, Change<A>>
  readonly #options: TableOptions
  #store!: CachedKeyValueStore<K, A>
  #updates!: TableUpdates<K, A>

  constructor(name: string, aggregation: Aggregation<K, V, A>, options: TableOptions) {
    this.#name = name
    this.#aggregation = aggregation
    this.#options = options
  }

  init(context: ProcessorContext<K, Change<A>>): void {
    this.#context = context
    this.#store = context.getStateStore<CachedKeyValueStore<K, A>>(this.#name)
    this.#updates = new TableUpdates(context, this.#store, this.#options)
  }

  process(record: StreamRecord<K, V>): void {
    const { key, value } = record
    if (key === undefined || key === null) {
      this.#context.drop('null-key', 'cannot be aggregated')
      return
    }
    if (value === undefined || value === null) {
      this.#context.drop('null-value', 'there is nothing to aggregate')
      return
    }
    const oldValue = this.#store.get(key)
    const newValue = this.#aggregation.aggregator(oldValue ?? this.#aggregation.initializer(), value, record)
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
