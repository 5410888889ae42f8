import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryBroker } from '../broker/memory-broker.ts'
import { StreamsBuilder } from '../dsl/streams-builder.ts'
import type { ProcessorContext } from '../processor.ts'
import { stringSerde } from '../serde.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { testTopic } from '../testing/test-topic.ts'
import { TopologyTestDriver } from '../testing/topology-test-driver.ts'
import { timeWindows } from '../window/windows.ts'
import { applicationTopics } from './application-topics.ts'
import { silentLogger } from './logger.ts'
import { StreamThread } from './stream-thread.ts'
import { environmentOf, threadOptionsOf } from './streams-options.ts'

const input = testTopic<string>('input', 2)
const output = testTopic<string>('output')

/** Says every 10 ms, behind an async node, whether everything was read. */
const reporting = (isReady: () => Promise<void> = async () => {}) => {
  const builder = new StreamsBuilder()
  builder
    .stream('source', { topic: input, key: stringSerde })
    .mapValuesAsync('model', async (values) => {
      await isReady()
      return values
    })
    .process<string, string>('report', () => {
      let context: ProcessorContext<string, string>
      const say = (value: string, timestamp: number) =>
        context.forward({ key: 'k', value: `${value} ${context.isCaughtUp}`, timestamp, headers: [] })
      return {
        init(given) {
          context = given
          given.schedule(10, 'wall-clock', (now) => say(`clock ${now}`, now))
        },
        process: ({ value, timestamp }) => say(value, timestamp),
      }
    })
    .to('sink', { topic: output, key: stringSerde })
  return builder.build()
}

test('a wall-clock punctuation behind an async node knows whether everything was read when it was due', async () => {
  await using driver = new TopologyTestDriver(reporting(), { batchSize: 1 })
  const out = driver.output(output)
  const record = { key: 'k', timestamp: 0, partition: 0 }
  await driver.input(input).write([
    { ...record, value: 'a' },
    { ...record, value: 'b' },
  ])
  driver.clock.advance(10)
  await driver.run()
  const said = await out.values()
  // 'b' was read, but not taken in; the other partition's task had nothing to do.
  assert.deepEqual(
    said.filter((line) => line !== 'clock 10 true'),
    ['a false', 'clock 10 false', 'b false'],
  )
  await driver.advanceWallClock(10)
  assert.deepEqual(await out.values(), ['clock 20 true', 'clock 20 true'])
})

test('while async nodes have no room, a due punctuation waits for it without spinning', async () => {
  const gate = Promise.withResolvers<void>()
  const clock = new ManualClock()
  const broker = new MemoryBroker({ clock: clock.now })
  const options = {
    applicationId: 'app',
    broker,
    clock: clock.now,
    logger: silentLogger,
    maxOpenBatches: 1,
    commitIntervalMs: Infinity,
  }
  const topology = reporting(() => gate.promise)
  await broker.createTopics(applicationTopics(topology, 'app'))
  const producer = broker.producer()
  const value = input.value.bind(broker.schemas, 'input-value').encode('a')
  await producer.send([{ topic: 'input', partition: 0, key: null, value, timestamp: 0, headers: [] }])
  const thread = new StreamThread(environmentOf(options), topology, threadOptionsOf(options))
  await thread.start()
  await thread.runOnce(0)
  clock.advance(10)
  await thread.runOnce(0)
  let turns = 0
  const waiting = (async () => {
    while (thread.tasks.some(({ openBatches }) => openBatches > 0)) {
      await thread.runOnce()
      turns += 1
    }
  })()
  for (let i = 0; i < 50; i++) await new Promise((go) => setImmediate(go))
  const turnsWithoutRoom = turns
  gate.resolve()
  await waiting
  await thread.close({ clean: false })
  // One for the other partition's task, whose punctuation has just left; fifty when the thread spins.
  assert.ok(turnsWithoutRoom <= 1, `${turnsWithoutRoom} turns`)
})

test('a key is idle by its own partition: one with a backlog closes nothing, and holds up no other', async () => {
  const builder = new StreamsBuilder()
  builder
    .stream('source', { topic: input, key: stringSerde })
    .groupByKey()
    .windowedBy(timeWindows({ sizeMs: 10, graceMs: 0 }))
    .count('counts', { updates: 'none', final: true, closeIdleAfterMs: 100 })
    .map('show', (count, { key: { key, window } }) => ({ key, value: `${key}[${window.start})${count}` }))
    .to('sink', { topic: output, key: stringSerde })
  await using driver = new TopologyTestDriver(builder.build(), { batchSize: 1, commitEvery: 1 })
  const source = driver.input(input)
  const out = driver.output(output)
  const of = (key: string, partition: number, timestamp: number) => ({ key, value: 'x', timestamp, partition })
  await source.sendAll([of('quiet', 0, 1), of('busy', 1, 1)])
  driver.clock.advance(200)
  // The log has more of `busy`, which was silent here for as long as `quiet` was.
  await source.sendAll([of('busy', 1, 2), of('busy', 1, 3)])
  assert.deepEqual(await out.values(), ['quiet[0)1'])
  await driver.advanceWallClock(200)
  assert.deepEqual(await out.values(), ['busy[0)3'])
})

