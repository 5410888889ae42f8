/**
 * The weights as two files: `sentiment.bin` and its manifest `sentiment.json`.
 *
 * The binary holds, one after the other at the manifest's offsets: the known buckets (variable-length differences, starting anew at
 * each class of `classStarts`), a scale byte for each embedding row (2^(byte/8 - 24)), the rows as int8, and the tensors of the
 * dense part as float32 (little-endian).
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { manifestProblem } from './manifest-check.ts'
import { ModelUnavailableError } from './model-errors.ts'
import type { FeatureConfig } from './sentiment-features.ts'

export interface SectionPlace {
  readonly offset: number
  readonly bytes: number
  readonly shape: readonly number[]
}

/** z -> slope z + intercept, fitted on rows held out of training. */
export interface Calibration {
  readonly slope: number
  readonly intercept: number
}

export interface WeightsManifest {
  readonly name: string
  readonly version: string
  readonly format: 1
  readonly sha256: string
  readonly bytes: number
  readonly features: FeatureConfig
  readonly rows: number
  readonly width: number
  readonly channels: number
  readonly hidden: number
  readonly classStarts: readonly number[]
  readonly sections: Readonly<Record<string, SectionPlace>>
  readonly polarity: Calibration
  readonly neutral: Calibration
  /** From the log odds of the largest of the three probabilities to those of its being right; absent: they are the same. */
  readonly confidence?: Calibration
  /** SPDX id under which the weights may be used. */
  readonly licence: string
  /** What the trainer measured on rows held out, by name. */
  readonly metrics: Readonly<Record<string, number>>
  /** What the file was trained from and how: sets with their rows, seeds, settings. */
  readonly training: Readonly<Record<string, unknown>>
}

export interface Weights {
  readonly manifest: WeightsManifest
  readonly buckets: Int32Array
  /** One scale for each row. */
  readonly scales: Float32Array
  readonly rows: Int8Array
  readonly tensors: ReadonlyMap<string, { readonly values: Float32Array; readonly shape: readonly number[] }>
}

export const WEIGHTS_FOLDER = join(import.meta.dirname, 'weights')
const BINARY = 'sentiment.bin'
const MANIFEST = 'sentiment.json'
const LEAST_EXPONENT = -24
const STEPS_PER_OCTAVE = 8

const scaleOf = (byte: number): number => 2 ** (byte / STEPS_PER_OCTAVE + LEAST_EXPONENT)

/** Rows to int8 with the smallest scale byte that holds the row's largest number. */
export function quantiseRows(values: Float32Array, width: number): { rows: Int8Array; scaleBytes: Uint8Array } {
  const count = values.length / width
  const rows = new Int8Array(values.length)
  const scaleBytes = new Uint8Array(count)
  for (let r = 0; r < count; r++) {
    let most = 2 ** -16
    for (let d = r * width; d < (r + 1) * width; d++) most = Math.max(most, Math.abs(values[d]!))
    const byte = Math.min(255, Math.max(0, Math.ceil((Math.log2(most / 127) - LEAST_EXPONENT) * STEPS_PER_OCTAVE)))
    const scale = scaleOf(byte)
    scaleBytes[r] = byte
    for (let d = r * width; d < (r + 1) * width; d++) rows[d] = Math.round(values[d]! / scale)
  }
  return { rows, scaleBytes }
}

function packBuckets(buckets: Int32Array, classStarts: readonly number[]): Uint8Array {
  const starts = new Set(classStarts)
  const out = new Uint8Array(buckets.length * 5)
  let n = 0
  for (let i = 0; i < buckets.length; i++) {
    let v = starts.has(i) ? buckets[i]! : buckets[i]! - buckets[i - 1]!
    for (; v > 127; v >>>= 7) out[n++] = (v & 127) | 128
    out[n++] = v
  }
  return out.subarray(0, n)
}

function unpackBuckets(packed: Uint8Array, rows: number, classStarts: readonly number[]): Int32Array {
  const starts = new Set(classStarts)
  const buckets = new Int32Array(rows)
  let p = 0
  for (let i = 0; i < rows; i++) {
    let v = 0
    for (let shift = 0; ; shift += 7) {
      const byte = packed[p++]!
      v |= (byte & 127) << shift
      if (byte < 128) break
    }
    buckets[i] = starts.has(i) ? v : buckets[i - 1]! + v
  }
  return buckets
}

