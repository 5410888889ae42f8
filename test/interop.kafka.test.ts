import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import { openKafkaBroker, type Serde, Streams, StreamsBuilder, silentLogger, stringSerde, type Topic } from '#topology'
import { CounterProcess } from '../bench/kafka/counter-process.ts'
import { command } from '../deploy/dev-services/commands.ts'
import { kafkaTool } from '../deploy/dev-services/kafka/kafka-tool.ts'
import { testBootstrap, uniqueName } from '../topology/broker/kafka/testing/test-cluster.ts'
import { MemorySchemas } from '../topology/broker/memory/memory-schemas.ts'
import { dumpTopic } from './chaos/dump-topic.ts'
import { openTransactions } from './chaos/health.ts'
import { javaPeerClassPath } from './java-peer/java-peer.ts'

const bootstrap = testBootstrap.join(',')
const at = ['--bootstrap-server', bootstrap]
const run = uniqueName('interop')
const folder = mkdtempSync(join(tmpdir(), 'interop-'))
const PARTITIONS = 3

/** A number as its digits: what Java's string serdes and console tools read and write. */
const digitsSerde: Serde<number> = {
  bind: () => ({ encode: (value) => Buffer.from(String(value)), decode: (bytes) => Number(Buffer.from(bytes)) }),
}
const topicOf = <V>(name: string, value: Serde<V>): Topic<V> => ({
  name: `${run}-${name}`,
  partitions: PARTITIONS,
  cleanupPolicy: 'delete',
  retentionMs: null,
  value,
})
const words = topicOf('words', stringSerde)
const counts = topicOf('counts', digitsSerde)
const javaCounts = topicOf('java-counts', digitsSerde)

const broker = await openKafkaBroker({
  bootstrap: testBootstrap,
  schemas: new MemorySchemas(),
  stateDirectory: folder,
  instanceId: 'interop',
})

