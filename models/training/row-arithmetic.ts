/** Loops over rows of numbers that the dense part needs beside matrix products. */
import type { Random } from './random.ts'

export function fillRows(out: Float32Array, row: Float32Array, rows: number): void {
  for (let r = 0; r < rows; r++) out.set(row, r * row.length)
}

export function sumRows(out: Float32Array, rows: Float32Array, count: number): void {
  const n = out.length
  for (let r = 0; r < count; r++) for (let i = 0; i < n; i++) out[i]! += rows[r * n + i]!
}

export function dropOut(
  values: Float32Array,
  keep: Uint8Array,
  count: number,
  threshold: number,
  scale: number,
  random: Random,
): void {
  for (let i = 0; i < count; i += 4) {
    let bits = random.bits()
    for (let k = i; k < i + 4 && k < count; k++) {
      const kept = (bits & 255) >= threshold
      keep[k] = kept ? 1 : 0
      values[k] = kept ? values[k]! * scale : 0
      bits >>>= 8
    }
  }
}

export function poolMaximumAndMean(
  rows: Float32Array,
  h: number,
  first: number,
  end: number,
  filled: number,
  out: Float32Array,
  at: number,
  largest: Int32Array,
  largestAt: number,
): void {
  const share = 1 / Math.max(1, filled)
  for (let c = 0; c < h; c++) {
    let best = 0
    let where = -1
    let sum = 0
    for (let r = first; r < end; r++) {
      const v = rows[r * h + c]!
      sum += v
      if (v > best) {
        best = v
        where = r
      }
    }
    out[at + c] = best
    out[at + h + c] = sum * share
    largest[largestAt + c] = where
  }
}

export function unpoolMaximumAndMean(
  dRows: Float32Array,
  h: number,
  first: number,
  end: number,
  filled: number,
  d: Float32Array,
  at: number,
  largest: Int32Array,
  largestAt: number,
  featureCount: Int32Array,
): void {
  const share = 1 / Math.max(1, filled)
  for (let r = first; r < end; r++) {
    if (featureCount[r] === 0) continue
    for (let c = 0; c < h; c++) dRows[r * h + c]! += d[at + h + c]! * share
  }
  for (let c = 0; c < h; c++) {
    const r = largest[largestAt + c]!
    if (r >= 0) dRows[r * h + c]! += d[at + c]!
  }
}
