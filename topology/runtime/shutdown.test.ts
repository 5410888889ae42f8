import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Broker } from '../broker/broker.ts'
import { BrokerError } from '../broker/errors.ts'
import { MemoryBroker } from '../broker/memory-broker.ts'
import { StreamsBuilder } from '../dsl/streams-builder.ts'
import { stringSerde } from '../serde.ts'
import { scriptedAssignment } from '../testing/scripted-assignment.ts'
import { testTopic } from '../testing/test-topic.ts'
import { until } from '../testing/until.ts'
import { Topology } from '../topology.ts'
import { silentLogger } from './logger.ts'
import { Streams } from './streams.ts'
import type { StreamsOptions } from './streams-options.ts'

const input = testTopic<string>('input', 2)
const output = testTopic<string>('output')

const options = (broker: Broker, more: Partial<StreamsOptions> = {}): StreamsOptions => ({
  applicationId: 'app',
  broker,
  logger: silentLogger,
  commitIntervalMs: 0,
  ...more,
})
const copying = () => {
  const builder = new StreamsBuilder()
  builder.stream('source', { topic: input, key: stringSerde }).to('sink', { topic: output, key: stringSerde })
  return builder.build()
}
async function send(broker: Broker, value: string): Promise<void> {
  await broker.createTopics([input])
  const codec = input.value.bind(broker.schemas, 'input-value')
  const producer = broker.producer()
  await producer.send([
    { topic: 'input', partition: 0, key: null, value: codec.encode(value), timestamp: 0, headers: [] },
  ])
  await producer.close()
}
const committed = async (broker: Broker) => (await broker.committed('app')).reduce((sum, { offset }) => sum + offset, 0)
const outputs = async (broker: Broker) => (await broker.offsets({ topic: 'output', partition: 0 })).latest
test('a failure never commits the offsets of records that wait in async nodes', async () => {
  const gate = Promise.withResolvers<void>()
  let isCalled = false
  const builder = new StreamsBuilder()
  builder
    .stream('source', { topic: input, key: stringSerde })
    .peek('check', (value) => {
      if (value === 'bad') throw new Error('bad')
    })
    .mapValuesAsync('slow', async (values) => {
      isCalled = true
      await gate.promise
      return values
    })
    .to('sink', { topic: output, key: stringSerde })
  const broker = new MemoryBroker()
  await send(broker, 'fine')
  const streams = new Streams(builder.build(), options(broker))
  await streams.start()
  await until(() => isCalled)
  // The commit of 'fine' waits for its result when the next record fails.
  await send(broker, 'bad')
  await until(() => streams.state === 'ERROR')
  gate.resolve()
  await assert.rejects(streams.ended(), { code: 'STREAMS_PROCESSING' })
  assert.equal(await committed(broker), await outputs(broker))
})

test('closing while it starts leaves no session behind', async () => {
  const broker = new MemoryBroker()
  const streams = new Streams(copying(), options(broker))
  const started = streams.start()
  await streams.close()
  await started
  assert.equal(streams.state, 'NOT_RUNNING')
  await broker.reset('app')
})

test('whoever closes a client that is closing already waits for the same end', async () => {
  const broker = new MemoryBroker()
  await send(broker, 'a')
  const streams = new Streams(copying(), options(broker, { commitIntervalMs: 60_000 }))
  await streams.start()
  await until(async () => (await streams.metrics()).tasks.some(({ processed }) => processed === 1))
  void streams.close()
  await streams.close()
  assert.equal(streams.state, 'NOT_RUNNING')
  assert.equal(await committed(broker), 1)
})

test('what fails during close is what the client ends with, and close does not throw', async () => {
  const broker = new MemoryBroker()
  const builder = new StreamsBuilder()
  let streams: Streams | undefined
  let closing: Promise<void> | undefined
  builder
    .stream('source', { topic: input, key: stringSerde })
    .peek('close-and-fail', () => {
      closing = streams!.close()
      throw new Error('bad')
    })
    .to('sink', { topic: output, key: stringSerde })
  await send(broker, 'a')
  streams = new Streams(builder.build(), options(broker))
  await streams.start()
  await assert.rejects(streams.ended(), { code: 'STREAMS_PROCESSING' })
  await closing
  assert.equal(streams.state, 'ERROR')
})

test('a processor that throws in close holds up neither the others nor the end', async () => {
  const closed: string[] = []
  const processor = (name: string) => () => ({
    process() {},
    close() {
      closed.push(name)
      throw new Error(`${name} cannot close`)
    },
  })
  const topology = new Topology()
    .addSource('source', { topic: input, key: stringSerde })
    .addProcessor('a', processor('a'), ['source'])
    .addProcessor('b', processor('b'), ['source'])
  const broker = new MemoryBroker()
  const lines: string[] = []
  const logger = { ...silentLogger, error: (_: string, { message }: { message?: unknown }) => lines.push(`${message}`) }
  const streams = new Streams(topology, options(broker, { logger }))
  await streams.start()
  await streams.close()
  assert.equal(streams.state, 'NOT_RUNNING')
  // Two partitions are two tasks.
  assert.deepEqual(closed, ['a', 'b', 'a', 'b'])
  assert.deepEqual(
    lines,
    closed.map((name) => `${name} cannot close`),
  )
  await broker.reset('app')
})

test('a listener that throws does not keep the client from its way', async () => {
  const broker = new MemoryBroker()
  const streams = new Streams(copying(), options(broker))
  streams.onStateChange(() => {
    throw new Error('deaf')
  })
  await streams.start()
  await streams.close()
  assert.equal(streams.state, 'NOT_RUNNING')
})

test('close ends in time though the log never answers the last commit', async () => {
  const { broker } = scriptedAssignment({ commitTakes: () => new Promise(() => {}) })
  await send(broker, 'a')
  const warned: string[] = []
  const logger = { ...silentLogger, warn: (event: string) => warned.push(event) }
  const streams = new Streams(copying(), options(broker, { logger, commitIntervalMs: 60_000, closeTimeoutMs: 50 }))
  await streams.start()
  await until(async () => (await streams.metrics()).tasks.some(({ processed }) => processed === 1))
  await streams.close()
  assert.equal(streams.state, 'NOT_RUNNING')
  assert.deepEqual(warned, ['close-timed-out'])
  assert.equal(await committed(broker), 0)
})

test('a log that cannot answer for a while is asked again, and is no failure', async () => {
  const broker = new MemoryBroker()
  await send(broker, 'a')
  let failures = 2
  const make = broker.reader.bind(broker)
  broker.reader = () => {
    const reader = make()
    const poll = reader.poll.bind(reader)
    reader.poll = (pollOptions) => {
      if (failures-- > 0) throw new BrokerError('LOG_AWAY', 'nobody answers', { retriable: true })
      return poll(pollOptions)
    }
    return reader
  }
  await using streams = new Streams(copying(), options(broker))
  await streams.start()
  await until(async () => (await committed(broker)) === 1)
  assert.equal(streams.state, 'RUNNING')
})
