import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Broker } from '../broker/broker.ts'
import { openSqliteBroker } from '../broker/sqlite-broker.ts'
import { input, output } from '../testing/stream-threads.fixture.ts'
import { until } from '../testing/until.ts'
import { silentLogger } from './logger.ts'
import { StreamThreads, type StreamThreadsOptions, startStreamThreads } from './stream-threads.ts'

const module = new URL('../testing/stream-threads.fixture.ts', import.meta.url)

async function withLog(
  work: (broker: Broker, options: (more?: Partial<StreamThreadsOptions>) => StreamThreadsOptions) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'stream-threads-'))
  const broker = openSqliteBroker({ directory, maintenanceIntervalMs: null })
  try {
    await broker.createTopics([input])
    const shared = { module, threads: 2, data: directory, logger: silentLogger, restartBackoffMs: 1 }
    await work(broker, (more) => ({ ...shared, ...more }))
  } finally {
    await broker.close()
    rmSync(directory, { recursive: true })
  }
}
async function send(broker: Broker, partition: number, ...values: string[]): Promise<void> {
  const codec = input.value.bind(broker.schemas, 'input-value')
  const producer = broker.producer()
  await producer.send(
    values.map((value) => ({
      topic: 'input',
      partition,
      key: Buffer.from('k'),
      value: codec.encode(value),
      timestamp: 0,
      headers: [],
    })),
  )
  await producer.close()
}
const committed = async (broker: Broker) => (await broker.committed('app')).reduce((sum, { offset }) => sum + offset, 0)

test('threads share the partitions, and tell their states and metrics in one place', () =>
  withLog(async (broker, options) => {
    for (const partition of [0, 1, 2, 3]) await send(broker, partition, 'a', 'b')
    await using threads = await startStreamThreads(options())
    assert.equal(threads.state, 'RUNNING')
    await until(async () => (await committed(broker)) === 8)
    const { threads: seats, state } = await threads.metrics()
    assert.equal(state, 'RUNNING')
    assert.deepEqual(
      seats.map(({ metrics }) => metrics!.tasks.map(({ task, processed }) => `${task} ${processed}`)),
      [
        ['0_0 2', '0_2 2'],
        ['0_1 2', '0_3 2'],
      ],
    )
    await threads.close()
    assert.equal(threads.state, 'NOT_RUNNING')
    await threads.ended()
  }))

test('a thread that fails is replaced, the other one goes on, and nothing is lost or doubled', () =>
  withLog(async (broker, options) => {
    await using threads = await startStreamThreads(options())
    const states: string[] = []
    threads.onStateChange((to) => states.push(to))
    await send(broker, 1, 'a', 'bad', 'c')
    await send(broker, 0, 'a')
    await until(async () => (await committed(broker)) === 4)
    await until(() => threads.state === 'RUNNING')
    assert.deepEqual(states, ['REBALANCING', 'RUNNING'])
    assert.equal((await threads.metrics()).restarts, 1)
    const reader = broker.reader()
    reader.assign([0, 1, 2, 3].map((partition) => ({ topic: 'output', partition, offset: 0 })))
    const found = await reader.poll({ maxRecords: 100, maxWaitMs: 0 })
    await reader.close()
    const codec = output.value.bind(broker.schemas, 'output-value')
    assert.deepEqual(found.map(({ value }) => codec.decode(value!)).sort(), [1, 1, 2, 3])
  }))

test('a thread that fails again and again ends the whole, with what it failed of', () =>
  withLog(async (broker, options) => {
    await send(broker, 0, 'poison')
    const threads = new StreamThreads(options({ maxRestarts: 2 }))
    await assert.rejects(threads.ended(), (error: Error & { code?: string; cause?: { code?: string } }) => {
      assert.equal(error.code, 'STREAMS_THREAD_FAILED')
      assert.equal(error.cause?.code, 'STREAMS_PROCESSING')
      return true
    })
    assert.equal(threads.state, 'ERROR')
    assert.equal((await threads.metrics()).restarts, 2)
    assert.equal(await committed(broker), 0)
  }))

test('a module that does not exist is not tried twice', () =>
  withLog(async (_, options) => {
    const threads = startStreamThreads(options({ module: new URL('./nowhere.ts', import.meta.url) }))
    await assert.rejects(threads, { code: 'STREAMS_THREAD_FAILED', message: /nowhere/ })
  }))

test('close ends also a thread whose user code never comes back', () =>
  withLog(async (broker, options) => {
    const threads = await startStreamThreads(options())
    await send(broker, 0, 'stuck')
    await until(async () => (await threads.metrics()).threads[0]!.metrics!.tasks[0]!.processed === 1)
    await threads.close()
    assert.equal(threads.state, 'NOT_RUNNING')
    assert.equal(await committed(broker), 0)
  }))
