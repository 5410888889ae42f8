import type { TopicSpec } from './broker/broker.ts'
import { TopologyError } from './errors.ts'
import type { MapBatch, ProcessorSupplier } from './processor.ts'
import type { StreamRecord } from './record.ts'
import type { Serde } from './serde.ts'
import type { StoreDeclaration } from './state/declaration.ts'
import { validateTopology } from './validate.ts'

/** A topic as an application knows it. */
export interface Topic<V = unknown> extends TopicSpec {
  readonly value: Serde<V>
}

/** An internal topic: its physical name gets the application id as prefix. */
export interface InternalTopic<V = unknown> extends Topic<V> {
  readonly internal: true
}

export interface SourceOptions<K, V> {
  readonly topic: Topic<V>
  readonly key: Serde<K>
  /** Event time, epoch ms. Default: the record's own timestamp. A throw or a negative result drops the record, counted. */
  readonly timestampOf?: (value: V, record: StreamRecord<K, V>) => number
  /** A timestamp further than this ahead of the wall clock is a dead letter and moves no clock. Default: no guard. */
  readonly farFuture?: { readonly toleranceMs: number }
}

export interface SinkOptions<K, V> {
  readonly topic: Topic<V>
  readonly key: Serde<K>
  /** Default: murmur2 of the key bytes, as the Java client does it. */
  readonly partition?: (record: StreamRecord<K, V>, partitions: number) => number
}

export interface AsyncOptions {
  /** Calls running at the same time, per task. Default 2. */
  readonly maxInFlight?: number
  /** Values in one call at most. Default 64. */
  readonly batchSize?: number
}

interface NamedNode {
  readonly name: string
  readonly parents: readonly string[]
}
export interface SourceNode extends NamedNode, SourceOptions<unknown, unknown> {
  readonly kind: 'source'
}
export interface ProcessorNode extends NamedNode {
  readonly kind: 'processor'
  readonly supplier: ProcessorSupplier
  readonly stores: readonly string[]
  /** Children that get only what is forwarded to them by name. */
  readonly sideOutputs: readonly string[]
}
export interface AsyncNode extends NamedNode {
  readonly kind: 'async'
  readonly mapBatch: MapBatch
  readonly maxInFlight: number
  readonly batchSize: number
}
export interface SinkNode extends NamedNode, SinkOptions<unknown, unknown> {
  readonly kind: 'sink'
}
export type TopologyNode = SourceNode | ProcessorNode | AsyncNode | SinkNode

/**
 * What an application does, as plain data: nodes, the edges between them and the stores they use. It runs nothing;
 * the runtime, the test driver and `describe` all read the same value. Every name is given by the caller, because names
 * outlive the code: a store's name is its changelog's name.
 */
export class Topology {
  readonly nodes = new Map<string, TopologyNode>()
  readonly stores = new Map<string, StoreDeclaration>()

  addSource<K, V>(name: string, options: SourceOptions<K, V>): this {
    return this.#add({ kind: 'source', name, parents: [], ...(options as unknown as SourceOptions<unknown, unknown>) })
  }

  addProcessor<KIn, VIn, KOut, VOut>(
    name: string,
    supplier: ProcessorSupplier<KIn, VIn, KOut, VOut>,
    parents: readonly string[],
    stores: readonly string[] = [],
    sideOutputs: readonly string[] = [],
  ): this {
    return this.#add({
      kind: 'processor',
      name,
      parents,
      supplier: supplier as unknown as ProcessorSupplier,
      stores,
      sideOutputs,
    })
  }

  /** A stateless asynchronous node, which runs ahead of the commit. */
  addAsync<V, VR>(
    name: string,
    mapBatch: MapBatch<V, VR>,
    parents: readonly string[],
    options: AsyncOptions = {},
  ): this {
    const { maxInFlight = 2, batchSize = 64 } = options
    if (!(maxInFlight >= 1 && batchSize >= 1))
      throw new TopologyError('TOPOLOGY_OPTION_INVALID', `node "${name}": maxInFlight and batchSize must be at least 1`)
    return this.#add({ kind: 'async', name, parents, mapBatch: mapBatch as MapBatch, maxInFlight, batchSize })
  }

  addSink<K, V>(name: string, options: SinkOptions<K, V>, parents: readonly string[]): this {
    return this.#add({ kind: 'sink', name, parents, ...(options as unknown as SinkOptions<unknown, unknown>) })
  }

  addStateStore<K, V>(store: StoreDeclaration<K, V>): this {
    if (!store.name) throw new TopologyError('TOPOLOGY_NAME_MISSING', 'a state store has no name')
    if (!((store.cacheEntries ?? 0) >= 0))
      throw new TopologyError('TOPOLOGY_OPTION_INVALID', `store "${store.name}": cacheEntries is ${store.cacheEntries}`)
    if (this.stores.has(store.name))
      throw new TopologyError('TOPOLOGY_NAME_TAKEN', `two state stores are named "${store.name}"`)
    this.stores.set(store.name, store as StoreDeclaration)
    return this
  }

  /** Throws the first TopologyError there is. The runtime and the test driver call it before they start. */
  validate(): this {
    validateTopology(this)
    return this
  }

  #add(node: TopologyNode): this {
    if (!node.name) throw new TopologyError('TOPOLOGY_NAME_MISSING', `a ${node.kind} node has no name`)
    if (this.nodes.has(node.name)) throw new TopologyError('TOPOLOGY_NAME_TAKEN', `two nodes are named "${node.name}"`)
    this.nodes.set(node.name, node)
    return this
  }
}

/** The name of `topic` in the log of this application. */
export const physicalTopicName = (topic: Topic, applicationId: string): string =>
  'internal' in topic && topic.internal ? `${applicationId}-${topic.name}` : topic.name
