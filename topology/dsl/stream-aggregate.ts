import type { Processor, ProcessorContext, ProcessorSupplier } from '../processor.ts'
import { type StreamRecord, withValue } from '../record.ts'
import type { KeyValueStore } from '../state/state-store.ts'
import type { Aggregation } from './aggregation.ts'
import type { Change } from './change.ts'

/** Folds the records of each key, for ever. */
export const streamAggregate =
  <K, V, A>(store: string, aggregation: Aggregation<K, V, A>): ProcessorSupplier<K, V, K, Change<A>> =>
  () =>
    new StreamAggregate(store, aggregation)

class StreamAggregate<K, V, A> implements Processor<K, V, K, Change<A>> {
  readonly #name: string
  readonly #aggregation: Aggregation<K, V, A>
  #context!: ProcessorContext<K, Change<A>>
  #store!: KeyValueStore<K, A>

  constructor(name: string, aggregation: Aggregation<K, V, A>) {
    this.#name = name
    this.#aggregation = aggregation
  }

  init(context: ProcessorContext<K, Change<A>>): void {
    this.#context = context
    this.#store = context.getStateStore<KeyValueStore<K, A>>(this.#name)
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
    this.#context.forward(withValue(record, { newValue, oldValue }))
  }
}
