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
  return confidenceBins(
    truths.map((_, i) => Math.max(sides[i]!, 1 - sides[i]!)),
    truths.map((truth, i) => sides[i]! > 0.5 === truth),
    { from: 0.5, bins },
  )
}

/** Equal bins of confidence. @param from the least that there can be: a third, where one of three answers is given */
export function confidenceBins(
  confidences: readonly number[],
  isRight: readonly boolean[],
  { from = 1 / 3, bins = 10 }: { readonly from?: number; readonly bins?: number } = {},
): CalibrationBin[] {
  const width = (1 - from) / bins
  const sums = Array.from({ length: bins }, () => ({ rows: 0, confidence: 0, right: 0 }))
  confidences.forEach((confidence, i) => {
    const bin = sums[Math.min(bins - 1, Math.max(0, Math.floor((confidence - from) / width)))]!
    bin.rows++
    bin.confidence += confidence
    if (isRight[i]) bin.right++
  })
  return sums.map(({ rows, confidence, right }, i) => ({
    from: from + i * width,
    to: from + (i + 1) * width,
    rows,
    confidence: rows === 0 ? 0 : confidence / rows,
    right: rows === 0 ? 0 : right / rows,
  }))
}

const rowsIn = (bins: readonly CalibrationBin[]): number => bins.reduce((sum, { rows }) => sum + rows, 0)

/** Expected calibration error: how far confidence and truth lie apart, over the bins. */
export const calibrationError = (bins: readonly CalibrationBin[]): number =>
  bins.reduce((sum, { rows, confidence, right }) => sum + rows * Math.abs(right - confidence), 0) / rowsIn(bins)

/** The error that answers of perfect honesty would show on as many rows, by chance alone (normal approximation a bin). */
export const calibrationNoise = (bins: readonly CalibrationBin[]): number =>
  bins.reduce((sum, { rows, confidence }) => sum + Math.sqrt((2 / Math.PI) * rows * confidence * (1 - confidence)), 0) /
  rowsIn(bins)

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
