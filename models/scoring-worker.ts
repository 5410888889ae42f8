/** The worker's side: loads the model, then answers one batch after the other. Started by scoring-thread.ts only. */
import { parentPort, workerData } from 'node:worker_threads'
import { ModelBackendMissingError } from './model-errors.ts'
import { SentimentModel } from './sentiment-model.ts'
import type { BackendName } from './tensorflow-backend.ts'

export interface ScoringSettings {
  readonly directory: string | undefined
  readonly backend: BackendName
}

export type ScoringRequest =
  | { readonly kind: 'score'; readonly id: number; readonly texts: readonly string[] }
  | { readonly kind: 'close' }

export type ScoringReply =
  | { readonly kind: 'ready'; readonly model: string; readonly backend: string }
  | { readonly kind: 'scored'; readonly id: number; readonly probabilities: Float32Array<ArrayBuffer> }
  | { readonly kind: 'failed'; readonly id?: number; readonly reason: string; readonly backendMissing?: string }

const port = parentPort
if (port === null) throw new Error('scoring-worker.ts runs as a worker thread only')
const send = (reply: ScoringReply, transfer: ArrayBuffer[] = []) => port.postMessage(reply, transfer)
const settings = workerData as ScoringSettings

try {
  const model = await SentimentModel.load(settings.directory, settings.backend)
  port.on('message', (request: ScoringRequest) => {
    if (request.kind === 'close') return port.close()
    try {
      const probabilities = model.probabilities(request.texts)
      send({ kind: 'scored', id: request.id, probabilities }, [probabilities.buffer])
    } catch (error) {
      send({ kind: 'failed', id: request.id, reason: (error as Error).message })
    }
  })
  send({ kind: 'ready', model: `${model.manifest.name}@${model.manifest.version}`, backend: model.backend })
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
