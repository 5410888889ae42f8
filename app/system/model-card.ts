import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { WEIGHTS_FOLDER } from '#models/weights-file.ts'
import type { ModelCard } from '../../dashboard/system-description.ts'

interface Manifest {
  readonly name: string
  readonly version: string
  readonly sha256: string
  readonly bytes: number
}

/** What `npm run eval:sentiment -- --save` wrote beside the weights. */
interface Evaluation {
  readonly sha256: string
  readonly accuracy: number
  readonly log_loss: number
}

/** The card of the loaded model: what it is, and how it did when it was last evaluated. Null when the files are gone. */
export function readModelCard(backend: string, directory = WEIGHTS_FOLDER): ModelCard | null {
  const manifest = readJson<Manifest>(join(directory, 'sentiment.json'))
  if (!manifest) return null
  const evaluation = readJson<Evaluation>(join(directory, 'evaluation.json'))
  // Figures of other weights would be a lie.
  const isOfThis = evaluation?.sha256 === manifest.sha256
  return {
    name: manifest.name,
    version: manifest.version,
    backend,
    bytes: manifest.bytes,
    accuracy: isOfThis ? evaluation.accuracy : 0,
    logLoss: isOfThis ? evaluation.log_loss : 0,
    testSet: isOfThis ? 'NSMC, 40,000 held-out film reviews' : '',
    trainedOn: 'NSMC (CC0), KOTE (MIT), songys (MIT), Curse-detection-data (MIT)',
    limits: 'models/README.md',
  }
}

function readJson<T>(file: string): T | null {
  try {
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : null
  } catch {
    return null
  }
}
