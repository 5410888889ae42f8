/** Everything that matches, in pages, over a point in time: what is written meanwhile neither shows nor disturbs. */
import type { Client, estypes } from '@elastic/elasticsearch'
import { guarded } from './elasticsearch-error.ts'
import { closePointInTime, openPointInTime } from './point-in-time.ts'

export interface ScanOptions {
  readonly client: Client
  readonly index: string
  readonly query: estypes.QueryDslQueryContainer
  /** Must tell any two documents apart; default: the order of the index itself, which is the cheapest. */
  readonly sort?: readonly estypes.SortCombinations[]
  readonly after?: readonly estypes.FieldValue[]
  /** Fields to bring; default none: ids alone. `true` brings all. */
  readonly source?: readonly string[] | boolean
  readonly pageSize?: number
  /** Whether sequence numbers are wanted, to replace what was read. */
  readonly withSequence?: boolean
  /** Whether versions are wanted, to rewrite in place what was read. */
  readonly withVersion?: boolean
}

const KEEP_ALIVE = '2m'
const PAGE = 1_000

export async function* scan<T>(options: ScanOptions): AsyncGenerator<readonly estypes.SearchHit<T>[]> {
  const {
    client,
    index,
    query,
    sort = [{ _shard_doc: 'asc' }],
    source = false,
    pageSize = PAGE,
    withSequence,
    withVersion,
  } = options
  let id = await openPointInTime(client, index, KEEP_ALIVE)
  let after = options.after
  try {
    for (;;) {
      const page = await guarded(() =>
        client.search<T>({
          pit: { id, keep_alive: KEEP_ALIVE },
          query,
          sort: [...sort],
          size: pageSize,
          track_total_hits: false,
          _source: Array.isArray(source) ? [...source] : (source as boolean),
          ...(withSequence && { seq_no_primary_term: true }),
          ...(withVersion && { version: true }),
          ...(after && { search_after: [...after] }),
        }),
      )
      id = page.pit_id ?? id
      const { hits } = page.hits
      if (hits.length > 0) yield hits
      if (hits.length < pageSize) return
      after = hits.at(-1)!.sort!
    }
  } finally {
    // It ends by itself after two minutes; that it cannot be closed sooner is no failure of what was read.
    await closePointInTime(client, id).catch(() => {})
  }
}
