import type { Client, estypes } from '@elastic/elasticsearch'
import type { ArchiveQuery, ArchiveReader, MessageKey, SearchPage } from '../archive.ts'
import { ArchiveError } from '../archive-error.ts'
import { connectElasticsearch } from './connection.ts'
import { readCursor, writeCursor } from './cursor.ts'
import type { ElasticsearchConfig } from './elasticsearch-config.ts'
import { guarded } from './elasticsearch-error.ts'
import { aliases, aliasOf } from './index-names.ts'
import { Pseudonyms } from './pseudonyms.ts'
import { searchQuery } from './search-query.ts'

const MAX_TOTAL = 10_000
const MAX_PAGE = 500
const MAX_BUCKETS = 1_000
/** Up to so many different ones cardinality is next to exact. */
const EXACT_COUNT = 10_000
const SEARCH_MS = 15_000

const KEY_FIELDS = ['channelId', 'messageId'] as const
type Hit = estypes.SearchHit<{ readonly channelId: string; readonly messageId: string }>
export type Bucket = Awaited<ReturnType<ArchiveReader['histogram']>>[number]
type Record = Pick<ArchiveReader, 'messagesByKey'>

interface Opened {
  readonly client: Client
  readonly pseudonyms: Pseudonyms
}

/**
 * Finds messages and counts them; what they say is read from the record, which knows what was erased since. Connects when
 * it is first asked, and again when that failed: nobody waits for Elasticsearch at the start. Make one with `openSearchIndex`.
 */
export class SearchIndex {
  readonly #config: ElasticsearchConfig
  readonly #messages: string
  #opening: Promise<Opened> | null = null
  #isClosed = false

  constructor(config: ElasticsearchConfig) {
    this.#config = config
    this.#messages = aliasOf(config.prefix, 'messages')
  }

  /** The index cannot be asked for part of a name: names stand in the record alone. */
  static canAnswer({ authorName }: ArchiveQuery): boolean {
    return authorName === undefined || authorName.trim() === ''
  }

  async search(query: ArchiveQuery, record: Record): Promise<SearchPage> {
    const limit = Math.min(Math.max(Math.trunc(query.limit ?? 50) || 1, 1), MAX_PAGE)
    const cursor = query.cursor === undefined ? null : readCursor(query.cursor)
    const { client, pseudonyms } = await this.#open()
    const filter = await searchQuery(query, pseudonyms)
    if (!filter) return { messages: [], next: null, total: 0, broadcasts: 0, authors: 0 }
    const order = query.order === 'oldest' ? 'asc' : 'desc'
    const found = await guarded(() =>
      client.search<MessageKey>(
        {
          index: this.#messages,
          query: filter,
          sort: [{ timestamp: order }, { order }, { messageId: order }],
          size: limit + 1,
          _source: [...KEY_FIELDS],
          track_total_hits: cursor ? false : MAX_TOTAL,
          ...(cursor ? { search_after: [...cursor.after] } : { aggs: counted }),
        },
        { requestTimeout: SEARCH_MS },
      ),
    )
    const hits = found.hits.hits as unknown as readonly Hit[]
    const page = hits.slice(0, limit)
    const { total, broadcasts, authors } = cursor ?? totalsOf(found)
    const after = page.at(-1)?.sort as [number, number, string] | undefined
    return {
      messages: await record.messagesByKey(page.map(keyOf)),
      next: hits.length > limit ? writeCursor({ after: after!, total, broadcasts, authors }) : null,
      ...{ total, broadcasts, authors },
    }
  }

  async histogram(query: ArchiveQuery, buckets: number): Promise<readonly Bucket[]> {
    const count = Math.min(Math.max(Math.trunc(buckets) || 1, 1), MAX_BUCKETS)
    const { client, pseudonyms } = await this.#open()
    const filter = await searchQuery(query, pseudonyms)
    if (!filter) return []
    const ask = (aggs: { [name: string]: estypes.AggregationsAggregationContainer }) =>
      guarded(() =>
        client.search(
          { index: this.#messages, query: filter, size: 0, track_total_hits: false, aggs },
          { requestTimeout: SEARCH_MS },
        ),
      )
    let { from: first, to: end } = query
    if (first === undefined || end === undefined) {
      const { aggregations } = await ask({
        first: { min: { field: 'timestamp' } },
        last: { max: { field: 'timestamp' } },
      })
      const edge = (name: string) =>
        (aggregations?.[name] as estypes.AggregationsMinAggregate | undefined)?.value ?? null
      if (edge('first') === null) return []
      first ??= edge('first')!
      end ??= edge('last')! + 1
    }
    const width = Math.max(1, Math.ceil((end - first) / count))
    const filled = Array.from({ length: Math.max(1, Math.ceil((end - first) / width)) }, (_, index) => ({
      start: first + index * width,
      end: Math.min(first + (index + 1) * width, Math.max(end, first + 1)),
      messages: 0,
      negative: 0,
    }))
    const { aggregations } = await ask({
      bars: {
        date_histogram: {
          field: 'timestamp',
          fixed_interval: `${width}ms`,
          offset: `${first % width}ms`,
          min_doc_count: 1,
        },
        aggs: { negative: { filter: { term: { sentiment: 'negative' } } } },
      },
    })
    for (const { key, doc_count, negative } of barsOf(aggregations)) {
      const bucket = filled[Math.floor((key - first) / width)]
      if (!bucket) continue
      bucket.messages += doc_count
      bucket.negative += negative.doc_count
    }
    return filled
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const opened = await this.#opening?.catch(() => null)
    await opened?.client.close()
  }

  #open(): Promise<Opened> {
    if (this.#isClosed) return Promise.reject(new ArchiveError('ARCHIVE_CLOSED', 'the search index is closed'))
    this.#opening ??= this.#connect()
    return this.#opening
  }

  async #connect(): Promise<Opened> {
    try {
      const { client } = await connectElasticsearch(this.#config)
      const { pseudonyms } = aliases(this.#config.prefix)
      return { client, pseudonyms: new Pseudonyms(client, pseudonyms, this.#config.pseudonymKey) }
    } catch (cause) {
      this.#opening = null
      throw cause
    }
  }
}

const counted = {
  broadcasts: { cardinality: { field: 'broadcast', precision_threshold: EXACT_COUNT } },
  authors: { cardinality: { field: 'author', precision_threshold: EXACT_COUNT } },
}

function totalsOf({ hits, aggregations }: estypes.SearchResponse): {
  total: number
  broadcasts: number
  authors: number
} {
  const total = typeof hits.total === 'number' ? hits.total : (hits.total?.value ?? 0)
  const count = (name: string) =>
    (aggregations?.[name] as estypes.AggregationsCardinalityAggregate | undefined)?.value ?? 0
  return { total: Math.min(total, MAX_TOTAL), broadcasts: count('broadcasts'), authors: count('authors') }
}

const keyOf = ({ _source }: Hit): MessageKey => ({ channelId: _source!.channelId, id: _source!.messageId })

interface Bar {
  readonly key: number
  readonly doc_count: number
  readonly negative: { readonly doc_count: number }
}

const barsOf = (aggregations: unknown): readonly Bar[] =>
  (aggregations as { readonly bars?: { readonly buckets?: readonly Bar[] } } | undefined)?.bars?.buckets ?? []
