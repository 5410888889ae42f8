/**
 * 1. Count words: the smallest topology with a memory. Run it: `node examples/01-word-count.ts`
 *
 * A topology is plain data; the same value runs here in memory, in tests and in production. Grouping by another key than
 * the one a record came with sends it through a repartition topic, so that equal words meet in one task.
 */
import { jsonSerde, MemoryBroker, Streams, StreamsBuilder, stringSerde } from '#topology'

const topic = <T>(name: string) => ({
  name,
  partitions: 1,
  cleanupPolicy: 'delete' as const,
  retentionMs: null,
  value: jsonSerde<T>(),
})
const lines = topic<string>('lines')
const wordCounts = topic<number | undefined>('word-counts')

export function wordCount() {
  const builder = new StreamsBuilder()
  builder
    .stream('lines', { topic: lines, key: stringSerde })
    .flatMapValues('split-words', (line) => line.toLowerCase().split(/\s+/))
    .groupBy('group-by-word', (word) => word, { key: stringSerde, value: jsonSerde<string>() })
    .count('word-store')
    .toStream('count-updates')
    .to('word-counts', { topic: wordCounts, key: stringSerde })
  return builder.build()
}

const broker = new MemoryBroker()
const streams = new Streams(wordCount(), {
  applicationId: 'word-count',
  broker,
  commitIntervalMs: 10,
  cacheMaxEntries: 0,
})
await streams.start()

const producer = broker.producer()
const line = lines.value.bind(broker.schemas, 'lines-value')
for (const [i, text] of ['a rose is', 'a rose', 'is a rose'].entries())
  await producer.send([{ topic: 'lines', key: null, value: line.encode(text), timestamp: i, headers: [] }])

const reader = broker.reader()
reader.assign([{ topic: 'word-counts', partition: 0, offset: 0 }])
for (let read = 0; read < 8; await new Promise((go) => setTimeout(go, 5))) {
  const records = await reader.poll({ maxRecords: 100, maxWaitMs: 0 })
  for (const { key, value } of records) console.log(`${Buffer.from(key!)} ${Buffer.from(value!)}`)
  read += records.length
}
await reader.close()
await streams.close()
await broker.close()

/* Prints:
a 1
rose 1
is 1
a 2
rose 2
is 2
a 3
rose 3
*/
