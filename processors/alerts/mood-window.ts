/**
 * The last eleven minutes of a chat in buckets of five seconds: the last minute is what is judged, the ten before it
 * are what is usual here.
 */
import type { MoodBucket } from '#schemas/types.ts'

const BUCKET_MS = 5_000
const RECENT_MS = 60_000
const MINUTES = 10
/** A minute with fewer says nothing about what is usual. */
const LEAST_PER_MINUTE = 5
/** Fewer minutes than this are no habit yet. */
const LEAST_MINUTES = 5

export interface Counted {
  readonly scored: boolean
  readonly unscored: boolean
  readonly negative: boolean
  readonly profane: boolean
}

export type Share = 'negative' | 'profane'

export class MoodWindow {
  #buckets: MoodBucket[]

  constructor(buckets: readonly MoodBucket[] = []) {
    this.#buckets = [...buckets]
  }

  get buckets(): readonly MoodBucket[] {
    return [...this.#buckets]
  }

  /** @param at the message's time; older than the window it no longer counts */
  add(counted: Counted, at: number, streamTime: number): void {
    const start = Math.floor(at / BUCKET_MS) * BUCKET_MS
    const oldest = streamTime - RECENT_MS * (MINUTES + 1)
    if (start < oldest) return
    if (this.#buckets.length > 0 && this.#buckets[0]!.at < oldest)
      this.#buckets = this.#buckets.filter((bucket) => bucket.at >= oldest)
    let place = this.#buckets.length
    while (place > 0 && this.#buckets[place - 1]!.at > start) place--
    if (place === 0 || this.#buckets[place - 1]!.at !== start) {
      this.#buckets.splice(place, 0, { at: start, messages: 0, scored: 0, unscored: 0, negative: 0, profane: 0 })
      place++
    }
    const bucket = this.#buckets[place - 1]!
    this.#buckets[place - 1] = {
      at: start,
      messages: bucket.messages + 1,
      scored: bucket.scored + (counted.scored ? 1 : 0),
      unscored: bucket.unscored + (counted.unscored ? 1 : 0),
      negative: bucket.negative + (counted.negative ? 1 : 0),
      profane: bucket.profane + (counted.profane ? 1 : 0),
    }
  }

  /** Sums of the last 60 s, or of another time. */
  recent(streamTime: number, forMs = RECENT_MS): Omit<MoodBucket, 'at'> {
    return sum(this.#buckets.filter((bucket) => bucket.at > streamTime - forMs))
  }

  /** Median share of the ten minutes before the last one; null while there is no habit to compare with. */
  baseline(share: Share, streamTime: number): number | null {
    const shares: number[] = []
    for (let minute = 1; minute <= MINUTES; minute++) {
      const to = streamTime - RECENT_MS * minute
      const counts = sum(this.#buckets.filter((bucket) => bucket.at > to - RECENT_MS && bucket.at <= to))
      const total = share === 'negative' ? counts.scored : counts.messages
      if (total >= LEAST_PER_MINUTE) shares.push(counts[share] / total)
    }
    if (shares.length < LEAST_MINUTES) return null
    shares.sort((a, b) => a - b)
    const middle = shares.length >> 1
    return shares.length % 2 === 1 ? shares[middle]! : (shares[middle - 1]! + shares[middle]!) / 2
  }

  /** Messages a minute over the ten minutes up to the last message. */
  rate(): number {
    const last = this.#buckets.at(-1)
    if (last === undefined) return 0
    const first = this.#buckets[0]!.at
    const minutes = Math.max(1, Math.min(MINUTES, (last.at + BUCKET_MS - first) / RECENT_MS))
    return sum(this.#buckets.filter((bucket) => bucket.at > last.at - RECENT_MS * MINUTES)).messages / minutes
  }
}

function sum(buckets: readonly MoodBucket[]): Omit<MoodBucket, 'at'> {
  const total = { messages: 0, scored: 0, unscored: 0, negative: 0, profane: 0 }
  for (const bucket of buckets) {
    total.messages += bucket.messages
    total.scored += bucket.scored
    total.unscored += bucket.unscored
    total.negative += bucket.negative
    total.profane += bucket.profane
  }
  return total
}
