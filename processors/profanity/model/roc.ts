/** Receiver operating characteristic of scored rows, and the area under it (Mann-Whitney; equal scores count half). */
export interface ScoredRow {
  readonly score: number
  readonly isTrue: boolean
}

/** NaN when one of the two kinds is missing. */
export function areaUnder(rows: readonly ScoredRow[]): number {
  const sorted = [...rows].sort((a, b) => a.score - b.score)
  let [ranks, positives] = [0, 0]
  for (let from = 0; from < sorted.length; ) {
    let to = from
    while (to < sorted.length && sorted[to]!.score === sorted[from]!.score) to++
    const rank = (from + to + 1) / 2
    for (let i = from; i < to; i++)
      if (sorted[i]!.isTrue) {
        ranks += rank
        positives++
      }
    from = to
  }
  const negatives = sorted.length - positives
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives)
}

/** Half of the 95 % interval of an area (Hanley and McNeil 1982). */
export function areaHalf(area: number, positives: number, negatives: number): number {
  const q1 = area / (2 - area)
  const q2 = (2 * area * area) / (1 + area)
  const variance =
    (area * (1 - area) + (positives - 1) * (q1 - area * area) + (negatives - 1) * (q2 - area * area)) /
    (positives * negatives)
  return 1.96 * Math.sqrt(Math.max(0, variance))
}

/** From (0, 0) to (1, 1), at most `most` points. */
export function rocPoints(rows: readonly ScoredRow[], most = 100): (readonly [number, number])[] {
  const sorted = [...rows].sort((a, b) => b.score - a.score)
  const positives = sorted.filter((row) => row.isTrue).length
  const negatives = sorted.length - positives
  const points: (readonly [number, number])[] = []
  let [hits, misses] = [0, 0]
  for (const [place, { score, isTrue }] of sorted.entries()) {
    if (isTrue) hits++
    else misses++
    if (score !== sorted[place + 1]?.score) points.push([misses / negatives, hits / positives])
  }
  const step = Math.max(1, Math.ceil(points.length / (most - 2)))
  const kept = points.filter((_, place) => place % step === 0 && place < points.length - 1)
  return [[0, 0], ...kept, [1, 1]]
}
