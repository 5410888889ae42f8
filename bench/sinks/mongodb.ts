import { MongoClient } from 'mongodb'
import { openMongoArchiveWriter } from '#sinks/mongo-archive.ts'
import { messageDocument } from '#sinks/mongodb/message-document.ts'
import { mongoServer } from '#sinks/testing/mongo-server.ts'
import type { SinkUnderBench } from './sink-under-bench.ts'

/** The server at JAVAS_MONGODB, or a stand-in of our own. */
export async function benchMongo(): Promise<SinkUnderBench> {
  const server = await mongoServer({ heapMb: 2_048 })
  return {
    async ours() {
      const config = await server.emptyDatabase()
      const writer = await openMongoArchiveWriter(config)
      const close = writer.close.bind(writer)
      return Object.assign(writer, {
        async close() {
          await close()
          await server.drop(config)
        },
      })
    },
    async bare(batches) {
      const config = await server.emptyDatabase()
      const client = new MongoClient(config.url, { writeConcern: { w: 'majority', journal: true }, retryWrites: false })
      const collection = client.db(config.database).collection<{ _id: string }>('messages')
      const requests = batches.map(({ messages, origins }) =>
        messages.map((analyzed, index) => messageDocument(analyzed, { ...origins[index]!, generation: 0 })),
      )
      return {
        async write(requestsAtOnce) {
          const left = requests.values()
          const lane = async () => {
            for (const documents of left) await collection.insertMany(documents, { ordered: false })
          }
          await Promise.all(Array.from({ length: requestsAtOnce }, lane))
        },
        async close() {
          await client.close()
          await server.drop(config)
        },
      }
    },
    stop: () => server.stop(),
  }
}
