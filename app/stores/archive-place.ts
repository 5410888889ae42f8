import type { ArchiveReader } from '#sinks/archive.ts'
import type { MongoConfig } from '#sinks/mongo-archive.ts'
import { openArchiveReader } from '#sinks/sqlite-archive.ts'
import { type Config, dataFiles } from '../config.ts'

/** Where an archive is read. Plain data: worker threads get a copy and open it themselves. */
export type ArchivePlace = { readonly file: string } | { readonly mongodb: MongoConfig }

export const archivePlace = ({ stores, dataDirectory }: Pick<Config, 'stores' | 'dataDirectory'>): ArchivePlace =>
  stores.mongodb ? { mongodb: stores.mongodb } : { file: dataFiles(dataDirectory).archive }

/** Throws ArchiveError. */
export async function openArchiveAt(place: ArchivePlace): Promise<ArchiveReader> {
  if ('file' in place) return openArchiveReader(place.file, { searchesAside: true })
  // The driver is loaded where it is used.
  const { openMongoArchiveReader } = await import('#sinks/mongo-archive.ts')
  return openMongoArchiveReader(place.mongodb)
}
