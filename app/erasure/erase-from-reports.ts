import type { ArchiveReader } from '#sinks/archive.ts'
import type { ReportFiles } from '../report/report-files.ts'
import type { Person } from './erase-person.ts'

/**
 * Takes away kept reports in which the person may be: of broadcasts in which they wrote, and of those that the archive no
 * longer holds, which cannot be shown to be without them. Whoever wants one makes it anew. Returns how many went.
 */
export async function eraseFromReports(
  files: Pick<ReportFiles, 'all' | 'remove'>,
  archive: Pick<ArchiveReader, 'broadcast' | 'search'>,
  { channelId, authorId }: Person,
): Promise<number> {
  let removed = 0
  for await (const report of files.all()) {
    if (report.channelId !== channelId) continue
    const { broadcastId } = report
    const isThere = (await archive.broadcast(channelId, broadcastId)) !== null
    const query = { channelId, broadcastIds: [broadcastId], authorId, includeDeleted: true, limit: 1 }
    if (isThere && (await archive.search(query)).total === 0) continue
    await files.remove({ channelId, broadcastId })
    removed += 1
  }
  return removed
}
