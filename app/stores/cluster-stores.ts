/** Where the archive of a cluster stands: which stores the export role fills, and which one the others read. */
import { existsSync } from 'node:fs'
import type { ArchiveReader, ArchiveWriter } from '#sinks/archive.ts'
import type { MongoConfig } from '#sinks/mongo-archive.ts'
import { openArchiveWriter } from '#sinks/sqlite-archive.ts'
import { type Config, dataFiles } from '../config.ts'
import type { Log } from '../log.ts'
import { makeDataFolder, takeDataFolder } from '../open-data.ts'
import { type ArchivePlace, openArchiveAt } from './archive-place.ts'

/** A store that the export role fills, with positions of its own. */
export interface ClusterStore {
  readonly name: string
  /** Throws ArchiveError, JavasError. */
  open(log: Log): Promise<OpenStore>
}

export interface OpenStore {
  readonly writer: ArchiveWriter
  /** For the log: what it is. */
  readonly about: string
  close(): Promise<void>
}

export function clusterStores(config: Config): readonly ClusterStore[] {
  const { mongodb } = config.stores
  return mongodb
    ? [{ name: 'mongodb', open: (log) => openMongo(mongodb, log) }]
    : [{ name: 'archive', open: () => openFile(config.dataDirectory) }]
}

export const archivePlace = ({ stores, dataDirectory }: Config): ArchivePlace =>
  stores.mongodb ? { mongodb: stores.mongodb } : { file: dataFiles(dataDirectory).archive }

/** The archive as pages and commands read it. Throws ArchiveError. */
export async function openClusterArchive(config: Config): Promise<ArchiveReader> {
  const place = archivePlace(config)
  if ('file' in place) {
    makeDataFolder(config.dataDirectory)
    // Pages come up in any order of starts: an empty archive is one, too.
    if (!existsSync(place.file)) await (await openArchiveWriter(place.file)).close()
  }
  return openArchiveAt(place)
}

async function openMongo(config: MongoConfig, log: Log): Promise<OpenStore> {
  // The driver is loaded where it is used.
  const { openMongoArchiveWriter } = await import('#sinks/mongo-archive.ts')
  const writer = await openMongoArchiveWriter(config, {
    onRefused: ({ collection, id, reason }) => log.warn(`mongodb refuses ${collection} ${id}, put aside: ${reason}`),
  })
  const { version, transactions, expiry } = await writer.features()
  const about = [
    `MongoDB ${version}`,
    transactions ? 'transactions are there and not needed' : 'no transactions, none are needed',
    expiry ? 'what waits too long goes by itself' : 'no expiry: what waits too long goes with the next retention',
  ].join('; ')
  return { writer, about, close: () => writer.close() }
}

/** The data folder's file, which is this process' alone. */
async function openFile(dataDirectory: string): Promise<OpenStore> {
  const lock = takeDataFolder(dataDirectory)
  const path = dataFiles(dataDirectory).archive
  try {
    const writer = await openArchiveWriter(path)
    const close = async () => {
      await writer.close()
      lock.release()
    }
    return { writer, about: path, close }
  } catch (cause) {
    lock.release()
    throw cause
  }
}
