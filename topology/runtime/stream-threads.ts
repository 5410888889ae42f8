import { OptionError, StreamThreadError } from '../errors.ts'
import { logEvents } from '../telemetry.ts'
import { type Logger, stderrLogger } from './logger.ts'
import type { StreamsMetrics } from './metrics-snapshot.ts'
import type { RemoteFailure } from './stream-thread-messages.ts'
import type { StreamsState } from './streams-state.ts'
import { WorkerThread } from './worker-thread.ts'

export interface StreamThreadsOptions {
  /** Its default export makes what each thread runs (`StreamThreadModule`); it is imported in each worker. */
  readonly module: URL | string
  /** Stream threads of this process, each in a worker with a broker connection and a transactional producer of its own. */
  readonly threads: number
  /** Given to the module's function, copied. */
  readonly data?: unknown
  /** `replace` starts a new thread for one that failed, up to `maxRestarts`; `end` ends all. Default `replace`. */
  readonly onThreadFailure?: 'replace' | 'end'
  /** Threads replaced within `restartWindowMs` before the whole ends in ERROR. Default 5 in 600,000 ms. */
  readonly maxRestarts?: number
  readonly restartWindowMs?: number
  /** ms before a thread is replaced, doubled for each one more in the window. Default 500. */
  readonly restartBackoffMs?: number
  /** ms from `close` until a thread that does not end is ended by force. Default 4,500. */
  readonly closeTimeoutMs?: number
  readonly logger?: Logger
}

export interface StreamThreadsMetrics {
  readonly state: StreamsState
  readonly restarts: number
  readonly threads: readonly {
    readonly thread: number
    readonly state: StreamsState
    /** null while it starts or is being replaced. */
    readonly metrics: StreamsMetrics | null
  }[]
}

/** These would fail again in the same way, or must not be tried by two. */
const FINAL_CODES = /^(STREAMS_FENCED|SESSION_FENCED|STREAMS_OPTION_INVALID|TOPOLOGY_[A-Z_]+|ERR_MODULE_NOT_FOUND)$/
const MAX_BACKOFF_MS = 10_000

/**
 * Runs several stream threads of one application in this process, each in a worker thread. Resolves when all of them are
 * RUNNING; rejects with what ended them.
 *
 *     const threads = await startStreamThreads({ module: new URL('./my-topology.ts', import.meta.url), threads: 2 })
 *     process.once('SIGTERM', () => threads.close())
 *     await threads.ended()
 */
export async function startStreamThreads(options: StreamThreadsOptions): Promise<StreamThreads> {
  const threads = new StreamThreads(options)
  await threads.running()
  return threads
}

/** The threads of one process: their states and metrics in one place, one failed thread replaced. */
export class StreamThreads {
  readonly #options: StreamThreadsOptions
  readonly #logger: Logger
  readonly #workers: (WorkerThread | undefined)[]
  readonly #listeners = new Set<(to: StreamsState, from: StreamsState) => void>()
  readonly #pauses = new Set<ReturnType<typeof setTimeout>>()
  /** When threads were replaced, by `performance.now`. */
  #restarts: number[] = []
  #restartsInAll = 0
  #state: StreamsState = 'REBALANCING'
  #failure: StreamThreadError | undefined
  #closing: Promise<void> | undefined

  constructor(options: StreamThreadsOptions) {
    const { threads, maxRestarts = 0, logger } = options
    if (!(Number.isSafeInteger(threads) && threads >= 1))
      throw new OptionError(`threads must be a whole number, at least 1, not ${threads}`)
    if (!(maxRestarts >= 0)) throw new OptionError(`maxRestarts must be at least 0, not ${maxRestarts}`)
    this.#options = options
    this.#logger = logger ?? stderrLogger()
    this.#workers = Array.from({ length: threads }, () => undefined)
    for (let thread = 0; thread < threads; thread++) this.#start(thread)
  }

  /** RUNNING when all threads are. */
  get state(): StreamsState {
    return this.#state
  }

