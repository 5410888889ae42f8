/** Makes one report on a thread of its own, away from the one that serves pages. Started by `make-in-thread.ts`. */
import { parentPort, workerData } from 'node:worker_threads'
import { openArchiveReader } from '#sinks/sqlite-archive.ts'
import { codeOf, messageOf } from '../errors.ts'
import type { ReportThreadData, ReportThreadMessage } from './make-in-thread.ts'
import { makeReport } from './make-report.ts'

const { archivePath, ...asked } = workerData as ReportThreadData
const tell = (message: ReportThreadMessage) => parentPort!.postMessage(message)

try {
  const archive = openArchiveReader(archivePath)
  const report = await makeReport({ ...asked, archive, onProgress: (progress) => tell({ progress }) })
  await archive.close()
  tell({ report })
} catch (cause) {
  tell({ error: { code: codeOf(cause), message: messageOf(cause) } })
}
