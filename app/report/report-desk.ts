import type { ReportFormat, ReportRequest, ReportState, ReportsSource } from '../../dashboard/reports.ts'
import { codeOf, messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { ReportProgress } from './make-report.ts'
import { renderCsv } from './render-csv.ts'
import { type RenderOptions, renderHtml } from './render-html.ts'
import type { Report } from './report.ts'
import { type ReportFiles, reportKey } from './report-files.ts'

export type MakeOneReport = (
  request: ReportRequest,
  options: { readonly signal: AbortSignal; readonly onProgress: (progress: ReportProgress) => void },
) => Promise<Report>

interface Job {
  readonly stop: AbortController
  progress: ReportProgress
}

/** Failures are told until the next try; of this many. */
const MOST_FAILURES = 200

/** Makes reports one at a time, keeps them, and says how far it is. */
export class ReportDesk implements ReportsSource {
  readonly #files: ReportFiles
  readonly #make: MakeOneReport
  readonly #log: Log
  readonly #jobs = new Map<string, Job>()
  readonly #failures = new Map<string, string>()
  #last: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(options: { readonly files: ReportFiles; readonly make: MakeOneReport; readonly log: Log }) {
    this.#files = options.files
    this.#make = options.make
    this.#log = options.log
  }

  async state(request: ReportRequest): Promise<ReportState> {
    const key = reportKey(request)
    const kept = await this.#files.read(request)
    return {
      kept: kept && { madeAt: kept.madeAt, messages: kept.totals.messages },
      making: this.#jobs.get(key)?.progress ?? null,
      failure: this.#failures.get(key) ?? '',
    }
  }

  make(request: ReportRequest): void {
    void this.made(request)
  }

  /** Resolves when it is over, whatever became of it. */
  made(request: ReportRequest): Promise<void> {
    const key = reportKey(request)
    if (this.#jobs.has(key) || this.#isClosed) return this.#last
    const job: Job = { stop: new AbortController(), progress: { done: 0, total: 0 } }
    this.#jobs.set(key, job)
    this.#failures.delete(key)
    const turn = this.#last.then(() => this.#run(key, request, job))
    this.#last = turn
    return turn
  }

  async #run(key: string, request: ReportRequest, job: Job): Promise<void> {
    const { signal } = job.stop
    try {
      signal.throwIfAborted()
      const report = await this.#make(request, {
        signal,
        onProgress: (progress) => {
          job.progress = progress
        },
      })
      signal.throwIfAborted()
      await this.#files.write(report)
      this.#log.info(`the report of ${request.channelId} ${request.broadcastId} is kept`)
    } catch (cause) {
      if (signal.aborted) return
      this.#log.warn(`the report of ${request.channelId} ${request.broadcastId} could not be made: ${messageOf(cause)}`)
      if (this.#failures.size >= MOST_FAILURES) this.#failures.delete(this.#failures.keys().next().value!)
      this.#failures.set(key, codeOf(cause))
    } finally {
      this.#jobs.delete(key)
    }
  }

  cancel(request: ReportRequest): void {
    this.#jobs.get(reportKey(request))?.stop.abort()
  }

  async file(request: ReportRequest, format: ReportFormat, look: RenderOptions): Promise<string | null> {
    const report = await this.#files.read(request)
    if (!report) return null
    if (format === 'html') return renderHtml(report, look)
    return format === 'csv' ? renderCsv(report) : `${JSON.stringify(report, null, 2)}\n`
  }

  /** Takes away what is kept of a broadcast, and whatever is being made of it. */
  async forget(channelId: string, broadcastId: string): Promise<void> {
    for (const people of [false, true]) this.cancel({ channelId, broadcastId, people })
    await this.#last
    await this.#files.remove({ channelId, broadcastId })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const { stop } of this.#jobs.values()) stop.abort()
    await this.#last
  }
}
