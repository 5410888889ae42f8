import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Broker } from '../broker/broker.ts'
import { MemoryLog } from '../broker/memory/memory-log.ts'
import { MemoryBroker } from '../broker/memory-broker.ts'
import { StreamsBuilder } from '../dsl/streams-builder.ts'
import { jsonSerde, stringSerde } from '../serde.ts'
import { testTopic } from '../testing/test-topic.ts'
import { until } from '../testing/until.ts'
import { silentLogger } from './logger.ts'
import { Streams } from './streams.ts'
import type { StreamsOptions } from './streams-options.ts'
import { requireTransition } from './streams-state.ts'

const input = testTopic<string>('input', 4)
const output = testTopic<number | undefined>('output', 4)

const counting = (poison = '') => {
  const builder = new StreamsBuilder()
  builder
    .stream('source', { topic: input, key: stringSerde })
    .peek('check', (value) => {
      if (value === poison) throw new Error('poison')
    })
    .groupByKey()
    .count('counts')
    .toStream('updates')
    .to('sink', { topic: output, key: stringSerde })
  return builder.build()
}
const options = (broker: Broker, more: Partial<StreamsOptions> = {}): StreamsOptions => ({
  applicationId: 'app',
  broker,
  logger: silentLogger,
  commitIntervalMs: 5,
  cacheMaxEntries: 0,
  ...more,
})
async function send(broker: Broker, ...records: [key: string, value: string][]): Promise<void> {
  await broker.createTopics([input])
  const codec = jsonSerde<string>().bind(broker.schemas, 'input-value')
  const producer = broker.producer()
  await producer.send(
    records.map(([key, value]) => ({
      topic: 'input',
      key: Buffer.from(key),
      value: codec.encode(value),
      timestamp: 0,
      headers: [],
    })),
  )
  await producer.close()
}
const committed = async (broker: Broker) => (await broker.committed('app')).reduce((sum, { offset }) => sum + offset, 0)
async function results(broker: Broker): Promise<readonly string[]> {
  const reader = broker.reader()
  reader.assign([0, 1, 2, 3].map((partition) => ({ topic: 'output', partition, offset: 0 })))
  const found = await reader.poll({ maxRecords: 1000, maxWaitMs: 0 })
  await reader.close()
  return found.map(({ key, value }) => `${Buffer.from(key!)}=${Buffer.from(value!)}`).sort()
}

test('a client goes from CREATED over REBALANCING to RUNNING, and by close to NOT_RUNNING', async () => {
  const broker = new MemoryBroker()
  const streams = new Streams(counting(), options(broker))
  const seen: string[] = [streams.state]
  streams.onStateChange((to) => seen.push(to))
  assert.deepEqual(streams.health, { state: 'CREATED', live: true, ready: false })
  await streams.start()
  assert.equal(streams.health.ready, true)
  await streams.close()
  await streams.close()
  assert.deepEqual(seen, ['CREATED', 'REBALANCING', 'RUNNING', 'PENDING_SHUTDOWN', 'NOT_RUNNING'])
  await streams.ended()
  await broker.close()
})

test('a transition that is not drawn is refused', () => {
  assert.throws(() => requireTransition('ERROR', 'RUNNING'), { code: 'STREAMS_ILLEGAL_STATE' })
})

test('a client cannot be started twice', async () => {
  const broker = new MemoryBroker()
  await using streams = new Streams(counting(), options(broker))
  await streams.start()
  await assert.rejects(streams.start(), { code: 'STREAMS_ILLEGAL_STATE' })
})

test('closing commits what was processed', async () => {
  const broker = new MemoryBroker()
  await send(broker, ['a', 'x'], ['b', 'x'], ['a', 'x'])
  const streams = new Streams(counting(), options(broker, { commitIntervalMs: 60_000 }))
  await streams.start()
  await until(async () => (await streams.metrics()).tasks.reduce((sum, { processed }) => sum + processed, 0) === 3)
  assert.equal(await committed(broker), 0)
  await streams.close()
  assert.equal(await committed(broker), 3)
  assert.deepEqual(await results(broker), ['a=1', 'a=2', 'b=1'])
  await broker.close()
})

test('user code that throws ends in ERROR with nothing lost', async () => {
  const broker = new MemoryBroker()
  await send(broker, ['a', 'x'], ['a', 'bad'])
  const streams = new Streams(counting('bad'), options(broker))
  await streams.start()
  await assert.rejects(streams.ended(), { code: 'STREAMS_PROCESSING' })
  assert.equal(streams.state, 'ERROR')
  assert.equal(streams.health.live, false)
  // The repaired application starts where the last commit stood and counts both.
  await using repaired = new Streams(counting(), options(broker))
  await repaired.start()
  await until(async () => (await committed(broker)) === 2)
  assert.deepEqual(await results(broker), ['a=1', 'a=2'])
})

