import type { ArchiveReader, BroadcastSummary } from '#sinks/archive.ts'
import type { ReportFiles } from './report-files.ts'

/** The archive is given so long to take in the last messages of a broadcast that has ended. */
const SETTLES_MS = 60_000
/** What ended before is history: whoever wants its report asks for it. */
const RECENT_MS = 24 * 60 * 60 * 1000
const NEWEST = 100

/** Broadcasts that ended lately and have no report yet, or one that was made before their end. */
export async function dueReports(
  archive: Pick<ArchiveReader, 'broadcasts'>,
  files: Pick<ReportFiles, 'read'>,
  now: number,
): Promise<BroadcastSummary[]> {
  const due: BroadcastSummary[] = []
  for (const one of await archive.broadcasts({ limit: NEWEST })) {
    const { state, at } = one.state
    if (state !== 'ended' || one.messages === 0 || at > now - SETTLES_MS || at < now - RECENT_MS) continue
    const kept = await files.read({ ...one, people: false })
    if (kept === null || kept.madeAt < at) due.push(one)
  }
  return due
}
