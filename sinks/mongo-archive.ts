/**
 * The archive in a MongoDB database: one or more writers, any number of readers. Exactly once in effect: every write is of
 * one document, under an id that depends on its content alone, and replaces only an older version; where reading of the
 * log goes on is written last. A record that comes again changes nothing.
 *
 *     const writer = await openMongoArchiveWriter({ url: 'mongodb://127.0.0.1:27017', database: 'javas', credentials: null })
 */
import type { ArchiveReader } from './archive.ts'
import { MongoConnection } from './mongodb/connection.ts'
import type { MongoConfig } from './mongodb/mongo-config.ts'
import { MongoArchiveReader } from './mongodb/reader.ts'
import { checkLayout } from './mongodb/store.ts'
import { MongoArchiveWriter } from './mongodb/writer.ts'

export type { MongoConfig } from './mongodb/mongo-config.ts'
export { MongoStore } from './mongodb/store.ts'

export interface MongoWriterOptions {
  /** The clock of erasures, epoch ms. */
  readonly now?: () => number
  /** Told of every document that the server will never take; it was put aside with the reason. */
  readonly onRefused?: (refused: { readonly collection: string; readonly id: string; readonly reason: string }) => void
}

/** Throws ArchiveError: ARCHIVE_MISSING where `javas stores apply` was not run. */
export async function openMongoArchiveWriter(
  config: MongoConfig,
  { now = Date.now, onRefused = () => {} }: MongoWriterOptions = {},
): Promise<MongoArchiveWriter> {
  const connection = new MongoConnection(config)
  const writer = new MongoArchiveWriter(connection, now, (collection, { _id }, reason) =>
    onRefused({ collection, id: _id, reason }),
  )
  return openOrClose(connection, () => writer.open())
}

/** Throws ArchiveError: ARCHIVE_MISSING where `javas stores apply` was not run. */
export async function openMongoArchiveReader(config: MongoConfig): Promise<ArchiveReader> {
  const connection = new MongoConnection(config)
  return openOrClose(connection, async () => {
    await connection.run((collections) => checkLayout(collections, connection.where))
    return new MongoArchiveReader(connection)
  })
}

async function openOrClose<T>(connection: MongoConnection, open: () => Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (cause) {
    await connection.close()
    throw cause
  }
}
