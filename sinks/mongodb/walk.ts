import type { Collections, MessageDocument } from './collections.ts'
import type { SearchPlan } from './search.ts'

export interface WalkOptions {
  readonly isNewest: boolean
  /** Exclusive. */
  readonly after: string | undefined
  /** Documents that are asked for at once, and at most held. */
  readonly atOnce: number
  /** What counting needs, not the whole messages. */
  readonly isBrief?: boolean
}

const MAX_AT_ONCE = 2_000
const brief = {
  place: 1,
  severity: 1,
  'sentiment.label': 1,
  'message.text': 1,
  'message.timestamp': 1,
  'message.channelId': 1,
  'message.broadcastId': 1,
  'message.author.id': 1,
}

/**
 * Matches in the order of their places, in steps. Each step is a query of its own: no cursor is open on the server while
 * the caller holds one, so a slow download costs the server nothing, and may take as long as it likes.
 */
export async function* walk(
  plan: SearchPlan,
  { messages }: Collections,
  { isNewest, after, atOnce, isBrief = false }: WalkOptions,
): AsyncGenerator<readonly MessageDocument[]> {
  const limit = Math.min(atOnce, MAX_AT_ONCE)
  for (let last = after; ; ) {
    const beyond = last === undefined ? {} : { place: isNewest ? { $lt: last } : { $gt: last } }
    const found = await messages
      .find({ $and: [plan.filter, beyond] }, isBrief ? { projection: brief } : {})
      .sort({ place: isNewest ? -1 : 1 })
      .limit(limit)
      .toArray()
    const holding = await plan.holds(found)
    if (holding.length > 0) yield holding
    if (found.length < limit) return
    last = found.at(-1)!.place
  }
}
