/** An archive query as SQL: which messages, in the order of their places. */
import type { DatabaseSync } from 'node:sqlite'
import type { ArchiveQuery } from '../archive.ts'
import { ArchiveError } from '../archive-error.ts'
import { fold } from '../fold-text.ts'
import { sentimentNumber } from './encoded-batch.ts'
import { anyOf } from './facets.ts'
import { textQuery } from './grams.ts'
import { PLACES_PER_MS } from './schema.ts'

/** So many authors of one name part are looked up by their facets; of more, every message is asked for its author. */
const MAX_AUTHOR_FACETS = 500
const MAX_TEXT = 2000
const MAX_KEYS = 500

/** Rows of `place, author, broadcast`; more conditions on the place may follow. */
export interface SearchPlan {
  /** FROM and WHERE, with an open end for conditions that begin with AND. */
  readonly from: string
  readonly parameters: readonly (string | number)[]
  /** The column to compare and order places by, so that the right index is walked. */
  readonly place: string
  /** No match lies before this place, or at this one and behind it. */
  readonly least: number
  readonly below: number
  /** Words that candidates must be compared with themselves. */
  readonly verify: readonly string[]
}

/** Null when nothing can match. Throws ArchiveError (ARCHIVE_QUERY) for values that make no sense. */
export function planSearch(database: DatabaseSync, query: ArchiveQuery): SearchPlan | null {
  const conditions: string[] = []
  const parameters: (string | number)[] = []
  const facets: string[] = []
  let grams = ''
  let verify: readonly string[] = []

  if (query.text !== undefined) {
    if (query.text.length > MAX_TEXT && fold(query.text).trim().length > MAX_TEXT) return null
    const text = textQuery(query.text)
    if (text) {
      grams = text.match
      verify = text.verify
    }
  }

  const channels = channelKeys(database, query)
  if (channels?.length === 0) return null
  let broadcasts: readonly number[] | undefined
  if (query.broadcastIds !== undefined) {
    broadcasts = broadcastKeys(database, query.broadcastIds, channels)
    if (broadcasts.length === 0) return null
    facets.push(anyOf('b', broadcasts))
  }

  if (query.authorId !== undefined) {
    const authors = authorKeys(database, query.authorId, channels)
    if (authors.length === 0) return null
    facets.push(anyOf('a', authors))
  }
  // Authors and broadcasts are of one channel each: its own facet, which is in many messages, is slow to intersect with.
  if (channels !== undefined && facets.length === 0) facets.push(anyOf('c', channels))
  const name = query.authorName === undefined ? null : textQuery(query.authorName)
  if (name) {
    const authors = database
      .prepare(
        `SELECT DISTINCT n.author FROM author_names_index i CROSS JOIN author_names n ON n.key = i.rowid
         WHERE author_names_index MATCH ? LIMIT ${MAX_AUTHOR_FACETS + 1}`,
      )
      .all(`(${name.match})`)
      .map((row) => Number(row.author))
    if (authors.length === 0) return null
    if (authors.length <= MAX_AUTHOR_FACETS) facets.push(anyOf('a', authors))
    else {
      conditions.push(`m.author IN (SELECT n.author FROM author_names_index i CROSS JOIN author_names n ON n.key = i.rowid
        WHERE author_names_index MATCH ?)`)
      parameters.push(`(${name.match})`)
    }
  }

  if (query.minSeverity !== undefined && query.minSeverity > 0) {
    if (query.minSeverity > 3) return null
    facets.push(`"v${Math.ceil(query.minSeverity)}"`)
  }
  if (query.sentiments !== undefined) {
    const labels = query.sentiments.map((label) => sentimentNumber[label]).filter((label) => label !== undefined)
    if (labels.length === 0) return null
    facets.push(anyOf('m', labels))
  }
  if (query.questionsOnly) facets.push('"q"')
  if (query.paidOnly) facets.push('"p"')
  if (!query.includeDeleted) conditions.push('m.deleted_at IS NULL')
  const erasing = database.prepare('SELECT key FROM broadcasts WHERE erasing = 1').all()
  if (erasing.length > 0) conditions.push(`m.broadcast NOT IN (${erasing.map(({ key }) => key).join(', ')})`)

  // One broadcast alone is a range of an ordinary index; everything else is an intersection in the full-text index.
  const isOneBroadcast = broadcasts?.length === 1 && facets.length === 1 && grams === ''
  if (isOneBroadcast) {
    conditions.unshift('m.broadcast = ?')
    parameters.unshift(broadcasts![0]!)
  }
  const isIndexed = !isOneBroadcast && (grams !== '' || facets.length > 0)
  const place = isIndexed ? 'i.rowid' : 'm.place'
  if (isIndexed) {
    const parts = [grams && `grams : (${grams})`, facets.length > 0 && `facets : (${facets.join(' AND ')})`]
    conditions.unshift('messages_index MATCH ?')
    parameters.unshift(parts.filter(Boolean).join(' AND '))
  }
  const from = timestampOf(query.from, 'from')
  const to = timestampOf(query.to, 'to')
  if (to !== undefined) {
    conditions.push('m.timestamp < ?')
    parameters.push(to)
  }
  if (from !== undefined) {
    conditions.push('m.timestamp >= ?')
    parameters.push(from)
  }
  return {
    from: `FROM ${isIndexed ? 'messages_index i CROSS JOIN messages m ON m.place = i.rowid' : 'messages m'}
      WHERE ${conditions.length > 0 ? conditions.join(' AND ') : 'TRUE'}`,
    parameters,
    place,
    least: (from ?? 0) * PLACES_PER_MS,
    // A full millisecond lends places from later ones, never more than a minute's worth.
    below: to === undefined ? Number.MAX_SAFE_INTEGER : (to + 60_000) * PLACES_PER_MS,
    verify,
  }
}

