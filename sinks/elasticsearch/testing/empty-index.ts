/** Indexes of a test's own on a node that several tests share. */
import { randomUUID } from 'node:crypto'
import type { Client } from '@elastic/elasticsearch'
import { type ElasticsearchConfig, ElasticsearchStore } from '../../elasticsearch.ts'
import { scan } from '../scan.ts'

export interface EmptyIndex {
  readonly config: ElasticsearchConfig
  /** What was written is found from here on. */
  refresh(): Promise<void>
  /** Takes every document away. The indexes stay: making them takes a second. */
  empty(): Promise<void>
}

export async function emptyIndex(url: string, client: Client): Promise<EmptyIndex> {
  const config: ElasticsearchConfig = {
    urls: [url],
    login: { kind: 'none' },
    ca: null,
    prefix: `t${randomUUID().slice(0, 8)}`,
    pseudonymKey: 'a secret of at least thirty-two characters',
  }
  const store = new ElasticsearchStore(config)
  for (const change of await store.plan()) await store.apply(change)
  await store.close()
  const ours = `${config.prefix}-*`
  // The versions of what a test before deleted are remembered for a minute, and would refuse this test's first ones.
  await client.indices.putSettings({ index: ours, settings: { index: { gc_deletes: '0s' } } })
  return {
    config,
    refresh: async () => {
      await client.indices.refresh({ index: ours })
    },
    empty: async () => {
      await client.indices.refresh({ index: ours })
      for await (const hits of scan({ client, index: ours, query: { match_all: {} } }))
        await client.bulk({
          operations: hits.map(({ _index, _id }) => ({ delete: { _index, _id: _id! } })),
          refresh: true,
        })
    },
  }
}
