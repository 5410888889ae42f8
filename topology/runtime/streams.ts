import { IllegalStateError } from '../errors.ts'
import { channels, logEvents } from '../telemetry.ts'
import type { Topology } from '../topology.ts'
import { applicationTopics } from './application-topics.ts'
import type { Environment } from './environment.ts'
import { type StreamsMetrics, snapshot } from './metrics-snapshot.ts'
import { StreamThread } from './stream-thread.ts'
import { environmentOf, type StreamsOptions, threadOptionsOf } from './streams-options.ts'
import { requireTransition, type StreamsState } from './streams-state.ts'

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
  /** Starting, then working; never rejects. */
  #working: Promise<void> = Promise.resolve()
  #closing: Promise<void> | undefined

  /** Throws TopologyError when the topology cannot run. */
  constructor(topology: Topology, options: StreamsOptions) {
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

  /** Creates missing topics, restores the stores and begins. Resolves when RUNNING; rejects with what failed. */
  async start(): Promise<void> {
    if (this.state !== 'CREATED') throw new IllegalStateError(`cannot start from ${this.state}: a client starts once`)
    this.#to('REBALANCING')
    const started = this.#join()
    this.#working = started.then(
      () => this.#run(),
      () => {},
    )
    await started
  }

  /** Commits, closes the tasks and leaves. Safe to call in any state, and twice; resolves when it has ended. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Resolves when it has ended; rejects when it ended in ERROR. */
  async ended(): Promise<void> {
    if (this.#state !== 'NOT_RUNNING' && this.#state !== 'ERROR')
      await new Promise<void>((resolve) => {
        const off = this.onStateChange((to) => {
          if (to !== 'NOT_RUNNING' && to !== 'ERROR') return
          off()
          resolve()
        })
      })
    if (this.#state === 'ERROR') throw this.#failure
  }

  /** Counts so far, and the lag by freshly read high watermarks. */
  metrics(): Promise<StreamsMetrics> {
    return snapshot(this.#options, this.#state, this.#thread)
  }

  async #join(): Promise<void> {
    try {
      const { broker, applicationId, deadLetters } = this.#environment
      await broker.createTopics([
        ...applicationTopics(this.#topology, applicationId),
        ...(deadLetters ? [deadLetters.topic] : []),
      ])
      await this.#thread.start()
    } catch (error) {
      await this.#fail(error)
      throw error
    }
    // Closed while it started: whoever closed it does the rest.
    if (this.#state === 'REBALANCING') this.#to('RUNNING')
  }

  async #run(): Promise<void> {
    try {
      while (this.#state === 'RUNNING') await this.#thread.runOnce(undefined, this.#stop.signal)
    } catch (error) {
      await this.#fail(error)
    }
  }

  async #close(): Promise<void> {
    const isClean = this.#state === 'RUNNING'
    if (isClean || this.#state === 'CREATED' || this.#state === 'REBALANCING') this.#to('PENDING_SHUTDOWN')
    this.#stop.abort()
    await this.#working
    // It failed before, or on its last turn.
    if (this.#state !== 'PENDING_SHUTDOWN') return
    try {
      await this.#thread.close({ clean: isClean })
      this.#to('NOT_RUNNING')
    } catch (error) {
      await this.#fail(error)
    }
  }

  async #fail(error: unknown): Promise<void> {
    this.#failure = error
    this.#to('PENDING_ERROR')
    const { applicationId, logger } = this.#environment
    const { message, stack } = error instanceof Error ? error : new Error(String(error))
    logger.error(logEvents.failed, { applicationId, message, stack })
    channels.failed.publish({ applicationId, error })
    await this.#thread.close({ clean: false }).catch(() => {})
    this.#to('ERROR')
  }

  #to(to: StreamsState): void {
    const from = this.#state
    const { applicationId } = this.#environment
    requireTransition(from, to)
    this.#state = to
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
