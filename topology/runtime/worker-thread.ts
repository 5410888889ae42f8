import { Worker } from 'node:worker_threads'
import type { StreamsMetrics } from './metrics-snapshot.ts'
import {
  type FromThread,
  type RemoteFailure,
  remoteFailure,
  type StreamThreadData,
  type ToThread,
} from './stream-thread-messages.ts'
import type { StreamsState } from './streams-state.ts'

export interface WorkerThreadListener {
  onState(state: StreamsState): void
  /** It is gone; with a failure, unless it was closed. Called once. */
  onExit(failure: RemoteFailure | undefined): void
}

/** A worker that runs one stream thread, from its start to its exit. */
export class WorkerThread {
  state: StreamsState = 'CREATED'
  readonly #worker: Worker
  readonly #exited = Promise.withResolvers<void>()
  readonly #calls = new Map<number, (metrics: StreamsMetrics | null) => void>()
  #nextCall = 0
  #failure: RemoteFailure | undefined
  #isClosing = false

  constructor(data: StreamThreadData, listener: WorkerThreadListener) {
    const name = `stream-thread-${data.thread}`
    this.#worker = new Worker(new URL('./stream-thread-worker.ts', import.meta.url), { workerData: data, name })
    this.#worker.on('message', (message: FromThread) => this.#hear(message, listener))
    this.#worker.on('error', (error) => {
      this.#failure ??= remoteFailure(error)
    })
    this.#worker.on('exit', (exitCode) => {
      for (const answer of this.#calls.values()) answer(null)
      this.#calls.clear()
      const unexplained = { code: '', message: `the worker of the thread exited with ${exitCode}`, stack: '' }
      const failure = this.#failure ?? (this.#isClosing ? undefined : unexplained)
      this.state = failure ? 'ERROR' : 'NOT_RUNNING'
      this.#exited.resolve()
      listener.onExit(failure)
    })
  }

  get exited(): Promise<void> {
    return this.#exited.promise
  }

  /** null when it cannot answer any more. */
  metrics(): Promise<StreamsMetrics | null> {
    if (this.state === 'ERROR' || this.state === 'NOT_RUNNING') return Promise.resolve(null)
    const call = this.#nextCall++
    return new Promise((resolve) => {
      this.#calls.set(call, resolve)
      this.#worker.postMessage({ kind: 'metrics', call } satisfies ToThread)
    })
  }

  /** Commits and ends; by force when it has not after `withinMs`: what was open is aborted then. Returns whether it ended by itself. */
  async close({ withinMs, leave }: { readonly withinMs: number; readonly leave: boolean }): Promise<boolean> {
    this.#isClosing = true
    this.#worker.postMessage({ kind: 'close', leave } satisfies ToThread)
    let inTime = true
    const timer = setTimeout(() => {
      inTime = false
      void this.#worker.terminate()
    }, withinMs)
    await this.exited
    clearTimeout(timer)
    return inTime
  }

  #hear(message: FromThread, listener: WorkerThreadListener): void {
    switch (message.kind) {
      case 'state':
        this.state = message.state
        listener.onState(message.state)
        return
      case 'failed':
        this.#failure = message.failure
        return
      case 'metrics':
        this.#calls.get(message.call)?.(message.metrics)
        this.#calls.delete(message.call)
    }
  }
}
