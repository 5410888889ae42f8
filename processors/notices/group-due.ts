/** Puts together what is to be told at the same moment, so that one trouble is one message. */
import type { Alert } from '#schemas/types.ts'

/** The gravest first; what is not named stands behind. */
const GRAVITY: readonly string[] = ['source-lost', 'model-unavailable', 'negative-surge', 'profanity-surge', 'no-data']
/** One kind on so many channels at once is one trouble, such as a platform that is away. */
const STORM = 3
/** Alerts in one message; a storm over more channels becomes several. */
const MOST = 20

const gravity = (kind: string) => {
  const at = GRAVITY.indexOf(kind)
  return at < 0 ? GRAVITY.length : at
}

export interface Told {
  readonly alert: Alert
}

/** Each group becomes one notification; the first of a group leads it. */
export function groupDue<T extends Told>(due: readonly T[]): T[][] {
  const byKind = Map.groupBy(due, ({ alert }) => alert.kind)
  const storms = [...byKind.values()].filter((group) => group.length >= STORM)
  const rest = due.filter(({ alert }) => byKind.get(alert.kind)!.length < STORM)
  return [...storms, ...Map.groupBy(rest, ({ alert }) => alert.channelId).values()].flatMap((group) =>
    slices(
      group.toSorted(
        (a, b) =>
          gravity(a.alert.kind) - gravity(b.alert.kind) ||
          a.alert.since - b.alert.since ||
          (a.alert.id < b.alert.id ? -1 : 1),
      ),
    ),
  )
}

const slices = <T>(group: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(group.length / MOST) }, (_, at) => group.slice(at * MOST, (at + 1) * MOST))
