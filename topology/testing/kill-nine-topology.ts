import type { ProducedRecord } from '../broker/broker.ts'
import { StreamsBuilder } from '../dsl/streams-builder.ts'
import type { Processor } from '../processor.ts'
import { jsonSerde, type SchemaRegistry, stringSerde } from '../serde.ts'
import type { Topology } from '../topology.ts'
import { timeWindows } from '../window/windows.ts'
import { testTopic } from './test-topic.ts'

export const inputTopic = testTopic<number>('input')
export const outputTopic = testTopic<string>('output')

export const RECORDS = 2_000
const KEYS = 7

/** Everything that has a memory: a window with updates and finals, a running reduce, an async node, a punctuation. */
export function killTopology(): Topology {
  const builder = new StreamsBuilder()
  const input = builder.stream('input', { topic: inputTopic, key: stringSerde })
  input
    .mapValuesAsync('double', async (values) => values.map((value) => value * 2), { batchSize: 8 })
    .groupByKey()
    .windowedBy(timeWindows({ sizeMs: 50, graceMs: 20 }))
    .reduce('sums', (a, b) => a + b, { value: jsonSerde<number>(), final: true })
    .map('show-window', (sum, { key: { key, window, isFinal, revision } }) => ({
      key,
      value: `${window.start} ${sum}${isFinal ? ' final' : ''} r${revision}`,
    }))
    .to('windows', { topic: outputTopic, key: stringSerde })
  input
    .groupByKey()
    .reduce('totals', (a, b) => a + b, { value: jsonSerde<number>() })
    .toStream('total-updates')
    .mapValues('show-total', (total) => `total ${total}`)
    .to('totals-sink', { topic: outputTopic, key: stringSerde })
  input.process('pulse', pulse).to('pulses', { topic: outputTopic, key: stringSerde })
  return builder.build()
}

/** Says where stream time stands, every 100 ms of it: the schedule itself is what has to survive. */
function pulse(): Processor<string, number, string, string> {
  return {
    init(context) {
      context.schedule(100, 'stream-time', (timestamp) =>
        context.forward({ key: 'pulse', value: `at ${timestamp}`, timestamp, headers: [] }),
      )
    },
    process() {},
  }
}

/** The same records every time: times that mostly grow, some out of order, some too late. */
export function scriptedInput(schemas: SchemaRegistry): ProducedRecord[] {
  const value = inputTopic.value.bind(schemas, 'input-value')
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  return Array.from({ length: RECORDS }, (_, i) => ({
    topic: inputTopic.name,
    partition: 0,
    key: Buffer.from(`k${random(KEYS)}`),
    value: value.encode(i),
    timestamp: Math.max(0, i - random(120)),
    headers: [],
  }))
}
