/** Who swears on a channel: strikes that fade, and counts that do not, over all of the channel's broadcasts. Forgets who was erased. */
import { avroSerde } from '#schemas/avro.ts'
import type { AnalyzedMessage, AuthorErasure, AuthorOffence } from '#schemas/types.ts'
import {
  type KeyValueStore,
  keyValueStore,
  type ProcessorContext,
  type ProcessorSupplier,
  stringSerde,
} from '#topology'
import { isErased } from './author-erasure.ts'
import { isWritten } from './is-written.ts'
import { revision } from './revision.ts'
import { prefixRange, storeKey } from './store-key.ts'
import { STRIKES_HALVE_MS, strikesAt } from './strikes.ts'

export interface CountOffencesOptions {
  /** Strikes halve in this time. Default 7 days. */
  readonly halfLifeMs?: number
  /** An author's row goes this long after the last offence. Default 180 days. */
  readonly forgetAfterMs?: number
}

const DAY = 24 * 60 * 60 * 1000
const DEFAULTS = { halfLifeMs: STRIKES_HALVE_MS, forgetAfterMs: 180 * DAY }

/** The author's record after one more offence. A message out of order adds what it would weigh by now. */
export function addOffence(
  known: AuthorOffence | undefined,
  { message, severity }: AnalyzedMessage,
  halfLifeMs: number = DEFAULTS.halfLifeMs,
): AuthorOffence {
  const { timestamp } = message
  const lastAt = Math.max(known?.lastAt ?? timestamp, timestamp)
  const isLatest = known === undefined || timestamp >= known.lastAt
  return {
    channelId: message.channelId,
    broadcastId: isLatest ? message.broadcastId : known.broadcastId,
    authorId: message.author.id,
    authorName: isLatest ? message.author.name : known.authorName,
    strikes:
      (known === undefined ? 0 : strikesAt(known.strikes, known.lastAt, lastAt, halfLifeMs)) +
      strikesAt(severity, timestamp, lastAt, halfLifeMs),
    mild: (known?.mild ?? 0) + (severity === 1 ? 1 : 0),
    strong: (known?.strong ?? 0) + (severity === 2 ? 1 : 0),
    severe: (known?.severe ?? 0) + (severity >= 3 ? 1 : 0),
    firstAt: Math.min(known?.firstAt ?? timestamp, timestamp),
    lastAt,
    lastMessageId: isLatest ? message.id : known.lastMessageId,
    lastSeverity: isLatest ? severity : known.lastSeverity,
    revision: (known?.revision ?? 0) + 1,
  }
}

export const authorOffenceStates = keyValueStore('author-offence-states', {
  key: stringSerde,
  value: avroSerde<AuthorOffence>('author-offence'),
})
export const countOffencesStores = [authorOffenceStates] as const

type Input = AnalyzedMessage | AuthorErasure

/**
 * The node `count-offences`: its parents are the analysed messages and the erasures of people. Sends each author's record
 * once per commit that changed it.
 */
export const countOffences =
  (given: CountOffencesOptions = {}): ProcessorSupplier<string, Input, string, AuthorOffence> =>
  () => {
    const options = { ...DEFAULTS, ...given }
    let context: ProcessorContext<string, AuthorOffence>
    let states: KeyValueStore<string, AuthorOffence>
    const changed = new Map<string, AuthorOffence>()
    /** Their offences of later on begin anew. */
    const forget = (erasure: AuthorErasure) => {
      for (const [key, { authorId }] of [...states.range(...prefixRange(erasure.channelId))])
        if (isErased(erasure, authorId)) states.delete(key)
      for (const [key, { channelId, authorId }] of changed)
        if (channelId === erasure.channelId && isErased(erasure, authorId)) changed.delete(key)
    }
    return {
      init: (given) => {
        context = given
        states = given.getStateStore(authorOffenceStates.name)
        given.schedule(DAY, 'stream-time', (streamTime) => {
          for (const [key, offence] of states.all())
            if (streamTime - offence.lastAt > options.forgetAfterMs) states.delete(key)
        })
      },
      process: ({ value }) => {
        if ('authorHash' in value) return forget(value)
        const { message, severity } = value
        if (severity < 1 || message.author.id === '' || !isWritten(message.kind)) return
        const key = storeKey(message.channelId, message.author.id)
        changed.set(key, addOffence(changed.get(key) ?? states.get(key), value, options.halfLifeMs))
      },
      flush: () => {
        for (const [key, offence] of changed) {
          states.put(key, offence)
          const value = { ...offence, revision: revision(context.sessionEpoch, offence.revision) }
          context.forward({ key: offence.channelId, value, timestamp: offence.lastAt, headers: [] })
        }
        changed.clear()
      },
    }
  }
