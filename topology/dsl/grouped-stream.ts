import type { Serde } from '../serde.ts'
import type { Windows } from '../window/windows.ts'
import { type Aggregation, counting, reducing } from './aggregation.ts'
import type { Flow } from './stream.ts'
import { streamAggregate } from './stream-aggregate.ts'
import type { StreamsBuilder } from './streams-builder.ts'
import { Table } from './table.ts'
import type { TableOptions } from './table-updates.ts'
import { WindowedStream } from './windowed-stream.ts'

/** Records of one key together in one task. Aggregates name node and store alike. */
export class GroupedStream<K, V> {
  readonly #builder: StreamsBuilder
  readonly #flow: Flow<K, V>

  constructor(builder: StreamsBuilder, flow: Flow<K, V>) {
    this.#builder = builder
    this.#flow = flow
  }

  count(store: string, options: TableOptions = {}): Table<K, number> {
    return this.aggregate(store, counting<K, V>(), options)
  }

  /** The first value of a key stands for itself. */
  reduce(
    store: string,
    reducer: (left: V, right: V) => V,
    options: TableOptions & { readonly value: Serde<V> },
  ): Table<K, V> {
    return this.aggregate(store, reducing(reducer, options.value), options)
  }

  aggregate<A>(store: string, aggregation: Aggregation<K, V, A>, options: TableOptions = {}): Table<K, A> {
    const { key } = this.#flow
    if (!key) throw this.#builder.missingSerde(store)
    this.#builder.topology
      .addStateStore({ name: store, kind: 'key-value', key, value: aggregation.value })
      .addProcessor(store, streamAggregate(store, aggregation, options), [this.#flow.node], [store])
    return new Table<K, A>(this.#builder, { ...this.#flow, node: store, value: aggregation.value }, store)
  }

  windowedBy(windows: Windows): WindowedStream<K, V> {
    return new WindowedStream(this.#builder, this.#flow, windows)
  }
}
