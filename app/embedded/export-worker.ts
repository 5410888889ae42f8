/** The export role in a worker thread: output topics to the archive. */
import { parentPort, workerData } from 'node:worker_threads'
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
const status: { archived: number; undecodable: number; problem: string } = { archived: 0, undecodable: 0, problem: '' }
const running = runArchiveSink({
  broker,
  writer,
  signal: stop.signal,
  onProgress: (progress) => {
    switch (progress.kind) {
      case 'applied':
        status.archived = progress.total
        return
      case 'undecodable':
        status.undecodable = progress.total
        return log.warn(
          `${progress.record.topic}-${progress.record.partition}@${progress.record.offset} put aside: ${progress.record.message}`,
        )
      case 'retrying':
        status.problem = messageOf(progress.error)
        return log.warn(
          `the archive refused (${status.problem}); trying again in ${progress.delayMs} ms, nothing is lost`,
        )
      case 'recovered':
        status.problem = ''
        return log.info('the archive takes messages again')
      case 'lost':
        return log.error(
          `${progress.topic}-${progress.partition}: retention took offsets ${progress.from} to ${progress.to} before they were archived`,
        )
      case 'log-reset':
        return log.warn(
          `${progress.topic}-${progress.partition}: the log is younger than the archive; reading it from its start`,
        )
    }
  },
})
const notify = serveCalls(parentPort!, {
  deleteBroadcast: (channelId, broadcastId) => writer.deleteBroadcast(channelId, broadcastId),
  stop: async () => {
    clearInterval(telling)
    stop.abort()
    await running
    await writer.close()
    await broker.close()
    parentPort!.close()
  },
})
const telling = setInterval(() => notify('status', status), STATUS_EVERY_MS)
notify('ready', null)
await running.catch((cause: unknown) => {
  log.error(messageOf(cause))
  throw cause
})
