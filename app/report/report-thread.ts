/** Makes one report on a thread of its own, away from the one that serves pages. Started by `make-in-thread.ts`. */
import { parentPort, workerData } from 'node:worker_threads'
import { codeOf, messageOf } from '../errors.ts'
import { openArchiveAt } from '../stores/archive-place.ts'
import type { ReportThreadData, ReportThreadMessage } from './make-in-thread.ts'
import { makeReport } from './make-report.ts'

const { place, ...asked } = workerData as ReportThreadData
const tell = (message: ReportThreadMessage) => parentPort!.postMessage(message)

try {
  const archive = await openArchiveAt(place)
  const report = await makeReport({ ...asked, archive, onProgress: (progress) => tell({ progress }) })
  await archive.close()
  tell({ report })
} catch (cause) {
  tell({ error: { code: codeOf(cause), message: messageOf(cause) } })
}