after(async () => {
  const names = (await broker.topics()).map(({ name }) => name).filter((name) => name.includes(run))
  await broker.deleteTopics(names)
  await broker.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Records a key, one update each. */
async function startCounting(): Promise<Streams> {
  const builder = new StreamsBuilder()
  builder
    .stream('words', { topic: words, key: stringSerde })
    .groupByKey()
    .aggregate('count', { initializer: () => 0, aggregator: (count) => count + 1, value: digitsSerde })
    .toStream('updates')
    .to('counts', { topic: counts as Topic<number | undefined>, key: stringSerde })
  const streams = new Streams(builder.build(), {
    applicationId: run,
    broker,
    logger: silentLogger,
    cacheMaxBytes: 0,
  })
  await streams.start()
  return streams
}

/** Offsets behind the last committed one may be markers and aborted records, so the end is where nothing moves any more. */
async function untilProcessed(application: string, topic: string): Promise<void> {
  let before = 0
  let quiet = 0
  for (let turn = 0; quiet < 20; turn++) {
    assert.ok(turn < 600, `${topic} is not processed by ${application}`)
    await sleep(100)
    const committed = (await broker.committed(application)).filter((one) => one.topic === topic)
    const sum = committed.reduce((total, { offset }) => total + offset, 0)
    quiet = sum > 0 && sum === before ? quiet + 1 : 0
    before = sum
  }
}

const kafkajs = new Kafka({ clientId: 'interop', brokers: [...testBootstrap], logLevel: logLevel.NOTHING })

test("Kafka's console producer and a transaction of kafkajs feed us; what kafkajs aborted is not counted", async () => {
  await broker.createTopics([words, counts])
  const typed = Array.from({ length: 300 }, (_, i) => `word-${i % 7}\tsaid ${i}\n`).join('')
  await kafkaTool(
    'consoleProducer',
    [...at, '--topic', words.name, '--reader-property', 'parse.key=true', '--reader-property', 'key.separator=\t'],
    { input: typed },
  )
  const producer = kafkajs.producer({ transactionalId: `${run}-kafkajs`, idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const send = async (key: string, count: number, end: 'commit' | 'abort') => {
    const transaction = await producer.transaction()
    await transaction.send({ topic: words.name, messages: Array.from({ length: count }, () => ({ key, value: end })) })
    await transaction[end]()
  }
  await send('word-0', 5, 'commit')
  await send('word-1', 9, 'abort')
  await send('word-2', 4, 'abort')
  await send('word-2', 2, 'commit')
  await producer.disconnect()

  const streams = await startCounting()
  await untilProcessed(run, words.name)
  const described = await kafkaTool('groups', [...at, '--describe', '--group', run, '--members', '--verbose'])
  assert.match(described, new RegExp(`${run}\\s.*${words.name}:0,1,2`), described)
  await streams.close()
  const last = new Map<string, number>()
  let updates = 0
  for await (const { key, value } of dumpTopic(bootstrap, counts.name)) {
    // One update for each record, in order: nothing is missing and nothing there twice.
    assert.equal(Number(value), (last.get(key) ?? 0) + 1)
    last.set(key, Number(value))
    updates += 1
  }
  const said = (word: number) => Array.from({ length: 300 }, (_, i) => i % 7).filter((one) => one === word).length
  assert.deepEqual(
    Object.fromEntries(last),
    Object.fromEntries(
      [0, 1, 2, 3, 4, 5, 6].map((word) => [`word-${word}`, said(word) + (word === 0 ? 5 : word === 2 ? 2 : 0)]),
    ),
  )
  assert.equal(updates, 307)
})

test("Kafka's console consumer reads each of our committed results once", async () => {
  const text = await kafkaTool('consoleConsumer', [
    ...[...at, '--topic', counts.name, '--from-beginning', '--isolation-level', 'read_committed'],
    ...['--timeout-ms', '8000', '--max-messages', '307', '--formatter-property', 'print.key=true'],
  ])
  const lines = text.split('\n').filter((line) => line.startsWith('word-'))
  assert.equal(lines.length, 307)
  assert.equal(new Set(lines).size, 307)
})

test('Kafka Streams, exactly once, goes on from our transactional output, and we from its', async () => {
  await broker.createTopics([javaCounts])
  const java = await CounterProcess.start('java', {
    bootstrap,
    application: `${run}-java`,
    input: counts.name,
    output: javaCounts.name,
    guarantee: 'exactly_once_v2',
    threads: 1,
    commitMs: 100,
    cacheBytes: 0,
    stateFolder: join(folder, 'java'),
  })
  await untilProcessed(`${run}-java`, counts.name)
  await java.stop()
  const read = await command(
    'java',
    ['-Dlog4j2.level=ERROR', '-cp', javaPeerClassPath(), 'ReadCounts', bootstrap, javaCounts.name],
    60_000,
  )
  assert.match(read, /^records 307$/m)

  // Its counts are eight bytes; ours behind it reads them raw and counts the updates of each window.
  const builder = new StreamsBuilder()
  const raw: Topic<Uint8Array> = {
    ...javaCounts,
    value: { bind: () => ({ encode: (value) => value, decode: (bytes) => bytes }) },
  }
  let seen = 0
  builder.stream('java', { topic: raw, key: stringSerde }).peek('see', (value) => {
    assert.equal(value.length, 8)
    seen += 1
  })
  const streams = new Streams(builder.build(), {
    applicationId: `${run}-behind`,
    broker,
    logger: silentLogger,
  })
  await streams.start()
  await untilProcessed(`${run}-behind`, javaCounts.name)
  // For good: the group has to be empty when its offsets are set.
  await streams.close({ leave: true })
  assert.equal(seen, 307)
})

test("Kafka's tools find our group with its offsets, our transactions ended, and our log sound", async () => {
  const offsets = await kafkaTool('groups', [...at, '--describe', '--group', run, '--offsets'])
  const rows = offsets.split('\n').filter((line) => line.includes(words.name))
  assert.equal(rows.length, PARTITIONS, offsets)
  const listed = await kafkaTool('transactions', [...at, 'list'])
  assert.match(listed, new RegExp(`^${run}-interop-0\\s.*CompleteCommit`, 'm'))
  assert.deepEqual(await openTransactions(at, run), [])
  const hanging = await kafkaTool('transactions', [...at, 'find-hanging', '--broker-id', '1'])
  assert.ok(!hanging.includes(run), hanging)
})

test('a reset of our group by Kafka’s own tool is where we begin again', async () => {
  const said = await kafkaTool('groups', [
    ...at,
    '--group',
    `${run}-behind`,
    '--reset-offsets',
    '--to-earliest',
    '--topic',
    javaCounts.name,
    '--execute',
  ])
  const committed = await broker.committed(`${run}-behind`)
  assert.deepEqual(
    committed.filter(({ topic }) => topic === javaCounts.name).map(({ offset }) => offset),
    [0, 0, 0],
    said,
  )
  let again = 0
  const builder = new StreamsBuilder()
  builder.stream('java', { topic: { ...javaCounts, value: stringSerde }, key: stringSerde }).peek('see', () => {
    again += 1
  })
  const streams = new Streams(builder.build(), {
    applicationId: `${run}-behind`,
    broker,
    logger: silentLogger,
    onError: { deserialization: 'continue' },
  })
  await streams.start()
  await untilProcessed(`${run}-behind`, javaCounts.name)
  await streams.close()
  assert.equal(again, 307)
})
