import { Client } from '@elastic/elasticsearch'
import { messageDocument, messageId } from '#sinks/elasticsearch/documents.ts'
import { aliases } from '#sinks/elasticsearch/index-names.ts'
import { emptyIndex } from '#sinks/elasticsearch/testing/empty-index.ts'
import { openElasticsearchWriter } from '#sinks/elasticsearch.ts'
import { ElasticsearchNode } from '../../deploy/dev-services/elasticsearch/elasticsearch-node.ts'
import type { SinkUnderBench } from './sink-under-bench.ts'

/** The node at JAVAS_ELASTICSEARCH, or one of our own. */
export async function benchElasticsearch(): Promise<SinkUnderBench> {
  const given = process.env.JAVAS_ELASTICSEARCH
  const node = given ? null : await ElasticsearchNode.start({ name: 'bench-elasticsearch', heapMb: 1_024 })
  const url = given ?? node!.url
  const client = new Client({ node: url })
  const drop = async (prefix: string) => {
    await client.indices.delete({ index: Object.keys(await client.indices.get({ index: `${prefix}-*` })) })
  }
  return {
    async ours() {
      const { config } = await emptyIndex(url, client)
      const { writer } = await openElasticsearchWriter(config)
      const close = writer.close.bind(writer)
      return Object.assign(writer, {
        async close() {
          await close()
          await drop(config.prefix)
        },
      })
    },
    async bare(batches) {
      const { config } = await emptyIndex(url, client)
      const index = aliases(config.prefix).messages
      // As long as a pseudonym, and as many different ones.
      const pseudonymOf = (_: string, authorId: string) => authorId.padEnd(22, '_')
      const requests = batches.map(({ messages }) =>
        messages
          .map((analyzed, order) => {
            const id = messageId(analyzed.message.channelId, analyzed.message.id)
            const document = messageDocument(analyzed, pseudonymOf, order)
            return `${JSON.stringify({ create: { _index: index, _id: id } })}\n${JSON.stringify(document)}\n`
          })
          .join(''),
      )
      return {
        async write(requestsAtOnce) {
          const left = requests.values()
          const lane = async () => {
            for (const lines of left)
              await client.transport.request({ method: 'POST', path: '/_bulk', bulkBody: lines })
          }
          await Promise.all(Array.from({ length: requestsAtOnce }, lane))
        },
        close: () => drop(config.prefix),
      }
    },
    async stop() {
      await client.close()
      await node?.stop()
    },
  }
}
