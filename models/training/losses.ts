/** The three things a row may teach, as loss and gradient of the outputs. */
import { FIRST_RATING, NEUTRAL, POLARITY, RATINGS } from './network-shape.ts'
import type { TrainingRow } from './training-rows.ts'

export interface LossWeights {
  /** Log odds of positive among the rows that take a side: added in training, so that the output is about a balanced world. */
  readonly positiveOdds: number
  readonly ratings: number
  readonly neutral: number
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const softplus = (x: number): number => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)))

/** Writes the gradient of one row at `at` of `gradient` (times `scale`) and returns its loss. */
export function lossOfRow(
  row: TrainingRow,
  outputs: Float32Array,
  gradient: Float32Array,
  at: number,
  weights: LossWeights,
  scale: number,
): number {
  let loss = 0
  const positive = row.soft ?? row.positive
  if (positive !== undefined) {
    const z = outputs[at + POLARITY]! + (row.soft === undefined ? weights.positiveOdds : 0)
    loss += softplus(z) - positive * z
    gradient[at + POLARITY] = (sigmoid(z) - positive) * scale
  }
  if (row.neutral !== undefined) {
    const u = outputs[at + NEUTRAL]!
    loss += weights.neutral * (softplus(u) - row.neutral * u)
    gradient[at + NEUTRAL] = weights.neutral * (sigmoid(u) - row.neutral) * scale
  }
  if (row.ratings !== undefined)
    loss += ratingLoss(row.ratings, outputs, gradient, at + FIRST_RATING, weights.ratings, scale)
  return loss
}

/** Softmax over the ten ratings; a label known only as a range asks for the sum over the range. */
function ratingLoss(
  range: readonly [number, number],
  outputs: Float32Array,
  gradient: Float32Array,
  at: number,
  weight: number,
  scale: number,
): number {
  let most = outputs[at]!
  for (let i = 1; i < RATINGS; i++) if (outputs[at + i]! > most) most = outputs[at + i]!
  let all = 0
  let allowed = 0
  for (let i = 0; i < RATINGS; i++) {
    const e = Math.exp(outputs[at + i]! - most)
    all += e
    if (i + 1 >= range[0] && i + 1 <= range[1]) allowed += e
  }
  for (let i = 0; i < RATINGS; i++) {
    const e = Math.exp(outputs[at + i]! - most)
    const wanted = i + 1 >= range[0] && i + 1 <= range[1] ? e / allowed : 0
    gradient[at + i] = weight * (e / all - wanted) * scale
  }
  return weight * Math.log(all / allowed)
}
