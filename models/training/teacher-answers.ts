/**
 * What teachers said, kept by text, so that a training that was stopped goes on where it was, and one whose rows changed
 * a little asks again only what it must. A file a teacher: keys of texts (float64), then answers (float32).
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { textKey } from './data-sets.ts'

/** A 53-bit name of a text; texts that count as the same have the same. */
export function answerKey(text: string): number {
  let low = 0x811c9dc5
  let high = 0x9dc5811c
  for (const unit of textKey(text)) {
    const code = unit.codePointAt(0)!
    low = Math.imul(low ^ code, 0x01000193)
    high = Math.imul(high ^ code ^ (low >>> 15), 0x85ebca6b)
  }
  return (high & 0x1fffff) * 2 ** 32 + (low >>> 0)
}

export function saveAnswers(path: string, keys: Float64Array, answers: Float32Array): void {
  mkdirSync(dirname(path), { recursive: true })
  const bytes = new Uint8Array(keys.length * 12)
  bytes.set(new Uint8Array(keys.buffer, keys.byteOffset, keys.byteLength))
  bytes.set(new Uint8Array(answers.buffer, answers.byteOffset, answers.byteLength), keys.length * 8)
  writeFileSync(`${path}.part`, bytes)
  renameSync(`${path}.part`, path)
}

/** Null when there is no such file, or a damaged one. */
export function readAnswers(path: string): ReadonlyMap<number, number> | null {
  if (!existsSync(path)) return null
  const bytes = readFileSync(path)
  if (bytes.length % 12 !== 0) return null
  const count = bytes.length / 12
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
  const keys = new Float64Array(buffer, 0, count)
  const answers = new Float32Array(buffer, count * 8, count)
  return new Map(Array.from(keys, (key, i) => [key, answers[i]!]))
}
