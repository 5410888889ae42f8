/** The export role in a worker thread: output topics to the archive. */
import { parentPort, workerData } from 'node:worker_threads'
import { topics } from '#schemas/topics.ts'
import { runArchiveSink } from '#sinks/archive-sink.ts'
import { openArchiveWriter } from '#sinks/sqlite-archive.ts'
import { openSqliteBroker } from '#topology'
import { dataFiles } from '../config.ts'
import { messageOf } from '../errors.ts'
import { createLog } from '../log.ts'
import { serveCalls } from './calls.ts'
import { STATUS_EVERY_MS, type WorkerData } from './worker-data.ts'

const { config } = workerData as WorkerData
const log = createLog('export', config.logLevel)
const broker = await openSqliteBroker({ directory: config.dataDirectory, readOnly: true })
const writer = await openArchiveWriter(dataFiles(config.dataDirectory).archive)
const stop = new AbortController()
let progress: unknown = null
const running = runArchiveSink({
  broker,
  writer,
  topics,
  signal: stop.signal,
  onProgress: (now) => {
    progress = now
  },
})
const notify = serveCalls(parentPort!, {
  deleteBroadcast: (channelId, broadcastId) => writer.deleteBroadcast(channelId, broadcastId),
  stop: async () => {
    clearInterval(status)
    stop.abort()
    await running
    await writer.close()
    await broker.close()
    parentPort!.close()
  },
})
const status = setInterval(() => notify('status', progress), STATUS_EVERY_MS)
notify('ready', null)
await running.catch((cause: unknown) => {
  log.error(messageOf(cause))
  throw cause
})
