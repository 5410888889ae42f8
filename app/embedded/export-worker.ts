/** The export role in a worker thread: output topics to the archive. */
import { parentPort, workerData } from 'node:worker_threads'
import { runArchiveSink } from '#sinks/archive-sink.ts'
import { openArchiveWriter } from '#sinks/sqlite-archive.ts'
import { openSqliteBroker } from '#topology'
import { archiveProgressLog } from '../archive-progress-log.ts'
import { dataFiles } from '../config.ts'
import { messageOf } from '../errors.ts'
import { logOf } from '../log.ts'
import { keepRetention } from '../retention/retention-job.ts'
import { runRetention } from '../retention/run-retention.ts'
import { traceStored, tracesOf } from '../traces.ts'
import { serveCalls } from './calls.ts'
import type { StorePositions } from './status.ts'
import { STATUS_EVERY_MS, type WorkerData } from './worker-data.ts'

const LOOK_EVERY_MS = 5_000

const { config } = workerData as WorkerData
const log = logOf('export', config)
const broker = await openSqliteBroker({ directory: config.dataDirectory, readOnly: true })
const writer = await openArchiveWriter(dataFiles(config.dataDirectory).archive)
const stop = new AbortController()
const traces = await tracesOf('export', config)
const status: { archived: number; undecodable: number; problem: string; stores: StorePositions[] } = {
  ...{ archived: 0, undecodable: 0, problem: '' },
  stores: [],
}
const tell = archiveProgressLog(log)
const running = runArchiveSink({
  broker,
  writer,
  signal: stop.signal,
  onStored: traceStored(traces, 'archive'),
  onProgress: (progress) => {
    tell(progress)
    if (progress.kind === 'applied') status.archived = progress.total
    else if (progress.kind === 'undecodable') status.undecodable = progress.total
    else if (progress.kind === 'retrying') status.problem = messageOf(progress.error)
    else if (progress.kind === 'recovered') status.problem = ''
  },
})
const { retention } = config
const store = 'archive'
const retaining = keepRetention({ writer, store, retention, log, signal: stop.signal })
const look = async () => {
  status.stores = [{ name: store, positions: await writer.positions() }]
}
const notify = serveCalls(parentPort!, {
  deleteBroadcast: (channelId, broadcastId) => writer.deleteBroadcast(channelId, broadcastId),
  erasePerson: (channelId, authorId) => writer.erasePerson(channelId, authorId),
  retention: (isDry: boolean) =>
    runRetention({ writer, store, retention: retention!, now: Date.now(), isDry, by: 'cli' }),
  stop: async () => {
    clearInterval(telling)
    clearInterval(looking)
    stop.abort()
    await running
    await writer.close()
    await retaining
    await traces?.close()
    await broker.close()
    parentPort!.close()
  },
})
const looking = setInterval(() => void look().catch(() => {}), LOOK_EVERY_MS)
const telling = setInterval(() => notify('status', status), STATUS_EVERY_MS)
notify('ready', null)
await running.catch((cause: unknown) => {
  log.error(messageOf(cause))
  throw cause
})
