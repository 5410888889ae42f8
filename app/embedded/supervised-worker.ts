import { Worker } from 'node:worker_threads'
import { JavasError, messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { callsTo } from './calls.ts'

export interface SupervisedWorker {
  /** Resolves once the worker said that it is ready. */
  readonly ready: Promise<void>
  call(name: string, ...args: readonly unknown[]): Promise<unknown>
  /** Starts so far; more than one means that it died. */
  readonly starts: number
  /** Why it is not running now; null while it is. */
  readonly failure: string | null
  stop(): Promise<void>
}

export interface SupervisedWorkerOptions {
  readonly name: string
  readonly file: URL
  readonly data: unknown
  readonly log: Log
  readonly onNotice?: (notice: string, value: unknown) => void
  /** Called when it died and will be started again. */
  readonly onDeath?: () => void
  readonly restartDelayMs?: number
}

const STOP_MS = 8_000
const LONGEST_DELAY_MS = 30_000

/**
 * A worker thread that is started again when it dies, later each time. Its state is in the log, so a new one goes on
 * where the old one committed last. The worker answers `stop` and sends the notice `ready`.
 */
export function superviseWorker(options: SupervisedWorkerOptions): SupervisedWorker {
  const { name, file, data, log, restartDelayMs = 500 } = options
  const firstReady = Promise.withResolvers<void>()
  let starts = 0
  let failureNow: string | null = null
  let stopping = false
  let wasReady = false
  let timer: NodeJS.Timeout | undefined
  let exited = Promise.resolve()
  let calls: ReturnType<typeof callsTo> | null = null

  const start = () => {
    starts++
    const worker = new Worker(file, { workerData: data, name })
    calls = callsTo(worker, (notice, value) => {
      if (notice === 'ready') {
        wasReady = true
        failureNow = null
        firstReady.resolve()
      }
      options.onNotice?.(notice, value)
    })
    const mine = calls
    let failure: Error | null = null
    worker.on('error', (cause) => {
      failure = cause instanceof Error ? cause : new Error(String(cause))
    })
    exited = new Promise((done) => {
      worker.on('exit', (code) => {
        done()
        const cause = failure ?? new JavasError('WORKER_EXIT', `the ${name} thread ended with exit code ${code}`)
        mine.fail(stopping ? new JavasError('WORKER_STOPPED', `the ${name} thread is stopped`) : cause)
        if (stopping) return
        failureNow = messageOf(cause)
        options.onDeath?.()
        // What fails before it ever ran (a port, a folder, a lock) is the caller's to tell, not ours to repeat.
        if (!wasReady) return firstReady.reject(cause)
        const delay = Math.min(restartDelayMs * 2 ** Math.min(starts - 1, 6), LONGEST_DELAY_MS)
        log.error(`the ${name} thread died (${failureNow}); starting it again in ${delay} ms`)
        timer = setTimeout(start, delay)
      })
    })
  }
  start()

  return {
    ready: firstReady.promise,
    call: (call, ...args) => calls!.call(call, ...args),
    get starts() {
      return starts
    },
    get failure() {
      return failureNow
    },
    async stop() {
      if (stopping) return exited
      stopping = true
      clearTimeout(timer)
      const deadline = Promise.withResolvers<void>()
      const late = setTimeout(deadline.resolve, STOP_MS)
      calls!.call('stop').catch(() => {})
      await Promise.race([exited, deadline.promise])
      clearTimeout(late)
    },
  }
}
