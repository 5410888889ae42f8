/** An archive query as conditions on messages. What was typed is only ever a value in them, also when it is an object. */
import type { ArchiveQuery } from '../archive.ts'
import { ArchiveError } from '../archive-error.ts'
import type { AuthorDocument, Collections, MessageDocument } from './collections.ts'
import { documentId } from './document-id.ts'
import { containsAll, type TextSearch, textSearch } from './grams.ts'
import { isPlace, placeAt } from './place.ts'

/** So many authors of one name part are looked for by their ids; of more, every message is asked for its author. */
const MAX_AUTHORS = 2_000
const MAX_BROADCASTS = 500
const MAX_CHANNELS = 500

export interface SearchPlan {
  readonly filter: object
  /** Whether the filter says everything: `holds` then need not be asked. */
  readonly isExact: boolean
  /** Those of the candidates that match. */
  holds(candidates: readonly MessageDocument[]): Promise<readonly MessageDocument[]>
}

/** Null when nothing can match. Throws ArchiveError (ARCHIVE_QUERY) for values that make no sense. */
export async function planSearch(query: ArchiveQuery, collections: Collections): Promise<SearchPlan | null> {
  const conditions: object[] = []
  const text = query.text === undefined ? null : textSearch(query.text)
  if (text === 'nothing') return null
  if (text) conditions.push(...text.conditions)
  if (query.channelId !== undefined) conditions.push({ 'message.channelId': { $eq: query.channelId } })
  if (query.channelIds !== undefined) {
    if (query.channelIds.length > MAX_CHANNELS)
      throw new ArchiveError('ARCHIVE_QUERY', `at most ${MAX_CHANNELS} channels in one search`)
    if (query.channelIds.length === 0) return null
    conditions.push({ 'message.channelId': { $in: [...query.channelIds] } })
  }
  if (query.broadcastIds !== undefined) {
    if (query.broadcastIds.length > MAX_BROADCASTS)
      throw new ArchiveError('ARCHIVE_QUERY', `at most ${MAX_BROADCASTS} broadcasts in one search`)
    if (query.broadcastIds.length === 0) return null
    conditions.push({ 'message.broadcastId': { $in: [...query.broadcastIds] } })
  }
  if (query.authorId !== undefined) conditions.push({ 'message.author.id': { $eq: query.authorId } })
  if (query.minSeverity !== undefined && query.minSeverity > 0) {
    if (query.minSeverity > 3) return null
    conditions.push({ severity: { $gte: Math.ceil(query.minSeverity) } })
  }
  if (query.sentiments !== undefined) conditions.push({ 'sentiment.label': { $in: [...query.sentiments] } })
  if (query.questionsOnly) conditions.push({ 'tokens.question': true })
  // The amount of a gap is how much is missing.
  if (query.paidOnly)
    conditions.push({
      $or: [{ 'message.kind': 'paid' }, { 'message.amount': { $ne: null }, 'message.kind': { $ne: 'status' } }],
    })
  if (!query.includeDeleted) conditions.push({ deletedAt: null })
  const from = timestampOf(query.from, 'from')
  const to = timestampOf(query.to, 'to')
  if (from !== undefined) conditions.push({ place: { $gte: placeAt(from) } })
  if (to !== undefined) conditions.push({ place: { $lt: placeAt(to) } })
  const erasing = await collections.broadcasts.find({ isErasing: true }).toArray()
  for (const { channelId, broadcastId } of erasing)
    conditions.push({ $nor: [{ 'message.channelId': channelId, 'message.broadcastId': broadcastId }] })

  const name = query.authorName === undefined ? null : textSearch(query.authorName)
  if (name === 'nothing') return null
  const authors = name && (await authorsNamed(name, collections))
  if (authors && authors.length === 0) return null
  const areFew = authors !== null && authors.length <= MAX_AUTHORS
  if (authors && areFew) conditions.push(writtenBy(authors))
  const verify = text?.verify ?? []
  return {
    filter: conditions.length > 0 ? { $and: conditions } : {},
    isExact: verify.length === 0 && (authors === null || areFew),
    async holds(candidates) {
      const holding =
        verify.length === 0 ? candidates : candidates.filter(({ message }) => containsAll(message.text, verify))
      return name && !areFew ? byAuthorsNamed(holding, name, collections) : holding
    },
  }
}

interface Author {
  readonly channelId: string
  readonly authorId: string
}

/** People one of whose names has every word; more than MAX_AUTHORS of them are not listed to the end. */
async function authorsNamed(name: TextSearch, { authors }: Collections): Promise<readonly Author[]> {
  const named: Author[] = []
  for await (const author of authors.find({ $and: [...name.conditions] })) {
    if (isNamed(author, name)) named.push(author)
    if (named.length > MAX_AUTHORS) break
  }
  return named
}

/** What the index says of all names of a person together is asked of each. */
const isNamed = ({ names }: AuthorDocument, { words }: TextSearch): boolean =>
  names.some((one) => containsAll(one.name, words))

function writtenBy(authors: readonly Author[]): object {
  const byChannel = Map.groupBy(authors, ({ channelId }) => channelId)
  return {
    $or: [...byChannel].map(([channelId, list]) => ({
      'message.author.id': { $in: list.map(({ authorId }) => authorId) },
      'message.channelId': channelId,
    })),
  }
}

async function byAuthorsNamed(
  candidates: readonly MessageDocument[],
  name: TextSearch,
  { authors }: Collections,
): Promise<readonly MessageDocument[]> {
  const idOf = ({ message }: MessageDocument) => documentId(message.channelId, message.author.id)
  const found = await authors.find({ _id: { $in: [...new Set(candidates.map(idOf))] } }).toArray()
  const named = new Set(found.filter((author) => isNamed(author, name)).map(({ _id }) => _id))
  return candidates.filter((candidate) => named.has(idOf(candidate)))
}

function timestampOf(value: number | undefined, name: string): number | undefined {
  if (value === undefined) return undefined
  if (!Number.isFinite(value)) throw new ArchiveError('ARCHIVE_QUERY', `${name} is not a time`)
  return Math.ceil(value)
}

export interface Cursor {
  readonly place: string
  readonly total: number
  readonly broadcasts: number
  readonly authors: number
}

/** Totals travel with the cursor, so that the second page need not count again. */
export const writeCursor = ({ place, total, broadcasts, authors }: Cursor): string =>
  [place, ...[total, broadcasts, authors].map((value) => value.toString(36))].join('-')

export function readCursor(text: string): Cursor {
  const [place = '', ...counts] = text.length > 80 ? [] : text.split('-')
  const values = counts.map((part) => (/^[0-9a-z]{1,6}$/.test(part) ? Number.parseInt(part, 36) : Number.NaN))
  if (!isPlace(place) || values.length !== 3 || !values.every((value) => Number.isSafeInteger(value)))
    throw new ArchiveError('ARCHIVE_QUERY', 'not a cursor of this archive')
  const [total, broadcasts, authors] = values as [number, number, number]
  return { place, total, broadcasts, authors }
}
