/** One replay, on a thread of its own. Started by `compare-in-thread.ts`; any message to it means: stop. */
import { parentPort, workerData } from 'node:worker_threads'
import { Analysis } from '../analysis.ts'
import { codeOf, messageOf } from '../errors.ts'
import { logOf } from '../log.ts'
import { openArchiveAt } from '../stores/archive-place.ts'
import type { CompareThreadData, CompareThreadMessage } from './compare-in-thread.ts'
import { compareVerdicts } from './compare-verdicts.ts'

const PROGRESS_EVERY_MS = 200

const { place, config, ...asked } = workerData as CompareThreadData
const tell = (message: CompareThreadMessage) => parentPort!.postMessage(message)
const stop = new AbortController()
parentPort!.on('message', () => stop.abort())
// What a replay analyses is told on the page; in the log only what goes wrong.
const log = logOf('compare', { ...config, logLevel: 'warn' })

try {
  const archive = await openArchiveAt(place)
  let toldAt = 0
  const comparison = await compareVerdicts({
    ...asked,
    archive,
    open: (broker) => Analysis.open({ broker, config, log, applicationId: 'javas-compare' }),
    signal: stop.signal,
    onProgress: (progress) => {
      if (performance.now() - toldAt < PROGRESS_EVERY_MS) return
      toldAt = performance.now()
      tell({ progress })
    },
  })
  await archive.close()
  tell({ comparison })
} catch (cause) {
  tell({ error: { code: codeOf(cause), message: messageOf(cause) } })
}
parentPort!.close()
