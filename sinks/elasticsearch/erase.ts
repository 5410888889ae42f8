/**
 * Erasure of a broadcast: found by search, deleted by id, a thousand at once. Elasticsearch only marks what is deleted;
 * the segments that hold it are then written anew.
 */
import type { Client, estypes } from '@elastic/elasticsearch'
import type { Bulk } from './bulk.ts'
import { broadcastTerm } from './documents.ts'
import { guarded } from './elasticsearch-error.ts'
import type { Erasure } from './erasures.ts'
import type { IndexNames, Kind } from './index-names.ts'
import { scan } from './scan.ts'

const OF_BROADCASTS: readonly Kind[] = [
  'messages',
  'windows',
  'keywords',
  'offences',
  'alerts',
  'broadcasts',
  'clears',
  'refused',
]
const VALUES: readonly Kind[] = ['windows', 'keywords', 'offences', 'alerts', 'clears', 'refused']
/** Clauses of one query. */
export const ERASURES_AT_ONCE = 500
const MERGE_MS = 10 * 60 * 1000

type Query = estypes.QueryDslQueryContainer

const termOf = ({ channelId, broadcastId }: Erasure): string => broadcastTerm(channelId, broadcastId)

/** Returns the number of messages removed. */
export async function eraseBroadcast(
  client: Client,
  names: IndexNames,
  bulk: Bulk,
  channelId: string,
  broadcastId: string,
): Promise<number> {
  const query: Query = { term: { broadcast: broadcastTerm(channelId, broadcastId) } }
  let removed = 0
  for (const kind of OF_BROADCASTS) {
    const count = await eraseMatching(client, names[kind], bulk, query)
    if (kind === 'messages') removed = count
  }
  await giveBack(
    client,
    OF_BROADCASTS.map((kind) => names[kind]),
  )
  return removed
}

/** What another writer, which did not know yet, wrote of erased broadcasts. */
export async function eraseLeftovers(
  client: Client,
  names: IndexNames,
  bulk: Bulk,
  erasures: readonly Erasure[],
): Promise<void> {
  for (let at = 0; at < erasures.length; at += ERASURES_AT_ONCE) {
    const some = erasures.slice(at, at + ERASURES_AT_ONCE)
    const before = (field: string, among: readonly Erasure[]): Query => ({
      bool: {
        should: among.map((erasure) => ({
          bool: { filter: [{ term: { broadcast: termOf(erasure) } }, { range: { [field]: { lte: erasure.at } } }] },
        })),
        minimum_should_match: 1,
      },
    })
    await eraseMatching(client, names.messages, bulk, before('receivedAt', some))
    await eraseMatching(client, names.broadcasts, bulk, before('startedAt', some))
    // What has no time of receipt stays out until the broadcast is watched anew.
    const away = some.filter(({ returned }) => !returned)
    const ofThem: Query = { terms: { broadcast: away.map(termOf) } }
    for (const kind of VALUES) await eraseMatching(client, names[kind], bulk, ofThem)
  }
}

/** Returns how many documents that stand for something were deleted: a mark that waits for its message is none. */
export async function eraseMatching(client: Client, index: string, bulk: Bulk, query: Query): Promise<number> {
  let removed = 0
  await guarded(() => client.indices.refresh({ index }))
  for await (const hits of scan<{ awaited?: boolean }>({ client, index, query, source: ['awaited'] })) {
    // By the index that holds them: an alias may move meanwhile.
    await bulk.write(hits.map(({ _index, _id }) => ({ kind: 'delete', index: _index, id: _id! })))
    removed += hits.filter(({ _source }) => !_source?.awaited).length
  }
  if (removed > 0) await guarded(() => client.indices.refresh({ index }))
  return removed
}

export async function giveBack(client: Client, index: string[]): Promise<void> {
  await guarded(() => client.indices.forcemerge({ index, only_expunge_deletes: true }, { requestTimeout: MERGE_MS }))
}
