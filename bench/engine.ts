/**
 * The engine alone, embedded: Avro chat messages in, windowed counts out, exactly once, on a SqliteBroker on disk. Then
 * its log, and how fast a lost store comes back from its changelog.
 *
 *     node bench/engine.ts [--records N] [--json] [--save]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { avroSerde } from '#schemas/avro.ts'
import { channelKey, topics } from '#schemas/topics.ts'
import type { ChatMessage, WindowCount } from '#schemas/types.ts'
import {
  type Broker,
  changelogTopic,
  countSerde,
  keyValueStore,
  openSqliteBroker,
  type ProducedRecord,
  Streams,
  StreamsBuilder,
  silentLogger,
  stringSerde,
  Topology,
  timeWindows,
} from '#topology'
import { measureLogThroughput } from './log-throughput.ts'
import { report } from './report.ts'

const { values: flags } = parseArgs({
  options: { records: { type: 'string', default: '600000' }, json: { type: 'boolean' }, save: { type: 'boolean' } },
})
const RECORDS = Number(flags.records)
const CHANNELS = 50
/** Messages of one channel in one second of event time. */
const RATE = 100
const START = 1_700_000_000_000

/** The product's window counts, without what other nodes would have to find out first. */
export function countTopology(): Topology {
  const builder = new StreamsBuilder()
  builder
    .stream('chat', { topic: topics.chatMessages, key: stringSerde })
    .groupByKey()
    .windowedBy(timeWindows({ sizeMs: 10_000, graceMs: 5_000 }))
    .count('count-per-window', { updates: 'per-commit', final: true })
    .map('to-window-count', (messages, { key: { key, window, isFinal, revision } }) => ({
      key,
      value: {
        channelId: key,
        broadcastId: key,
        windowStart: window.start,
        windowEnd: window.end,
        messages,
        positive: 0,
        neutral: 0,
        negative: 0,
        unscored: messages,
        unsure: 0,
        profane: 0,
        mildlyProfane: 0,
        authors: 0,
        closed: isFinal,
        revision,
      } satisfies WindowCount,
    }))
    .to('window-counts', { topic: topics.windowCounts, key: stringSerde })
  return builder.build()
}

const message = (i: number): ChatMessage => {
  const timestamp = START + Math.floor(i / (CHANNELS * RATE)) * 1000 + (i % 1000)
  return {
    source: 'demo',
    channelId: `demo:channel-${i % CHANNELS}`,
    broadcastId: `broadcast-${i % CHANNELS}`,
    id: `message-${i}`,
    kind: 'text',
    timestamp,
    receivedAt: timestamp + 40,
    author: { id: `author-${i % 977}`, name: `viewer ${i % 977}`, handle: null, roles: [], badges: [], months: null },
    text: `hello from message ${i}, nice to see you all here`,
    runs: [],
    amount: null,
    target: null,
    history: false,
    raw: null,
  }
}

async function fill(broker: Broker): Promise<void> {
  const codec = topics.chatMessages.value.bind(broker.schemas, 'chat-messages-value')
  await broker.createTopics([topics.chatMessages])
  const producer = broker.producer()
  for (let from = 0; from < RECORDS; from += 5_000) {
    const batch: ProducedRecord[] = []
    for (let i = from; i < Math.min(RECORDS, from + 5_000); i++) {
      const value = message(i)
      const { channelId, timestamp } = value
      batch.push({
        topic: 'chat-messages',
        key: channelKey(channelId),
        value: codec.encode(value),
        timestamp,
        headers: [],
      })
    }
    await producer.send(batch)
  }
  await producer.close()
}

async function lagOf(broker: Broker, applicationId: string): Promise<number> {
  const committed = await broker.committed(applicationId)
  let lag = 0
  for (let partition = 0; partition < topics.chatMessages.partitions; partition++) {
    const { latest } = await broker.offsets({ topic: 'chat-messages', partition })
    lag += latest - (committed.find((offset) => offset.partition === partition)?.offset ?? 0)
  }
  return lag
}

