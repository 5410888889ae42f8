import { setTimeout as sleep } from 'node:timers/promises'
import { archiveTopicsOf, runArchiveSink } from '#sinks/archive-sink.ts'
import { openArchiveWriter } from '#sinks/sqlite-archive.ts'
import { archiveProgressLog } from '../archive-progress-log.ts'
import { type Config, dataFiles } from '../config.ts'
import { serveControl } from '../control/control-server.ts'
import { messageOf } from '../errors.ts'
import { hasUnread } from '../has-unread.ts'
import { takeDataFolder } from '../open-data.ts'
import { deleteFromArchive } from '../operations/delete-from-archive.ts'
import { runOperationOf } from '../operations/operations.ts'
import { runRole } from './run-role.ts'

/** Output topics into the archive of this machine's data folder, which is this process' alone. */
export function exportOnCluster(config: Config, { untilCaughtUp = false }: { readonly untilCaughtUp?: boolean }) {
  return runRole('export', config, async ({ broker, topics, log }) => {
    const lock = takeDataFolder(config.dataDirectory)
    const writer = await openArchiveWriter(dataFiles(config.dataDirectory).archive)
    const stop = new AbortController()
    const status = { archived: 0, undecodable: 0, problem: '' }
    const tell = archiveProgressLog(log)
    const running = runArchiveSink({
      broker,
      writer,
      topics,
      signal: stop.signal,
      onProgress: (progress) => {
        tell(progress)
        if (progress.kind === 'applied') status.archived = progress.total
        else if (progress.kind === 'undecodable') status.undecodable = progress.total
        else if (progress.kind === 'retrying') status.problem = messageOf(progress.error)
        else if (progress.kind === 'recovered') status.problem = ''
      },
    })
    const caughtUp = async () => {
      while (await hasUnread(broker, archiveTopicsOf(topics), await writer.positions())) await sleep(200)
    }
    // The dashboard beside us reads the file; what it wants deleted goes through here.
    const control = await serveControl(config.dataDirectory, (name, args, signal) =>
      runOperationOf({ ping, 'delete-from-archive': deleteFromArchive }, { writer }, name, args, signal),
    )
    return {
      ended: untilCaughtUp ? Promise.race([running, caughtUp()]) : running,
      status: () => ({ state: 'RUNNING', problem: status.problem, export: { ...status } }),
      async close() {
        await control.close()
        stop.abort()
        await running.catch(() => {})
        await writer.close()
        lock.release()
      },
    }
  })
}

/** Whether anybody is here. */
async function* ping(): AsyncGenerator<string> {
  yield ''
}
