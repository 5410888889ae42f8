/**
 * The files of the abuse model: `abuse.json`, the manifest, and `abuse.bin`, one int8 a bucket and label (bucket after bucket).
 * A weight is its int8 times the label's scale. The manifest carries the binary's sha256, checked at load.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { manifestProblem } from '../manifest-check.ts'
import { AbuseModelUnavailableError } from '../model-errors.ts'
import type { FeatureConfig } from '../sentiment-features.ts'
import { WEIGHTS_FOLDER } from '../weights-file.ts'

export const ABUSE_LABELS = ['profanity', 'hate', 'sexual'] as const
/** `hate` is insult or hate. */
export type AbuseLabel = (typeof ABUSE_LABELS)[number]

export interface AbuseManifest {
  readonly format: 1
  readonly name: string
  readonly version: string
  readonly features: FeatureConfig
  readonly scales: Readonly<Record<AbuseLabel, number>>
  readonly bias: Readonly<Record<AbuseLabel, number>>
  /** Weights of what the span engine says. */
  readonly signals: Readonly<Record<AbuseLabel, readonly number[]>>
  /** Slope and intercept that make the outputs log odds. */
  readonly calibration: Readonly<Record<AbuseLabel, { readonly slope: number; readonly intercept: number }>>
  /** From this probability on, of any label, a line without a span is a suspect. */
  readonly suspectFrom: number
  readonly sha256: string
  readonly bytes: number
  readonly licence: string
  /** Sets with their rows, seed, settings. */
  readonly training: Readonly<Record<string, unknown>>
  readonly metrics: Readonly<Record<string, number>>
}

export interface AbuseWeights {
  readonly manifest: AbuseManifest
  readonly grams: Int8Array
  readonly scales: readonly number[]
}

/** @throws {AbuseModelUnavailableError} when a file is missing or not what the manifest says */
export function readAbuseWeights(folder = WEIGHTS_FOLDER): AbuseWeights {
  const [manifestPath, binaryPath] = [join(folder, 'abuse.json'), join(folder, 'abuse.bin')]
  for (const path of [manifestPath, binaryPath])
    if (!existsSync(path))
      throw new AbuseModelUnavailableError(`there is no ${path}: fetch it again, or run npm run train:profanity`)
  let manifest: AbuseManifest
  try {
    manifest = JSON.parse(readFileSync(manifestPath, 'utf8')) as AbuseManifest
    if (typeof manifest !== 'object' || manifest === null) throw new SyntaxError('it is no JSON object')
  } catch (cause) {
    throw new AbuseModelUnavailableError(`${manifestPath} is damaged: ${(cause as Error).message}`)
  }
  const problem = manifestProblem({ sections: {}, ...manifest }) ?? partsProblem(manifest)
  if (problem !== null) throw new AbuseModelUnavailableError(`${manifestPath} is refused: ${problem}`)
  const bytes = readFileSync(binaryPath)
  const size = 2 ** manifest.features.bucketBits * ABUSE_LABELS.length
  if (bytes.length !== size || createHash('sha256').update(bytes).digest('hex') !== manifest.sha256)
    throw new AbuseModelUnavailableError(
      `${binaryPath} is not the file that ${manifestPath} describes: fetch both again`,
    )
  return {
    manifest,
    grams: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length),
    scales: ABUSE_LABELS.map((label) => manifest.scales[label]),
  }
}

/** Why the parts that scoring reads cannot be used, or null. */
function partsProblem({ scales, bias, signals, calibration, features, suspectFrom }: AbuseManifest): string | null {
  const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value)
  for (const label of ABUSE_LABELS) {
    if (!isNumber(scales?.[label]) || !isNumber(bias?.[label])) return `"scales" or "bias" of ${label} is missing`
    if (!Array.isArray(signals?.[label]) || !signals[label].every(isNumber))
      return `"signals" of ${label} are no numbers`
    if (!isNumber(calibration?.[label]?.slope) || !isNumber(calibration[label].intercept))
      return `"calibration" of ${label} is missing`
  }
  if (!isNumber(features?.bucketBits) || features.bucketBits > 20) return '"features" are missing'
  return isNumber(suspectFrom) ? null : '"suspectFrom" is missing'
}

/** Rounds the weights (bucket after bucket, a number a label) and writes both files. */
export function writeAbuseWeights(
  folder: string,
  head: Omit<AbuseManifest, 'format' | 'scales' | 'sha256' | 'bytes'>,
  weights: Float32Array,
): AbuseManifest {
  const labels = ABUSE_LABELS.length
  const most = new Array<number>(labels).fill(0)
  for (let i = 0; i < weights.length; i++) most[i % labels] = Math.max(most[i % labels]!, Math.abs(weights[i]!))
  const scales = most.map((value) => value / 127 || 1)
  const bytes = Int8Array.from(weights, (value, i) => Math.round(value / scales[i % labels]!))
  const manifest: AbuseManifest = {
    format: 1,
    ...head,
    scales: Object.fromEntries(ABUSE_LABELS.map((label, l) => [label, scales[l]!])) as Record<AbuseLabel, number>,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
  }
  writeFileSync(join(folder, 'abuse.bin'), bytes)
  writeFileSync(join(folder, 'abuse.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  return manifest
}
