/**
 * Bytes that a message takes in each place that keeps it: what to plan disks with.
 *
 *     npm run bench:disk -- [--messages 40000] [--json] [--save]
 *
 * The same messages of eight words at most go into the embedded log and a real Kafka (as chat and as analysed), into the archive's
 * file, into a real Elasticsearch (merged to one segment, no replica), and into a server of MongoDB's protocol. Of that one, which
 * keeps everything in memory, the documents' BSON is added up: before WiredTiger packs it, and without indexes.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Client } from '@elastic/elasticsearch'
import { BSON, MongoClient } from 'mongodb'
import { applyTopics } from '#app/cluster/apply-topics.ts'
import { openCluster } from '#app/cluster/open-cluster.ts'
import { readConfig } from '#app/config.ts'
import { logOf } from '#app/log.ts'
import { prepareTopics } from '#app/prepare-topics.ts'
import { recordsOf } from '#app/produce.ts'
import { topics } from '#schemas/topics.ts'
import type { ArchiveBatch, ArchiveWriter } from '#sinks/archive.ts'
import { emptyIndex } from '#sinks/elasticsearch/testing/empty-index.ts'
import { openElasticsearchWriter } from '#sinks/elasticsearch.ts'
import { openMongoArchiveWriter } from '#sinks/mongo-archive.ts'
import { openArchiveWriter } from '#sinks/sqlite-archive.ts'
import { mongoServer } from '#sinks/testing/mongo-server.ts'
import { type Broker, openSqliteBroker } from '#topology'
import { ElasticsearchNode } from '../deploy/dev-services/elasticsearch/elasticsearch-node.ts'
import { KafkaCluster } from '../deploy/dev-services/kafka/kafka-cluster.ts'
import { chat } from './archive-messages.ts'
import { report } from './report.ts'

const BATCH = 500
const { values: options } = parseArgs({
  options: {
    messages: { type: 'string', default: '40000' },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
})
const count = Number(options.messages)
const messages = Array.from({ length: count }, (_, index) => chat(index))
const folder = mkdtempSync(join(tmpdir(), 'javas-disk-'))
const log = logOf('bench', { logLevel: 'warn', logFormat: 'plain' })
const figures: { [name: string]: number } = {}

/** Chat and what the analysis makes of it, in transactions of as many as come in half a second of a large broadcast. */
async function fillLog(broker: Broker, name: string): Promise<void> {
  const producer = broker.producer()
  const [chatRecord, analyzedRecord] = [
    recordsOf(broker, topics.chatMessages),
    recordsOf(broker, topics.analyzedMessages),
  ]
  for (let at = 0; at < count; at += BATCH) {
    const part = messages.slice(at, at + BATCH)
    await producer.send(part.map(({ message }) => chatRecord(message.channelId, message, message.timestamp)))
    await producer.send(part.map((one) => analyzedRecord(one.message.channelId, one, one.message.timestamp)))
  }
  await producer.close()
  for (const topic of await broker.topics())
    if (topic.records > 0) figures[`${name}: ${topic.name}, B/message`] = topic.bytes / count
}

async function fillArchive(writer: ArchiveWriter): Promise<void> {
  for (let at = 0; at < count; at += BATCH) {
    const part = messages.slice(at, at + BATCH)
    const position = (offset: number) => ({ topic: topics.analyzedMessages.name, partition: 0, offset })
    const batch: ArchiveBatch = {
      messages: part,
      origins: part.map((_, index) => position(at + index)),
      ...{ windows: [], keywords: [], offences: [], alerts: [], states: [] },
      positions: [position(at + part.length)],
    }
    await writer.apply(batch)
  }
  await writer.close()
}

try {
  const embedded = await openSqliteBroker({ directory: folder })
  await prepareTopics(embedded)
  await fillLog(embedded, 'embedded log')
  await embedded.close()

  const file = join(folder, 'archive.db')
  await fillArchive(await openArchiveWriter(file))
  figures['archive in SQLite, B/message'] = statSync(file).size / count

  const kafka = await KafkaCluster.start({ name: 'bench-disk' })
  try {
    const cluster = readConfig({ JAVAS_KAFKA: kafka.bootstrap, JAVAS_STATE: join(folder, 'state') }).cluster!
    for await (const _ of applyTopics(cluster, { dryRun: false, grow: false }));
    const place = { clientId: 'bench', instanceId: null, stateDirectory: join(folder, 'state'), log }
    const broker = await openCluster(cluster, place)
    await fillLog(broker, 'Kafka, one replica')
    await broker.close()
  } finally {
    await kafka.stop()
  }

  const mongodb = await mongoServer({ heapMb: 1_024 })
  try {
    const config = await mongodb.emptyDatabase()
    await fillArchive(await openMongoArchiveWriter(config))
    const client = new MongoClient(config.url)
    for (const { name } of await client.db(config.database).listCollections().toArray()) {
      let bytes = 0
      for await (const document of client.db(config.database).collection(name).find())
        bytes += BSON.calculateObjectSize(document)
      if (bytes / count >= 1) figures[`MongoDB, BSON: ${name}, B/message`] = bytes / count
    }
    await client.close()
    await mongodb.drop(config)
  } finally {
    await mongodb.stop()
  }

  const node = await ElasticsearchNode.start({ name: 'bench-disk' })
  try {
    const client = new Client({ node: node.url })
    const { config } = await emptyIndex(node.url, client)
    const { writer } = await openElasticsearchWriter(config)
    await fillArchive(writer)
    await client.indices.forcemerge({ index: `${config.prefix}-*`, max_num_segments: 1 })
    await client.indices.flush({ index: `${config.prefix}-*` })
    const { indices = {} } = await client.indices.stats({ index: `${config.prefix}-*`, metric: 'store' })
    const bytes = Object.values(indices).reduce((sum, one) => sum + (one.primaries?.store?.size_in_bytes ?? 0), 0)
    figures['Elasticsearch, one copy, B/message'] = bytes / count
    await client.close()
  } finally {
    await node.stop()
  }
  report({ name: 'disk', figures })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
