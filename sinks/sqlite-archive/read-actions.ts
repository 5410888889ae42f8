/** Operators' actions as they are asked for: conditions over one table, newest first. */
import type { DatabaseSync } from 'node:sqlite'
import type { OperatorAction } from '#schemas/types.ts'
import type { ActionPage, ActionQuery } from '../archive.ts'
import { ArchiveError } from '../archive-error.ts'

const MAX_CHOICES = 500

/** @param limit rows of the page */
export function readActions(
  database: DatabaseSync,
  query: ActionQuery,
  limit: number,
  decode: (value: Uint8Array) => OperatorAction,
): ActionPage {
  const conditions: string[] = []
  const parameters: (string | number)[] = []
  const equal = (column: string, value: string | undefined) => {
    if (value === undefined) return
    conditions.push(`${column} = ?`)
    parameters.push(value)
  }
  const oneOf = (column: string, values: readonly string[] | undefined) => {
    if (values === undefined) return
    if (values.length > MAX_CHOICES)
      throw new ArchiveError('ARCHIVE_QUERY', `at most ${MAX_CHOICES} values of ${column}`)
    conditions.push(`${column} IN (${values.map(() => '?').join(', ')})`)
    parameters.push(...values)
  }
  equal('channel_id', query.channelId)
  equal('broadcast_id', query.broadcastId)
  equal('author_id', query.authorId)
  equal('by', query.by)
  oneOf('message_id', query.messageIds)
  // An index over those with a message alone is taken only when the question says so as well.
  if (query.messageIds !== undefined) conditions.push("message_id <> ''")
  oneOf('kind', query.kinds)
  for (const [sign, value] of [
    ['>=', query.from],
    ['<', query.to],
  ] as const) {
    if (value === undefined) continue
    if (!Number.isFinite(value)) throw new ArchiveError('ARCHIVE_QUERY', 'not a time')
    conditions.push(`at ${sign} ?`)
    parameters.push(Math.ceil(value))
  }
  if (query.cursor !== undefined) {
    conditions.push('(at, key) < (?, ?)')
    parameters.push(...readCursor(query.cursor))
  }
  const rows = database
    .prepare(
      `SELECT key, at, value FROM actions ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
       ORDER BY at DESC, key DESC LIMIT ?`,
    )
    .all(...parameters, limit + 1)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    actions: page.map((row) => decode(row.value as Uint8Array)),
    next: last && rows.length > limit ? [last.at, last.key].map((part) => Number(part).toString(36)).join('-') : null,
  }
}

function readCursor(text: string): [at: number, key: number] {
  const match = /^([0-9a-z]{1,11})-([0-9a-z]{1,11})$/.exec(text)
  const [at, key] = [match?.[1], match?.[2]].map((part) => Number.parseInt(part ?? '', 36)) as [number, number]
  if (!Number.isSafeInteger(at) || !Number.isSafeInteger(key))
    throw new ArchiveError('ARCHIVE_QUERY', 'not a cursor of these actions')
  return [at, key]
}
