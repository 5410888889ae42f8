import type { Topics } from '#schemas/topics.ts'
import type { OperatorAction } from '#schemas/types.ts'
import type { ArchiveReader } from '#sinks/archive.ts'
import type { Broker } from '#topology'
import { type Config, dataFiles } from '../config.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { expireReports } from '../retention/expire-reports.ts'
import { DAY_MS } from '../retention/retention.ts'
import { BY_ITSELF, type RetentionRow, retentionAction, summaryOf } from '../retention/run-retention.ts'
import type { ArchivePlace } from '../stores/archive-place.ts'
import { dueReports } from './due-reports.ts'
import { makeInThread } from './make-in-thread.ts'
import { putAsideOf } from './put-aside.ts'
import { ReportDesk } from './report-desk.ts'
import { ReportFiles } from './report-files.ts'

export interface OpenReportsOptions {
  readonly config: Pick<Config, 'dataDirectory' | 'retention'>
  readonly archive: ArchiveReader
  /** Where a thread opens the same archive. Default: the data folder's file. */
  readonly place?: ArchivePlace
  readonly broker: Broker
  /** Default: those of the embedded log. */
  readonly topics?: Topics
  readonly log: Log
  /** Writes down what was done. */
  readonly act: (action: OperatorAction) => Promise<unknown>
  /** From this severity on a channel's texts are masked. */
  readonly maskSeverity: (channelId: string) => number
}

const LOOK_EVERY_MS = 30_000

export interface OpenReports {
  readonly desk: ReportDesk
  /** Takes away reports that are too old, or only counts them. */
  expire(options?: { readonly isDry?: boolean }): Promise<readonly RetentionRow[]>
  close(): Promise<void>
}

/**
 * The reports of this data folder. Looks now and then for broadcasts that have ended and makes their reports: what a
 * restart missed is found the same way. Once a day it takes away those that are too old.
 */
export function openReports(options: OpenReportsOptions): OpenReports {
  const { config, archive, broker, topics, log, act, maskSeverity } = options
  const { archive: file, reports } = dataFiles(config.dataDirectory)
  const place = options.place ?? { file }
  const files = new ReportFiles(reports)
  const desk = new ReportDesk({
    files,
    log,
    make: async ({ channelId, broadcastId, people }, making) => {
      const found = await archive.broadcast(channelId, broadcastId)
      const putAside = found && (await putAsideOf(broker, found, { topics, signal: making.signal }))
      const asked = { place, channelId, broadcastId, people, putAside, maskSeverity: maskSeverity(channelId) }
      return makeInThread(asked, making)
    },
  })
  const expire = async ({ isDry = false }: { readonly isDry?: boolean } = {}) =>
    config.retention ? expireReports(files, config.retention, Date.now(), { isDry }) : []
  let expiresAt = 0
  const expireDaily = async () => {
    if (Date.now() < expiresAt) return
    const rows = await expire()
    expiresAt = Date.now() + DAY_MS
    if (rows.every(({ count }) => count === 0)) return
    log.info(`reports: retention: ${summaryOf(rows)}`)
    await act(retentionAction(rows, BY_ITSELF, Date.now()))
  }
  const look = async () => {
    await expireDaily()
    for (const { channelId, broadcastId } of await dueReports(archive, files, Date.now())) {
      const request = { channelId, broadcastId, people: false }
      // What failed once waits for a person: it would fail every half minute.
      if ((await desk.state(request)).failure === '') await desk.made(request)
    }
  }
  let looking: Promise<void> | null = null
  const timer = setInterval(() => {
    looking ??= look()
      .catch((cause: unknown) => log.warn(`looking for broadcasts that ended: ${messageOf(cause)}`))
      .finally(() => {
        looking = null
      })
  }, LOOK_EVERY_MS).unref()
  return {
    desk,
    expire,
    async close() {
      clearInterval(timer)
      await desk.close()
      await looking
    },
  }
}
