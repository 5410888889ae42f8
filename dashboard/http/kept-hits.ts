import type { ClientRateLimitInfo, Options, Store } from 'express-rate-limit'
import type { AccountStore } from '../accounts/account-store.ts'

export type Hits = Pick<AccountStore, 'countHit' | 'takeBackHit' | 'forgetHits'>

const MOST_HELD = 1_000

/** One limit's counts, in the accounts' file: they hold over a restart, and for every dashboard on that file. */
export class KeptHits implements Store {
  readonly localKeys = false
  readonly prefix: string
  readonly #hits: Hits
  readonly #limit: number
  #windowMs = 0
  /** Who is past the limit, until when: whoever goes on knocking costs the disk nothing. */
  readonly #held = new Map<string, { readonly totalHits: number; readonly resetTime: Date }>()

  constructor(hits: Hits, what: string, limit: number) {
    this.#hits = hits
    this.prefix = what
    this.#limit = limit
  }

  init({ windowMs }: Options): void {
    this.#windowMs = windowMs
  }

  async increment(key: string): Promise<ClientRateLimitInfo> {
    const held = this.#held.get(key)
    if (held && held.resetTime.getTime() > Date.now()) return held
    this.#held.delete(key)
    const { count, until } = await this.#hits.countHit(this.prefix, key, this.#windowMs)
    const info = { totalHits: count, resetTime: new Date(until) }
    if (count > this.#limit) {
      this.#held.set(key, info)
      if (this.#held.size > MOST_HELD) this.#held.delete(this.#held.keys().next().value!)
    }
    return info
  }

  async decrement(key: string): Promise<void> {
    this.#held.delete(key)
    await this.#hits.takeBackHit(this.prefix, key)
  }

  async resetKey(key: string): Promise<void> {
    this.#held.delete(key)
    await this.#hits.forgetHits(this.prefix, key)
  }
}
