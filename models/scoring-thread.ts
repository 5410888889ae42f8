/** The calling side of the worker thread: batches out, probabilities back, in order; every way it can end rejects what waits. */
import { Worker } from 'node:worker_threads'
import { ModelBackendMissingError, ModelUnavailableError } from './model-errors.ts'
import type { ScoringReply, ScoringRequest, ScoringSettings, Vocabulary } from './scoring-worker.ts'
import type { Calibration } from './weights-file.ts'

/** Loading takes well under a second; a machine that swaps gets half a minute before it is called broken. */
const START_MS = 30_000
/** A worker that was told to close has only the batches before that to finish. */
const CLOSE_MS = 10_000
/** A batch takes tens of milliseconds; a worker that says nothing for so long while one waits hangs. */
const ANSWER_MS = 10_000

type ReadyReply = Extract<ScoringReply, { kind: 'ready' }>

export interface ScoringThreadOptions extends ScoringSettings {
  /** Longest silence of the worker while a batch waits, ms. */
  readonly answerMs?: number
  /** Another worker file, for tests that need one which fails. */
  readonly file?: URL
}

interface Waiting {
  readonly resolve: (probabilities: Float32Array) => void
  readonly reject: (error: Error) => void
}

export class ScoringThread {
  readonly model: string
  readonly backend: string
  readonly sha256: string
  /** Of the confidence; undefined where the weights have none. */
  readonly confidence: Calibration | undefined
  /** Loading and warming up, ms. */
  readonly coldStartMs: number
  readonly worker: Worker
  /** Summed over the batches in which it was counted. */
  vocabulary: Vocabulary = { looked: 0, unknown: 0 }
  readonly #answerMs: number
  #silence: NodeJS.Timeout | undefined
  readonly #waiting = new Map<number, Waiting>()
  #next = 0
  #ended: ModelUnavailableError | undefined
  #closing: Promise<void> | undefined

  private constructor(worker: Worker, ready: ReadyReply, answerMs: number) {
    this.worker = worker
    this.#answerMs = answerMs
    this.sha256 = ready.sha256
    this.coldStartMs = ready.coldStartMs
    this.model = ready.model
    this.confidence = ready.confidence
    this.backend = ready.backend
    worker.on('message', (reply: ScoringReply) => this.#take(reply))
    worker.on('error', (cause) =>
      this.#end(new ModelUnavailableError(`its worker failed (${String(cause)})`, { cause })),
    )
    worker.on('exit', (code) => this.#end(new ModelUnavailableError(`its worker ended with code ${code}`)))
    // an idle scorer keeps no process alive; waiting calls do
    worker.unref()
  }

  static async start(options: ScoringThreadOptions): Promise<ScoringThread> {
    const { answerMs = ANSWER_MS, file = new URL('./scoring-worker.ts', import.meta.url), ...settings } = options
    const worker = new Worker(file, { workerData: settings, name: 'sentiment' })
    try {
      return new ScoringThread(worker, await firstReply(worker), answerMs)
    } catch (error) {
      await worker.terminate()
      throw error
    }
  }

  probabilities(texts: readonly string[]): Promise<Float32Array> {
    if (this.#closing !== undefined) return Promise.reject(new ModelUnavailableError('the scorer is closed'))
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => {
      const id = this.#next++
      this.#waiting.set(id, { resolve, reject })
      if (this.#waiting.size === 1) {
        this.worker.ref()
        this.#listen()
      }
      this.worker.postMessage({ kind: 'score', id, texts } satisfies ScoringRequest)
    })
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    if (this.#ended !== undefined) return void (await this.worker.terminate())
    const exited = new Promise<void>((resolve) => this.worker.once('exit', () => resolve()))
    const timer = setTimeout(() => void this.worker.terminate(), CLOSE_MS)
    this.worker.ref()
    this.worker.postMessage({ kind: 'close' } satisfies ScoringRequest)
    await exited
    clearTimeout(timer)
  }

  /** Starts the clock on the worker's next word. */
  #listen(): void {
    clearTimeout(this.#silence)
    if (this.#waiting.size === 0) return
    this.#silence = setTimeout(() => {
      this.#end(new ModelUnavailableError(`its worker did not answer for ${this.#answerMs / 1000} s`))
      void this.worker.terminate()
    }, this.#answerMs)
  }

  #take(reply: ScoringReply): void {
    if (reply.kind !== 'scored' && reply.kind !== 'failed') return
    const id = reply.id
    if (id === undefined) return
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    this.#listen()
    if (this.#waiting.size === 0 && this.#closing === undefined) this.worker.unref()
    if (reply.kind === 'scored') {
      const { looked, unknown } = reply.vocabulary
      this.vocabulary = { looked: this.vocabulary.looked + looked, unknown: this.vocabulary.unknown + unknown }
      waiting?.resolve(reply.probabilities)
    } else waiting?.reject(new ModelUnavailableError(reply.reason))
  }

  #end(error: ModelUnavailableError): void {
    this.#ended ??= error
    clearTimeout(this.#silence)
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting) reject(this.#ended)
  }
}

/** Waits for the worker's word that the model is loaded; every other ending rejects. */
function firstReply(worker: Worker): Promise<ReadyReply> {
  return new Promise((resolve, reject) => {
    const unavailable = (reason: string, cause?: unknown) =>
      done(() => reject(new ModelUnavailableError(reason, { cause })))
    const onMessage = (reply: ScoringReply) => {
      if (reply.kind === 'ready') done(() => resolve(reply))
      else if (reply.kind === 'scored') unavailable('its worker answered out of turn')
      else if (reply.backendMissing === undefined) unavailable(reply.reason)
      else {
        const missing = new ModelBackendMissingError(reply.backendMissing, reply.reason)
        done(() => reject(missing))
      }
    }
    const onError = (cause: unknown) => unavailable(`its worker failed (${String(cause)})`, cause)
    const onExit = (code: number) => unavailable(`its worker ended with code ${code} before it was ready`)
    const timer = setTimeout(() => unavailable(`its worker did not start within ${START_MS / 1000} s`), START_MS)
    // not removeAllListeners: the worker's own message plumbing hangs on listeners as well
    const done = (settle: () => void) => {
      clearTimeout(timer)
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      settle()
    }
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
  })
}
