import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { Client } from '@elastic/elasticsearch'
import { ElasticsearchNode } from './elasticsearch-node.ts'

test('the official client writes and reads, Korean is analysed, and what was acknowledged outlives kill -9', async () => {
  const node = await ElasticsearchNode.start({ name: 'test-own-elasticsearch' })
  const client = new Client({ node: node.url })
  try {
    await client.index({ index: 'words', id: 'a', document: { text: '아버지가 방에 들어가신다' } })
    await node.process.kill9()
    await node.startServer()
    assert.deepEqual((await client.get({ index: 'words', id: 'a' }))._source, { text: '아버지가 방에 들어가신다' })
    const { tokens } = await client.indices.analyze({ analyzer: 'nori', text: '아버지가 방에 들어가신다' })
    assert.ok(tokens?.some(({ token }) => token === '아버지'))
  } finally {
    await client.close()
    await node.stop()
  }
  assert.equal(node.process.pid, undefined)
  assert.equal(existsSync(node.process.logFile), false)
})
