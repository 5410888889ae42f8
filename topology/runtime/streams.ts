import { setTimeout as sleep } from 'node:timers/promises'
import { IllegalStateError } from '../errors.ts'
import { channels, logEvents } from '../telemetry.ts'
import type { Topology } from '../topology.ts'
import { applicationTopics } from './application-topics.ts'
import { settledWithin } from './deadline.ts'
import type { Environment } from './environment.ts'
import { LoopWatch } from './loop-watch.ts'
import { type StreamsMetrics, snapshot } from './metrics-snapshot.ts'
import { isRetriable } from './retrying.ts'
import { StreamThread } from './stream-thread.ts'
import { environmentOf, type StreamsOptions, threadOptionsOf } from './streams-options.ts'
import { requireTransition, type StreamsState } from './streams-state.ts'
import { checkTopology } from './topology-check.ts'
import { validateOptions } from './validate-options.ts'

const CLOSE_TIMEOUT_MS = 4_000
const TASK_TIMEOUT_MS = 300_000
/** Between two tries while the log cannot answer. */
const RETRY_PAUSE_MS = 200

/**
 * Runs a topology on a broker: one stream thread in this event loop. Several of them, in worker threads or processes of
 * one application, share the partitions.
 *
 *     await using streams = new Streams(topology, { applicationId: 'word-count', broker })
 *     await streams.start()
 */
export class Streams {
  readonly #topology: Topology
  readonly #options: StreamsOptions
  readonly #environment: Environment
  readonly #thread: StreamThread
  readonly #stop = new AbortController()
  readonly #listeners = new Set<(to: StreamsState, from: StreamsState) => void>()
  #state: StreamsState = 'CREATED'
  #failure: unknown
  #hasJoined = false
  #loop: LoopWatch | undefined
  /** Starting, then working; never rejects. */
  #working: Promise<void> = Promise.resolve()
  #closing: Promise<void> | undefined

  /** Throws TopologyError when the topology cannot run, OptionError when an option cannot be. */
  constructor(topology: Topology, options: StreamsOptions) {
    validateOptions(options)
    this.#topology = topology.validate()
    this.#options = options
    this.#environment = environmentOf(options)
    this.#thread = new StreamThread(this.#environment, topology, threadOptionsOf(options))
  }

  get state(): StreamsState {
    return this.#state
  }

  /** What ended in ERROR, once it has. */
  get failure(): unknown {
    return this.#failure
  }

  /** For health checks: `live` until it has failed or ended, `ready` while it works. */
  get health(): {
    readonly state: StreamsState
    readonly live: boolean
    readonly ready: boolean
    readonly failure?: string
  } {
    const state = this.#state
    const live = state !== 'ERROR' && state !== 'PENDING_ERROR' && state !== 'NOT_RUNNING'
    const failure = this.#failure instanceof Error ? { failure: this.#failure.message } : {}
    return { state, live, ready: state === 'RUNNING', ...failure }
  }

