/** Operators' actions as CSV, a line an action; formula-safe like the messages. */
import type { OperatorAction } from '#schemas/types.ts'
import type { ActionQuery, ArchiveReader } from './archive.ts'
import { csvField } from './export-csv.ts'

/** The columns, in order; new ones are added at the end. */
export const actionColumns = [
  'id',
  'time',
  'timestamp',
  'by',
  'role',
  'kind',
  'channel_id',
  'broadcast_id',
  'author_id',
  'message_id',
  'text',
  'details',
] as const

const PAGE = 500

/** Everything that matches, newest first, a block a page. Begins with a byte order mark: Excel reads UTF-8 with it only. */
export async function* exportActionsCsv(
  archive: Pick<ArchiveReader, 'actions'>,
  query: ActionQuery,
): AsyncGenerator<string> {
  yield `\uFEFF${actionColumns.join(',')}\r\n`
  for (let cursor: string | undefined; ; ) {
    const { actions, next } = await archive.actions({ ...query, limit: PAGE, ...(cursor && { cursor }) })
    if (actions.length > 0) yield actions.map(line).join('')
    if (next === null) return
    cursor = next
  }
}

const line = (action: OperatorAction): string =>
  `${[
    action.id,
    new Date(action.at).toISOString(),
    action.at,
    action.by,
    action.role,
    action.kind,
    action.channelId,
    action.broadcastId,
    action.authorId,
    action.messageId,
    action.text,
    Object.keys(action.details).length > 0 ? JSON.stringify(action.details) : '',
  ]
    .map(csvField)
    .join(',')}\r\n`