/** Seconds from the start of the client until every input is counted and committed. */
async function measureWindowedCount(broker: Broker): Promise<number> {
  const applicationId = 'bench-engine'
  const streams = new Streams(countTopology(), { applicationId, broker, logger: silentLogger })
  const started = performance.now()
  await streams.start()
  while ((await lagOf(broker, applicationId)) > 0) await new Promise((go) => setTimeout(go, 20))
  const seconds = (performance.now() - started) / 1000
  await streams.close()
  await requireEveryMessageCounted(broker)
  return seconds
}

/** A fast wrong answer is none: the last count of every window, added up, is what was sent. */
async function requireEveryMessageCounted(broker: Broker): Promise<void> {
  const codec = topics.windowCounts.value.bind(broker.schemas, 'window-counts-value')
  const last = new Map<string, number>()
  const reader = broker.reader()
  for (let partition = 0; partition < topics.windowCounts.partitions; partition++) {
    const { latest } = await broker.offsets({ topic: 'window-counts', partition })
    reader.assign([{ topic: 'window-counts', partition, offset: 0 }])
    while (reader.position({ topic: 'window-counts', partition }) < latest)
      for (const { value } of await reader.poll({ maxRecords: 10_000, maxWaitMs: 0 })) {
        const { channelId, windowStart, messages } = codec.decode(value!)
        last.set(`${channelId}@${windowStart}`, messages)
      }
  }
  await reader.close()
  const counted = [...last.values()].reduce((sum, messages) => sum + messages, 0)
  if (counted !== RECORDS) throw new Error(`counted ${counted} of ${RECORDS} messages`)
}

/** Seconds to bring a key-value store back from a changelog of `records`, on a machine that has none of it. */
async function measureRestore(broker: Broker, records: number): Promise<number> {
  const applicationId = 'bench-restore'
  const topic = {
    name: 'bench-restore-input',
    partitions: 1,
    cleanupPolicy: 'delete',
    retentionMs: null,
    value: countSerde,
  } as const
  const topology = new Topology()
    .addSource('source', { topic, key: stringSerde })
    .addStateStore(keyValueStore('counts', { key: stringSerde, value: avroSerde<WindowCount>('window-count') }))
    .addProcessor('keep', () => ({ process() {} }), ['source'], ['counts'])
  const changelog = changelogTopic(applicationId, 'counts')
  await broker.createTopics([{ name: changelog, partitions: 1, cleanupPolicy: 'compact', retentionMs: null }])
  const codec = topics.windowCounts.value.bind(broker.schemas, `${changelog}-value`)
  const producer = broker.producer()
  for (let from = 0; from < records; from += 5_000) {
    const batch = Array.from({ length: 5_000 }, (_, n): ProducedRecord => {
      const i = from + n
      const value = codec.encode({
        channelId: `demo:channel-${i % CHANNELS}`,
        broadcastId: 'b',
        windowStart: START + i,
        windowEnd: START + i + 10_000,
        messages: i,
        positive: 1,
        neutral: 2,
        negative: 3,
        unscored: 0,
        unsure: 0,
        profane: 0,
        mildlyProfane: 0,
        authors: 5,
        closed: false,
        revision: i,
      })
      // A quarter of the keys come again: what a changelog looks like before it is compacted.
      return {
        topic: changelog,
        partition: 0,
        key: Buffer.from(`key-${i % ((records * 3) / 4)}`),
        value,
        timestamp: START + i,
        headers: [],
      }
    })
    await producer.send(batch)
  }
  await producer.close()

  const streams = new Streams(topology, { applicationId, broker, logger: silentLogger })
  const started = performance.now()
  await streams.start()
  const seconds = (performance.now() - started) / 1000
  const [task] = (await streams.metrics()).tasks
  await streams.close()
  if (task?.restored !== records) throw new Error(`restored ${task?.restored} of ${records}`)
  return seconds
}

const directory = mkdtempSync(join(tmpdir(), 'bench-engine-'))
try {
  const broker = openSqliteBroker({ directory, maintenanceIntervalMs: null })
  await fill(broker)
  const counted = await measureWindowedCount(broker)
  const restoreRecords = 400_000
  const restored = await measureRestore(broker, restoreRecords)
  await broker.close()
  const figures = {
    windowed_count_records_per_s: Math.round(RECORDS / counted),
    restore_records_per_s: Math.round(restoreRecords / restored),
    ...(await measureLogThroughput()),
  }
  report({ name: 'engine', figures })
} finally {
  rmSync(directory, { recursive: true, force: true })
}
