/** Figures of answers beside people's labels, in the shapes of evaluation-results.ts. */
import type { CalibrationBin, Confusion, LengthResult } from './evaluation-results.ts'

/** Half of the 95 % interval of a share measured on so many rows (normal approximation). */
export const halfInterval = (share: number, rows: number): number =>
  rows === 0 ? 0 : 1.96 * Math.sqrt((share * (1 - share)) / rows)

export const LABELS = ['positive', 'neutral', 'negative'] as const
export type Label = (typeof LABELS)[number]

/** Rows by people's label and the model's. */
export function confusionOf(set: string, truths: readonly Label[], answers: readonly Label[]): Confusion {
  const counts = LABELS.map(() => LABELS.map(() => 0))
  truths.forEach((truth, i) => {
    counts[LABELS.indexOf(truth)]![LABELS.indexOf(answers[i]!)]!++
  })
  return { set, labels: LABELS, counts }
}

/** Share of rows on the diagonal. */
export function agreement({ counts }: Confusion): {
  readonly rows: number
  readonly value: number
  readonly half: number
} {
  const rows = counts.flat().reduce((sum, count) => sum + count, 0)
  const value = rows === 0 ? 0 : counts.reduce((sum, row, i) => sum + row[i]!, 0) / rows
  return { rows, value, half: halfInterval(value, rows) }
}

/** Ten bins of confidence from a half to one; `sides` are probabilities of positive against negative. */
export function calibrationBins(sides: ArrayLike<number>, truths: readonly boolean[], bins = 10): CalibrationBin[] {
  const sums = Array.from({ length: bins }, () => ({ rows: 0, confidence: 0, right: 0 }))
  truths.forEach((truth, i) => {
    const p = sides[i]!
    const confidence = Math.max(p, 1 - p)
    const bin = sums[Math.min(bins - 1, Math.floor((confidence - 0.5) * 2 * bins))]!
    bin.rows++
    bin.confidence += confidence
    if (p > 0.5 === truth) bin.right++
  })
  return sums.map(({ rows, confidence, right }, i) => ({
    from: 0.5 + i / (2 * bins),
    to: 0.5 + (i + 1) / (2 * bins),
    rows,
    confidence: rows === 0 ? 0 : confidence / rows,
    right: rows === 0 ? 0 : right / rows,
  }))
}

const BOUNDS = [5, 10, 20, 40, 80]

/** Share of right rows by the text's length in characters (code points). */
export function byLength(texts: readonly string[], isRight: (place: number) => boolean): LengthResult[] {
  const sums = [...BOUNDS, null].map((to, i) => ({ from: i === 0 ? 0 : BOUNDS[i - 1]! + 1, to, rows: 0, right: 0 }))
  texts.forEach((text, i) => {
    const length = [...text].length
    const sum = sums.find(({ to }) => to === null || length <= to)!
    sum.rows++
    if (isRight(i)) sum.right++
  })
  return sums.map(({ from, to, rows, right }) => {
    const value = rows === 0 ? 0 : right / rows
    return { from, to, rows, value, half: halfInterval(value, rows) }
  })
}
