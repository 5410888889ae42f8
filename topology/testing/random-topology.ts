import fc from 'fast-check'
import { countSerde } from '../dsl/aggregation.ts'
import type { Processor, ProcessorContext } from '../processor.ts'
import type { StreamRecord } from '../record.ts'
import { jsonSerde, stringSerde } from '../serde.ts'
import { keyValueStore } from '../state/declaration.ts'
import type { KeyValueStore } from '../state/state-store.ts'
import { parentsFirst, stages } from '../subtopologies.ts'
import { Topology } from '../topology.ts'
import { windowAggregate } from '../window/window-aggregate.ts'
import { timeWindows } from '../window/windows.ts'
import { testTopic } from './test-topic.ts'

/** What a node does; `salt` makes two of a kind differ. The model and the real nodes share these few lines, nothing else. */
export type NodeKind =
  | 'filter'
  | 'map'
  | 'flat'
  | 'throw'
  | 'count'
  | 'shared'
  | 'punctuate'
  | 'window'
  | 'async'
  | 'merge'
export interface NodeSpec {
  readonly kind: NodeKind
  readonly salt: number
  /** Indexes into what came before: 0 and 1 are the sources. */
  readonly parents: readonly number[]
  readonly hasSink: boolean
}
export interface Input {
  readonly topic: 0 | 1
  readonly key: string
  readonly value: number
  readonly timestamp: number
}

export const inputs = [testTopic<string>('input-0'), testTopic<string>('input-1')] as const
export const output = testTopic<string>('output')

export const hash = (text: string, salt: number): number => {
  let h = salt + 17
  for (let i = 0; i < text.length; i++) h = (h * 31 + text.charCodeAt(i)) | 0
  return Math.abs(h)
}
export const keeps = (value: string, salt: number) => hash(value, salt) % 3 !== 0
export const mapped = (value: string, salt: number) => `${value}.m${salt}`
export const isPoison = (value: string, salt: number) => hash(value, salt) % 5 === 0
export const copies = (value: string, salt: number) =>
  Array.from({ length: hash(value, salt) % 3 }, (_, i) => `${value}.f${salt}-${i}`)
export const INTERVAL_MS = 7
export const WINDOW = timeWindows({ sizeMs: 10, graceMs: 3 })

/** Keeps values from growing without end where nodes are chained. */
export const short = (value: string) => (value.length > 60 ? `~${hash(value, 3)}` : value)

export const nodeSpecs: fc.Arbitrary<readonly NodeSpec[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom<NodeKind>(
        'filter',
        'map',
        'flat',
        'throw',
        'count',
        'shared',
        'punctuate',
        'window',
        'async',
        'async',
        'merge',
        'merge',
      ),
      salt: fc.integer({ min: 0, max: 9 }),
      parents: fc.tuple(fc.nat(), fc.nat()),
      hasSink: fc.boolean(),
    }),
    { minLength: 1, maxLength: 9 },
  )
  .map((specs) => {
    // Both sources meet at once, so that everything is one subtopology with one stream time.
    const meet: NodeSpec = { kind: 'merge', salt: 0, parents: [0, 1], hasSink: false }
    const others = specs.map(({ parents: [a, b], ...spec }, index) => {
      const before = index + 3
      // Mostly chains, so that async nodes and merges meet.
      const first = a % 3 === 0 ? a % before : before - 1
      const second = b % before
      return { ...spec, parents: spec.kind === 'merge' && first !== second ? [first, second] : [first] }
    })
    return [meet, ...others]
  })

export const inputRecords: fc.Arbitrary<readonly Input[]> = fc.array(
  fc.record({
    topic: fc.constantFrom(0 as const, 0 as const, 1 as const),
    key: fc.constantFrom('a', 'b', 'c'),
    value: fc.nat({ max: 99 }),
    timestamp: fc.nat({ max: 60 }),
  }),
  { maxLength: 40 },
)

export const nameOf = (index: number) => (index < 2 ? `source-${index}` : `node-${index}`)

