/** An archive query as filters of the index. What was typed is only ever a value. */
import type { estypes } from '@elastic/elasticsearch'
import type { ArchiveQuery } from '../archive.ts'
import { ArchiveError } from '../archive-error.ts'
import { fold } from '../fold-text.ts'
import { gramFilters } from './grams-field.ts'
import { MAX_KEYWORD } from './mappings.ts'
import type { Pseudonyms } from './pseudonyms.ts'

const MAX_TEXT = 2_000
const MAX_BROADCASTS = 500
const MAX_CHANNELS = 500
const LABELS: readonly string[] = ['positive', 'neutral', 'negative']
/** What a `date` holds. */
const LAST_TIMESTAMP = 8.64e15

type Query = estypes.QueryDslQueryContainer

/** Null when nothing can match. Throws ArchiveError (ARCHIVE_QUERY) for values that make no sense. */
export async function searchQuery(query: ArchiveQuery, pseudonyms: Pseudonyms): Promise<Query | null> {
  const filter: Query[] = []
  if (query.text !== undefined) {
    if (query.text.length > MAX_TEXT && fold(query.text).trim().length > MAX_TEXT) return null
    filter.push(...gramFilters(query.text))
  }
  const ids = [query.channelId ?? '', query.authorId ?? '', ...(query.broadcastIds ?? [])]
  if (ids.some((id) => id.length > MAX_KEYWORD)) return null
  if (query.channelId !== undefined) filter.push({ term: { channelId: query.channelId } })
  if (query.channelIds !== undefined) {
    if (query.channelIds.length > MAX_CHANNELS)
      throw new ArchiveError('ARCHIVE_QUERY', `at most ${MAX_CHANNELS} channels in one search`)
    if (query.channelIds.length === 0) return null
    filter.push({ terms: { channelId: [...query.channelIds] } })
  }
  if (query.broadcastIds !== undefined) {
    if (query.broadcastIds.length > MAX_BROADCASTS)
      throw new ArchiveError('ARCHIVE_QUERY', `at most ${MAX_BROADCASTS} broadcasts in one search`)
    if (query.broadcastIds.length === 0) return null
    filter.push({ terms: { broadcastId: [...query.broadcastIds] } })
  }
  if (query.authorId !== undefined) {
    const authors = await pseudonymsOf(query.authorId, query.channelId, pseudonyms)
    if (authors.length === 0) return null
    filter.push({ terms: { author: authors } })
  }
  if (query.minSeverity !== undefined && query.minSeverity > 0) {
    if (query.minSeverity > 3) return null
    filter.push({ range: { severity: { gte: Math.ceil(query.minSeverity) } } })
  }
  if (query.sentiments !== undefined) {
    const labels = query.sentiments.filter((label) => LABELS.includes(label))
    if (labels.length === 0) return null
    filter.push({ terms: { sentiment: labels } })
  }
  if (query.questionsOnly) filter.push({ term: { question: true } })
  if (query.paidOnly) filter.push({ term: { paid: true } })
  const from = timestampOf(query.from, 'from')
  const to = timestampOf(query.to, 'to')
  if (from !== undefined || to !== undefined)
    filter.push({
      range: { timestamp: { ...(from !== undefined && { gte: from }), ...(to !== undefined && { lt: to }) } },
    })
  const must_not: Query[] = [{ term: { awaited: true } }]
  if (!query.includeDeleted) must_not.push({ term: { deleted: true } })
  return { bool: { filter, must_not } }
}

/** A pseudonym is of one channel: without a channel, those of every channel. */
async function pseudonymsOf(
  authorId: string,
  channelId: string | undefined,
  pseudonyms: Pseudonyms,
): Promise<string[]> {
  let channels: readonly string[]
  if (channelId === undefined) channels = await pseudonyms.loadAll()
  else {
    await pseudonyms.load([channelId])
    channels = [channelId]
  }
  return channels.flatMap((channel) => (pseudonyms.has(channel) ? (pseudonyms.of(channel, authorId) ?? []) : []))
}

function timestampOf(value: number | undefined, name: string): number | undefined {
  if (value === undefined) return undefined
  if (!Number.isFinite(value)) throw new ArchiveError('ARCHIVE_QUERY', `${name} is not a time`)
  return Math.min(Math.max(Math.ceil(value), 0), LAST_TIMESTAMP)
}
