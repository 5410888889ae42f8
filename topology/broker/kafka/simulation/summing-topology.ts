import type { Processor, ProcessorContext } from '../../../processor.ts'
import type { StreamRecord } from '../../../record.ts'
import { jsonSerde, stringSerde } from '../../../serde.ts'
import { keyValueStore } from '../../../state/declaration.ts'
import type { KeyValueStore } from '../../../state/state-store.ts'
import { type Topic, Topology } from '../../../topology.ts'

export const PARTITIONS = 3
export const STORE = 'sums'

const textTopic = (name: string): Topic<string> => ({
  ...{ name, partitions: PARTITIONS, cleanupPolicy: 'delete', retentionMs: null, value: stringSerde },
})
const input = textTopic('in')
const output = textTopic('out')

/** Reads, adds to a running sum per key in state, writes the sum: a mistake anywhere shows in all that comes after. */
export function summingTopology(): Topology {
  return new Topology()
    .addSource('in', { topic: input, key: stringSerde })
    .addStateStore(keyValueStore(STORE, { key: stringSerde, value: jsonSerde<number>() }))
    .addProcessor('sum', () => new Summing(), ['in'], [STORE])
    .addSink('out', { topic: output, key: stringSerde }, ['sum'])
}

class Summing implements Processor<string, string, string, string> {
  #context!: ProcessorContext<string, string>
  #sums!: KeyValueStore<string, number>

  init(context: ProcessorContext<string, string>): void {
    this.#context = context
    this.#sums = context.getStateStore<KeyValueStore<string, number>>(STORE)
  }

  process(record: StreamRecord<string, string>): void {
    const [id, amount] = record.value.split(' ').map(Number)
    const sum = (this.#sums.get(record.key) ?? 0) + amount!
    this.#sums.put(record.key, sum)
    this.#context.forward({ ...record, value: `${id} ${sum}` })
  }
}
