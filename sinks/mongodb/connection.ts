import { type Db, MongoClient } from 'mongodb'
import { ArchiveError } from '../archive-error.ts'
import { type Collections, collectionsOf } from './collections.ts'
import type { MongoConfig } from './mongo-config.ts'
import { guarded } from './mongo-error.ts'

const PATIENCE_MS = 5_000
/** A connection on which nothing comes for so long is dead; the longest command of ours takes a fraction of it. */
const SILENCE_MS = 60_000

/** A client of one database, whose calls throw ArchiveError and are refused once it is closed. */
export class MongoConnection {
  /** For messages: no name and no password in it. */
  readonly where: string
  readonly database: Db
  readonly collections: Collections
  readonly #client: MongoClient
  #isClosed = false

  /** Throws ArchiveError when the address makes no sense. Connects with the first call. */
  constructor({ url, database, credentials, patienceMs = PATIENCE_MS }: MongoConfig) {
    this.where = `${url.replace(/\/\/[^@/]*@/, '//').replace(/\?.*$/, '')} (${database})`
    try {
      this.#client = new MongoClient(url, {
        ...(credentials && { auth: { username: credentials.username, password: credentials.password } }),
        appName: 'javas',
        // One attempt: after an error we look at what is stored, and the same batch is applied again.
        retryWrites: false,
        writeConcern: { w: 'majority', journal: true },
        readConcern: { level: 'majority' },
        readPreference: 'primary',
        serverSelectionTimeoutMS: patienceMs,
        connectTimeoutMS: patienceMs,
        socketTimeoutMS: SILENCE_MS,
        maxPoolSize: 8,
        ignoreUndefined: true,
      })
    } catch (cause) {
      throw new ArchiveError('ARCHIVE_FAILED', `JAVAS_MONGODB: ${(cause as Error).message}`, { cause })
    }
    this.database = this.#client.db(database)
    this.collections = collectionsOf(this.database)
  }

  async run<T>(work: (collections: Collections) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new ArchiveError('ARCHIVE_CLOSED', `${this.where} is closed`)
    return guarded(this.where, () => work(this.collections))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#client.close()
  }
}
