import { type Compared, DIGEST_END } from './compared.ts'

const MINUTE_MS = 60_000

/** One minute of one broadcast. */
export interface Minute {
  readonly channelId: string
  readonly broadcastId: string
  /** Its start, epoch ms. */
  readonly minute: number
}

export interface Sum extends Minute {
  count: number
  /** Of the digests, in 48 bits: the same for the same ones in whatever order. */
  checksum: number
}

export const minuteOf = (timestamp: number): number => Math.floor(timestamp / MINUTE_MS) * MINUTE_MS
export const keyOf = (channelId: string, broadcastId: string, minute: number): string =>
  `${channelId}\0${broadcastId}\0${minute}`

/** Counts and checksums by broadcast and minute, however many there are of them. */
export class Tally {
  readonly sums = new Map<string, Sum>()
  total = 0

  add({ channelId, broadcastId, timestamp, digest }: Compared): void {
    const minute = minuteOf(timestamp)
    const key = keyOf(channelId, broadcastId, minute)
    let sum = this.sums.get(key)
    if (!sum) {
      sum = { channelId, broadcastId, minute, count: 0, checksum: 0 }
      this.sums.set(key, sum)
    }
    sum.count += 1
    sum.checksum = (sum.checksum + digest) % DIGEST_END
    this.total += 1
  }

  /** The minutes in which the other differs; without `both` only those that this one knows. */
  differing(other: Tally, { both }: { readonly both: boolean }): Minute[] {
    const keys = both ? new Set([...this.sums.keys(), ...other.sums.keys()]) : this.sums.keys()
    const minutes: Minute[] = []
    for (const key of keys) {
      const one = this.sums.get(key)
      const two = other.sums.get(key)
      if (one?.count !== two?.count || one?.checksum !== two?.checksum) minutes.push((one ?? two)!)
    }
    return minutes
  }
}
