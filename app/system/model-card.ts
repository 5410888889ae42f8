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

/**
 * The card of the loaded model: what it is, and how it did when it was last evaluated. Null when the files are gone.
 * @param loaded name@version at work: files that lie there and were not taken over are not spoken of
 */
export function readModelCard(
  backend: string,
  directory: string | null = WEIGHTS_FOLDER,
  loaded?: string,
): ModelCard | null {
  const folder = directory ?? WEIGHTS_FOLDER
  const manifest = readJson<Manifest>(join(folder, 'sentiment.json'))
  if (!manifest) return null
  const evaluation = readJson<Evaluation>(join(folder, 'evaluation.json'))
  // Figures of other weights would be a lie.
  const isLoaded = loaded === undefined || loaded === `${manifest.name}@${manifest.version}`
  const [name = manifest.name, version = manifest.version] = isLoaded ? [] : loaded.split('@')
  const isOfThis = isLoaded && evaluation?.sha256 === manifest.sha256
  return {
    name,
    version,
    backend,
    bytes: isLoaded ? manifest.bytes : 0,
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
