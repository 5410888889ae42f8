/** The analysis role in a worker thread: the stream thread, with the sentiment model in a thread of its own. */
import { parentPort, workerData } from 'node:worker_threads'
import { openSqliteBroker } from '#topology'
import { Analysis } from '../analysis.ts'
import { logOf } from '../log.ts'
import { serveCalls } from './calls.ts'
import { STATUS_EVERY_MS, type WorkerData } from './worker-data.ts'

const { config } = workerData as WorkerData
// Retention and compaction are the collect worker's: once is enough, and here they would hold up commits.
const broker = await openSqliteBroker({ directory: config.dataDirectory, maintenanceIntervalMs: null })
const analysis = await Analysis.open({ broker, config, log: logOf('analyze', config) })

const notify = serveCalls(parentPort!, {
  pause: () => analysis.stop(),
  resume: () => analysis.start(),
  try: (text: string) => analysis.try(text),
  stop: async () => {
    clearInterval(telling)
    await analysis.close()
    await broker.close()
    parentPort!.close()
  },
})
await analysis.start()
const telling = setInterval(() => void analysis.status().then((status) => notify('status', status)), STATUS_EVERY_MS)
notify('status', await analysis.status())
notify('ready', null)
// A failed analysis ends the thread: it is started again from the last commit.
analysis.failed.catch((cause: unknown) =>
  queueMicrotask(() => {
    throw cause
  }),
)
