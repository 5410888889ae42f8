/** Plays one archived broadcast through the alarms on a thread of its own. Started by `dry-run-in-thread.ts`. */
import { parentPort, workerData } from 'node:worker_threads'
import { codeOf, messageOf } from '../errors.ts'
import { openArchiveAt } from '../stores/archive-place.ts'
import { dryRunBroadcast } from './dry-run-broadcast.ts'
import type { DryRunThreadData, DryRunThreadMessage } from './dry-run-in-thread.ts'

const { place, ...asked } = workerData as DryRunThreadData
const tell = (message: DryRunThreadMessage) => parentPort!.postMessage(message)

try {
  const archive = await openArchiveAt(place)
  const run = await dryRunBroadcast(archive, asked)
  await archive.close()
  tell({ run })
} catch (cause) {
  tell({ error: { code: codeOf(cause), message: messageOf(cause) } })
}
