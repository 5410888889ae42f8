import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StreamsBuilder } from '../dsl/streams-builder.ts'
import { jsonSerde, stringSerde } from '../serde.ts'
import { TopologyTestDriver } from '../testing/index.ts'
import { testTopic } from '../testing/test-topic.ts'
import { sessionWindows } from './windows.ts'

const input = testTopic<string>('input')
const output = testTopic<string | undefined>('output')
const sessions = testTopic<string>('sessions')

const join = (a: string, b: string) => {
  if (b === 'poison') throw new Error('poison')
  return `${a}+${b}`
}

test('a record whose aggregation throws leaves the sessions it touched as they were', async () => {
  const builder = new StreamsBuilder()
  builder
    .stream('input', { topic: input, key: stringSerde })
    .groupByKey()
    .windowedBy(sessionWindows({ gapMs: 5, graceMs: 0 }))
    .reduce('sessions', join, { value: jsonSerde<string>() })
    .map('show', (joined, { key: { key, window } }) => ({ key, value: `${window.start}-${window.end} ${joined}` }))
    .to('sessions-sink', { topic: sessions, key: stringSerde })
  await using driver = new TopologyTestDriver(builder.build(), { onError: { processing: 'continue' } })
  for (const [value, at] of [
    ['a', 0],
    ['poison', 1],
    ['b', 2],
  ] as const)
    await driver.input(input).send('k', value, at)
  assert.deepEqual(await driver.output(sessions).values(), ['0-0 a', '0-0 undefined', '0-2 a+b'])
})

test('a record without a value is dropped by an aggregate and counted, as in Kafka Streams', async () => {
  const builder = new StreamsBuilder()
  const grouped = builder.stream('input', { topic: input, key: stringSerde }).groupByKey()
  grouped
    .reduce('last', (_, next) => next, { value: jsonSerde<string>() })
    .toStream('updates')
    .to('output', { topic: output, key: stringSerde })
  grouped.windowedBy(sessionWindows({ gapMs: 5, graceMs: 0 })).reduce('sessions', join, { value: jsonSerde<string>() })
  await using driver = new TopologyTestDriver(builder.build())
  await driver.input(input).send('k', undefined, 0)
  await driver.input(input).send('k', 'a', 0)
  assert.deepEqual(await driver.output(output).values(), ['a'])
  assert.deepEqual((await driver.metrics()).tasks[0]!.dropped, { 'null-value': 2 })
})
