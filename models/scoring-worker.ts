/** The worker's side: loads the model, then answers one batch after the other. Started by scoring-thread.ts only. */
import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { ModelBackendMissingError } from './model-errors.ts'
import { SentimentModel } from './sentiment-model.ts'
import type { BackendChoice } from './tensorflow-backend.ts'
import { warmUp } from './warm-up.ts'
import type { Calibration } from './weights-file.ts'

export interface ScoringSettings {
  readonly directory: string | undefined
  readonly backend: BackendChoice
  /** Only what the other threads of the machine leave over: for a candidate that runs beside the live model. */
  readonly inBackground?: boolean
}

/** Of the n-grams that were looked up, how many there were and how many training did not know. */
export interface Vocabulary {
  readonly looked: number
  readonly unknown: number
}

export type ScoringRequest =
  | { readonly kind: 'score'; readonly id: number; readonly texts: readonly string[] }
  | { readonly kind: 'close' }

export type ScoringReply =
  | {
      readonly kind: 'ready'
      readonly model: string
      readonly backend: string
      readonly sha256: string
      readonly confidence?: Calibration | undefined
      /** From the start of the thread to here, ms. */
      readonly coldStartMs: number
    }
  | {
      readonly kind: 'scored'
      readonly id: number
      readonly probabilities: Float32Array<ArrayBuffer>
      readonly vocabulary: Vocabulary
    }
  | { readonly kind: 'failed'; readonly id?: number; readonly reason: string; readonly backendMissing?: string }

const port = parentPort
if (port === null) throw new Error('scoring-worker.ts runs as a worker thread only')
const send = (reply: ScoringReply, transfer: ArrayBuffer[] = []) => port.postMessage(reply, transfer)
const settings = workerData as ScoringSettings
const began = performance.now()
/** Words are counted in every so many batches: reading a text costs about a third of scoring it. */
const COUNTED_BATCHES = 8
let batches = 0

try {
  // On Linux this is the calling thread's alone; elsewhere it may not be allowed, and is not needed to be right.
  if (settings.inBackground && process.platform === 'linux') setPriority(0, 19)
  const model = await SentimentModel.load(settings.directory, settings.backend)
  port.on('message', (request: ScoringRequest) => {
    if (request.kind === 'close') return port.close()
    try {
      const probabilities = model.probabilities(request.texts)
      const counted = batches++ % COUNTED_BATCHES === 0
      const vocabulary = counted ? model.vocabulary(request.texts) : { looked: 0, unknown: 0 }
      send({ kind: 'scored', id: request.id, probabilities, vocabulary }, [probabilities.buffer])
    } catch (error) {
      send({ kind: 'failed', id: request.id, reason: (error as Error).message })
    }
  })
  warmUp(model)
  send({
    kind: 'ready',
    model: `${model.manifest.name}@${model.manifest.version}`,
    backend: model.backend,
    sha256: model.manifest.sha256,
    confidence: model.manifest.confidence,
    coldStartMs: performance.now() - began,
  })
} catch (error) {
  send({
    kind: 'failed',
    reason: reasonOf(error as Error),
    ...(error instanceof ModelBackendMissingError ? { backendMissing: settings.backend } : {}),
  })
  port.close()
}

/** The thread that asked wraps the reason in the same error again: without the sentence both begin with. */
function reasonOf(error: Error): string {
  return error.message.replace(/^the (sentiment model|TensorFlow\.js back end "[a-z]+") is not available: /, '')
}
