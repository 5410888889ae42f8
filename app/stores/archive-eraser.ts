import type { Config } from '../config.ts'
import { callRunning } from '../control/control-client.ts'
import { JavasError } from '../errors.ts'
import type { Log } from '../log.ts'
import { type ClusterStore, clusterStores, searchIndexes } from './cluster-stores.ts'
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
  hasServers(config.stores) ? serverEraser(config, log) : localEraser(config, log)

function serverEraser(config: Config, log: Log): ArchiveEraser {
  // What is searched goes first: a record that is left can be found and deleted again.
  const stores = clusterStores(config).toReversed()
  return {
    ready: () => allOpen(stores, log),
    erase: (channelId, broadcastId) => eraseIn(stores, log, channelId, broadcastId),
  }
}

async function allOpen(stores: readonly ClusterStore[], log: Log): Promise<void> {
  for (const store of stores) await (await store.open(log)).close()
}

async function eraseIn(
  stores: readonly ClusterStore[],
  log: Log,
  channelId: string,
  broadcastId: string,
): Promise<number> {
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
}

function localEraser(config: Config, log: Log): ArchiveEraser {
  const indexes = searchIndexes(config)
  const ask = async (name: string, args: object) => {
    const answer = await callRunning(config.dataDirectory, name, args)
    if (!answer)
      throw new JavasError('EXPORT_NOT_RUNNING', 'only the export role changes the archive: start it on this machine')
    return Number((await Array.fromAsync(answer)).join(''))
  }
  return {
    async ready() {
      await ask('ping', {})
      await allOpen(indexes, log)
    },
    async erase(channelId, broadcastId) {
      await eraseIn(indexes, log, channelId, broadcastId)
      return ask('delete-from-archive', { channelId, broadcastId })
    },
  }
}
