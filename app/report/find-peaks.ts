import { wilson } from '#processors/alerts/wilson.ts'
import type { MoodCurve, MoodPoint, Peak } from './report.ts'

export type FoundPeak = Omit<Peak, 'words' | 'samples'>

const MOST = { busy: 5, negative: 3, positive: 2 } as const
/** Fewer messages in a step are noise, whatever they are times the usual. */
const LEAST_MESSAGES = 10
const LEAST_TIMES = 1.5

/**
 * Stretches that stand out of their own broadcast: much more written than usual (the median step), or a mood whose
 * Wilson interval lies above the broadcast's own share. Neighbours of a kind are one. In the order of time.
 */
export function findPeaks({ stepMs, points }: MoodCurve): FoundPeak[] {
  const usual = Math.max(median(points.map(({ messages }) => messages)), LEAST_MESSAGES / 2)
  const all = sumOf(points)
  const shareOf = (label: 'negative' | 'positive') => all[label] / Math.max(1, scoredOf(all))
  const found: FoundPeak[] = []
  for (const kind of ['busy', 'negative', 'positive'] as const) {
    const standsOut = (point: MoodPoint): boolean => {
      if (point.messages < LEAST_MESSAGES) return false
      if (kind === 'busy') return point.messages >= LEAST_TIMES * usual
      const share = shareOf(kind)
      return (
        scoredOf(point) >= LEAST_MESSAGES &&
        point[kind] >= LEAST_TIMES * share * scoredOf(point) &&
        wilson(point[kind], scoredOf(point)).lower > share
      )
    }
    const peaks = stretchesOf(points, stepMs, standsOut).map((stretch): FoundPeak => {
      const sum = sumOf(stretch)
      const from = stretch[0]!.start
      const to = stretch.at(-1)!.start + stepMs
      const times =
        kind === 'busy'
          ? Math.max(...stretch.map(({ messages }) => messages)) / usual
          : sum[kind] / Math.max(1, scoredOf(sum)) / Math.max(shareOf(kind), 0.01)
      const { messages, positive, negative } = sum
      return { kind, from, to, messages, times, positive, negative, scored: scoredOf(sum) }
    })
    found.push(
      ...peaks.sort((a, b) => b.times * Math.log(b.messages) - a.times * Math.log(a.messages)).slice(0, MOST[kind]),
    )
  }
  // A storm is one thing: where its mood stands out as well, that says more than that much was written.
  const isSaid = ({ kind, from, to }: FoundPeak) =>
    kind === 'busy' && found.some((other) => other.kind !== 'busy' && other.from === from && other.to === to)
  return found.filter((peak) => !isSaid(peak)).sort((a, b) => a.from - b.from || a.kind.localeCompare(b.kind))
}

function stretchesOf(
  points: readonly MoodPoint[],
  stepMs: number,
  standsOut: (point: MoodPoint) => boolean,
): MoodPoint[][] {
  const stretches: MoodPoint[][] = []
  for (const point of points) {
    if (!standsOut(point)) continue
    const last = stretches.at(-1)
    if (last && last.at(-1)!.start + stepMs === point.start) last.push(point)
    else stretches.push([point])
  }
  return stretches
}

export const scoredOf = ({
  positive,
  neutral,
  negative,
}: Pick<MoodPoint, 'positive' | 'neutral' | 'negative'>): number => positive + neutral + negative

function sumOf(points: readonly MoodPoint[]): Omit<MoodPoint, 'start'> {
  const sum = { messages: 0, positive: 0, neutral: 0, negative: 0, profane: 0 }
  for (const point of points) for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += point[name]
  return sum
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
