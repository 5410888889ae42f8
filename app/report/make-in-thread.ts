import { Worker } from 'node:worker_threads'
import { JavasError } from '../errors.ts'
import type { ArchivePlace } from '../stores/archive-place.ts'
import type { MakeReportOptions, ReportProgress } from './make-report.ts'
import type { Report } from './report.ts'

export type ReportThreadData = Pick<
  MakeReportOptions,
  'channelId' | 'broadcastId' | 'maskSeverity' | 'people' | 'putAside'
> & { readonly place: ArchivePlace }

export type ReportThreadMessage =
  | { readonly progress: ReportProgress }
  | { readonly report: Report }
  | { readonly error: { readonly code: string; readonly message: string } }

/** `makeReport` on a thread of its own, which ends with it; aborting ends it at once: it only reads. */
export async function makeInThread(
  data: ReportThreadData,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (progress: ReportProgress) => void },
): Promise<Report> {
  const worker = new Worker(new URL('./report-thread.ts', import.meta.url), { workerData: data, name: 'report' })
  const end = () => void worker.terminate()
  signal.addEventListener('abort', end)
  try {
    return await new Promise<Report>((done, fail) => {
      worker.on('message', (message: ReportThreadMessage) => {
        if ('progress' in message) onProgress(message.progress)
        else if ('report' in message) done(message.report)
        else fail(new JavasError(message.error.code, message.error.message))
      })
      worker.on('error', fail)
      worker.on('exit', () => fail(signal.reason ?? new JavasError('WORKER_EXIT', 'the report thread ended early')))
    })
  } finally {
    signal.removeEventListener('abort', end)
    await worker.terminate()
  }
}
