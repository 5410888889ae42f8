import type { MapBatch, ProcessorSupplier } from '../processor.ts'
import { type StreamRecord, withKey, withValue } from '../record.ts'
import type { Serde } from '../serde.ts'
import type { AsyncOptions, SinkOptions } from '../topology.ts'
import type { GroupedStream } from './grouped-stream.ts'
import type { SplitStream } from './split-stream.ts'
import { stateless } from './stateless.ts'
import type { StreamsBuilder } from './streams-builder.ts'
import type { Table } from './table.ts'
import type { TableOptions } from './table-updates.ts'

/** What is known of the records that leave a node. */
export interface Flow<K, V> {
  readonly node: string
  readonly key: Serde<K> | undefined
  readonly value: Serde<V> | undefined
  /** The key may differ from the one that chose the partition: grouping needs a repartition topic first. */
  readonly keyChanged: boolean
  readonly partitions: number
}

/**
 * Records flowing through a topology under construction. Every method adds one node, named by its first argument, to the
 * builder's `Topology`; none of them runs anything.
 */
export class Stream<K, V> {
  readonly #builder: StreamsBuilder
  readonly #flow: Flow<K, V>

  constructor(builder: StreamsBuilder, flow: Flow<K, V>) {
    this.#builder = builder
    this.#flow = flow
  }

  /** The node these records leave from: a parent for `Topology.addProcessor`. */
  get node(): string {
    return this.#flow.node
  }

