/** Words by minute, as they are known so far. Plain data and pure changes. */
import type { TrendView } from '../wire.ts'

export const MINUTE = 60_000
const SHOWN = 6
/** A word leaves only when it has fallen well below the last rank shown. */
const KEPT = 14

/** The words to draw: the picked one first, then those that were drawn and still matter, then the heaviest. */
export function trendWords(
  ranked: readonly string[],
  before: readonly string[],
  picked: string | null,
): readonly string[] {
  const still = before.filter((word) => word !== picked && ranked.indexOf(word) >= 0 && ranked.indexOf(word) < KEPT)
  const fresh = ranked.filter((word) => word !== picked && !still.includes(word))
  return [...(picked === null ? [] : [picked]), ...still, ...fresh].slice(0, SHOWN)
}

/** Counts of one word by the begin of their minute; a word that is missing was not asked for yet. */
export type WordCounts = ReadonlyMap<string, ReadonlyMap<number, number>>

/** What is known, with what came now: a later count of a minute takes the place of an earlier one. */
export function withTrends(known: WordCounts, { from, trends }: TrendView): WordCounts {
  const next = new Map(known)
  for (const { word, counts } of trends) {
    const minutes = new Map(known.get(word))
    for (const [at, count] of counts.entries()) minutes.set(from + at * MINUTE, count)
    next.set(word, minutes)
  }
  return next
}

/** Minutes put together where there is no room for each. */
export interface TrendBar {
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

/** @param most bars that there is room for */
export function trendBars(from: number, to: number, most: number): readonly TrendBar[] {
  const minutes = Math.max(0, Math.round((to - from) / MINUTE))
  const step = Math.max(1, Math.ceil(minutes / Math.max(1, most))) * MINUTE
  return Array.from({ length: Math.ceil((minutes * MINUTE) / step) }, (_, at) => ({
    from: from + at * step,
    to: Math.min(to, from + (at + 1) * step),
  }))
}

/** Chat a minute in each bar. */
export const barHeights = (counts: ReadonlyMap<number, number>, bars: readonly TrendBar[]): readonly number[] =>
  bars.map(({ from, to }) => {
    let sum = 0
    for (let minute = from; minute < to; minute += MINUTE) sum += counts.get(minute) ?? 0
    return sum / ((to - from) / MINUTE)
  })
