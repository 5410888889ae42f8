/** The archive page's search, as it stands in the URL. Bounded: the URL comes from outside. */
import type { ArchiveQuery } from '#sinks/archive.ts'
import type { SentimentLabel } from './wire.ts'

const DAY = 24 * 60 * 60 * 1000
const sentiments: readonly SentimentLabel[] = ['negative', 'neutral', 'positive']

export interface ArchiveSearch {
  readonly query: ArchiveQuery
  /** As typed, for the form. */
  readonly text: string
  readonly from: string
  readonly to: string
  readonly author: string
}

export function parseArchiveSearch(search: URLSearchParams): ArchiveSearch {
  const text = (search.get('q') ?? '').slice(0, 200).trim()
  const author = (search.get('author') ?? '').slice(0, 100).trim()
  const from = day(search.get('from'))
  const to = day(search.get('to'))
  const broadcasts = search
    .getAll('broadcast')
    .slice(0, 50)
    .filter((id) => id.length <= 300)
  const moods = sentiments.filter((label) => search.getAll('mood').includes(label))
  const severity = Number(search.get('severity'))
  const query: ArchiveQuery = {
    ...(text && { text }),
    ...(author && { authorName: author }),
    ...(from && { from: localMidnight(from) }),
    ...(to && { to: localMidnight(to) + DAY }),
    ...(broadcasts.length > 0 && { broadcastIds: broadcasts }),
    ...(moods.length > 0 && moods.length < sentiments.length && { sentiments: moods }),
    ...([1, 2, 3].includes(severity) && { minSeverity: severity }),
    ...(search.get('questions') === '1' && { questionsOnly: true }),
    ...(search.get('paid') === '1' && { paidOnly: true }),
    ...(search.get('deleted') === '1' && { includeDeleted: true }),
    order: search.get('order') === 'oldest' ? 'oldest' : 'newest',
    limit: 100,
    ...(cursor(search.get('cursor')) && { cursor: cursor(search.get('cursor'))! }),
  }
  return { query, text, from, to, author }
}

const day = (value: string | null) =>
  value && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : ''
const localMidnight = (date: string) => new Date(`${date}T00:00:00`).getTime()
const cursor = (value: string | null) => (value && value.length <= 500 ? value : null)
