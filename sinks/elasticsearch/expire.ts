/** Retention of the index, a page of ids at a time. It keeps neither operators' actions nor the platform's sanctions. */
import type { Client, estypes } from '@elastic/elasticsearch'
import { type ExpiryRule, type ExpirySources, MARKS_ARE_KEPT_MS, type RetainedKind } from '../expiry.ts'
import type { Bulk } from './bulk.ts'
import { guarded } from './elasticsearch-error.ts'
import { giveBack } from './erase.ts'
import type { IndexNames, Kind } from './index-names.ts'
import { scan } from './scan.ts'

type Query = estypes.QueryDslQueryContainer

const documentsOf: { readonly [kind in RetainedKind]: { readonly index: Kind; readonly time: string } | null } = {
  messages: { index: 'messages', time: 'timestamp' },
  windows: { index: 'windows', time: 'windowEnd' },
  keywords: { index: 'keywords', time: 'at' },
  offences: { index: 'offences', time: 'lastAt' },
  alerts: { index: 'alerts', time: 'at' },
  broadcasts: { index: 'broadcasts', time: 'at' },
  undecodable: { index: 'refused', time: 'at' },
  sanctions: null,
  actions: null,
}

export interface ExpireOptions {
  readonly client: Client
  readonly names: IndexNames
  readonly bulk: Bulk
}

/** A page of ids each step, between which the caller may write. Returns how much went by each rule. */
export async function* expire(
  rules: readonly ExpiryRule[],
  now: number,
  options: ExpireOptions,
): AsyncGenerator<void, readonly number[]> {
  const { client, names } = options
  const removed: number[] = []
  const touched = new Set<string>()
  const drop = async function* (index: Kind, query: Query): AsyncGenerator<void, number> {
    const count = yield* dropMatching(names[index], query, options)
    if (count > 0) touched.add(names[index])
    return count
  }
  for (const rule of rules) {
    const documents = documentsOf[rule.kind]
    removed.push(documents ? yield* drop(documents.index, queryOf(rule, documents.time)) : 0)
  }
  const isOld: Query = { range: { at: { lt: now - MARKS_ARE_KEPT_MS } } }
  yield* drop('clears', isOld)
  yield* drop('erasures', isOld)
  // A mark that waits for its message has no text and no time of its own.
  const waiting: Query = {
    bool: { filter: [{ term: { awaited: true } }, { range: { removedAt: { lt: now - MARKS_ARE_KEPT_MS } } }] },
  }
  yield* drop('messages', waiting)
  if (touched.size > 0) await giveBack(client, [...touched])
  return removed
}

/** What `expire` would take by each rule now. */
export async function countExpired(
  rules: readonly ExpiryRule[],
  { client, names }: Pick<ExpireOptions, 'client' | 'names'>,
): Promise<readonly number[]> {
  const counts: number[] = []
  for (const rule of rules) {
    const documents = documentsOf[rule.kind]
    if (!documents) {
      counts.push(0)
      continue
    }
    const index = names[documents.index]
    await guarded(() => client.indices.refresh({ index }))
    counts.push((await guarded(() => client.count({ index, query: queryOf(rule, documents.time) }))).count)
  }
  return counts
}

function queryOf({ kind, before, sources }: ExpiryRule, time: string): Query {
  const age: Query = { range: { [time]: kind === 'windows' ? { lte: before } : { lt: before } } }
  return { bool: { filter: [age, ofSources(sources)] } }
}

function ofSources(sources: ExpirySources): Query {
  const names = 'only' in sources ? sources.only : sources.except
  const each: Query[] = names.map((name) => ({ prefix: { channelId: `${name}:` } }))
  return 'only' in sources ? { bool: { should: each, minimum_should_match: 1 } } : { bool: { must_not: each } }
}

async function* dropMatching(
  index: string,
  query: Query,
  { client, bulk }: ExpireOptions,
): AsyncGenerator<void, number> {
  let removed = 0
  await guarded(() => client.indices.refresh({ index }))
  for await (const hits of scan({ client, index, query })) {
    // By the index that holds them: an alias may move meanwhile.
    await bulk.write(hits.map(({ _index, _id }) => ({ kind: 'delete', index: _index, id: _id! })))
    removed += hits.length
    yield
  }
  return removed
}
