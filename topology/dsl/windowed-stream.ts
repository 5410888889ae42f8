import type { Serde } from '../serde.ts'
import { heldSerde } from '../window/held.ts'
import type { Suppression } from '../window/suppress.ts'
import { suppressProcessor } from '../window/suppress-processor.ts'
import { windowAggregate } from '../window/window-aggregate.ts'
import type { LateRecord, Windowed } from '../window/windowed.ts'
import { windowedSerde } from '../window/windowed-serde.ts'
import type { Windows } from '../window/windows.ts'
import { type Aggregation, counting, reducing } from './aggregation.ts'
import { stateless } from './stateless.ts'
import { type Flow, Stream } from './stream.ts'
import type { StreamsBuilder } from './streams-builder.ts'
import type { WindowedOptions } from './windowed-options.ts'

/** Records of one key and one window together. */
export class WindowedStream<K, V> {
  readonly #builder: StreamsBuilder
  readonly #flow: Flow<K, V>
  readonly #windows: Windows

  constructor(builder: StreamsBuilder, flow: Flow<K, V>, windows: Windows) {
    this.#builder = builder
    this.#flow = flow
    this.#windows = windows
  }

  count(store: string, options: WindowedOptions = {}): WindowedResults<K, V, number> {
    return this.aggregate(store, counting<K, V>(), options)
  }

  reduce(
    store: string,
    reducer: (left: V, right: V) => V,
    options: WindowedOptions & { readonly value: Serde<V> },
  ): WindowedResults<K, V, V> {
    return this.aggregate(store, reducing<K, V>(reducer, options.value), options)
  }

  /** Node and store are both named `store`. */
  aggregate<A>(
    store: string,
    aggregation: Aggregation<K, V, A>,
    options: WindowedOptions = {},
  ): WindowedResults<K, V, A> {
    const { key } = this.#flow
    if (!key) throw this.#builder.missingSerde(store)
    this.#check(store, options)
    if (this.#windows.kind === 'session' && !aggregation.merger)
      throw this.#builder.invalid(`"${store}": session windows need a merger`)
    const lateChildren: string[] = []
    this.#builder.topology
      .addStateStore({ name: store, kind: 'windows', key, value: aggregation.value, windows: this.#windows })
      .addProcessor(
        store,
        windowAggregate({ store, windows: this.#windows, aggregation, options, lateChildren }),
        [this.#flow.node],
        [store],
        lateChildren,
      )
    const flow: Flow<Windowed<K>, A> = {
      node: store,
      key: windowedSerde(key),
      value: aggregation.value,
      keyChanged: true,
      partitions: this.#flow.partitions,
    }
    const isPerKey = (options.streamTime ?? 'key') === 'key'
    return new WindowedResults(this.#builder, flow, { windows: this.#windows, isPerKey, lateChildren })
  }

  #check(store: string, { closeIdleAfterMs, emitIntervalMs, forgetKeyAfterMs }: WindowedOptions): void {
    for (const [name, ms, least] of [
      ['closeIdleAfterMs', closeIdleAfterMs, 1],
      ['emitIntervalMs', emitIntervalMs, 0],
      ['forgetKeyAfterMs', forgetKeyAfterMs, 1],
    ] as const)
      if (ms !== undefined && !(Number.isFinite(ms) && ms >= least))
        throw this.#builder.invalid(`"${store}": ${name} must be a number of ms, at least ${least}, not ${ms}`)
  }
}

interface ResultsOf {
  readonly windows: Windows
  readonly isPerKey: boolean
  readonly lateChildren: string[]
}

/** Results of a windowed aggregate. A session that was merged into another one comes out with the value undefined. */
export class WindowedResults<K, V, A> extends Stream<Windowed<K>, A> {
  readonly #builder: StreamsBuilder
  readonly #flow: Flow<Windowed<K>, A>
  readonly #of: ResultsOf

  constructor(builder: StreamsBuilder, flow: Flow<Windowed<K>, A>, of: ResultsOf) {
    super(builder, flow)
    this.#builder = builder
    this.#flow = flow
    this.#of = of
  }

  /** The records that came too late, each with the window it missed, its coordinates and how late it was. */
  late(name: string): Stream<K, LateRecord<K, V>> {
    const supplier = stateless<K, LateRecord<K, V>, K, LateRecord<K, V>>((record, context) => context.forward(record))
    this.#builder.topology.addProcessor(name, supplier, [this.#flow.node])
    this.#of.lateChildren.push(name)
    return new Stream<K, LateRecord<K, V>>(this.#builder, {
      node: name,
      key: undefined,
      value: undefined,
      keyChanged: true,
      partitions: this.#flow.partitions,
    })
  }

  /** Holds results back. Its buffer is a store of the same name. */
  suppress(name: string, suppression: Suppression): Stream<Windowed<K>, A> {
    if (suppression.until === 'window-closes' && this.#of.isPerKey)
      throw this.#builder.invalid(
        `"${name}" closes windows by partition: aggregate with final: true, or streamTime: 'partition'`,
      )
    const { key, value } = this.#flow
    this.#builder.topology.addStateStore({ name, kind: 'key-value', key: key!, value: heldSerde(value!) }).addProcessor(
      name,
      suppressProcessor<Windowed<K>, A>({
        store: name,
        suppression,
        windows: this.#of.windows,
        isTombstone: (aggregate) => aggregate === undefined,
        join: (_held, next) => next,
      }),
      [this.#flow.node],
      [name],
    )
    return new Stream(this.#builder, { ...this.#flow, node: name })
  }
}
