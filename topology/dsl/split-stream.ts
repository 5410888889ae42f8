import type { ProcessorContext } from '../processor.ts'
import type { StreamRecord } from '../record.ts'
import { stateless } from './stateless.ts'
import { type Flow, Stream } from './stream.ts'
import type { StreamsBuilder } from './streams-builder.ts'

type Predicate<K, V> = (value: V, record: StreamRecord<K, V>) => boolean

/** A stream being split; a record that no branch takes ends here. */
export class SplitStream<K, V> {
  readonly #builder: StreamsBuilder
  readonly #flow: Flow<K, V>
  readonly #branches: { readonly name: string; readonly takes: Predicate<K, V> }[] = []

  constructor(builder: StreamsBuilder, flow: Flow<K, V>, parent: string) {
    this.#builder = builder
    this.#flow = flow
    const branches = this.#branches
    builder.topology.addProcessor(
      flow.node,
      stateless((record: StreamRecord<K, V>, context: ProcessorContext<K, V>) => {
        for (const { name, takes } of branches) {
          if (!takes(record.value, record)) continue
          context.forward(record, name)
          return
        }
      }),
      [parent],
    )
  }

  /** Branches are asked in the order in which they were made. */
  branch(name: string, takes: Predicate<K, V>): Stream<K, V> {
    this.#builder.topology.addProcessor(
      name,
      stateless<K, V, K, V>((record, context) => context.forward(record)),
      [this.#flow.node],
    )
    this.#branches.push({ name, takes })
    return new Stream(this.#builder, { ...this.#flow, node: name })
  }

  /** Everything that no branch before this one took. */
  otherwise(name: string): Stream<K, V> {
    return this.branch(name, () => true)
  }
}
