/** The contract of every archive, kept by a SQLite record with an Elasticsearch index beside it. */
import { archiveContract } from './archive.contract.ts'
import { composedArchive } from './elasticsearch/testing/composed-archive.ts'
import { sharedNode } from './elasticsearch/testing/shared-node.ts'

const shared = sharedNode('test-elasticsearch-contract')

archiveContract('SQLite with Elasticsearch', async (now) => {
  const archive = await composedArchive(shared.index, { now })
  const writer = await archive.openWriter()
  return { writer, reader: archive.reader, close: () => archive.close() }
})