/** Undefined: every channel. */
function channelKeys(
  database: DatabaseSync,
  { channelId, channelIds }: Pick<ArchiveQuery, 'channelId' | 'channelIds'>,
): readonly number[] | undefined {
  if (channelId === undefined && channelIds === undefined) return undefined
  if ((channelIds?.length ?? 0) > MAX_KEYS)
    throw new ArchiveError('ARCHIVE_QUERY', `at most ${MAX_KEYS} channels in one search`)
  const wanted =
    channelId === undefined
      ? channelIds!
      : channelIds === undefined || channelIds.includes(channelId)
        ? [channelId]
        : []
  const find = database.prepare('SELECT key FROM channels WHERE channel_id = ?')
  return wanted.flatMap((id) => find.all(id)).map((row) => Number(row.key))
}

function broadcastKeys(
  database: DatabaseSync,
  ids: readonly string[],
  channels: readonly number[] | undefined,
): number[] {
  if (ids.length > MAX_KEYS) throw new ArchiveError('ARCHIVE_QUERY', `at most ${MAX_KEYS} broadcasts in one search`)
  const find = database.prepare('SELECT key, channel FROM broadcasts WHERE broadcast_id = ? AND erasing = 0')
  return ids
    .flatMap((id) => find.all(id))
    .filter((row) => channels?.includes(Number(row.channel)) ?? true)
    .map((row) => Number(row.key))
}

function authorKeys(database: DatabaseSync, authorId: string, channels: readonly number[] | undefined): number[] {
  return database
    .prepare('SELECT key, channel FROM authors WHERE author_id = ?')
    .all(authorId)
    .filter((row) => channels?.includes(Number(row.channel)) ?? true)
    .map((row) => Number(row.key))
}

function timestampOf(value: number | undefined, name: string): number | undefined {
  if (value === undefined) return undefined
  if (!Number.isFinite(value)) throw new ArchiveError('ARCHIVE_QUERY', `${name} is not a time`)
  return Math.min(Math.max(Math.ceil(value), 0), 2 ** 43 - 61_000)
}

export interface Cursor {
  readonly place: number
  readonly total: number
  readonly broadcasts: number
  readonly authors: number
}

/** Totals travel with the cursor, so that the second page need not count again. */
export const writeCursor = ({ place, total, broadcasts, authors }: Cursor): string =>
  [place, total, broadcasts, authors].map((value) => value.toString(36)).join('-')

export function readCursor(text: string): Cursor {
  const parts = text.length > 60 ? [] : text.split('-')
  const values = parts.map((part) => (/^[0-9a-z]{1,12}$/.test(part) ? Number.parseInt(part, 36) : Number.NaN))
  if (values.length !== 4 || !values.every((value) => Number.isSafeInteger(value)))
    throw new ArchiveError('ARCHIVE_QUERY', 'not a cursor of this archive')
  const [place, total, broadcasts, authors] = values as [number, number, number, number]
  return { place, total, broadcasts, authors }
}
