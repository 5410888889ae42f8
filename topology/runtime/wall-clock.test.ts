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
  await using driver = new TopologyTestDriver(reporting())
  const out = driver.output(output)
  await driver.input(input).write([{ key: 'k', value: 'a', timestamp: 0, partition: 0 }])
  driver.clock.advance(10)
  await driver.run()
  // The record was still on its way; the other partition's task had nothing to do.
  assert.deepEqual(await out.values(), ['clock 10 true', 'a false', 'clock 10 false'].sort(byTask))
  await driver.advanceWallClock(10)
  assert.deepEqual(await out.values(), ['clock 20 true', 'clock 20 true'])
})
const byTask = (a: string, b: string) => Number(a.endsWith('true')) - Number(b.endsWith('true'))

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
  const at = (key: string, partition: number, timestamp: number) => ({ key, value: 'x', timestamp, partition })
  await source.sendAll([at('quiet', 0, 1), at('busy', 1, 1)])
  driver.clock.advance(200)
  // The log has more of `busy`, which was silent here for as long as `quiet` was.
  await source.sendAll([at('busy', 1, 2), at('busy', 1, 3)])
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