test('threads of one application share the partitions and the output', async () => {
  const log = new MemoryLog()
  const broker = new MemoryBroker({ log })
  const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  await send(broker, ...keys.map((key): [string, string] => [key, 'x']))
  const clients = [0, 1].map(
    (thread) => new Streams(counting(), options(new MemoryBroker({ log }), { thread, threads: 2 })),
  )
  for (const client of clients) await client.start()
  await until(async () => (await committed(broker)) === keys.length)
  const tasks = await Promise.all(clients.map(async (client) => (await client.metrics()).tasks.map(({ task }) => task)))
  assert.deepEqual(tasks, [
    ['0_0', '0_2'],
    ['0_1', '0_3'],
  ])
  assert.deepEqual(
    await results(broker),
    keys.map((key) => `${key}=1`),
  )
  for (const client of clients) await client.close()
})

test('a client that was taken over stops as fenced', async () => {
  const log = new MemoryLog()
  const broker = new MemoryBroker({ log })
  const old = new Streams(counting(), options(new MemoryBroker({ log })))
  await old.start()
  await using next = new Streams(counting(), options(new MemoryBroker({ log })))
  await next.start()
  await send(broker, ['a', 'x'])
  await assert.rejects(old.ended(), { code: 'STREAMS_FENCED' })
  await until(async () => (await committed(broker)) === 1)
  assert.deepEqual(await results(broker), ['a=1'])
})

test('metrics tell the lag, what each node did and how commits went', async () => {
  const broker = new MemoryBroker()
  await send(broker, ['a', 'x'], ['a', 'y'])
  await using streams = new Streams(counting(), options(broker, { measureNodes: true }))
  await streams.start()
  await until(async () => (await committed(broker)) === 2)
  const { state, commits, tasks } = await streams.metrics()
  assert.equal(state, 'RUNNING')
  assert.ok(commits.outcomes.committed >= 1)
  assert.equal(
    tasks.reduce((sum, { lag }) => sum + lag, 0),
    0,
  )
  const busy = tasks.find(({ processed }) => processed === 2)!
  assert.equal(busy.nodes.counts?.processed, 2)
  assert.ok(busy.nodes.counts!.selfMs > 0)
})

test('batches wait for slow async nodes without losing their order', async () => {
  const letters = testTopic<string>('letters')
  const scored = testTopic<string>('scored')
  const builder = new StreamsBuilder()
  builder
    .stream('source', { topic: letters, key: stringSerde })
    .mapValuesAsync(
      'model',
      async (values) => {
        await new Promise((go) => setTimeout(go, values.length % 3))
        return values.map((value) => `${value}!`)
      },
      { batchSize: 5, maxInFlight: 3 },
    )
    .to('sink', { topic: scored, key: stringSerde })
  const broker = new MemoryBroker()
  await broker.createTopics([letters])
  const codec = letters.value.bind(broker.schemas, 'letters-value')
  const all = Array.from({ length: 300 }, (_, i) => `${i}`)
  const producer = broker.producer()
  await producer.send(
    all.map((value) => ({ topic: 'letters', key: null, value: codec.encode(value), timestamp: 0, headers: [] })),
  )
  await using streams = new Streams(builder.build(), options(broker, { batchSize: 16, maxOpenBatches: 3 }))
  await streams.start()
  await until(async () => (await committed(broker)) === 300)
  const reader = broker.reader()
  reader.assign([{ topic: 'scored', partition: 0, offset: 0 }])
  const found = await reader.poll({ maxRecords: 1000, maxWaitMs: 0 })
  assert.deepEqual(
    found.map(({ value }) => codec.decode(value!)),
    all.map((value) => `${value}!`),
  )
})

test('a transaction that holds too many bytes is committed before its time', async () => {
  const broker = new MemoryBroker()
  await send(broker, ...Array.from({ length: 50 }, (_, i): [string, string] => [`key-${i}`, 'x'.repeat(100)]))
  await using streams = new Streams(
    counting(),
    options(broker, { commitIntervalMs: 60_000, batchSize: 5, maxUncommittedBytes: 1_000 }),
  )
  await streams.start()
  await until(async () => (await committed(broker)) >= 30)
  assert.ok((await streams.metrics()).commits.outcomes.committed >= 3)
})
