import { TopologyError } from '../errors.ts'
import type { StoreDeclaration } from '../state/declaration.ts'
import { type InternalTopic, type SinkOptions, type SourceOptions, Topology } from '../topology.ts'
import { GroupedStream } from './grouped-stream.ts'
import { SplitStream } from './split-stream.ts'
import { type Flow, Stream } from './stream.ts'
import { Table } from './table.ts'
import { tableSource } from './table-source.ts'
import type { TableOptions } from './table-updates.ts'

/**
 * Writes a `Topology` in terms of streams and tables. Sugar only: whatever it makes could be made with
 * `Topology.addSource`, `addProcessor`, `addSink` and `addStateStore`, and both may be mixed.
 */
export class StreamsBuilder {
  readonly topology: Topology

  constructor(topology = new Topology()) {
    this.topology = topology
  }

  stream<K, V>(name: string, options: SourceOptions<K, V>): Stream<K, V> {
    this.topology.addSource(name, options)
    const { key, topic } = options
    return new Stream<K, V>(this, {
      node: name,
      key,
      value: topic.value,
      keyChanged: false,
      partitions: topic.partitions,
    })
  }

  /** The latest value of each key of a topic, kept in the store `store`. */
  table<K, V>(name: string, options: SourceOptions<K, V> & TableOptions & { readonly store: string }): Table<K, V> {
    const { store, updates, ...source } = options
    this.topology.addSource(name, source)
    const { key, topic } = options
    const flow = { node: name, key, value: topic.value, keyChanged: false, partitions: topic.partitions }
    return this.materialize(store, flow, updates && { updates })
  }

  addStateStore<K, V>(store: StoreDeclaration<K, V>): this {
    this.topology.addStateStore(store)
    return this
  }

  /** The finished topology, checked. */
  build(): Topology {
    return this.topology.validate()
  }

  /** For the stream classes, which must not import each other in a circle. */
  group<K, V>(flow: Flow<K, V>): GroupedStream<K, V> {
    return new GroupedStream(this, flow)
  }

  /** For the stream classes, as `group`. */
  split<K, V>(flow: Flow<K, V>, parent: string): SplitStream<K, V> {
    return new SplitStream(this, flow, parent)
  }

  /** For the stream classes: a node and store `name` that keep the latest value of each key. */
  materialize<K, V>(name: string, flow: Flow<K, V>, options: TableOptions = {}): Table<K, V> {
    const { key, value } = flow
    if (!key || !value) throw this.missingSerde(name)
    this.topology
      .addStateStore({ name, kind: 'key-value', key, value })
      .addProcessor(name, tableSource(name, options), [flow.node], [name])
    return new Table<K, V>(this, { ...flow, node: name }, name)
  }

  /** For the stream classes: a sink and a source around the internal topic `<name>-repartition`. */
  repartition<K, V>(name: string, flow: Flow<K, V>, partitions = flow.partitions): Flow<K, V> {
    const { key, value } = flow
    if (!key || !value) throw this.missingSerde(name)
    const topic: InternalTopic<V> = {
      name: `${name}-repartition`,
      partitions,
      cleanupPolicy: 'delete',
      retentionMs: null,
      value,
      internal: true,
    }
    const sink: SinkOptions<K, V> = { topic, key }
    this.topology.addSink(`${name}-sink`, sink, [flow.node]).addSource(`${name}-source`, { topic, key })
    return { node: `${name}-source`, key, value, keyChanged: false, partitions }
  }

  requireSettledKey(flow: Flow<unknown, unknown> | Flow<never, never>): void {
    if (flow.keyChanged)
      throw new TopologyError(
        'TOPOLOGY_KEY_CHANGED',
        `the key may have changed before "${flow.node}": use groupBy or repartition, or promise partitionPreserving`,
      )
  }

  missingSerde(name: string): TopologyError {
    return this.invalid(`"${name}" keeps or sends records whose serdes are not known here: pass key and value serdes`)
  }

  invalid(message: string): TopologyError {
    return new TopologyError('TOPOLOGY_OPTION_INVALID', message)
  }
}
