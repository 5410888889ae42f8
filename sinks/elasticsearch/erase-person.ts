/**
 * Erasure of a person: what stands under their pseudonym is deleted, and rankings and alerts lose the words that nobody else
 * wrote. Rankings and alerts bear the time of the last erasure that looked at them, so that what a writer still wrote which
 * did not know yet is told from them.
 */
import type { Client, estypes } from '@elastic/elasticsearch'
import type { ErasedPerson as Erased } from '../archive.ts'
import type { Bulk, BulkOperation } from './bulk.ts'
import { broadcastTerm } from './documents.ts'
import { guarded } from './elasticsearch-error.ts'
import { ERASURES_AT_ONCE, eraseMatching, giveBack } from './erase.ts'
import type { ErasedPeople, ErasedPerson } from './erased-people.ts'
import type { IndexNames } from './index-names.ts'
import { scan } from './scan.ts'

type Query = estypes.QueryDslQueryContainer

const OF_PEOPLE = ['messages', 'offences', 'clears', 'keywords', 'alerts', 'refused'] as const
/** Longer lists of words are asked for in parts. */
const WORDS_AT_ONCE = 500

interface Ranked {
  readonly channelId: string
  readonly broadcastId: string
  readonly words: readonly (string | { readonly word: string })[]
  readonly coined?: readonly string[]
}

/** Their broadcasts must be known before their messages go; after an interruption those that are left are looked at again. */
export async function erasePerson(
  client: Client,
  names: IndexNames,
  bulk: Bulk,
  person: ErasedPerson,
  authorId: string,
): Promise<Erased> {
  const { channelId, author, at } = person
  await guarded(() => client.indices.refresh({ index: OF_PEOPLE.map((kind) => names[kind]) }))
  let others = await rewriteWords(client, names, bulk, person)
  // Older versions put alerts about people into the index; their ids name them.
  const alertsAbout: Query = {
    bool: {
      filter: [{ term: { channelId } }, { prefix: { alertId: `${channelId}/offender-threshold/${authorId}/` } }],
    },
  }
  others += await eraseMatching(client, names.alerts, bulk, alertsAbout)
  others += await eraseMatching(client, names.refused, bulk, { term: { channelId } })
  others += await eraseMatching(client, names.offences, bulk, ofPeople([person], 'lastAt'))
  others += await eraseMatching(client, names.clears, bulk, ofPeople([person], 'at'))
  const messages = await eraseMatching(
    client,
    names.messages,
    bulk,
    ofPeople([{ channelId, author, at }], 'receivedAt'),
  )
  await giveBack(
    client,
    OF_PEOPLE.map((kind) => names[kind]),
  )
  return { messages, others }
}

/** What another writer, which did not know yet, wrote of erased people. */
export async function eraseLeftoversOfPeople(
  client: Client,
  names: IndexNames,
  bulk: Bulk,
  people: ErasedPeople,
): Promise<void> {
  const erased = await people.load()
  for (let from = 0; from < erased.length; from += ERASURES_AT_ONCE) {
    const some = erased.slice(from, from + ERASURES_AT_ONCE)
    await eraseMatching(client, names.messages, bulk, ofPeople(some, 'receivedAt'))
    await eraseMatching(client, names.offences, bulk, ofPeople(some, 'lastAt'))
    await eraseMatching(client, names.clears, bulk, ofPeople(some, 'at'))
  }
  const { channels } = people
  for (let from = 0; from < channels.length; from += ERASURES_AT_ONCE) {
    const unswept = unsweptOf(channels.slice(from, from + ERASURES_AT_ONCE))
    // Newer rankings come in seconds; an alert stays, without words.
    await eraseMatching(client, names.keywords, bulk, unswept)
    await rewrite<Ranked>(client, names.alerts, bulk, unswept, async (alert) => ({
      ...alert,
      words: [],
      sweptAt: people.lastOf(alert.channelId),
    }))
  }
}

const unsweptOf = (channels: ErasedPeople['channels']): Query => ({
  bool: {
    should: channels.map(({ channelId, at }) => ({
      bool: {
        filter: [{ term: { channelId } }, { range: { at: { lte: at } } }],
        must_not: [{ range: { sweptAt: { gte: at } } }],
      },
    })),
    minimum_should_match: 1,
  },
})

const ofPeople = (people: readonly ErasedPerson[], time: string): Query => ({
  bool: {
    should: people.map(({ channelId, author, at }) => ({
      bool: { filter: [{ term: { channelId } }, { term: { author } }, { range: { [time]: { lte: at } } }] },
    })),
    minimum_should_match: 1,
  },
})

/** Returns how many lost a word. */
async function rewriteWords(client: Client, names: IndexNames, bulk: Bulk, person: ErasedPerson): Promise<number> {
  const { channelId, author, at } = person
  const theirs = await broadcastsOf(client, names, person)
  const before: Query = { bool: { filter: [{ term: { channelId } }, { range: { at: { lte: at } } }] } }
  let shorter = 0
  for (const kind of ['keywords', 'alerts'] as const)
    await rewrite<Ranked>(client, names[kind], bulk, before, async (value) => {
      if (!theirs.has(value.broadcastId)) return { ...value, sweptAt: at }
      const all = [...value.words.map(wordOf), ...(value.coined ?? [])]
      const left = await writtenByOthers(client, names, broadcastTerm(channelId, value.broadcastId), author, all)
      const words = value.words.filter((one) => left.has(wordOf(one)))
      const coined = value.coined?.filter((word) => left.has(word))
      if (words.length + (coined?.length ?? 0) < all.length) shorter += 1
      return { ...value, words, ...(coined && { coined }), sweptAt: at }
    })
  return shorter
}

const wordOf = (one: string | { readonly word: string }): string => (typeof one === 'string' ? one : one.word)

async function broadcastsOf(
  client: Client,
  names: IndexNames,
  { channelId, author }: ErasedPerson,
): Promise<ReadonlySet<string>> {
  const query: Query = { bool: { filter: [{ term: { channelId } }, { term: { author } }] } }
  const found = new Set<string>()
  const pages = scan<{ broadcastId: string }>({ client, index: names.messages, query, source: ['broadcastId'] })
  for await (const hits of pages) for (const { _source } of hits) found.add(_source!.broadcastId)
  return found
}

async function writtenByOthers(
  client: Client,
  names: IndexNames,
  broadcast: string,
  author: string,
  words: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (let from = 0; from < words.length; from += WORDS_AT_ONCE) {
    const include = words.slice(from, from + WORDS_AT_ONCE)
    const terms = (field: string) => ({ terms: { field, include, size: include.length } })
    const { aggregations } = await guarded(() =>
      client.search({
        index: names.messages,
        size: 0,
        query: { bool: { filter: [{ term: { broadcast } }], must_not: [{ term: { author } }] } },
        aggs: { words: terms('words'), emotes: terms('emotes') },
      }),
    )
    for (const { buckets } of Object.values(aggregations ?? {}) as { buckets: readonly { key: string }[] }[])
      for (const { key } of buckets) found.add(key)
  }
  return found
}

/** In place, at the version that they have: a later one that comes meanwhile stays, and its writer looks at it. */
async function rewrite<T>(
  client: Client,
  index: string,
  bulk: Bulk,
  query: Query,
  without: (value: T) => Promise<object>,
): Promise<void> {
  for await (const hits of scan<T>({ client, index, query, source: true, withVersion: true })) {
    const operations: BulkOperation[] = []
    for (const { _id, _version, _source } of hits)
      operations.push({ kind: 'same', index, id: _id!, version: _version!, document: await without(_source!) })
    await bulk.write(operations)
  }
}
