/** Slope and intercept that make raw outputs honest probabilities (Platt 1999), by Newton's method on held-out rows. */
import type { Calibration } from '../weights-file.ts'

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

export function fitCalibration(
  outputs: ArrayLike<number>,
  truths: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Calibration {
  const lossAt = (slope: number, intercept: number): number => {
    let loss = 0
    for (let i = 0; i < outputs.length; i++) {
      const z = slope * outputs[i]! + intercept
      loss += (weights?.[i] ?? 1) * (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - truths[i]! * z)
    }
    return loss
  }
  let slope = 1
  let intercept = 0
  let loss = lossAt(slope, intercept)
  for (let round = 0; round < 50; round++) {
    let [g0, g1, h00, h01, h11] = [0, 0, 1e-6, 0, 1e-6]
    for (let i = 0; i < outputs.length; i++) {
      const w = weights?.[i] ?? 1
      const z = outputs[i]!
      const p = sigmoid(slope * z + intercept)
      const error = w * (p - truths[i]!)
      const curve = w * p * (1 - p)
      g0 += error * z
      g1 += error
      h00 += curve * z * z
      h01 += curve * z
      h11 += curve
    }
    const determinant = h00 * h11 - h01 * h01
    let stepSlope = (h11 * g0 - h01 * g1) / determinant
    let stepIntercept = (h00 * g1 - h01 * g0) / determinant
    // a full step overshoots where the outputs are far too sure: halve it until it helps
    let next = lossAt(slope - stepSlope, intercept - stepIntercept)
    for (let halving = 0; halving < 40 && !(next < loss); halving++) {
      stepSlope /= 2
      stepIntercept /= 2
      next = lossAt(slope - stepSlope, intercept - stepIntercept)
    }
    if (!(next < loss)) break
    slope -= stepSlope
    intercept -= stepIntercept
    loss = next
  }
  return { slope, intercept }
}

export interface BinaryFigures {
  readonly rows: number
  readonly accuracy: number
  readonly logLoss: number
  /** Expected calibration error over 15 equal bins of confidence. */
  readonly calibrationError: number
}

/** Accuracy, log loss and calibration error of probabilities of "positive". */
export function binaryFigures(probabilities: ArrayLike<number>, truths: ArrayLike<number>): BinaryFigures {
  const bins = Array.from({ length: 15 }, () => ({ rows: 0, confidence: 0, right: 0 }))
  let right = 0
  let loss = 0
  const rows = probabilities.length
  for (let i = 0; i < rows; i++) {
    const p = Math.min(1 - 1e-7, Math.max(1e-7, probabilities[i]!))
    const truth = truths[i]!
    const hit = p > 0.5 === truth > 0.5
    if (hit) right++
    loss -= truth > 0.5 ? Math.log(p) : Math.log(1 - p)
    const confidence = Math.max(p, 1 - p)
    const bin = bins[Math.min(14, Math.floor(confidence * 15))]!
    bin.rows++
    bin.confidence += confidence
    if (hit) bin.right++
  }
  const calibrationError = bins.reduce((sum, bin) => sum + Math.abs(bin.right - bin.confidence) / rows, 0)
  return { rows, accuracy: right / rows, logLoss: loss / rows, calibrationError }
}
