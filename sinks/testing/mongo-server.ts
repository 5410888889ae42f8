/** A server for tests of the archive: the one at JAVAS_MONGODB, or a stand-in of our own; and empty databases on it. */
import { MongoClient } from 'mongodb'
import { MongoStandIn } from '../../deploy/dev-services/mongodb/mongo-stand-in.ts'
import { type MongoConfig, MongoStore, openMongoArchiveReader, openMongoArchiveWriter } from '../mongo-archive.ts'
import type { OpenArchive } from './archive-rule.ts'

export interface MongoServer {
  readonly url: string
  readonly port: number
  /** A database with collections and indexes, and nothing in it. */
  emptyDatabase(): Promise<MongoConfig>
  drop(config: MongoConfig): Promise<void>
  openArchive(options: { readonly now: () => number }): Promise<OpenArchive>
  stop(): Promise<void>
}

let databases = 0

export async function mongoServer({ heapMb = 512 } = {}): Promise<MongoServer> {
  const given = process.env.JAVAS_MONGODB
  const own = given ? undefined : await MongoStandIn.start({ name: 'test-mongodb', heapMb })
  const url = given ?? own!.url
  const client = new MongoClient(url)

  const emptyDatabase = async () => {
    const config: MongoConfig = { url, database: `javas-test-${process.pid}-${++databases}`, credentials: null }
    await drop(config)
    await applyStore(config)
    return config
  }
  const drop = async ({ database }: MongoConfig) => {
    await client.db(database).dropDatabase()
  }
  return {
    url,
    port: Number(new URL(url).port || 27_017),
    emptyDatabase,
    drop,
    async openArchive({ now }) {
      const config = await emptyDatabase()
      const writer = await openMongoArchiveWriter(config, { now })
      const reader = await openMongoArchiveReader(config)
      return {
        writer,
        reader,
        close: async () => {
          await reader.close()
          await writer.close()
          await drop(config)
        },
      }
    },
    async stop() {
      await client.close()
      await own?.stop()
    },
  }
}

export async function applyStore(config: MongoConfig): Promise<void> {
  const store = new MongoStore(config)
  for (const change of await store.plan()) await store.apply(change)
  await store.close()
}
