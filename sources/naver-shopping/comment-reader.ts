/**
 * Reads one broadcast's comments by asking for those after the last one, as Naver's own page does, and asks now and then
 * whether it is still on air. The place in the comments outlives a lost connection.
 */
import { chatMessage } from '../chat-message.ts'
import type { Broadcast } from '../chat-source.ts'
import { HttpFailure } from '../http/http-failure.ts'
import { SeenIds } from '../seen-ids.ts'
import { type SourceEnvironment, sleep } from '../source-environment.ts'
import type { Visit, VisitEnd } from '../visits.ts'
import type { ShoppingApi, ShoppingStatus } from './shopping-api.ts'
import { commentMeaning } from './shopping-comment.ts'

export interface ShoppingTiming {
  /** between two polls, as the page's own */
  readonly pollMs: number
  /** when a page came back full */
  readonly fullPollMs: number
  /** between two looks at whether it is on air */
  readonly statusMs: number
  /** before a failed poll is tried again in the same visit, and how often */
  readonly retryMs: number
  readonly retries: number
  /** least wait after a refusal that means "too many" */
  readonly rateLimitedMs: number
}

export const shoppingTiming: ShoppingTiming = {
  pollMs: 3_000,
  fullPollMs: 1_000,
  statusMs: 20_000,
  retryMs: 2_000,
  retries: 2,
  rateLimitedMs: 30_000,
}

/** Comments a page. */
const SIZE = 100
/** Full pages in a row that are asked for at once; more would be impolite. */
const MOST_AT_ONCE = 4
/** A broadcast is over when it says so twice; what was written last still comes then. */
const OVER_TIMES = 2
const LAST_POLLS = 2
const passing = new Set(['unreachable', 'timeout', 'server-error', 'unreadable'])

export class CommentReader {
  readonly #broadcast: Broadcast
  readonly #api: ShoppingApi
  readonly #environment: SourceEnvironment
  readonly #timing: ShoppingTiming
  readonly #seen = new SeenIds(10_000)
  #status: ShoppingStatus | null
  #statusAt = Number.NEGATIVE_INFINITY
  #overTimes = 0
  #wasLive = false
  /** Where the comments go on; null before the first page. */
  #next: string | null = null
  /** The next page brings what was written before. */
  #isHistory = true

  constructor(
    broadcast: Broadcast,
    api: ShoppingApi,
    environment: SourceEnvironment,
    timing: ShoppingTiming,
    status: ShoppingStatus | null,
  ) {
    this.#broadcast = broadcast
    this.#api = api
    this.#environment = environment
    this.#timing = timing
    this.#status = status
    if (status) this.#heed(status)
  }

  async visit(visit: Visit): Promise<VisitEnd> {
    try {
      return await this.#visit(visit)
    } catch (cause) {
      if (!(cause instanceof HttpFailure)) throw cause
      const isTooMany = cause.reason === 'rate-limited' || cause.status === 403
      // A broadcast that was there is not refused because one answer says no.
      if (cause.status === 404 && !visit.isKnown && !this.#wasLive)
        return { outcome: 'refused', reason: 'not-found', detail: cause.message }
      const least = isTooMany ? Math.min(this.#timing.rateLimitedMs * 2 ** Math.min(visit.attempt, 4), 300_000) : 0
      const retryAfterMs = Math.max(cause.retryAfterMs ?? 0, least)
      return { outcome: 'lost', reason: isTooMany ? 'rate-limited' : cause.reason, detail: cause.message, retryAfterMs }
    }
  }

  async #visit(visit: Visit): Promise<VisitEnd> {
    const { clock } = this.#environment
    const { pollMs, fullPollMs, statusMs } = this.#timing
    let lastPolls = 0
    let atOnce = 0
    while (!visit.signal.aborted) {
      if (this.#status === null || clock.now() - this.#statusAt >= statusMs) {
        this.#heed(await this.#patiently(() => this.#api.status(this.#broadcast.broadcastId, visit.signal), visit))
      }
      await visit.room()
      const askedAt = clock.now()
      const isFull = this.#status?.phase === 'upcoming' ? false : await this.#poll(visit)
      this.#tell(visit)
      if (this.#overTimes >= OVER_TIMES && lastPolls++ >= LAST_POLLS)
        return { outcome: 'ended', reason: 'over', detail: this.#status?.status ?? '' }
      atOnce = isFull ? atOnce + 1 : 0
      const wait = !isFull ? pollMs : atOnce <= MOST_AT_ONCE ? 0 : fullPollMs
      await sleep(clock, Math.max(0, wait - (clock.now() - askedAt)), visit.signal)
    }
    return { outcome: 'lost', reason: 'left', detail: '' }
  }

  #heed(status: ShoppingStatus): void {
    this.#status = status
    this.#statusAt = this.#environment.clock.now()
    if (status.phase === 'live') this.#wasLive = true
    const isOver = status.phase === 'over' || (this.#wasLive && status.phase !== 'live')
    this.#overTimes = isOver ? this.#overTimes + 1 : 0
  }

  #tell(visit: Visit): void {
    if (!this.#wasLive && this.#status?.phase === 'upcoming') visit.waiting('upcoming', this.#status.startsAt)
    else visit.live()
  }

  /** Whether the page was full: then more waits. */
  async #poll(visit: Visit): Promise<boolean> {
    const { broadcastId } = this.#broadcast
    const next = this.#next ?? '0'
    const page = await this.#patiently(() => this.#api.comments(broadcastId, next, SIZE, visit.signal), visit)
    this.#next = page.next ?? this.#next
    const { clock, count } = this.#environment
    const shop = this.#status?.shop ?? ''
    const context = { broadcast: this.#broadcast, shop, receivedAt: clock.now(), isHistory: this.#isHistory }
    this.#isHistory = false
    let fresh = 0
    for (const comment of page.comments) {
      const { draft, unknown } = commentMeaning(comment, context)
      if (!this.#seen.add(draft.id)) {
        count('repeated', 1, draft.id)
        continue
      }
      fresh++
      if (unknown !== '') count('unknown', 1, unknown)
      visit.message(chatMessage(draft))
    }
    // A cursor that stands still gives the same page again: that is no more to come.
    return page.comments.length >= SIZE && fresh > 0
  }

  async #patiently<T>(ask: () => Promise<T>, visit: Visit): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await ask()
      } catch (cause) {
        const mayPass = cause instanceof HttpFailure && passing.has(cause.reason)
        if (!mayPass || attempt >= this.#timing.retries) throw cause
        await sleep(this.#environment.clock, this.#timing.retryMs, visit.signal)
      }
    }
  }
}
