/** A node for tests: the one at JAVAS_ELASTICSEARCH, or one of our own for as long as the test file runs. */
import { after, before } from 'node:test'
import { Client } from '@elastic/elasticsearch'
import { ElasticsearchNode } from '../../../deploy/dev-services/elasticsearch/elasticsearch-node.ts'
import { type EmptyIndex, emptyIndex } from './empty-index.ts'

export interface SharedNode {
  readonly url: string
  readonly client: Client
  readonly index: EmptyIndex
  /** Null where the node is not ours to kill. */
  readonly node: ElasticsearchNode | null
}

/** To be called once in a test file; the values are there when its tests run. */
export function sharedNode(name: string): SharedNode {
  let node: ElasticsearchNode | null = null
  let opened: { readonly url: string; readonly client: Client; readonly index: EmptyIndex }
  before(async () => {
    const given = process.env.JAVAS_ELASTICSEARCH
    if (!given) node = await ElasticsearchNode.start({ name })
    const url = given ?? node!.url
    const client = new Client({ node: url })
    opened = { url, client, index: await emptyIndex(url, client) }
  })
  after(async () => {
    await opened?.client.close()
    await node?.stop()
  })
  return {
    get url() {
      return opened.url
    },
    get client() {
      return opened.client
    },
    get index() {
      return opened.index
    },
    get node() {
      return node
    },
  }
}
