import { channelSettingsOf } from '../channel-settings-of.ts'
import { makeReport } from '../report/make-report.ts'
import { putAsideOf } from '../report/put-aside.ts'
import type { Report } from '../report/report.ts'
import type { Operation } from './operation.ts'
import { withProgress } from './with-progress.ts'

export interface ReportArgs {
  readonly channelId: string
  readonly broadcastId: string
  readonly people: boolean
}

/** Lines of progress, then one with the report. */
export const reportBroadcast: Operation<ReportArgs> = (
  { broker, archive },
  { channelId, broadcastId, people },
  signal,
) =>
  withProgress<Report>(async (onProgress) => {
    const summary = await archive.broadcast(channelId, broadcastId)
    const { maskSeverity } = await channelSettingsOf(broker, channelId, { signal })
    const putAside = summary && (await putAsideOf(broker, summary, { signal }))
    return makeReport({ archive, channelId, broadcastId, maskSeverity, people, putAside, signal, onProgress })
  })
