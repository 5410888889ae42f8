/**
 * Our side of the comparison, a process like the Java one (test/java-peer/src/WindowedCount.java): the same arguments, the
 * same lines on standard output, the same end.
 *
 *     node bench/kafka/our-counter.ts BOOTSTRAP APPLICATION INPUT OUTPUT exactly_once_v2 THREADS COMMIT_MS CACHE_BYTES STATE_FOLDER
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import {
  bytesSerde,
  openKafkaBroker,
  type Serde,
  Streams,
  StreamsBuilder,
  stderrLogger,
  stringSerde,
  type Topology,
  timeWindows,
} from '#topology'
import { MemorySchemas } from '../../topology/broker/memory/memory-schemas.ts'
import { topicOf } from './input.ts'

interface ThreadData {
  readonly args: readonly string[]
  readonly thread: number
}

/** A Java long, big endian. */
const longSerde: Serde<number> = {
  bind: () => ({
    encode(value) {
      const bytes = Buffer.allocUnsafe(8)
      bytes.writeUInt32BE(Math.floor(value / 2 ** 32), 0)
      bytes.writeUInt32BE(value >>> 0, 4)
      return bytes
    },
    decode(bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset)
      return view.getUint32(0) * 2 ** 32 + view.getUint32(4)
    },
  }),
}

function topology(input: string, output: string): Topology {
  const builder = new StreamsBuilder()
  builder
    .stream('input', { topic: { ...topicOf(input), value: bytesSerde }, key: stringSerde })
    .groupByKey()
    .windowedBy(timeWindows({ sizeMs: 60_000, graceMs: 10_000 }))
    .aggregate(
      'counts',
      { initializer: () => 0, aggregator: (count) => count + 1, value: longSerde },
      { streamTime: 'partition' },
    )
    .map('name-window', (count, { key: { key, window } }) => ({ key: `${key}@${window.start}`, value: count }))
    .to('output', { topic: { ...topicOf(output), value: longSerde }, key: stringSerde })
  return builder.build()
}

/** One stream thread, until it is told to end. Says 'running' when it is. */
async function work({ args, thread }: ThreadData, say: (line: string) => void, told: Promise<unknown>): Promise<void> {
  const [bootstrap, applicationId, input, output, , threads, commitMs, cacheBytes, stateDirectory] = args as string[]
  let assignedAt = 0
  const broker = await openKafkaBroker({
    bootstrap: bootstrap!.split(','),
    schemas: new MemorySchemas(),
    stateDirectory: stateDirectory!,
    instanceId: 'bench',
    onSessionEvent({ kind }) {
      if (kind === 'assigned' && assignedAt === 0) assignedAt = performance.now()
    },
  })
  const streams = new Streams(topology(input!, output!), {
    applicationId: applicationId!,
    broker,
    thread,
    threads: Number(threads),
    commitIntervalMs: Number(commitMs),
    cacheMaxBytes: Number(cacheBytes),
    logger: { ...stderrLogger(), info() {} },
  })
  await streams.start()
  const restoreMs = performance.now() - assignedAt
  const restored = (await streams.metrics()).tasks.reduce((sum, task) => sum + task.restored, 0)
  if (restored > 0) say(`restored ${restored} ${restoreMs.toFixed(1)}`)
  say('running')
  await Promise.race([told, streams.ended()])
  await streams.close()
  await broker.close()
}

if (!isMainThread) {
  const told = new Promise((done) => parentPort!.once('message', done))
  await work(workerData as ThreadData, (line) => parentPort!.postMessage(line), told)
} else {
  const args = process.argv.slice(2)
  const threads = Number(args[5])
  const say = (line: string) => process.stdout.write(`${line}\n`)
  const inputEnds = new Promise((done) => process.stdin.once('end', done).resume())
  if (threads === 1) await work({ args, thread: 0 }, say, inputEnds)
  else {
    let waiting = threads
    const workers = Array.from({ length: threads }, (_, thread) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: { args, thread } satisfies ThreadData })
      worker.on('message', (line: string) => {
        if (line !== 'running') say(line)
        else if (--waiting === 0) say('running')
      })
      worker.on('error', (error) => {
        throw error
      })
      return worker
    })
    await inputEnds
    await Promise.all(
      workers.map((worker) => {
        worker.postMessage('end')
        return new Promise((done) => worker.once('exit', done))
      }),
    )
  }
}
