/** The index as `verify archive` and a rebuild compare it with the record. */
import type { Client, estypes } from '@elastic/elasticsearch'
import type { WindowCount } from '#schemas/types.ts'
import { type Compared, messageDigest } from '../verify/compared.ts'
import type { Minute } from '../verify/tally.ts'
import type { IndexAudit } from '../verify/verify-archive.ts'
import { broadcastTerm } from './documents.ts'
import { guarded } from './elasticsearch-error.ts'
import type { IndexNames } from './index-names.ts'
import { Pseudonyms } from './pseudonyms.ts'
import { scan } from './scan.ts'

interface MessageSource {
  readonly channelId: string
  readonly broadcastId: string
  readonly messageId: string
  readonly timestamp: number
  readonly kind: string
  readonly text: string
  readonly severity: number
  readonly sentiment?: string
  readonly author: string | null
  readonly deleted: boolean
}

const FIELDS = [
  'channelId',
  'broadcastId',
  'messageId',
  'timestamp',
  'kind',
  'text',
  'severity',
  'sentiment',
  'author',
  'deleted',
] as const

/** What is there when it is opened. */
export async function openIndexAudit(client: Client, names: IndexNames, pseudonymKey: string): Promise<IndexAudit> {
  await guarded(() => client.indices.refresh({ index: [names.messages, names.windows] }))
  const pseudonyms = new Pseudonyms(client, names.pseudonyms, pseudonymKey)
  return {
    know: (channelIds) => pseudonyms.load(channelIds),
    pseudonymOf: (channelId, authorId) => (pseudonyms.has(channelId) ? pseudonyms.of(channelId, authorId) : null),
    async *messages(minutes) {
      const filter: estypes.QueryDslQueryContainer[] = minutes
        ? [{ bool: { should: minutes.map(minuteFilter), minimum_should_match: 1 } }]
        : []
      const query = { bool: { filter, must_not: [{ term: { awaited: true } }] } }
      for await (const hits of scan<MessageSource>({ client, index: names.messages, query, source: FIELDS }))
        yield* hits.map(({ _source }) => compared(_source!))
    },
    async windows(channelId, broadcastId) {
      const found: WindowCount[] = []
      const query = { term: { broadcast: broadcastTerm(channelId, broadcastId) } }
      for await (const hits of scan<WindowCount>({ client, index: names.windows, query, source: true }))
        found.push(...hits.map(({ _source }) => _source!))
      return found
    },
  }
}

const minuteFilter = ({ channelId, broadcastId, minute }: Minute): estypes.QueryDslQueryContainer => ({
  bool: {
    filter: [
      { term: { broadcast: broadcastTerm(channelId, broadcastId) } },
      { range: { timestamp: { gte: minute, lt: minute + 60_000 } } },
    ],
  },
})

function compared({ messageId: id, channelId, broadcastId, timestamp, ...source }: MessageSource): Compared {
  const { kind, text, severity, author, deleted } = source
  const fields = { kind, text, severity, sentiment: source.sentiment ?? null, author, deleted }
  return { channelId, broadcastId, id, timestamp, digest: messageDigest(id, timestamp, fields) }
}
