/** Where the archive of a cluster stands: which stores the export role fills, and which one the others read. */
import { existsSync } from 'node:fs'
import type { ArchiveReader, ArchiveWriter } from '#sinks/archive.ts'
import type { ElasticsearchConfig } from '#sinks/elasticsearch/elasticsearch-config.ts'
import type { MongoConfig } from '#sinks/mongo-archive.ts'
import { openArchiveWriter } from '#sinks/sqlite-archive.ts'
import { type Config, dataFiles } from '../config.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { makeDataFolder, takeDataFolder } from '../open-data.ts'
import { archivePlace, openArchiveAt } from './archive-place.ts'

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
  const record: ClusterStore = mongodb
    ? { name: 'mongodb', open: (log) => openMongo(mongodb, log) }
    : { name: 'archive', open: () => openFile(config.dataDirectory) }
  return [record, ...searchIndexes(config)]
}

/** The stores beside the record, on servers of their own. */
export function searchIndexes({ stores: { elasticsearch } }: Config): readonly ClusterStore[] {
  return elasticsearch ? [{ name: 'elasticsearch', open: (log) => openElasticsearch(elasticsearch, log) }] : []
}

/**
 * The archive as pages and commands read it: the record, whose searches the index answers where there is one.
 * Throws ArchiveError.
 */
export async function openClusterArchive(config: Config, log: Log): Promise<ArchiveReader> {
  const record = await openRecord(config)
  const { elasticsearch } = config.stores
  if (!elasticsearch) return record
  const { openSearchIndex, withSearchIndex } = await elasticsearchIndex()
  let toldAt = 0
  return withSearchIndex(record, openSearchIndex(elasticsearch), (cause) => {
    if (Date.now() - toldAt < TELL_AGAIN_MS) return
    toldAt = Date.now()
    log.warn(`the record answers searches, more slowly, because the index does not: ${messageOf(cause)}`)
  })
}

const TELL_AGAIN_MS = 60_000

/** The record alone. Throws ArchiveError. */
export async function openRecord(config: Config): Promise<ArchiveReader> {
  const place = archivePlace(config)
  if ('file' in place) {
    makeDataFolder(config.dataDirectory)
    // Pages come up in any order of starts: an empty archive is one, too.
    if (!existsSync(place.file)) await (await openArchiveWriter(place.file)).close()
  }
  return openArchiveAt(place)
}

const elasticsearchIndex = () => import('#sinks/elasticsearch.ts')

async function openElasticsearch(config: ElasticsearchConfig, log: Log): Promise<OpenStore> {
  const { openElasticsearchWriter } = await elasticsearchIndex()
  const { writer, server, nori } = await openElasticsearchWriter(config, {
    onRefused: ({ operation, reason }) =>
      log.warn(`elasticsearch refuses ${operation.index} ${operation.id}, put aside: ${reason}`),
  })
  const about = [
    `${server.product} ${server.version}`,
    nori
      ? 'analysis-nori splits Korean into words'
      : 'analysis-nori is not installed: Korean is found by pairs of characters, which our own search does in any case',
  ].join('; ')
  return { writer, about, close: () => writer.close() }
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
