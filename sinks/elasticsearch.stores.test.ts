/** The contract of every archive, kept by a SQLite record with an Elasticsearch index beside it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { Client } from '@elastic/elasticsearch'
import { ElasticsearchNode } from '../deploy/dev-services/elasticsearch/elasticsearch-node.ts'
import { archiveContract } from './archive.contract.ts'
import type { ArchiveWriter } from './archive.ts'
import { type EmptyIndex, emptyIndex } from './elasticsearch/testing/empty-index.ts'
import { openElasticsearchWriter, openSearchIndex, withSearchIndex } from './elasticsearch.ts'
import { openArchiveReader, openArchiveWriter } from './sqlite-archive.ts'

let node: ElasticsearchNode
let client: Client
let index: EmptyIndex
before(async () => {
  node = await ElasticsearchNode.start({ name: 'test-elasticsearch-contract' })
  client = new Client({ node: node.url })
  index = await emptyIndex(node.url, client)
})
after(async () => {
  await client?.close()
  await node?.stop()
})

archiveContract('SQLite with Elasticsearch', async (now) => {
  const directory = mkdtempSync(join(tmpdir(), 'javas-archive-'))
  const { config, refresh, empty } = index
  const record = await openArchiveWriter(join(directory, 'archive.db'), { now })
  const { writer } = await openElasticsearchWriter(config, { now })
  const reader = withSearchIndex(openArchiveReader(join(directory, 'archive.db')), openSearchIndex(config), (cause) => {
    throw cause
  })
  return {
    writer: both(record, writer, refresh),
    reader,
    close: async () => {
      await reader.close()
      await record.close()
      await writer.close()
      await empty()
      rmSync(directory, { recursive: true, force: true })
    },
  }
})

/** What the export role's two loops do one beside the other, and a refresh, because a test does not wait for one. */
const both = (record: ArchiveWriter, index: ArchiveWriter, refresh: () => Promise<unknown>): ArchiveWriter => {
  const each = async <T>(work: (writer: ArchiveWriter) => Promise<T>): Promise<T> => {
    const done = await work(record)
    await work(index)
    await refresh()
    return done
  }
  return {
    positions: () => record.positions(),
    apply: (batch) => each((writer) => writer.apply(batch)),
    resetPositions: (positions) => each((writer) => writer.resetPositions(positions)),
    deleteBroadcast: (channelId, broadcastId) => each((writer) => writer.deleteBroadcast(channelId, broadcastId)),
    purgeOlderThan: (timestamp) => each((writer) => writer.purgeOlderThan(timestamp)),
    close: async () => {
      await record.close()
      await index.close()
    },
  }
}
