import type { Client } from '@elastic/elasticsearch'
import type { Store, StoreChange } from '../store.ts'
import { hasNori } from './analysis.ts'
import { type LayoutChange, layoutChanges } from './apply-layout.ts'
import { type ConnectedElasticsearch, connectElasticsearch } from './connection.ts'
import type { ElasticsearchConfig } from './elasticsearch-config.ts'

/** Templates, indexes and aliases of the search index. */
export class ElasticsearchStore implements Store {
  readonly #config: ElasticsearchConfig
  #connecting: Promise<ConnectedElasticsearch> | null = null

  constructor(config: ElasticsearchConfig) {
    this.#config = config
  }

  async describe(): Promise<string> {
    const { client, server } = await this.#connect()
    const korean = (await hasNori(client))
      ? 'analysis-nori splits Korean into words'
      : 'no analysis-nori: Korean is found by our own pairs of characters alone'
    return `${server.product} ${server.version} at ${this.#config.urls.join(', ')}, indexes ${this.#config.prefix}-*; ${korean}`
  }

  async plan(): Promise<readonly (StoreChange & LayoutChange)[]> {
    const { client } = await this.#connect()
    return layoutChanges(client, this.#config.prefix, await hasNori(client))
  }

  async apply(change: StoreChange): Promise<void> {
    await (change as LayoutChange).make()
  }

  async close(): Promise<void> {
    const connected = await this.#connecting?.catch(() => null)
    await connected?.client.close()
  }

  #connect(): Promise<{ readonly client: Client } & ConnectedElasticsearch> {
    this.#connecting ??= connectElasticsearch(this.#config)
    return this.#connecting
  }
}