  onStateChange(listener: (to: StreamsState, from: StreamsState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Creates missing topics, joins and begins; tasks that are restored work beside those that still restore. Resolves when
   * RUNNING; rejects with what failed.
   */
  async start(): Promise<void> {
    if (this.state !== 'CREATED') throw new IllegalStateError(`cannot start from ${this.state}: a client starts once`)
    this.#to('REBALANCING')
    const { applicationId, logger } = this.#environment
    const { blockedAfterMs = 1_000 } = this.#options
    this.#loop = new LoopWatch({ applicationId, logger, blockedAfterMs })
    const running = this.#reached((state) => state !== 'REBALANCING')
    const joined = this.#join()
    this.#working = joined.then(
      () => this.#run(),
      () => {},
    )
    await joined
    await running
    if (this.#failure !== undefined) throw this.#failure
  }

  /**
   * Commits, closes the tasks and ends, within `closeTimeoutMs`. Safe to call in any state, and twice; resolves when it has
   * ended. Where threads have lasting names, its partitions wait a while for its return; with `leave` others take them at once.
   */
  close(options: { readonly leave?: boolean } = {}): Promise<void> {
    this.#closing ??= this.#close(options.leave ?? false)
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Resolves when it has ended; rejects when it ended in ERROR. */
  async ended(): Promise<void> {
    await this.#reached((state) => state === 'NOT_RUNNING' || state === 'ERROR')
    if (this.#state === 'ERROR') throw this.#failure
  }

  /** Counts so far, and the lag by freshly read high watermarks. */
  metrics(): Promise<StreamsMetrics> {
    return snapshot(this.#options, this.#state, this.#thread, this.#loop)
  }

  async #join(): Promise<void> {
    try {
      const { broker, applicationId, deadLetters, clock } = this.#environment
      const topology = this.#topology
      await broker.createTopics([
        ...applicationTopics(topology, applicationId),
        ...(deadLetters ? [deadLetters.topic] : []),
      ])
      const accept = this.#options.onTopologyChange === 'accept'
      await checkTopology({ broker, topology, applicationId, accept, now: clock() })
      await this.#thread.join()
      this.#hasJoined = true
    } catch (error) {
      await this.#fail(error)
      throw error
    }
  }

  async #run(): Promise<void> {
    this.#thread.onChange = () => this.#showAssignment()
    this.#showAssignment()
    let workedAt = performance.now()
    try {
      while (this.#isWorking) {
        try {
          await this.#thread.runOnce(undefined, this.#stop.signal)
          workedAt = performance.now()
        } catch (error) {
          await this.#tryAgain(error, performance.now() - workedAt)
        }
      }
    } catch (error) {
      await this.#fail(error)
    }
  }

  get #isWorking(): boolean {
    return this.#state === 'RUNNING' || this.#state === 'REBALANCING'
  }

  /** RUNNING when every task of the assignment is at work. */
  #showAssignment(): void {
    const is = this.#thread.assigned.isRebalancing ? 'REBALANCING' : 'RUNNING'
    if (this.#isWorking && this.#state !== is) this.#to(is)
  }

  /** A log that cannot answer at the moment is no failure of the client, for a while. */
  async #tryAgain(error: unknown, failingForMs: number): Promise<void> {
    const { taskTimeoutMs = TASK_TIMEOUT_MS, applicationId } = this.#options
    if (this.#thread.hasFailed || !isRetriable(error) || failingForMs > taskTimeoutMs) throw error
    this.#environment.logger.warn(logEvents.retried, { applicationId, message: String(error) })
    await sleep(RETRY_PAUSE_MS, undefined, { signal: this.#stop.signal }).catch(() => {})
  }

  async #close(leave: boolean): Promise<void> {
    const isClean = this.#isWorking && this.#hasJoined
    if (this.#isWorking || this.#state === 'CREATED') this.#to('PENDING_SHUTDOWN')
    const { closeTimeoutMs = CLOSE_TIMEOUT_MS, applicationId } = this.#options
    const until = performance.now() + closeTimeoutMs
    this.#stop.abort()
    const hasStopped = await settledWithin(this.#working, closeTimeoutMs)
    // It failed before, or on its last turn.
    if (this.#state !== 'PENDING_SHUTDOWN') return
    try {
      const clean = isClean && hasStopped
      const inTime = await this.#thread.close({ clean, leave, withinMs: until - performance.now() })
      if (!inTime || !hasStopped)
        this.#environment.logger.warn(logEvents.closeTimedOut, { applicationId, closeTimeoutMs })
      this.#to('NOT_RUNNING')
    } catch (error) {
      await this.#fail(error)
    }
  }

  /** Resolves when the state is one that `is` takes. */
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

  async #fail(error: unknown): Promise<void> {
    // Left behind by a close that could not wait for it.
    if (this.#state === 'NOT_RUNNING' || this.#state === 'ERROR') return
    // The last turn and the close that did not wait for it have both failed: one end is enough.
    if (this.#state === 'PENDING_ERROR') return this.#reached((state) => state === 'ERROR')
    this.#failure = error
    this.#to('PENDING_ERROR')
    const { applicationId, logger } = this.#environment
    const { closeTimeoutMs = CLOSE_TIMEOUT_MS } = this.#options
    const { message, stack } = error instanceof Error ? error : new Error(String(error))
    logger.error(logEvents.failed, { applicationId, message, stack })
    channels.failed.publish({ applicationId, error })
    await this.#thread.close({ clean: false, withinMs: closeTimeoutMs }).catch(() => {})
    this.#to('ERROR')
  }

  #to(to: StreamsState): void {
    const from = this.#state
    const { applicationId } = this.#environment
    requireTransition(from, to)
    this.#state = to
    if (to === 'NOT_RUNNING' || to === 'ERROR') this.#loop?.stop()
    channels.stateChanged.publish({ applicationId, from, to })
    for (const listener of this.#listeners) {
      try {
        listener(to, from)
      } catch (error) {
        // The state has changed, whatever a listener thinks of it; the way on must not end here.
        this.#environment.logger.error(logEvents.listenerFailed, { applicationId, to, message: String(error) })
      }
    }
  }
}
