import { isOfSources } from '#sinks/expiry.ts'
import type { ReportFiles } from '../report/report-files.ts'
import { type Retention, rulesAt } from './retention.ts'
import { type RetentionRow, rowOf } from './run-retention.ts'

/** Takes away reports of broadcasts that ended too long ago, or only counts them. */
export async function expireReports(
  files: Pick<ReportFiles, 'all' | 'remove'>,
  retention: Retention,
  now: number,
  { isDry = false }: { readonly isDry?: boolean } = {},
): Promise<readonly RetentionRow[]> {
  const rules = rulesAt(retention, now).filter(({ kind }) => kind === 'reports')
  const counts = rules.map(() => 0)
  for await (const report of files.all()) {
    const endedAt = report.lastMessageAt ?? report.startedAt
    const index = rules.findIndex(({ sources, before }) => endedAt < before && isOfSources(report.channelId, sources))
    if (index < 0) continue
    counts[index]! += 1
    if (!isDry) await files.remove(report)
  }
  return rules.map((rule, index) => rowOf('reports', rule, counts[index]!))
}
