/**
 * The exporter and Elasticsearch killed with -9 at random moments, under load, and where the record is MongoDB's, every way to
 * it cut, held and refused; then what the log, the record and the index hold is compared message by message.
 *
 * The log is our own (SQLite), read by the exporter from another process: test:chaos and test:kafka do the same to Kafka.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from '#app/config.ts'
import { verifyStores } from '#app/operations/verify-archive.ts'
import { openRecord } from '#app/stores/cluster-stores.ts'
import { channelKey, type TopicDeclaration, topics } from '#schemas/topics.ts'
import type { AnalyzedMessage, WindowCount } from '#schemas/types.ts'
import {
  aliases,
  connectElasticsearch,
  ElasticsearchStore,
  openIndexAudit,
  readPositions,
} from '#sinks/elasticsearch.ts'
import { MongoStore } from '#sinks/mongo-archive.ts'
import type { Store } from '#sinks/store.ts'
import { message, windowOf } from '#sinks/testing/archive-values.ts'
import type { VerifyReport } from '#sinks/verify/verify-archive.ts'
import { type Broker, openSqliteBroker, type Producer } from '#topology'
import { ElasticsearchNode } from '../../deploy/dev-services/elasticsearch/elasticsearch-node.ts'
import { readAtOnce } from './read-at-once.ts'
import { TroubledMongo } from './troubled-mongo.ts'

export interface StoresChaosOptions {
  /** What the record is kept in. MongoDB's protocol is spoken by a stand-in, which must not die: it forgets everything. */
  readonly record: 'sqlite' | 'mongodb'
  readonly seconds: number
  /** Messages a second. */
  readonly rate: number
  readonly seed: number
  /** Mean time between two deaths of the exporter, and of Elasticsearch. */
  readonly exporterLivesMs: number
  readonly elasticsearchLivesMs: number
  /** Mean time between two troubles on the way to MongoDB. */
  readonly mongoTroubleMs: number
  /** How long the stores may take to catch up at the end. */
  readonly patienceMs: number
  readonly say?: (line: string) => void
}

export interface StoresChaosResult {
  readonly produced: number
  readonly exporterDeaths: number
  readonly elasticsearchDeaths: number
  /** What befell the way to MongoDB, and how often; nothing where the record is a file. */
  readonly mongoTroubles: { readonly [what: string]: number }
  /** Messages that the broadcasts of the record say they have: what was added twice shows here alone. */
  readonly counted: number
  readonly report: VerifyReport
}

const TICK_MS = 100
/** A producer that was held up does not bring it all at once. */
const MOST_AT_ONCE = 5_000
const CHANNELS = 4
/** The stand-in keeps everything in memory. */
const HEAP_MB = 512
const MESSAGES_PER_MB = 120

export async function runStoresChaos(options: StoresChaosOptions): Promise<StoresChaosResult> {
  const { seconds, patienceMs, say = () => {} } = options
  const random = randomOf(options.seed)
  const folder = mkdtempSync(join(tmpdir(), 'javas-stores-chaos-'))
  const logFolder = join(folder, 'log')
  mkdirSync(logFolder)
  const heapMb = HEAP_MB + Math.ceil((seconds * options.rate) / MESSAGES_PER_MB)
  const [node, mongodb] = await Promise.all([
    ElasticsearchNode.start({ name: 'stores-chaos' }),
    options.record === 'mongodb' ? TroubledMongo.start('stores-chaos', heapMb) : null,
  ])
  const environment = {
    JAVAS_DATA: join(folder, 'data'),
    JAVAS_LOG: 'error',
    JAVAS_ELASTICSEARCH: node.url,
    JAVAS_PSEUDONYM_KEY: 'a secret of at least thirty-two characters',
    ...(mongodb && { JAVAS_MONGODB: mongodb.url }),
  }
  const config = readConfig(environment)
  const elasticsearch = config.stores.elasticsearch!
  await applyLayout(new ElasticsearchStore(elasticsearch))
  if (mongodb) await applyLayout(new MongoStore(config.stores.mongodb!))
  const broker = await openSqliteBroker({ directory: logFolder })
  await broker.createTopics(Object.values(topics))
  // Who only reads the log cannot make known what its schemas are.
  for (const { name, value } of Object.values(topics)) value.bind(broker.schemas, name)

  const exporter = new Exporter(logFolder, environment)
  exporter.start()
  let isOver = false
  const deaths = { exporter: 0, elasticsearch: 0 }
  const killing = Promise.all([
    repeat(options.exporterLivesMs, async () => {
      await exporter.kill9()
      deaths.exporter += 1
      exporter.start()
    }),
    repeat(options.elasticsearchLivesMs, async () => {
      await node.process.kill9()
      deaths.elasticsearch += 1
      say(`elasticsearch killed (${deaths.elasticsearch}), the exporter ${deaths.exporter} times`)
      await sleep(random() * 3_000)
      await node.startServer()
    }),
    ...(mongodb ? [repeat(options.mongoTroubleMs, () => mongodb.trouble(random))] : []),
  ])
  async function repeat(meanMs: number, kill: () => Promise<void>): Promise<void> {
    while (!isOver) {
      await sleep((0.5 + random()) * meanMs)
      if (!isOver) await kill()
    }
  }

  try {
    const produced = await produce(broker, options, random)
    isOver = true
    await killing
    say(`${produced} messages are in the log; the stores catch up`)
    const { client } = await connectElasticsearch(elasticsearch)
    const record = await openRecord(config)
    try {
      const names = aliases(elasticsearch.prefix)
      const index = {
        positions: () => readPositions(client, names.positions),
        open: () => {
          say('they have caught up, and are compared')
          return openIndexAudit(client, names, elasticsearch.pseudonymKey)
        },
      }
      const lines = verifyStores(
        { broker, topics, record: mongodb ? readAtOnce(record, config.stores.mongodb!) : record, index },
        { waitMs: patienceMs, json: true },
        new AbortController().signal,
      )
      const first = await lines.next()
      const broadcasts = await record.broadcasts()
      return {
        produced,
        exporterDeaths: deaths.exporter,
        elasticsearchDeaths: deaths.elasticsearch,
        mongoTroubles: mongodb?.counts ?? {},
        counted: broadcasts.reduce((sum, { messages }) => sum + messages, 0),
        report: JSON.parse(first.value!) as VerifyReport,
      }
    } finally {
      await record.close()
      await client.close()
    }
  } finally {
    isOver = true
    await killing.catch(() => {})
    await exporter.kill9()
    await broker.close()
    await Promise.all([node.stop(), mongodb?.stop()])
    rmSync(folder, { recursive: true, force: true })
    say(`over after ${seconds} s of load`)
  }
}

