/**
 * The search index of the cluster mode: Elasticsearch, or OpenSearch. It can be made anew from the record or from the
 * topics at any time. One writer, any number of readers.
 *
 *     const writer = await openElasticsearchWriter(config)
 *     const archive = withSearchIndex(record, openSearchIndex(config))
 */
import { hasNori } from './elasticsearch/analysis.ts'
import type { RefusedItem } from './elasticsearch/bulk.ts'
import { connectElasticsearch, type ServerKind } from './elasticsearch/connection.ts'
import type { ElasticsearchConfig } from './elasticsearch/elasticsearch-config.ts'
import { ElasticsearchWriter } from './elasticsearch/elasticsearch-writer.ts'
import { aliases } from './elasticsearch/index-names.ts'
import { SearchIndex } from './elasticsearch/search-index.ts'

export type { ElasticsearchConfig } from './elasticsearch/elasticsearch-config.ts'
export { ElasticsearchStore } from './elasticsearch/elasticsearch-store.ts'
export { withSearchIndex } from './elasticsearch/with-search-index.ts'

export interface OpenWriterOptions {
  /** The clock of erasures, epoch ms. */
  readonly now?: () => number
  readonly onRefused?: (item: RefusedItem) => void
}

export interface OpenedWriter {
  readonly writer: ElasticsearchWriter
  readonly server: ServerKind
  /** Whether it splits Korean into words; without, only our own pairs of characters find a part of a word. */
  readonly nori: boolean
}

/** Throws ArchiveError: ARCHIVE_MISSING before `javas stores apply` made the indexes. */
export async function openElasticsearchWriter(
  config: ElasticsearchConfig,
  options: OpenWriterOptions = {},
): Promise<OpenedWriter> {
  const { client, server } = await connectElasticsearch(config)
  const writer = new ElasticsearchWriter({
    client,
    names: aliases(config.prefix),
    pseudonymKey: config.pseudonymKey,
    ...options,
  })
  try {
    const nori = await hasNori(client)
    await writer.positions()
    return { writer, server, nori }
  } catch (cause) {
    await writer.close()
    throw cause
  }
}

/** For searches. It connects when it is first asked. */
export const openSearchIndex = (config: ElasticsearchConfig): SearchIndex => new SearchIndex(config)

/** A client for the commands that look after the index. Whoever opens it closes it. */
export { connectElasticsearch } from './elasticsearch/connection.ts'
export { openIndexAudit } from './elasticsearch/index-audit.ts'
export { aliases } from './elasticsearch/index-names.ts'
export { readPositions } from './elasticsearch/positions.ts'
export { rebuildFromRecord } from './elasticsearch/rebuild-from-record.ts'
export { rebuildFromTopics } from './elasticsearch/rebuild-from-topics.ts'
export { tracesInIndex } from './elasticsearch/traces-in-index.ts'
