import type { Processor, ProcessorContext, ProcessorSupplier } from '../processor.ts'
import { type StreamRecord, withValue } from '../record.ts'
import type { KeyValueStore } from '../state/state-store.ts'
import type { Change } from './change.ts'

/** Keeps the latest value of each key; an absent value deletes. */
export const tableSource =
  <K, V>(store: string): ProcessorSupplier<K, V | undefined, K, Change<V>> =>
  () =>
    new TableSource<K, V>(store)

class TableSource<K, V> implements Processor<K, V | undefined, K, Change<V>> {
  readonly #name: string
  #context!: ProcessorContext<K, Change<V>>
  #store!: KeyValueStore<K, V>

  constructor(name: string) {
    this.#name = name
  }

  init(context: ProcessorContext<K, Change<V>>): void {
    this.#context = context
    this.#store = context.getStateStore<KeyValueStore<K, V>>(this.#name)
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
    if (newValue !== undefined || oldValue !== undefined)
      this.#context.forward(withValue(record, { newValue, oldValue }))
  }
}
