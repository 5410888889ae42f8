import { MongoClient } from 'mongodb'
import type { ArchiveReader } from '#sinks/archive.ts'
import type { MongoConfig } from '#sinks/mongo-archive.ts'
import type { MessageDocument } from '#sinks/mongodb/collections.ts'
import { archivedMessage } from '#sinks/mongodb/message-document.ts'

const AT_ONCE = 2_000

/**
 * A record in which a whole export is one pass over the collection. Its own goes page by page along the index by place; the
 * stand-in has no such index, and looks through every document for each page.
 */
export function readAtOnce(
  record: ArchiveReader,
  { url, database }: MongoConfig,
): Pick<ArchiveReader, 'positions' | 'export' | 'windows' | 'erasedAmong'> {
  return {
    positions: () => record.positions(),
    windows: (...which) => record.windows(...which),
    erasedAmong: (messages) => record.erasedAmong(messages),
    async *export(query) {
      const { includeDeleted, ...narrower } = query
      if (!includeDeleted || Object.keys(narrower).length > 0) return yield* record.export(query)
      await using client = await MongoClient.connect(url)
      const messages = client.db(database).collection<MessageDocument>('messages')
      for await (const document of messages.find({}, { batchSize: AT_ONCE })) yield archivedMessage(document)
    },
  }
}