/** The real thing. Async nodes take a random number of turns of the event loop, from `turns`. */
export function buildTopology(specs: readonly NodeSpec[], turns: () => number): Topology {
  const topology = new Topology()
  inputs.forEach((topic, i) => {
    topology.addSource(nameOf(i), { topic, key: stringSerde })
  })
  specs.forEach((spec, i) => {
    const name = nameOf(i + 2)
    const parents = spec.parents.map(nameOf)
    if (spec.kind === 'async')
      topology.addAsync<string, string>(
        name,
        async (values) => {
          for (let n = turns(); n > 0; n--) await new Promise((go) => setImmediate(go))
          if (values.some((value) => isPoison(value, spec.salt))) throw new Error('poison')
          return values.map((value) => short(mapped(value, spec.salt)))
        },
        parents,
        { batchSize: 3, maxInFlight: 2 },
      )
    else if (spec.kind === 'window') addWindow(topology, name, parents)
    else topology.addProcessor(name, () => new RandomNode(spec, name), parents)
    if (spec.hasSink || i === specs.length - 1)
      topology.addSink(`sink-${i + 2}`, { topic: output, key: stringSerde }, [name])
  })
  connectStores(topology, specs)
  return topology
}

function addWindow(topology: Topology, name: string, parents: readonly string[]): void {
  topology
    .addStateStore({ name, kind: 'windows', key: stringSerde, value: countSerde })
    .addProcessor(
      `${name}-windows`,
      windowAggregate<string, string, number>({
        store: name,
        windows: WINDOW,
        aggregation: { initializer: () => 0, aggregator: (count) => count + 1, value: countSerde },
        options: { updates: 'every-update', final: true },
        lateChildren: [],
      }),
      parents,
      [name],
    )
    .addProcessor(name, () => {
      let context: ProcessorContext<string, string>
      return {
        init: (given) => {
          context = given as ProcessorContext<string, string>
        },
        process: (record: StreamRecord) => {
          const { key, window, isFinal, revision } = record.key as {
            key: string
            window: { start: number }
            isFinal: boolean
            revision: number
          }
          const value = `w${window.start}=${record.value}${isFinal ? '!' : ''}#${revision}`
          context.forward({ ...record, key, value } as StreamRecord<string, string>)
        },
      }
    }, [`${name}-windows`])
}

/** Stores for the nodes that count; `shared` ones of one stage use one store together. */
function connectStores(topology: Topology, specs: readonly NodeSpec[]): void {
  const stage = stages(parentsFirst(topology))
  specs.forEach(({ kind }, i) => {
    if (kind !== 'count' && kind !== 'shared' && kind !== 'punctuate') return
    const name = nameOf(i + 2)
    const store = kind === 'shared' ? sharedStore(stage.get(name)!) : `store-${name}`
    if (!topology.stores.has(store))
      topology.addStateStore(keyValueStore(store, { key: stringSerde, value: jsonSerde<number>() }))
    const node = topology.nodes.get(name)!
    topology.nodes.set(name, { ...node, stores: [store] } as typeof node)
  })
}
export const sharedStore = (stage: number) => `shared-${stage}`

class RandomNode implements Processor<string, string, string, string> {
  readonly #spec: NodeSpec
  readonly #name: string
  #context!: ProcessorContext<string, string>
  #store: KeyValueStore<string, number> | undefined

  constructor(spec: NodeSpec, name: string) {
    this.#spec = spec
    this.#name = name
  }

  init(context: ProcessorContext<string, string>): void {
    this.#context = context
    const { kind } = this.#spec
    const names = context as unknown as { readonly stores: readonly string[] }
    const [store] = names.stores
    if (store) this.#store = context.getStateStore<KeyValueStore<string, number>>(store)
    if (kind === 'punctuate')
      context.schedule(INTERVAL_MS, 'stream-time', (timestamp) => {
        for (const [key, count] of this.#store!.all())
          context.forward({ key, value: `p${this.#name}:${count}@${context.streamTime}`, timestamp, headers: [] })
      })
  }

  process(record: StreamRecord<string, string>): void {
    const { kind, salt } = this.#spec
    const { key, value } = record
    const forward = (next: string) => this.#context.forward({ ...record, value: short(next) })
    switch (kind) {
      case 'filter':
        if (keeps(value, salt)) forward(value)
        return
      case 'map':
        forward(mapped(value, salt))
        return
      case 'flat':
        for (const copy of copies(value, salt)) forward(copy)
        return
      case 'throw':
        if (isPoison(value, salt)) throw new Error('poison')
        forward(value)
        return
      case 'count':
      case 'shared':
      case 'punctuate': {
        const count = (this.#store!.get(key) ?? 0) + 1
        this.#store!.put(key, count)
        if (kind !== 'punctuate') forward(`${value}.c${count}@${this.#context.streamTime}`)
        return
      }
      default:
        forward(value)
    }
  }
}