  filter(name: string, predicate: (value: V, record: StreamRecord<K, V>) => boolean): Stream<K, V> {
    return this.#same(
      name,
      stateless((record, context) => {
        if (predicate(record.value, record)) context.forward(record)
      }),
    )
  }

  mapValues<VR>(name: string, mapper: (value: V, record: StreamRecord<K, V>) => VR): Stream<K, VR> {
    return this.#newValue(
      name,
      stateless((record, context) => context.forward(withValue(record, mapper(record.value, record)))),
    )
  }

  flatMapValues<VR>(name: string, mapper: (value: V, record: StreamRecord<K, V>) => Iterable<VR>): Stream<K, VR> {
    return this.#newValue(
      name,
      stateless((record, context) => {
        for (const value of mapper(record.value, record)) context.forward(withValue(record, value))
      }),
    )
  }

  /** Changes key and value; the time may change too. */
  map<KR, VR>(name: string, mapper: (value: V, record: StreamRecord<K, V>) => Mapped<KR, VR>): Stream<KR, VR> {
    return this.flatMap(name, (value, record) => [mapper(value, record)])
  }

  flatMap<KR, VR>(
    name: string,
    mapper: (value: V, record: StreamRecord<K, V>) => Iterable<Mapped<KR, VR>>,
  ): Stream<KR, VR> {
    const supplier = stateless<K, V, KR, VR>((record, context) => {
      for (const { key, value, timestamp = record.timestamp } of mapper(record.value, record))
        context.forward({ key, value, timestamp, headers: record.headers })
    })
    return this.#after(name, supplier, { ...this.#flow, key: undefined, value: undefined, keyChanged: true })
  }

  /** `partitionPreserving` promises that the new key belongs to the same partition, so that grouping needs no topic. */
  selectKey<KR>(
    name: string,
    select: (value: V, record: StreamRecord<K, V>) => KR,
    options: { readonly partitionPreserving?: boolean; readonly key?: Serde<KR> } = {},
  ): Stream<KR, V> {
    const keyChanged = this.#flow.keyChanged || !options.partitionPreserving
    const supplier = stateless<K, V, KR, V>((record, context) =>
      context.forward(withKey(record, select(record.value, record))),
    )
    return this.#after(name, supplier, { ...this.#flow, key: options.key, keyChanged })
  }

  peek(name: string, look: (value: V, record: StreamRecord<K, V>) => void): Stream<K, V> {
    return this.#same(
      name,
      stateless((record, context) => {
        look(record.value, record)
        context.forward(record)
      }),
    )
  }

  /**
   * Sends every record down the first branch that takes it.
   *
   *     const kinds = stream.split('by-kind')
   *     const chat = kinds.branch('chat', (value) => value.kind === 'chat')
   *     const others = kinds.otherwise('others')
   */
  split(name: string): SplitStream<K, V> {
    return this.#builder.split({ ...this.#flow, node: name }, this.#flow.node)
  }

  /** Both streams in one, in the order in which their records arrived at the sources. */
  merge(name: string, other: Stream<K, V>): Stream<K, V> {
    const flow = {
      ...this.#flow,
      node: name,
      keyChanged: this.#flow.keyChanged || other.#flow.keyChanged,
      partitions: Math.max(this.#flow.partitions, other.#flow.partitions),
    }
    const supplier = stateless<K, V, K, V>((record, context) => context.forward(record))
    this.#builder.topology.addProcessor(name, supplier, [this.#flow.node, other.#flow.node])
    return new Stream(this.#builder, flow)
  }

  /** A processor of one's own, connected to `stores`, which `StreamsBuilder.addStateStore` declared. */
  process<KR, VR>(
    name: string,
    supplier: ProcessorSupplier<K, V, KR, VR>,
    options: {
      readonly stores?: readonly string[]
      readonly partitionPreserving?: boolean
      readonly key?: Serde<KR>
    } = {},
  ): Stream<KR, VR> {
    const keyChanged = this.#flow.keyChanged || !options.partitionPreserving
    const flow = { ...this.#flow, key: options.key, value: undefined, keyChanged }
    return this.#after(name, supplier, flow, options.stores)
  }

  /** A processor of one's own that forwards every record under the key it came with. */
  processValues<VR>(
    name: string,
    supplier: ProcessorSupplier<K, V, K, VR>,
    options: { readonly stores?: readonly string[] } = {},
  ): Stream<K, VR> {
    return this.#after(name, supplier, { ...this.#flow, value: undefined }, options.stores)
  }

  /**
   * Maps values in batches outside the engine's turn: a model in a worker, a service. Order is kept, the commit does not
   * wait for it, and a batch that fails is halved until the value at fault stands alone.
   */
  mapValuesAsync<VR>(name: string, mapBatch: MapBatch<V, VR>, options: AsyncOptions = {}): Stream<K, VR> {
    this.#builder.topology.addAsync(name, mapBatch, [this.#flow.node], options)
    return new Stream(this.#builder, { ...this.#flow, node: name, value: undefined })
  }

  /** Through the topic `<name>-repartition`, so that records with the same key meet in one task. */
  repartition(
    name: string,
    serdes: { readonly key: Serde<K>; readonly value: Serde<V>; readonly partitions?: number },
  ): Stream<K, V> {
    return new Stream(this.#builder, this.#builder.repartition(name, { ...this.#flow, ...serdes }, serdes.partitions))
  }

  /** Groups by the key as it is. Throws when the key may have changed since the last topic: use groupBy or repartition. */
  groupByKey(options: { readonly key?: Serde<K> } = {}): GroupedStream<K, V> {
    this.#builder.requireSettledKey(this.#flow)
    return this.#builder.group({ ...this.#flow, key: options.key ?? this.#flow.key })
  }

  /** Groups by a new key, through the repartition topic `<name>-repartition`. */
  groupBy<KR>(
    name: string,
    select: (value: V, record: StreamRecord<K, V>) => KR,
    serdes: { readonly key: Serde<KR>; readonly value: Serde<V>; readonly partitions?: number },
  ): GroupedStream<KR, V> {
    const flow = this.#builder.repartition(
      name,
      { ...this.selectKey(name, select).#flow, ...serdes },
      serdes.partitions,
    )
    return this.#builder.group(flow)
  }

  /** The latest value of each key, kept in the store `name`. An undefined or null value deletes. */
  toTable(
    name: string,
    options: TableOptions & { readonly key?: Serde<K>; readonly value?: Serde<NonNullable<V>> } = {},
  ): Table<K, NonNullable<V>> {
    this.#builder.requireSettledKey(this.#flow)
    const flow = {
      ...this.#flow,
      key: options.key ?? this.#flow.key,
      value: options.value ?? (this.#flow.value as Serde<NonNullable<V>> | undefined),
    }
    return this.#builder.materialize(name, flow, options)
  }

  to(name: string, options: SinkOptions<K, V>): void {
    this.#builder.topology.addSink(name, options, [this.#flow.node])
  }

  #same(name: string, supplier: ProcessorSupplier<K, V, K, V>): Stream<K, V> {
    return this.#after(name, supplier, this.#flow)
  }

  #newValue<VR>(name: string, supplier: ProcessorSupplier<K, V, K, VR>): Stream<K, VR> {
    return this.#after(name, supplier, { ...this.#flow, value: undefined })
  }

  #after<KR, VR>(
    name: string,
    supplier: ProcessorSupplier<K, V, KR, VR>,
    flow: Flow<KR, VR>,
    stores?: readonly string[],
  ): Stream<KR, VR> {
    this.#builder.topology.addProcessor(name, supplier, [this.#flow.node], stores)
    return new Stream(this.#builder, { ...flow, node: name })
  }
}

export interface Mapped<K, V> {
  readonly key: K
  readonly value: V
  /** Default: the record's. */
  readonly timestamp?: number
}
