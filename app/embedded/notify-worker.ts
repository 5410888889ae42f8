/** The notify role in a worker thread of its own: a mail server that hangs must hold up nothing else. */
import { parentPort, workerData } from 'node:worker_threads'
import { topics } from '#schemas/topics.ts'
import { openSqliteBroker } from '#topology'
import { logOf } from '../log.ts'
import { startNotify } from '../notify/notify.ts'
import { serveCalls } from './calls.ts'
import type { WorkerStatuses } from './status.ts'
import { STATUS_EVERY_MS, type WorkerData } from './worker-data.ts'

const { config } = workerData as WorkerData
// Retention and compaction are the collect worker's.
const broker = await openSqliteBroker({ directory: config.dataDirectory, maintenanceIntervalMs: null })
const producer = broker.producer()
let statuses: WorkerStatuses = { collect: null, analyze: null, export: null }
const notifying = await startNotify({
  ...{ broker, producer, topics, config, log: logOf('notify', config) },
  others: () => ({
    analyze: statuses.analyze ? [statuses.analyze] : [],
    export: statuses.export ? [statuses.export] : [],
    // One machine has one clock.
    told: [],
  }),
})

const notify = serveCalls(parentPort!, {
  others: (told: WorkerStatuses) => {
    statuses = told
  },
  stop: async () => {
    clearInterval(telling)
    await notifying.close()
    await producer.close()
    await broker.close()
    parentPort!.close()
  },
})
const telling = setInterval(() => notify('status', notifying.status()), STATUS_EVERY_MS)
notify('status', notifying.status())
notify('ready', null)
// A failed role ends the thread: it is started again from the last commit.
notifying.failed.catch((cause: unknown) =>
  queueMicrotask(() => {
    throw cause
  }),
)
