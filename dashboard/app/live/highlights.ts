/** The minutes in which a broadcast was livelier than it usually is: judged by itself, never by other broadcasts. */
import type { SentimentLabel, WindowCount } from '../wire.ts'
import { headlineOf, LEAST_MESSAGES, moodOf, usualShares } from './share.ts'

export interface Highlight {
  readonly from: number
  /** Exclusive. */
  readonly to: number
  /** Messages of its strongest minute. */
  readonly messages: number
  /** Times as many as in a usual minute. */
  readonly ratio: number
  readonly label: SentimentLabel | null
  readonly share: number
}

/** Fewer messages a minute say nothing: in a small chat every joke would be a peak. */
const LEAST_IN_A_MINUTE = 20
/** Times the usual minute, and as many times the usual spread above it. */
const SENSITIVITY = 1.5
const SPREADS = 3
const LEAST_MINUTES = 10
const MOST = 10

/** Strongest first. Neighbouring minutes are one highlight. @param minutes without holes, oldest first */
export function highlightsOf(minutes: readonly WindowCount[]): readonly Highlight[] {
  const finished = minutes.filter(({ closed }, at) => closed || at < minutes.length - 1)
  if (finished.length < LEAST_MINUTES) return []
  const counts = finished.map(({ messages }) => messages)
  const usual = Math.max(1, median(counts))
  const spread = Math.max(1, median(counts.map((count) => Math.abs(count - usual))))
  const least = Math.max(LEAST_IN_A_MINUTE, usual * SENSITIVITY, usual + SPREADS * spread)
  const shares = usualShares(minutes)
  const groups: WindowCount[][] = []
  for (const minute of finished) {
    if (minute.messages < least) continue
    const last = groups.at(-1)
    if (last?.at(-1)?.windowEnd === minute.windowStart) last.push(minute)
    else groups.push([minute])
  }
  return groups
    .map((group) => {
      const mood = moodOf(group)
      const headline = mood.scored >= LEAST_MESSAGES ? headlineOf(mood, shares) : null
      const messages = Math.max(...group.map((minute) => minute.messages))
      return {
        from: group[0]!.windowStart,
        to: group.at(-1)!.windowEnd,
        messages,
        ratio: messages / usual,
        label: headline?.label ?? null,
        share: headline?.share ?? 0,
      }
    })
    .sort((left, right) => right.ratio - left.ratio || left.from - right.from)
    .slice(0, MOST)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
