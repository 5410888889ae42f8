import type { ErasedPerson } from '#sinks/archive.ts'
import { openArchiveReader } from '#sinks/sqlite-archive.ts'
import type { Position } from '#topology'
import { type Config, dataFiles } from '../config.ts'
import { callRunning } from '../control/control-client.ts'
import type { StoreErasure } from '../erasure/receipt.ts'
import { JavasError } from '../errors.ts'
import type { Log } from '../log.ts'
import { type ClusterStore, clusterStores, type OpenStore, searchIndexes } from './cluster-stores.ts'
import { hasServers } from './stores-config.ts'

/** Takes a broadcast or a person out of the archive. */
export interface ArchiveEraser {
  /** Whether it can be done now: half a deletion is none. @throws JavasError EXPORT_NOT_RUNNING, ArchiveError */
  ready(): Promise<void>
  /** Returns the number of messages removed. */
  erase(channelId: string, broadcastId: string): Promise<number>
  /** Of every store what was removed. */
  erasePerson(channelId: string, authorId: string): Promise<readonly StoreErasure[]>
  /** How far each store has read. */
  stores(): Promise<readonly { readonly name: string; positions(): Promise<readonly Position[]> }[]>
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
    erasePerson: (channelId, authorId) => erasePersonIn(stores, log, channelId, authorId),
    stores: async () => stores.map((store) => positionsOf(store, log)),
  }
}

const positionsOf = (store: ClusterStore, log: Log) => ({
  name: store.name,
  positions: () => within(store, log, ({ writer }) => writer.positions()),
})

async function within<T>(store: ClusterStore, log: Log, work: (opened: OpenStore) => Promise<T>): Promise<T> {
  const opened = await store.open(log)
  try {
    return await work(opened)
  } finally {
    await opened.close()
  }
}

async function erasePersonIn(
  stores: readonly ClusterStore[],
  log: Log,
  channelId: string,
  authorId: string,
): Promise<StoreErasure[]> {
  const erased: StoreErasure[] = []
  for (const store of stores) {
    const removed = await within(store, log, ({ writer }) => writer.erasePerson(channelId, authorId))
    erased.push({ store: store.name, ...removed })
  }
  return erased
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
  for (const store of stores)
    removed = Math.max(
      removed,
      await within(store, log, ({ writer }) => writer.deleteBroadcast(channelId, broadcastId)),
    )
  return removed
}

function localEraser(config: Config, log: Log): ArchiveEraser {
  const indexes = searchIndexes(config)
  const ask = async (name: string, args: object) => {
    const answer = await callRunning(config.dataDirectory, name, args)
    if (!answer)
      throw new JavasError('EXPORT_NOT_RUNNING', 'only the export role changes the archive: start it on this machine')
    return (await Array.fromAsync(answer)).join('')
  }
  return {
    async ready() {
      await ask('ping', {})
      await allOpen(indexes, log)
    },
    async erase(channelId, broadcastId) {
      await eraseIn(indexes, log, channelId, broadcastId)
      return Number(await ask('delete-from-archive', { channelId, broadcastId }))
    },
    async erasePerson(channelId, authorId) {
      const erased = await erasePersonIn(indexes, log, channelId, authorId)
      const removed = JSON.parse(await ask('erase-person-from-archive', { channelId, authorId })) as ErasedPerson
      return [...erased, { store: 'archive', ...removed }]
    },
    async stores() {
      const record = async () => {
        const reader = openArchiveReader(dataFiles(config.dataDirectory).archive)
        try {
          return await reader.positions()
        } finally {
          await reader.close()
        }
      }
      return [{ name: 'archive', positions: record }, ...indexes.map((store) => positionsOf(store, log))]
    },
  }
}