  /** What ended in ERROR, once it has. */
  get failure(): StreamThreadError | undefined {
    return this.#failure
  }

  onStateChange(listener: (to: StreamsState, from: StreamsState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async metrics(): Promise<StreamThreadsMetrics> {
    const threads = await Promise.all(
      this.#workers.map(async (worker, thread) => ({
        thread,
        state: worker?.state ?? ('CREATED' as const),
        metrics: (await worker?.metrics()) ?? null,
      })),
    )
    return { state: this.#state, restarts: this.#restartsInAll, threads }
  }

  /** Resolves when all are RUNNING; rejects when they ended before. */
  async running(): Promise<void> {
    await this.#reached((state) => state !== 'REBALANCING')
    if (this.#failure) throw this.#failure
  }

  /** Resolves when they were closed; rejects when they ended in ERROR. */
  async ended(): Promise<void> {
    await this.#reached((state) => state === 'NOT_RUNNING' || state === 'ERROR')
    if (this.#failure) throw this.#failure
  }

  /** Each thread commits and ends, as `Streams.close`. Safe to call twice; resolves when all have ended. */
  close(options: { readonly leave?: boolean } = {}): Promise<void> {
    this.#closing ??= this.#end('PENDING_SHUTDOWN', 'NOT_RUNNING', options.leave)
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #start(thread: number): void {
    const { module, threads, data } = this.#options
    const seat = { thread, threads, data }
    this.#workers[thread] = new WorkerThread(
      { ...seat, module: String(module) },
      {
        onState: () => this.#show(),
        onExit: (failure) => failure && this.#failed(thread, failure),
      },
    )
  }

  #show(): void {
    if (this.#closing) return
    this.#to(this.#workers.every((worker) => worker?.state === 'RUNNING') ? 'RUNNING' : 'REBALANCING')
  }

  #failed(thread: number, failure: RemoteFailure): void {
    const { onThreadFailure = 'replace', maxRestarts = 5, restartWindowMs = 600_000 } = this.#options
    const { restartBackoffMs = 500 } = this.#options
    this.#logger.error(logEvents.failed, { thread, ...failure })
    this.#workers[thread] = undefined
    if (this.#closing) return
    const now = performance.now()
    this.#restarts = this.#restarts.filter((at) => now - at < restartWindowMs)
    if (onThreadFailure === 'end' || FINAL_CODES.test(failure.code) || this.#restarts.length >= maxRestarts) {
      this.#failure = new StreamThreadError(thread, failure)
      this.#closing = this.#end('PENDING_ERROR', 'ERROR')
      return
    }
    this.#show()
    const pauseMs = Math.min(MAX_BACKOFF_MS, restartBackoffMs * 2 ** this.#restarts.length)
    this.#restarts.push(now)
    this.#restartsInAll += 1
    const pause = setTimeout(() => {
      this.#pauses.delete(pause)
      this.#start(thread)
    }, pauseMs)
    this.#pauses.add(pause)
  }

  async #end(over: StreamsState, to: StreamsState, leave = false): Promise<void> {
    this.#to(over)
    for (const pause of this.#pauses) clearTimeout(pause)
    const { closeTimeoutMs: withinMs = 4_500 } = this.#options
    const closed = await Promise.all(
      this.#workers.map(async (worker) => (await worker?.close({ withinMs, leave })) ?? true),
    )
    if (closed.includes(false)) this.#logger.warn(logEvents.closeTimedOut, { closeTimeoutMs: withinMs })
    this.#to(to)
  }

  #to(to: StreamsState): void {
    const from = this.#state
    if (from === to) return
    this.#state = to
    for (const listener of [...this.#listeners]) listener(to, from)
  }

  #reached(is: (state: StreamsState) => boolean): Promise<void> {
    if (is(this.#state)) return Promise.resolve()
    return new Promise((resolve) => {
      const off = this.onStateChange((to) => {
        if (!is(to)) return
        off()
        resolve()
      })
    })
  }
}
