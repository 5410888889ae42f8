/** Nearest-rank percentiles of `values`, which are not empty: `percentiles(values)(95)`. */
export function percentiles(values: readonly number[]): (percent: number) => number {
  const sorted = [...values].sort((one, other) => one - other)
  return (percent) => sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]!
}
