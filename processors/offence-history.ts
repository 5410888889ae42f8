/** How somebody's offences lie over time: by day and severity, and the strikes that they add up to. */
import { strikesAt } from './strikes.ts'

const DAY = 24 * 60 * 60 * 1000

export interface Offence {
  readonly at: number
  /** 1 to 3. */
  readonly severity: number
}

export interface OffenceDay {
  /** Start of the day, epoch ms. */
  readonly at: number
  readonly mild: number
  readonly strong: number
  readonly severe: number
  /** Strikes at the end of the day, or at `until` on the last one: severities, halved every seven days. */
  readonly strikes: number
}

/** Strikes as of `at` of all offences until then. */
export const strikesOf = (offences: readonly Offence[], at: number): number =>
  offences.reduce((sum, offence) => (offence.at <= at ? sum + strikesAt(offence.severity, offence.at, at) : sum), 0)

/**
 * The last `days` days that end with the one of `until`, oldest first.
 * @param offsetMs of the clock by which days begin, from UTC
 */
export function offenceDays(
  offences: readonly Offence[],
  until: number,
  days: number,
  offsetMs: number,
): readonly OffenceDay[] {
  const dayOf = (at: number) => Math.floor((at + offsetMs) / DAY)
  const first = dayOf(until) - days + 1
  const counts = Array.from({ length: days }, () => [0, 0, 0] as [number, number, number])
  for (const { at, severity } of offences) {
    const count = counts[dayOf(at) - first]
    if (count && at <= until && severity >= 1) count[Math.min(severity, 3) - 1]! += 1
  }
  return counts.map(([mild, strong, severe], index) => {
    const at = (first + index) * DAY - offsetMs
    return { at, mild, strong, severe, strikes: strikesOf(offences, Math.min(at + DAY - 1, until)) }
  })
}
