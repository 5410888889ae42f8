/**
 * How abusive a line is, by a linear model over hashed n-grams of characters and of jamo and over what the span engine
 * found: three labels, each with its own weights and its own calibration. Plain typed arrays: some 10 µs a line, no thread,
 * the same answer on every machine.
 */
import { type FeatureConfig, FeatureExtractor } from '../sentiment-features.ts'
import {
  ABUSE_LABELS,
  type AbuseLabel,
  type AbuseManifest,
  type AbuseWeights,
  readAbuseWeights,
} from './abuse-weights.ts'

/** Probabilities, 0 to 1. */
export type AbuseScore = Readonly<Record<AbuseLabel, number>>

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

export class AbuseModel {
  readonly manifest: AbuseManifest
  readonly #weights: AbuseWeights
  readonly #extractor: FeatureExtractor

  constructor(weights: AbuseWeights) {
    this.manifest = weights.manifest
    this.#weights = weights
    this.#extractor = new FeatureExtractor(weights.manifest.features)
  }

  /** @throws {AbuseModelUnavailableError} when the files are missing or damaged */
  static load(folder?: string): AbuseModel {
    return new AbuseModel(readAbuseWeights(folder))
  }

  /** `name@version`, as it is stored with every verdict. */
  get name(): string {
    return `${this.manifest.name}@${this.manifest.version}`
  }

  /** @param signals what the span engine says, as many numbers as the manifest has weights for */
  score(text: string, signals: ArrayLike<number>): AbuseScore {
    const logits = this.logits(text, signals)
    const { calibration } = this.manifest
    const out = {} as Record<AbuseLabel, number>
    ABUSE_LABELS.forEach((label, l) => {
      out[label] = sigmoid(calibration[label].slope * logits[l]! + calibration[label].intercept)
    })
    return out
  }

  /** The raw outputs before calibration, one a label. */
  logits(text: string, signals: ArrayLike<number>): readonly number[] {
    const { grams, scales, manifest } = this.#weights
    const extractor = this.#extractor
    extractor.extract(text)
    const { bucket, count } = extractor
    const labels = ABUSE_LABELS.length
    const sums = new Array<number>(labels).fill(0)
    for (let i = 0; i < count; i++) {
      const at = bucket[i]! * labels
      for (let l = 0; l < labels; l++) sums[l]! += grams[at + l]!
    }
    const share = 1 / Math.sqrt(Math.max(1, count))
    return ABUSE_LABELS.map((label, l) => {
      let z = manifest.bias[label] + sums[l]! * scales[l]! * share
      const weights = manifest.signals[label]
      for (let s = 0; s < weights.length; s++) z += weights[s]! * signals[s]!
      return z
    })
  }
}

export const ABUSE_FEATURES: FeatureConfig = {
  characters: 3,
  jamo: [2, 6],
  pieceLength: 5,
  maxPieces: 40,
  bucketBits: 18,
  maxUnits: 300,
}
