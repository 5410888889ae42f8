import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import type { Broker } from '../broker/broker.ts'
import { openKafkaBroker } from '../broker/kafka/open-kafka-broker.ts'
import { testBootstrap, uniqueName } from '../broker/kafka/testing/test-cluster.ts'
import { MemoryLog } from '../broker/memory/memory-log.ts'
import { MemoryBroker } from '../broker/memory-broker.ts'
import { StreamsBuilder } from '../dsl/streams-builder.ts'
import { jsonSerde, stringSerde } from '../serde.ts'
import { until } from '../testing/until.ts'
import { silentLogger } from './logger.ts'
import { Streams } from './streams.ts'
import type { StreamsOptions } from './streams-options.ts'

const PARTITIONS = 4
const { schemas } = new MemoryBroker({ log: new MemoryLog() })

let applicationId: string
let directory: string
let opened: Broker[]
let clients: Streams[]
beforeEach(() => {
  applicationId = uniqueName('streams')
  directory = mkdtempSync(join(tmpdir(), 'streams-kafka-'))
  opened = []
  clients = []
})
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close({ leave: true })))
  const cleaner = await open('cleaner')
  const names = (await cleaner.topics()).map(({ name }) => name)
  await cleaner.deleteTopics(names.filter((name) => name.startsWith(applicationId)))
  await Promise.all(opened.map((broker) => broker.close()))
  rmSync(directory, { recursive: true, force: true })
})

const topic = <V>(name: string) => ({
  name: `${applicationId}.${name}`,
  partitions: PARTITIONS,
  cleanupPolicy: 'delete' as const,
  retentionMs: null,
  value: jsonSerde<V>(),
})
async function open(instanceId: string): Promise<Broker> {
  const stateDirectory = join(directory, instanceId)
  const broker = await openKafkaBroker({
    bootstrap: testBootstrap,
    schemas,
    stateDirectory,
    instanceId,
    sessionTimeoutMs: 6_000,
  })
  opened.push(broker)
  return broker
}
/** Every update of a count of words, through a repartition topic when `regroups`. */
const counting = (regroups = false) => {
  const builder = new StreamsBuilder()
  const source = builder.stream('source', { topic: topic<string>('input'), key: stringSerde })
  const grouped = regroups
    ? source.groupBy('by-word', (word) => word, { key: stringSerde, value: jsonSerde<string>() })
    : source.groupByKey()
  grouped
    .count('counts', { updates: 'every-update' })
    .toStream('updates')
    .to('sink', { topic: topic<number | undefined>('output'), key: stringSerde })
  return builder.build()
}
async function start(instanceId: string, options: Partial<StreamsOptions> = {}, regroups = false): Promise<Streams> {
  const broker = await open(instanceId)
  const client = new Streams(counting(regroups), {
    applicationId,
    broker,
    logger: silentLogger,
    commitIntervalMs: 50,
    ...options,
  })
  clients.push(client)
  await client.start()
  return client
}
/** `count` more of each of `keys`, in turn. */
async function send(broker: Broker, keys: readonly string[], count: number): Promise<void> {
  const value = jsonSerde<string>().bind(schemas, '')
  const producer = broker.producer()
  for (let i = 0; i < count; i++)
    await producer.send(
      keys.map((key) => ({
        topic: topic('input').name,
        key: Buffer.from(key),
        value: value.encode(key),
        timestamp: i,
        headers: [],
      })),
    )
  await producer.close()
}
/** What came out for each key, read committed, once there is `each` for all of them. */
async function outputs(
  broker: Broker,
  keys: readonly string[],
  each: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const found = new Map<string, number[]>(keys.map((key) => [key, []]))
  const reader = broker.reader()
  reader.assign(
    Array.from({ length: PARTITIONS }, (_, partition) => ({ topic: topic('output').name, partition, offset: 0 })),
  )
  const isEnough = () => [...found.values()].every((counts) => counts.length >= each)
  for (const end = performance.now() + 60_000; !isEnough() && performance.now() < end; )
    for (const { key, value } of await reader.poll({ maxRecords: 1_000, maxWaitMs: 200 }))
      found.get(Buffer.from(key!).toString())!.push(Number(Buffer.from(value!).toString()))
  await reader.close()
  return found
}
const countedOnce = (found: ReadonlyMap<string, readonly number[]>, each: number) => {
  const right = Array.from({ length: each }, (_, i) => i + 1)
  for (const [key, counts] of found) assert.deepEqual(counts, right, `counts of ${key}`)
}
const tasksOf = async (client: Streams) => (await client.metrics()).tasks.map(({ task }) => task)
const keys = Array.from({ length: 16 }, (_, i) => `key-${i}`)

