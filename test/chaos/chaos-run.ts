import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Broker, openKafkaBroker } from '#topology'
import { freePorts } from '../../deploy/dev-services/free-ports.ts'
import { KafkaCluster } from '../../deploy/dev-services/kafka/kafka-cluster.ts'
import { MemorySchemas } from '../../topology/broker/memory/memory-schemas.ts'
import { randomOf } from '../random.ts'
import { type ChaosTopics, chaosTopics, PARTITIONS } from './chaos-topology.ts'
import { Digest } from './digest.ts'
import { type DumpedRecord, dumpTopic } from './dump-topic.ts'
import { complaintsOfTools, openTransactions } from './health.ts'
import { startLoad } from './load.ts'
import { TcpProxy } from './tcp-proxy.ts'
import { Troubles } from './troubles.ts'
import { Verifier } from './verifier.ts'
import { WorkerProcess } from './worker-process.ts'

export interface ChaosOptions {
  readonly seed: number
  readonly forMs: number
  /** Records a second. */
  readonly rate: number
  readonly standbyReplicas: number
  readonly say: (line: string) => void
}

export interface ChaosResult {
  readonly isRight: boolean
  readonly seed: number
  readonly minutes: number
  /** Of the input, and of all outputs together. */
  readonly records: number
  readonly outputs: number
  readonly lateRecords: number
  readonly recordsPerSecond: number
  readonly lost: number
  readonly doubled: number
  readonly misordered: number
  readonly wrong: number
  readonly examples: readonly string[]
  readonly troubles: { readonly [what: string]: number }
  readonly workerStarts: number
  /** Exit codes of workers that ended by themselves. */
  readonly unaskedExits: readonly (number | null)[]
  readonly longestTermMs: number
  readonly kafkajsAgrees: boolean
  readonly ourReaderAgrees: boolean
  readonly complaintsOfTools: readonly string[]
  /** From the end of the troubles to the last record processed. */
  readonly drainSeconds: number
}

const NODES = 3
const WORKERS = 3
const SESSION_TIMEOUT_MS = 4_000
const TRANSACTION_TIMEOUT_MS = 6_000
const DRAIN_MS = 300_000

/** One run from the first broker to the last comparison. */
export class ChaosRun {
  readonly #options: ChaosOptions
  readonly #run: string
  readonly #topics: ChaosTopics

  constructor(options: ChaosOptions) {
    this.#options = options
    this.#run = `chaos-${options.seed}`
    this.#topics = chaosTopics(this.#run)
  }

  async result(): Promise<ChaosResult> {
    const [doors, own] = [2 * NODES * WORKERS, 2 * NODES]
    const ports = await freePorts(doors + own)
    const door = (node: number, worker: number) => {
      const at = 2 * (node * WORKERS + worker)
      return { name: `WORKER${worker + 1}`, port: ports[at]!, advertisedPort: ports[at + 1]! }
    }
    const indexes = (length: number) => Array.from({ length }, (_, i) => i)
    const proxies = indexes(WORKERS).map((worker) =>
      indexes(NODES).map((node) => new TcpProxy(door(node, worker).advertisedPort, door(node, worker).port)),
    )
    await Promise.all(proxies.flat().map((proxy) => proxy.listen()))
    const cluster = await KafkaCluster.start({
      name: 'chaos',
      nodes: NODES,
      heapMb: 512,
      ports: ports.slice(doors),
      extraListeners: indexes(NODES).map((node) => indexes(WORKERS).map((worker) => door(node, worker))),
    })
    const folder = join(cluster.directory, 'workers')
    mkdirSync(folder, { recursive: true })
    const workers = indexes(WORKERS).map((worker) => {
      const name = `worker-${worker + 1}`
      const options = {
        run: this.#run,
        name,
        bootstrap: indexes(NODES).map((node) => `127.0.0.1:${door(node, worker).advertisedPort}`),
        stateDirectory: join(folder, name),
        sessionTimeoutMs: SESSION_TIMEOUT_MS,
        transactionTimeoutMs: TRANSACTION_TIMEOUT_MS,
        standbyReplicas: this.#options.standbyReplicas,
      }
      return new WorkerProcess(options, process.env.JAVAS_CHAOS_LOGS ?? folder)
    })
    const broker = await openKafkaBroker({
      bootstrap: cluster.bootstrap.split(','),
      schemas: new MemorySchemas(),
      stateDirectory: join(folder, 'nobody'),
    })
    try {
      return await this.#play(cluster, workers, proxies, broker)
    } finally {
      await Promise.all(workers.map((worker) => worker.terminate({ finally: true })))
      await broker.close()
      await cluster.stop()
      await Promise.all(proxies.flat().map((proxy) => proxy.close()))
    }
  }

