import type { Config } from '../config.ts'
import { callRunning } from '../control/control-client.ts'
import { JavasError } from '../errors.ts'
import type { Log } from '../log.ts'
import { clusterStores } from './cluster-stores.ts'
import { hasServers } from './stores-config.ts'

/** Takes a broadcast out of the archive. */
export interface ArchiveEraser {
  /** Whether it can be done now: half a deletion is none. @throws JavasError EXPORT_NOT_RUNNING, ArchiveError */
  ready(): Promise<void>
  /** Returns the number of messages removed. */
  erase(channelId: string, broadcastId: string): Promise<number>
}

/** On servers we erase ourselves, in every store; the file of this machine is the export role's, which is asked. */
export const archiveEraser = (config: Config, log: Log): ArchiveEraser =>
  hasServers(config.stores) ? serverEraser(config, log) : localEraser(config)

function serverEraser(config: Config, log: Log): ArchiveEraser {
  const stores = clusterStores(config)
  return {
    async ready() {
      for (const store of stores) await (await store.open(log)).close()
    },
    async erase(channelId, broadcastId) {
      let removed = 0
      for (const store of stores) {
        const { writer, close } = await store.open(log)
        try {
          removed = Math.max(removed, await writer.deleteBroadcast(channelId, broadcastId))
        } finally {
          await close()
        }
      }
      return removed
    },
  }
}

function localEraser({ dataDirectory }: Config): ArchiveEraser {
  const ask = async (name: string, args: object) => {
    const answer = await callRunning(dataDirectory, name, args)
    if (!answer)
      throw new JavasError('EXPORT_NOT_RUNNING', 'only the export role changes the archive: start it on this machine')
    return Number((await Array.fromAsync(answer)).join(''))
  }
  return {
    async ready() {
      await ask('ping', {})
    },
    erase: (channelId, broadcastId) => ask('delete-from-archive', { channelId, broadcastId }),
  }
}
