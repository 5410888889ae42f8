import type { ProcessorSupplier } from '../processor.ts'
import { type StreamRecord, withValue } from '../record.ts'
import type { Serde } from '../serde.ts'
import { heldSerde } from '../window/held.ts'
import type { Suppression } from '../window/suppress.ts'
import { suppressProcessor } from '../window/suppress-processor.ts'
import type { Aggregation } from './aggregation.ts'
import { countSerde } from './aggregation.ts'
import { type Change, changeSerde } from './change.ts'
import { stateless } from './stateless.ts'
import { type Flow, Stream } from './stream.ts'
import type { StreamsBuilder } from './streams-builder.ts'
import { tableAggregate } from './table-aggregate.ts'
import type { TableOptions } from './table-updates.ts'

/** A changing value per key; every update carries what it replaces. */
export class Table<K, V> {
  readonly #builder: StreamsBuilder
  readonly #flow: Flow<K, V>
  /** The store that holds it, where it is held; connect a processor to it to look values up. */
  readonly store: string | undefined

  constructor(builder: StreamsBuilder, flow: Flow<K, V>, store?: string) {
    this.#builder = builder
    this.#flow = flow
    this.store = store
  }

  /** A value that fails counts as deleted. */
  filter(name: string, predicate: (value: V, key: K) => boolean): Table<K, V> {
    return this.#mapChange(name, (value, key) => (predicate(value, key) ? value : undefined))
  }

  mapValues<VR>(
    name: string,
    mapper: (value: V, key: K) => VR,
    options: { readonly value?: Serde<VR> } = {},
  ): Table<K, VR> {
    return this.#mapChange<VR>(name, mapper, options.value)
  }

  /** Every update as a record; a deletion is a record with the value undefined. */
  toStream(name: string): Stream<K, V | undefined> {
    const supplier = stateless<K, Change<V>, K, V | undefined>((record, context) =>
      context.forward(withValue(record, record.value.newValue)),
    )
    this.#builder.topology.addProcessor(name, supplier, [this.#flow.node])
    return new Stream<K, V | undefined>(this.#builder, { ...this.#flow, node: name } as Flow<K, V | undefined>)
  }

  /** Holds updates back. Its buffer is a store of the same name. */
  suppress(name: string, suppression: Suppression): Table<K, V> {
    const { key, value } = this.#flow
    if (suppression.until !== 'time-limit') throw this.#builder.invalid(`"${name}": only windowed results close`)
    if (!key || !value) throw this.#builder.missingSerde(name)
    this.#builder.topology.addStateStore({ name, kind: 'key-value', key, value: heldSerde(changeSerde(value)) })
    const supplier = suppressProcessor<K, Change<V>>({
      store: name,
      suppression,
      isTombstone: (change) => change.newValue === undefined,
      join: (held, next) => ({ newValue: next.newValue, oldValue: held.oldValue }),
    })
    this.#builder.topology.addProcessor(name, supplier, [this.#flow.node], [name])
    return new Table(this.#builder, { ...this.#flow, node: name })
  }

  /** Regroups rows under another key, through the repartition topic `<name>-repartition`. */
  groupBy<KR, VR>(
    name: string,
    select: (key: K, value: V) => { readonly key: KR; readonly value: VR },
    serdes: { readonly key: Serde<KR>; readonly value: Serde<VR> },
  ): GroupedTable<KR, VR> {
    const supplier = stateless<K, Change<V>, KR, Change<VR>>((record, context) => {
      const { newValue, oldValue } = record.value
      const { timestamp, headers } = record
      if (oldValue !== undefined) {
        const { key, value } = select(record.key, oldValue)
        context.forward({ key, value: { newValue: undefined, oldValue: value }, timestamp, headers })
      }
      if (newValue !== undefined) {
        const { key, value } = select(record.key, newValue)
        context.forward({ key, value: { newValue: value, oldValue: undefined }, timestamp, headers })
      }
    })
    this.#builder.topology.addProcessor(name, supplier, [this.#flow.node])
    const flow = {
      node: name,
      key: serdes.key,
      value: changeSerde(serdes.value),
      keyChanged: true,
      partitions: this.#flow.partitions,
    }
    return new GroupedTable<KR, VR>(this.#builder, this.#builder.repartition(name, flow))
  }

  #mapChange<VR>(name: string, mapper: (value: V, key: K) => VR | undefined, value?: Serde<VR>): Table<K, VR> {
    const supplier: ProcessorSupplier<K, Change<V>, K, Change<VR>> = stateless(
      (record: StreamRecord<K, Change<V>>, context) => {
        const map = (value: V | undefined) => (value === undefined ? undefined : mapper(value, record.key))
        const newValue = map(record.value.newValue)
        const oldValue = map(record.value.oldValue)
        if (newValue !== undefined || oldValue !== undefined) context.forward(withValue(record, { newValue, oldValue }))
      },
    )
    this.#builder.topology.addProcessor(name, supplier, [this.#flow.node])
    return new Table<K, VR>(this.#builder, { ...this.#flow, node: name, value })
  }
}

/** Rows regrouped: an update adds what is new and takes away what it replaces. */
export class GroupedTable<K, V> {
  readonly #builder: StreamsBuilder
  readonly #flow: Flow<K, Change<V>>

  constructor(builder: StreamsBuilder, flow: Flow<K, Change<V>>) {
    this.#builder = builder
    this.#flow = flow
  }

  count(store: string, options: TableOptions = {}): Table<K, number> {
    return this.aggregate(
      store,
      {
        initializer: () => 0,
        adder: (count) => count + 1,
        subtractor: (count) => count - 1,
        value: countSerde,
      },
      options,
    )
  }

  /** Node and store are both named `store`. */
  aggregate<A>(
    store: string,
    aggregation: Pick<Aggregation<K, V, A>, 'initializer' | 'value'> & {
      readonly adder: (aggregate: A, value: V, key: K) => A
      readonly subtractor: (aggregate: A, value: V, key: K) => A
    },
    options: TableOptions = {},
  ): Table<K, A> {
    const key = this.#flow.key!
    this.#builder.topology
      .addStateStore({ name: store, kind: 'key-value', key, value: aggregation.value })
      .addProcessor(store, tableAggregate({ store, ...aggregation, updates: options }), [this.#flow.node], [store])
    return new Table<K, A>(this.#builder, { ...this.#flow, node: store, key, value: aggregation.value }, store)
  }
}
