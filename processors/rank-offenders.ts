/** Who offended most on a channel, from the offending messages themselves: for any stretch, broadcast and severity. */

import { type Offence, type OffenceDay, offenceDays } from './offence-history.ts'
import { strikesAt } from './strikes.ts'

export interface OffendingMessage extends Offence {
  readonly authorId: string
  readonly authorName: string
}

export interface Offender {
  readonly authorId: string
  /** As last seen. */
  readonly authorName: string
  /** As of now: severities, halved every seven days. */
  readonly strikes: number
  readonly mild: number
  readonly strong: number
  readonly severe: number
  readonly lastAt: number
  readonly days: readonly OffenceDay[]
}

interface Span {
  readonly now: number
  /** Days of the little history of each. */
  readonly days: number
  readonly offsetMs: number
  /** People told at most. */
  readonly limit: number
}

/** Heaviest strikes first; of equal ones whoever offended last. */
export function rankOffenders(
  messages: Iterable<OffendingMessage>,
  { now, days, offsetMs, limit }: Span,
): readonly Offender[] {
  const people = new Map<string, { name: string; lastAt: number; strikes: number; offences: Offence[] }>()
  for (const { authorId, authorName, at, severity } of messages) {
    if (authorId === '' || severity < 1) continue
    const known = people.get(authorId) ?? { name: authorName, lastAt: at, strikes: 0, offences: [] }
    people.set(authorId, known)
    if (at >= known.lastAt) {
      known.name = authorName
      known.lastAt = at
    }
    known.strikes += strikesAt(severity, at, now)
    known.offences.push({ at, severity })
  }
  const times = (offences: readonly Offence[], least: number, most: number) =>
    offences.filter(({ severity }) => severity >= least && severity <= most).length
  return [...people]
    .sort(([, a], [, b]) => b.strikes - a.strikes || b.lastAt - a.lastAt)
    .slice(0, limit)
    .map(([authorId, { name, lastAt, strikes, offences }]) => ({
      authorId,
      authorName: name,
      strikes,
      mild: times(offences, 1, 1),
      strong: times(offences, 2, 2),
      severe: times(offences, 3, Number.POSITIVE_INFINITY),
      lastAt,
      days: offenceDays(offences, now, days, offsetMs),
    }))
}