async function applyLayout(store: Store): Promise<void> {
  for (const change of await store.plan()) await store.apply(change)
  await store.close()
}

class Exporter {
  readonly #logFolder: string
  readonly #environment: { readonly [name: string]: string }
  #child: ChildProcess | null = null

  constructor(logFolder: string, environment: { readonly [name: string]: string }) {
    this.#logFolder = logFolder
    this.#environment = environment
  }

  start(): void {
    this.#child = spawn(process.execPath, [join(import.meta.dirname, 'stores-exporter.ts'), this.#logFolder], {
      env: { ...process.env, ...this.#environment },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
  }

  async kill9(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

/**
 * Messages with removals among them, and windows that count up: as many as are due by the clock, for as long as it says,
 * or fewer where the machine does not make so many. Returns how many there are.
 */
async function produce(broker: Broker, options: StoresChaosOptions, random: () => number): Promise<number> {
  const producer = broker.producer()
  const start = Date.now()
  let produced = 0
  let revision = 0
  const ids: string[] = []
  try {
    for (let elapsedMs = 0; elapsedMs < options.seconds * 1_000; elapsedMs = Date.now() - start) {
      const due = Math.ceil(((elapsedMs + TICK_MS) / 1_000) * options.rate) - produced
      const messages: AnalyzedMessage[] = []
      for (let index = 0; index < Math.min(due, MOST_AT_ONCE); index++) {
        const channelId = `demo:${produced % CHANNELS}`
        const timestamp = start + elapsedMs + (index % TICK_MS)
        const earlier = ids[Math.floor(random() * ids.length)]
        const chance = random()
        if (earlier && chance < 0.01) {
          const [ofChannel, messageId] = earlier.split(' ') as [string, string]
          const target = { messageId, authorId: null, seconds: null }
          messages.push(message(`d${produced}`, '', { channelId: ofChannel, kind: 'delete', timestamp, target }))
        } else {
          messages.push(
            message(`m${produced}`, `안녕하세요 ${produced} 번째`, {
              channelId,
              timestamp,
              author: `u${Math.floor(random() * 500)}`,
              severity: chance > 0.95 ? 2 : 0,
            }),
          )
          if (ids.length < 5_000) ids.push(`${channelId} m${produced}`)
          else ids[produced % 5_000] = `${channelId} m${produced}`
        }
        produced += 1
      }
      revision += 1
      const windowStart = Math.floor((start + elapsedMs) / 60_000) * 60_000
      const windows = Array.from({ length: CHANNELS }, (_, index) =>
        windowOf(windowStart, { channelId: `demo:${index}`, messages: revision, revision }),
      )
      await send(broker, producer, topics.analyzedMessages, messages, ({ message: { channelId } }) => channelId)
      await send(broker, producer, topics.windowCounts, windows, ({ channelId }: WindowCount) => channelId)
      const ahead = start + elapsedMs + TICK_MS - Date.now()
      if (ahead > 0) await sleep(ahead)
    }
  } finally {
    await producer.close()
  }
  return produced
}

async function send<T>(
  broker: Broker,
  producer: Producer,
  topic: TopicDeclaration<T>,
  values: readonly T[],
  channelOf: (value: T) => string,
): Promise<void> {
  const codec = topic.value.bind(broker.schemas, topic.name)
  const timestamp = Date.now()
  await producer.send(
    values.map((value) => ({
      topic: topic.name,
      key: channelKey(channelOf(value)),
      value: codec.encode(value),
      timestamp,
      headers: [],
    })),
  )
}

/** mulberry32: a seed makes the same run, as far as the machine allows. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
