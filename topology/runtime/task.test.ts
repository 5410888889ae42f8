import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StreamsBuilder } from '../dsl/streams-builder.ts'
import { jsonSerde, stringSerde } from '../serde.ts'
import { TopologyTestDriver } from '../testing/index.ts'

const topic = <T>(name: string, partitions = 1) => ({
  name,
  partitions,
  cleanupPolicy: 'delete' as const,
  retentionMs: null,
  value: jsonSerde<T>(),
})
const lines = topic<string>('lines')
const counts = topic<number>('counts')

test('counts words through a repartition topic', async () => {
  const builder = new StreamsBuilder()
  builder
    .stream('lines', { topic: lines, key: stringSerde })
    .flatMapValues('split', (line) => line.split(' '))
    .groupBy('by-word', (word) => word, { key: stringSerde, value: jsonSerde<string>() })
    .count('counts')
    .toStream('updates')
    .to('out', { topic: counts as never, key: stringSerde })
  await using driver = new TopologyTestDriver(builder.build())
  await driver.input(lines).send('k', 'a rose is a rose', 5)
  const out = await driver.output(counts).records()
  assert.deepEqual(
    out.map(({ key, value }) => `${key}=${value}`),
    ['a=1', 'rose=1', 'is=1', 'a=2', 'rose=2'],
  )
})
