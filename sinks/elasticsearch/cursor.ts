import { ArchiveError } from '../archive-error.ts'

/** Where a page ended, and the totals, so that the second page need not count again. */
export interface IndexCursor {
  /** Of the last message: time, order within the millisecond, id. */
  readonly after: readonly [timestamp: number, order: number, messageId: string]
  readonly total: number
  readonly broadcasts: number
  readonly authors: number
}

/** Tells it from a cursor of the record. */
const MARK = 'i'
const MAX_LENGTH = 3_000

export const isIndexCursor = (text: string): boolean => text.startsWith(`${MARK}-`)

export function writeCursor({ after: [timestamp, order, id], total, broadcasts, authors }: IndexCursor): string {
  const numbers = [timestamp, order, total, broadcasts, authors].map((value) => value.toString(36))
  return [MARK, ...numbers, Buffer.from(id).toString('base64url')].join('-')
}

/** Throws ArchiveError (ARCHIVE_QUERY). */
export function readCursor(text: string): IndexCursor {
  const found =
    /^i-([0-9a-z]{1,12})-([0-9a-z]{1,12})-([0-9a-z]{1,12})-([0-9a-z]{1,12})-([0-9a-z]{1,12})-([\w-]*)$/.exec(
      text.slice(0, MAX_LENGTH),
    )
  const numbers = found?.slice(1, 6).map((part) => Number.parseInt(part, 36)) ?? []
  if (!found || text.length > MAX_LENGTH || !numbers.every(Number.isSafeInteger))
    throw new ArchiveError('ARCHIVE_QUERY', 'not a cursor of the search index')
  const [timestamp, order, total, broadcasts, authors] = numbers as [number, number, number, number, number]
  return { after: [timestamp, order, Buffer.from(found[6]!, 'base64url').toString()], total, broadcasts, authors }
}
