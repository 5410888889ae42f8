/**
 * The contract of every archive and what only the index keeps to, on OpenSearch as on Elasticsearch. What happens when the way to
 * the index breaks is the client's affair, and proved there.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OpenSearchNode } from '../deploy/dev-services/opensearch/opensearch-node.ts'
import { archiveContract } from './archive.contract.ts'
import { composedArchive } from './elasticsearch/testing/composed-archive.ts'
import { indexRules } from './elasticsearch/testing/index-rules.ts'
import { openSearchNode, ownIndex } from './elasticsearch/testing/shared-node.ts'
import { ElasticsearchStore } from './elasticsearch.ts'
import { find, store } from './testing/archive-rule.ts'
import { message } from './testing/archive-values.ts'

const shared = openSearchNode('test-opensearch')

archiveContract('SQLite with OpenSearch', async (now) => {
  const archive = await composedArchive(shared.index, { now })
  const writer = await archive.openWriter()
  return { writer, reader: archive.reader, close: () => archive.close() }
})

indexRules(shared, /opensearch 3\..*analysis-nori splits/)

test('an OpenSearch without analysis-nori says so, and finds any two syllables all the same', async () => {
  await using node = await OpenSearchNode.start({ name: 'test-opensearch-plain', nori: false })
  const { client, index } = await ownIndex(node.url)
  const described = new ElasticsearchStore(index.config)
  const archive = await composedArchive(index)
  try {
    assert.match(await described.describe(), /opensearch 3\..*no analysis-nori/)
    const opened = { writer: await archive.openWriter(), reader: archive.reader, close: async () => {} }
    await store(opened, message('m1', '안녕하세요 세상'), message('m2', '반갑습니다'))
    assert.deepEqual(await find(opened, { text: '녕하' }), ['m1'])
  } finally {
    await described.close()
    await archive.close()
    await client.close()
  }
})