export type WeightsHead = Omit<WeightsManifest, 'format' | 'sha256' | 'bytes' | 'sections'>

/** Writes both files (each by renaming a finished one) and returns the manifest. */
export function writeWeights(
  folder: string,
  head: WeightsHead,
  buckets: Int32Array,
  embedding: Float32Array,
  tensors: ReadonlyMap<string, { readonly values: Float32Array; readonly shape: readonly number[] }>,
): WeightsManifest {
  const { rows, scaleBytes } = quantiseRows(embedding, head.width)
  const sections: Record<string, SectionPlace> = {}
  const parts: Uint8Array[] = []
  let offset = 0
  const add = (name: string, view: ArrayBufferView, shape: readonly number[]) => {
    const padding = (4 - (offset % 4)) % 4
    parts.push(new Uint8Array(padding), new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
    offset += padding
    sections[name] = { offset, bytes: view.byteLength, shape }
    offset += view.byteLength
  }
  const packed = packBuckets(buckets, head.classStarts)
  add('buckets', packed, [packed.length])
  add('scales', scaleBytes, [scaleBytes.length])
  add('rows', rows, [head.rows, head.width])
  for (const [name, tensor] of tensors) add(name, tensor.values, tensor.shape)
  const bytes = Buffer.concat(parts)
  const manifest: WeightsManifest = {
    ...head,
    format: 1,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    sections,
  }
  mkdirSync(folder, { recursive: true })
  replaceFile(join(folder, BINARY), bytes)
  writeManifest(folder, manifest)
  return manifest
}

export function writeManifest(folder: string, manifest: WeightsManifest): void {
  replaceFile(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`)
}

function replaceFile(path: string, content: string | Uint8Array): void {
  writeFileSync(`${path}.new`, content)
  renameSync(`${path}.new`, path)
}

/** Reads and checks both files. Throws ModelUnavailableError when one is missing, cut short, altered or of another format. */
export function readWeights(folder = WEIGHTS_FOLDER): Weights {
  const manifest = readManifest(folder)
  let file: Buffer
  try {
    file = readFileSync(join(folder, BINARY))
  } catch (cause) {
    throw new ModelUnavailableError(`${join(folder, BINARY)} cannot be read`, { cause })
  }
  if (file.length !== manifest.bytes)
    throw new ModelUnavailableError(
      `${join(folder, BINARY)} is damaged: it has ${file.length} bytes, not ${manifest.bytes}`,
    )
  const sha256 = createHash('sha256').update(file).digest('hex')
  if (sha256 !== manifest.sha256)
    throw new ModelUnavailableError(
      `${join(folder, BINARY)} is damaged: its sha256 is ${sha256}, not ${manifest.sha256}`,
    )
  const buffer = new ArrayBuffer(file.length)
  new Uint8Array(buffer).set(file)
  const section = (name: string): SectionPlace => {
    const place = manifest.sections[name]
    if (place === undefined || place.offset + place.bytes > buffer.byteLength)
      throw new ModelUnavailableError(`${join(folder, MANIFEST)} names no section "${name}" inside the file`)
    return place
  }
  const bytesOf = (name: string) => new Uint8Array(buffer, section(name).offset, section(name).bytes)
  const tensors = new Map<string, { values: Float32Array; shape: readonly number[] }>()
  for (const [name, place] of Object.entries(manifest.sections)) {
    if (name === 'buckets' || name === 'scales' || name === 'rows') continue
    section(name)
    tensors.set(name, { values: new Float32Array(buffer, place.offset, place.bytes / 4), shape: place.shape })
  }
  return {
    manifest,
    buckets: unpackBuckets(bytesOf('buckets'), manifest.rows, manifest.classStarts),
    scales: Float32Array.from(bytesOf('scales'), scaleOf),
    rows: new Int8Array(buffer, section('rows').offset, section('rows').bytes),
    tensors,
  }
}

/** The manifest alone, checked for what it must say. Throws ModelUnavailableError. */
export function readManifest(folder = WEIGHTS_FOLDER): WeightsManifest {
  const path = join(folder, MANIFEST)
  try {
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as WeightsManifest
    const problem = manifestProblem(manifest)
    if (problem !== null) throw new Error(problem)
    return manifest
  } catch (cause) {
    throw new ModelUnavailableError(`${path} cannot be read (${(cause as Error).message})`, { cause })
  }
}