test('a long backlog does not hold up the wall clock: it has its turn between batches', async () => {
  const clock = new ManualClock()
  const broker = new MemoryBroker({ clock: clock.now })
  const options = { applicationId: 'app', broker, clock: clock.now, logger: silentLogger, batchSize: 10 }
  let ticks = 0
  const builder = new StreamsBuilder()
  builder.stream('source', { topic: input, key: stringSerde }).process('slow', () => ({
    init: (context) => context.schedule(10, 'wall-clock', () => (ticks += 1)),
    process: () => clock.advance(1),
  }))
  const topology = builder.build()
  await broker.createTopics(applicationTopics(topology, 'app'))
  const producer = broker.producer()
  const value = input.value.bind(broker.schemas, 'input-value').encode('a')
  const record = { topic: 'input', partition: 0, key: null, value, timestamp: 0, headers: [] }
  await producer.send(Array.from({ length: 100 }, () => record))
  const thread = new StreamThread(environmentOf(options), topology, threadOptionsOf(options))
  await thread.start()
  while ((await thread.runOnce(0)) || thread.isProcessing);
  await thread.close({ clean: true })
  // Ten batches of ten ms, in both tasks.
  assert.equal(ticks, 20)
})

test('a full pipeline does not starve the wall clock: a punctuation has a place of its own', async () => {
  const clock = new ManualClock()
  const broker = new MemoryBroker({ clock: clock.now })
  const options = {
    applicationId: 'app',
    broker,
    clock: clock.now,
    logger: silentLogger,
    batchSize: 1,
    maxOpenBatches: 1,
    commitIntervalMs: Infinity,
  }
  const topology = reporting(async () => clock.advance(10))
  await broker.createTopics([...applicationTopics(topology, 'app'), output])
  const producer = broker.producer()
  const value = input.value.bind(broker.schemas, 'input-value').encode('a')
  const record = { topic: 'input', partition: 0, key: null, value, timestamp: 0, headers: [] }
  await producer.send(Array.from({ length: 20 }, () => record))
  const thread = new StreamThread(environmentOf(options), topology, threadOptionsOf(options))
  await thread.start()
  while (thread.tasks[0]!.metrics.processed < 20) await thread.runOnce(0)
  assert.ok(thread.tasks[0]!.metrics.punctuated >= 15, `${thread.tasks[0]!.metrics.punctuated} punctuations`)
  await thread.close({ clean: false })
})

/** Final counts behind an async node that lets 'stuck' wait for `gate`. */
const idleBehindAsync = (gate: Promise<void>) => {
  const builder = new StreamsBuilder()
  builder
    .stream('source', { topic: input, key: stringSerde })
    .mapValuesAsync('model', async (values) => {
      if (values.includes('stuck')) await gate
      return values
    })
    .groupByKey()
    .windowedBy(timeWindows({ sizeMs: 10, graceMs: 0 }))
    .count('counts', { updates: 'none', final: true, closeIdleAfterMs: 100 })
    .map('show', (count, { key: { key, window } }) => ({ key, value: `${key}[${window.start})${count}` }))
    .to('sink', { topic: output, key: stringSerde })
  return builder.build()
}
const at = (key: string, timestamp: number, value = 'x') => ({ key, value, timestamp, partition: 0 })

test('a key is idle while others keep its partition busy: open batches are read already', async () => {
  await using driver = new TopologyTestDriver(idleBehindAsync(Promise.resolve()))
  await driver.input(input).sendAll([at('quiet', 1)])
  driver.clock.advance(200)
  await driver.input(input).sendAll([at('busy', 2, 'stuck')])
  assert.deepEqual(await driver.output(output).values(), ['quiet[0)1'])
})

test('a key is idle as of when that was found out, however long async nodes then take', async () => {
  const gate = Promise.withResolvers<void>()
  await using driver = new TopologyTestDriver(idleBehindAsync(gate.promise))
  const source = driver.input(input)
  await source.sendAll([at('k', 1)])
  driver.clock.advance(90)
  await source.write([at('other', 2, 'stuck')])
  const thread = await driver.start()
  await thread.runOnce(0)
  // In time, but read only after the clock's turn: it must not find its window closed.
  driver.clock.advance(1_000)
  await source.write([at('k', 3)])
  await thread.runOnce(0)
  gate.resolve()
  await driver.run()
  await driver.advanceWallClock(200)
  assert.deepEqual([...(await driver.output(output).values())].sort(), ['k[0)2', 'other[0)1'])
})
