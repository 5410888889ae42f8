/**
 * Lets every platform message through once. Ids of a channel are kept in generations: the current one and the one
 * before are looked up, and a generation ends when it is old or full. So an id is remembered for at least the window
 * (or the last half of `maxIds`), and a channel never holds more than `maxIds`.
 */
import { avroSerde } from '#schemas/avro.ts'
import type { ChatMessage, DeduplicationGeneration } from '#schemas/types.ts'
import {
  bytesSerde,
  type KeyValueStore,
  keyValueStore,
  type ProcessorContext,
  type ProcessorSupplier,
  stringSerde,
} from '#topology'
import { ordered, prefixRange, storeKey } from './store-key.ts'

export interface DeduplicateOptions {
  /** An id is remembered for at least this long, by the messages' own time. Default 6 h. */
  readonly windowMs?: number
  /** Ids kept of one channel at most. Default 200,000. */
  readonly maxIds?: number
}

const DEFAULTS = { windowMs: 6 * 60 * 60 * 1000, maxIds: 200_000 }
/**
 * Rows of ended generations taken away for each that a commit adds, so that the taking away is over when half of the
 * next one is there: a full one in one go would hold a commit up.
 */
const DROPPED_FOR_EACH = 2
/** In a commit, however few it adds. */
const DROPPED_AT_LEAST = 200
const SEEN = Uint8Array.of(1)

export const seenMessages = keyValueStore('seen-messages', { key: stringSerde, value: bytesSerde })
export const seenGenerations = keyValueStore('seen-generations', {
  key: stringSerde,
  value: avroSerde<DeduplicationGeneration>('stores/deduplication-generation'),
})
export const deduplicateStores = [seenMessages, seenGenerations] as const

/** The generation in which an id seen at `timestamp` belongs: the current one, or a new one when that is old or full. */
export function generationAt(
  current: DeduplicationGeneration | undefined,
  timestamp: number,
  { windowMs, maxIds }: Required<DeduplicateOptions>,
): DeduplicationGeneration {
  if (current === undefined) return { number: 1, startedAt: timestamp, ids: 0, oldest: 1 }
  if (timestamp - current.startedAt < windowMs && current.ids < Math.floor(maxIds / 2)) return current
  return { number: current.number + 1, startedAt: timestamp, ids: 0, oldest: current.oldest }
}

/** The node `deduplicate`, before anything that counts. */
export const deduplicate =
  (options: DeduplicateOptions = {}): ProcessorSupplier<string, ChatMessage, string, ChatMessage> =>
  () => {
    const limits = { ...DEFAULTS, ...options }
    let context: ProcessorContext<string, ChatMessage>
    let ids: KeyValueStore<string, Uint8Array>
    let generations: KeyValueStore<string, DeduplicationGeneration>
    /** Generations changed since the last commit. */
    const changed = new Map<string, DeduplicationGeneration>()
    /** Ids since the last commit. */
    let added = 0

    return {
      init: (given) => {
        context = given
        ids = given.getStateStore(seenMessages.name)
        generations = given.getStateStore(seenGenerations.name)
      },
      process: (record) => {
        const { channelId, id } = record.value
        if (id === '') {
          context.forward(record)
          return
        }
        const known = changed.get(channelId) ?? generations.get(channelId)
        if (known !== undefined) {
          const seen = (generation: number) => ids.get(storeKey(channelId, ordered(generation), id)) !== undefined
          if (seen(known.number) || (known.number > known.oldest && seen(known.number - 1))) return
        }
        const generation = generationAt(known, record.timestamp, limits)
        ids.put(storeKey(channelId, ordered(generation.number), id), SEEN)
        changed.set(channelId, { ...generation, ids: generation.ids + 1 })
        added++
        context.forward(record)
      },
      flush: () => {
        let budget = Math.max(DROPPED_AT_LEAST, DROPPED_FOR_EACH * added)
        added = 0
        for (const [channelId, generation] of changed) {
          let oldest = generation.oldest
          while (oldest < generation.number - 1 && budget > 0) {
            const [from, to] = prefixRange(channelId, ordered(oldest))
            let left = false
            for (const [key] of ids.range(from, to)) {
              if (budget-- <= 0) {
                left = true
                break
              }
              ids.delete(key)
            }
            if (left) break
            oldest++
          }
          generations.put(channelId, { ...generation, oldest })
        }
        changed.clear()
      },
    }
  }
