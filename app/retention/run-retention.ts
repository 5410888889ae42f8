/** One run of the retention of one store, and the row that is kept of it. */
import { randomUUID } from 'node:crypto'
import type { OperatorAction } from '#schemas/types.ts'
import type { ArchiveWriter } from '#sinks/archive.ts'
import { archiveRulesAt, type Retention, type RetentionRule } from './retention.ts'

/** How much of what went, or would go, in one store. */
export interface RetentionRow {
  readonly store: string
  readonly kind: RetentionRule['kind']
  /** Of which source; '' for all that have no limit of their own. */
  readonly source: string
  /** Older than this, epoch ms. */
  readonly before: number
  readonly count: number
}

export interface RunRetentionOptions {
  readonly writer: Pick<ArchiveWriter, 'expire' | 'countExpired' | 'apply'>
  /** Its name, as rows show it. */
  readonly store: string
  readonly retention: Retention
  /** Epoch ms. */
  readonly now: number
  /** Only counts, and keeps no row. */
  readonly isDry?: boolean
  /** Who runs it, as the audit shows it. */
  readonly by: string
}

/** The name under which the audit shows what the program does by itself. No account may have it. */
export const BY_ITSELF = 'javas'

export async function runRetention(options: RunRetentionOptions): Promise<readonly RetentionRow[]> {
  const { writer, store, retention, now, isDry = false, by } = options
  const rules = archiveRulesAt(retention, now)
  const counts = isDry ? await writer.countExpired(rules) : await writer.expire(rules)
  const rows = rules.map((rule, index) => rowOf(store, rule, counts[index] ?? 0))
  if (!isDry) await writer.apply({ ...empty, actions: [retentionAction(rows, by, now)] })
  return rows
}

export const rowOf = (store: string, { kind, sources, before }: RetentionRule, count: number): RetentionRow => ({
  store,
  kind,
  source: 'only' in sources ? sources.only.join(', ') : '',
  before,
  count,
})

/** Written past the log: it says what was done to this archive, not what is to be done. */
const empty = {
  ...{ messages: [], origins: [], windows: [], keywords: [], offences: [], alerts: [], states: [], positions: [] },
}

/** Of an action's details. */
const MOST_ROWS = 18

export function retentionAction(rows: readonly RetentionRow[], by: string, at: number): OperatorAction {
  const removed = rows.reduce((sum, { count }) => sum + count, 0)
  const telling = rows.filter(({ count }) => count > 0).slice(0, MOST_ROWS)
  return {
    ...{ id: randomUUID(), kind: 'retention', at, by, role: '' },
    ...{ channelId: '', broadcastId: '', authorId: '', messageId: '', text: '' },
    details: {
      removed: String(removed),
      ...Object.fromEntries(
        telling.map(({ kind, source, before, count }) => [
          source ? `${kind} ${source}` : kind,
          `${count} < ${new Date(before).toISOString().slice(0, 16)}Z`,
        ]),
      ),
    },
  }
}

/** For a log line. */
export function summaryOf(rows: readonly RetentionRow[]): string {
  const telling = rows.filter(({ count }) => count > 0)
  if (telling.length === 0) return 'nothing was too old'
  return telling
    .map(({ kind, source, before, count }) => {
      const what = source ? `${kind} of ${source}` : kind
      return `${count} ${what} before ${new Date(before).toISOString().slice(0, 16)}Z`
    })
    .join(', ')
}