  async #play(
    cluster: KafkaCluster,
    workers: readonly WorkerProcess[],
    proxies: readonly (readonly TcpProxy[])[],
    broker: Broker,
  ): Promise<ChaosResult> {
    const { seed, forMs, rate, say } = this.#options
    const topics = this.#topics
    await broker.createTopics(Object.values(topics))
    const along = readAlong(cluster.bootstrap, topics.running.name)
    const load = startLoad(broker, topics.input.name, rate, seed)
    for (const worker of workers) worker.start()
    await this.#untilWorking(broker)
    say('the first records are committed; trouble begins')
    const began = performance.now()
    const stage = { cluster, workers, proxies, application: this.#run, sessionTimeoutMs: SESSION_TIMEOUT_MS }
    const troubles = new Troubles(stage, randomOf(seed), say)
    const making = troubles.make()
    const lag = setInterval(() => void this.#sayLag(broker, load), 10_000)
    await sleep(forMs)
    troubles.stop()
    await making
    await load.stop()
    clearInterval(lag)
    const seconds = (performance.now() - began) / 1000
    say(`trouble ends; ${load.acknowledged} records are acknowledged, ${load.failures} were refused`)
    const drainBegan = performance.now()
    await this.#untilDone(broker)
    const drainSeconds = (performance.now() - drainBegan) / 1000
    say(`everything is processed, ${drainSeconds.toFixed(1)} s later`)
    const complaints = [
      ...(await complaintsOfTools(cluster, { group: this.#run, topic: topics.echo.name })).filter(
        // Workers still run: what they have open now is theirs.
        (complaint) => !complaint.startsWith('transaction not ended') && !complaint.includes('without a marker'),
      ),
    ]
    await Promise.all(workers.map((worker) => worker.terminate({ finally: true })))
    complaints.push(...(await openTransactions(['--bootstrap-server', cluster.bootstrap], this.#run)))
    complaints.push(
      ...(await complaintsOfTools(cluster, { group: this.#run, topic: topics.echo.name })).filter(
        (complaint) => !complaint.startsWith('consumer-group tool'),
      ),
    )

    const verifier = new Verifier()
    const dump = (name: keyof ChaosTopics) => dumpTopic(cluster.bootstrap, topics[name].name)
    await verifier.input(dump('input'), load.acknowledged)
    await verifier.echo(dump('echo'))
    const java = new Digest()
    await verifier.running(digested(dump('running'), java))
    await verifier.windows(dump('windows'))
    await verifier.suppressed(dump('suppressed'))
    await verifier.groups(dump('groups'))
    say('verified against the input; the other readers')
    const kafkajs = await along.lines(java.ends())
    const ours = await this.#ourDigest(broker, topics.running.name)
    const { counts, examples } = verifier.findings
    const kafkajsAgrees = same(kafkajs, java.lines())
    const ourReaderAgrees = same(ours.lines(), java.lines())
    if (!kafkajsAgrees) say(`kafkajs: ${kafkajs.join(', ')}; java: ${java.lines().join(', ')}`)
    return {
      isRight: verifier.findings.isEmpty && kafkajsAgrees && ourReaderAgrees && complaints.length === 0,
      seed,
      minutes: forMs / 60_000,
      records: verifier.records,
      outputs: verifier.outputs,
      lateRecords: verifier.late,
      recordsPerSecond: Math.round(load.acknowledged / seconds),
      ...counts,
      examples,
      troubles: troubles.counts,
      workerStarts: workers.reduce((sum, { starts }) => sum + starts, 0),
      unaskedExits: workers.flatMap(({ unasked }) => unasked),
      longestTermMs: Math.max(0, ...workers.flatMap(({ closedAfterMs }) => closedAfterMs)),
      kafkajsAgrees,
      ourReaderAgrees,
      complaintsOfTools: complaints,
      drainSeconds: Math.round(drainSeconds * 10) / 10,
    }
  }

  async #committed(broker: Broker): Promise<{ readonly done: number; readonly all: number }> {
    const topic = this.#topics.input.name
    const committed = await broker.committed(this.#run)
    const done = committed.filter((one) => one.topic === topic).reduce((sum, { offset }) => sum + offset, 0)
    let all = 0
    for (let partition = 0; partition < PARTITIONS; partition++)
      all += (await broker.offsets({ topic, partition })).latest
    return { done, all }
  }

  async #sayLag(broker: Broker, load: { readonly acknowledged: number }): Promise<void> {
    try {
      const { done, all } = await this.#committed(broker)
      this.#options.say(`   ${done} of ${all} processed, ${load.acknowledged} acknowledged`)
    } catch {
      // A broker that was killed does not answer; the next line does.
    }
  }

  async #untilWorking(broker: Broker): Promise<void> {
    for (const end = Date.now() + 60_000; ; await sleep(200)) {
      if ((await this.#committed(broker)).done > 0) return
      if (Date.now() > end) throw new Error('no worker has committed anything within a minute')
    }
  }

  /** The input is committed to its end, and what it sent on to the repartition topic as well. */
  async #untilDone(broker: Broker): Promise<void> {
    for (const end = Date.now() + DRAIN_MS; ; await sleep(500)) {
      const { done, all } = await this.#committed(broker)
      if (done === all && (await this.#repartitionIsDone(broker))) return
      if (Date.now() > end) throw new Error(`after ${DRAIN_MS} ms in peace ${done} of ${all} records are processed`)
    }
  }

  /** Its log ends with markers, which nobody commits; so it is done when nothing moves and only markers can be left. */
  async #repartitionIsDone(broker: Broker): Promise<boolean> {
    const read = async () => {
      const offsets = (await broker.committed(this.#run)).filter(({ topic }) => topic !== this.#topics.input.name)
      return offsets.reduce((sum, { offset }) => sum + offset, 0)
    }
    const before = await read()
    await sleep(3_000)
    return before > 0 && before === (await read())
  }

  async #ourDigest(broker: Broker, topic: string): Promise<Digest> {
    const digest = new Digest()
    const reader = broker.reader()
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const { latest } = await broker.offsets({ topic, partition })
      reader.assign([{ topic, partition, offset: 0 }])
      while (reader.position({ topic, partition }) < latest)
        for (const { offset, key, value } of await reader.poll({ maxRecords: 10_000, maxWaitMs: 500 }))
          digest.add(partition, offset, String(key && Buffer.from(key)), String(value && Buffer.from(value)))
    }
    await reader.close()
    return digest
  }
}

async function* digested(records: AsyncIterable<DumpedRecord>, digest: Digest): AsyncIterable<DumpedRecord> {
  for await (const record of records) {
    digest.add(record.partition, record.offset, record.key, record.value)
    yield record
  }
}

/** kafkajs in a process of its own, from the first record on. */
function readAlong(bootstrap: string, topic: string) {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'kafkajs-reader.ts'), bootstrap, topic],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  let said = ''
  child.stdout.on('data', (text) => {
    said += text
  })
  const ended = new Promise((done) => child.once('exit', done))
  process.once('exit', () => child.kill('SIGKILL'))
  return {
    /** Its digest once it has read up to these offsets; nothing when it does not within two minutes. */
    async lines(ends: { readonly [partition: number]: number }): Promise<readonly string[]> {
      child.stdin.end(JSON.stringify(ends))
      const timer = setTimeout(() => child.kill('SIGKILL'), 120_000)
      await ended
      clearTimeout(timer)
      return said === '' ? [] : (JSON.parse(said) as readonly string[])
    },
  }
}

const same = (one: readonly string[], other: readonly string[]) => one.join('\n') === other.join('\n')