test('one process becomes three, then two, under load: every record is counted once, in order', async () => {
  const outside = await open('outside')
  const first = await start('a')
  assert.equal((await tasksOf(first)).length, PARTITIONS)
  await send(outside, keys, 20)
  const sending = send(outside, keys, 60)
  const [second, third] = await Promise.all([start('b'), start('c')])
  await until(async () => {
    const sizes = await Promise.all([first, second, third].map(async (client) => (await tasksOf(client)).length))
    return sizes.every((size) => size >= 1 && size <= 2) && sizes.reduce((a, b) => a + b) === PARTITIONS
  })
  await sending
  const more = send(outside, keys, 20)
  await second.close({ leave: true })
  await more
  const found = await outputs(outside, keys, 100)
  countedOnce(found, 100)
  assert.equal(first.state, 'RUNNING')
})

test('a restart goes on from its own rows, and a lost folder comes back from the changelog', async () => {
  const outside = await open('outside')
  const first = await start('a')
  await send(outside, keys, 10)
  await outputs(outside, keys, 10)
  await first.close()
  const again = await start('a')
  assert.equal(
    (await again.metrics()).tasks.reduce((sum, { restored }) => sum + restored, 0),
    0,
  )
  await again.close()
  rmSync(join(directory, 'a'), { recursive: true })
  const anew = await start('a')
  assert.ok((await anew.metrics()).tasks.reduce((sum, { restored }) => sum + restored, 0) > 0)
  await send(outside, keys, 10)
  countedOnce(await outputs(outside, keys, 20), 20)
})

test('a warm copy takes over without a restore', async () => {
  const outside = await open('outside')
  const first = await start('a', { standbyReplicas: 1 })
  const second = await start('b', { standbyReplicas: 1 })
  await send(outside, keys, 20)
  countedOnce(await outputs(outside, keys, 20), 20)
  await until(async () => (await second.metrics()).standby.length === 2)
  await until(async () => (await second.metrics()).standby.every(({ lag }) => lag === 0))
  await first.close({ leave: true })
  await send(outside, keys, 5)
  countedOnce(await outputs(outside, keys, 25), 25)
  const { tasks, standbyRestored } = await second.metrics()
  assert.equal(tasks.length, PARTITIONS)
  assert.ok(standbyRestored > 0)
})

test('records that go through a repartition topic are counted once, too', async () => {
  const outside = await open('outside')
  await start('a', {}, true)
  await send(outside, keys, 30)
  countedOnce(await outputs(outside, keys, 30), 30)
})

test('a thread that is stuck gives its partitions up, writes nothing late, and goes on when it is free again', async () => {
  const outside = await open('outside')
  const stuck = Promise.withResolvers<void>()
  let isFree = false
  const stuckTopology = () => {
    const builder = new StreamsBuilder()
    builder
      .stream('source', { topic: topic<string>('input'), key: stringSerde })
      .mapValuesAsync('model', async (values) => {
        if (!isFree) await stuck.promise
        return values
      })
      .groupByKey()
      .count('counts', { updates: 'every-update' })
      .toStream('updates')
      .to('sink', { topic: topic<number | undefined>('output'), key: stringSerde })
    return builder.build()
  }
  const client = new Streams(stuckTopology(), {
    applicationId,
    broker: await open('a'),
    logger: silentLogger,
    commitIntervalMs: 50,
    maxPollIntervalMs: 1_500,
    revokeTimeoutMs: 500,
  })
  clients.push(client)
  await client.start()
  await send(outside, keys, 5)
  // It is given up: no task is left.
  await until(async () => (await tasksOf(client)).length === 0)
  const { outcomes } = (await client.metrics()).commits
  assert.equal(outcomes.committed, 0)
  isFree = true
  stuck.resolve()
  countedOnce(await outputs(outside, keys, 5), 5)
  assert.equal(client.state, 'RUNNING')
})
