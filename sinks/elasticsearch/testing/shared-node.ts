/** A node for tests: one that is given, or one of our own for as long as the test file runs. */
import { after, before } from 'node:test'
import type { Client } from '@elastic/elasticsearch'
import { ElasticsearchNode } from '../../../deploy/dev-services/elasticsearch/elasticsearch-node.ts'
import { OpenSearchNode } from '../../../deploy/dev-services/opensearch/opensearch-node.ts'
import type { SearchNode } from '../../../deploy/dev-services/search-node.ts'
import { connectElasticsearch } from '../connection.ts'
import { type EmptyIndex, emptyIndex } from './empty-index.ts'

export interface SharedNode {
  readonly url: string
  readonly client: Client
  readonly index: EmptyIndex
  /** Null where the node is not ours to kill. */
  readonly node: SearchNode | null
}

/** The node at JAVAS_ELASTICSEARCH, or one of our own. To be called once in a test file; the values are there when its tests run. */
export const elasticsearchNode = (name: string): SharedNode =>
  sharedNode(process.env.JAVAS_ELASTICSEARCH, () => ElasticsearchNode.start({ name }))

/** One of our own. To be called once in a test file. */
export const openSearchNode = (name: string): SharedNode => sharedNode(undefined, () => OpenSearchNode.start({ name }))

/** A client of whichever of the two answers there, and indexes of a test's own. */
export async function ownIndex(url: string): Promise<{ readonly client: Client; readonly index: EmptyIndex }> {
  const { client } = await connectElasticsearch({
    ...{ urls: [url], login: { kind: 'none' }, ca: null, prefix: '', pseudonymKey: '' },
  })
  return { client, index: await emptyIndex(url, client) }
}

function sharedNode(given: string | undefined, start: () => Promise<SearchNode>): SharedNode {
  let node: SearchNode | null = null
  let opened: { readonly url: string; readonly client: Client; readonly index: EmptyIndex }
  before(async () => {
    if (!given) node = await start()
    const url = given ?? node!.url
    opened = { url, ...(await ownIndex(url)) }
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
