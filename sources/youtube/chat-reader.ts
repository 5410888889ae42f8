/**
 * Reads one YouTube chat by asking for it again and again, as YouTube's own page does. What it knows outlives a lost
 * connection: the place in the chat, and which messages it gave already.
 */
import { chatMessage } from '../chat-message.ts'
import type { Broadcast } from '../chat-source.ts'
import { derivedId } from '../derived-id.ts'
import { HttpFailure } from '../http/http-failure.ts'
import { SeenIds } from '../seen-ids.ts'
import { type SourceEnvironment, sleep } from '../source-environment.ts'
import type { Visit, VisitEnd } from '../visits.ts'
import { actionMeaning } from './chat-action.ts'
import { type ChatAnswer, chatAnswer } from './chat-answer.ts'
import { allChatContinuation } from './continuation.ts'
import type { Innertube } from './innertube.ts'
import type { LivePage } from './live-page.ts'

export interface YoutubeTiming {
  /** between two polls */
  readonly leastWaitMs: number
  readonly mostWaitMs: number
  /** before a failed poll is tried again in the same visit, and how often */
  readonly retryMs: number
  readonly retries: number
  /** polls without anything after which the selection "all" is doubted */
  readonly emptyPolls: number
  /** between two looks at the page of a broadcast that has not begun */
  readonly upcomingMs: number
  /** least wait after "too many requests" */
  readonly rateLimitedMs: number
}

export const youtubeTiming: YoutubeTiming = {
  leastWaitMs: 1_000,
  mostWaitMs: 5_000,
  retryMs: 2_000,
  retries: 2,
  emptyPolls: 20,
  upcomingMs: 60_000,
  rateLimitedMs: 60_000,
}

/** So long after the last answer a token is still good; then a fresh one is asked for. */
const TOKEN_MS = 10 * 60_000
/** Fresh tokens in a row under which no chat comes. */
const MOST_RENEWALS = 3
/** Failures of one poll that may pass by themselves. */
const passing = new Set(['unreachable', 'timeout', 'server-error', 'unreadable'])
const LEFT: VisitEnd = { outcome: 'lost', reason: 'left', detail: '' }

export class YoutubeChatReader {
  readonly #broadcast: Broadcast
  readonly #innertube: Innertube
  readonly #environment: SourceEnvironment
  readonly #timing: YoutubeTiming
  readonly #seen = new SeenIds(10_000)
  /** what `resolve` saw a moment ago */
  #knownPage: LivePage | null
  /** Where the chat goes on; null until there is one. */
  #token: string | null = null
  #tokenAt = 0
  /** The page's own token: YouTube's selection of the chat. */
  #topToken = ''
  #isTopOnly = false
  #hasBegun = true
  #startsAt: number | null = null
  #emptyPolls = 0
  /** The next answer brings what was written before. */
  #isHistory = true

  constructor(
    broadcast: Broadcast,
    innertube: Innertube,
    environment: SourceEnvironment,
    timing: YoutubeTiming,
    page: LivePage | null,
  ) {
    this.#broadcast = broadcast
    this.#innertube = innertube
    this.#environment = environment
    this.#timing = timing
    this.#knownPage = page
  }

  async visit(visit: Visit): Promise<VisitEnd> {
    try {
      return await this.#visit(visit)
    } catch (cause) {
      if (!(cause instanceof HttpFailure)) throw cause
      const { reason, message: detail } = cause
      const least = reason === 'rate-limited' ? this.#timing.rateLimitedMs : 0
      // That a call was refused says nothing of the broadcast: its page does, at the next visit.
      if (reason === 'rejected') this.#token = null
      return { outcome: 'lost', reason, detail, retryAfterMs: Math.max(cause.retryAfterMs ?? 0, least) }
    }
  }

  async #visit(visit: Visit): Promise<VisitEnd> {
    const { clock } = this.#environment
    const { leastWaitMs, mostWaitMs, upcomingMs } = this.#timing
    if (clock.now() - this.#tokenAt > TOKEN_MS) this.#token = null
    let renewals = 0
    let lookAgainAt = clock.now() + upcomingMs
    while (!visit.signal.aborted) {
      if (this.#token === null) {
        const end = await this.#begin(visit)
        if (end) return end
      }
      await visit.room()
      const askedAt = clock.now()
      const answer = await this.#poll(this.#token!, visit.signal)
      if (answer === null || answer.continuation === null) {
        // Over, taken down, or only a token that got too old: the page knows.
        if (renewals++ >= MOST_RENEWALS) return { outcome: 'lost', reason: 'unreadable', detail: answer?.said ?? '' }
        this.#token = null
        await sleep(clock, leastWaitMs, visit.signal)
        continue
      }
      this.#token = answer.continuation
      this.#tokenAt = clock.now()
      this.#tell(visit)
      if (answer.actions.length > 0) renewals = 0
      this.#take(answer.actions, visit)
      await this.#doubtSelection(answer, visit)
      if (!this.#hasBegun && clock.now() >= lookAgainAt) {
        lookAgainAt = clock.now() + upcomingMs
        const page = await this.#innertube.livePage(this.#broadcast.broadcastId, visit.signal)
        if (page.phase === 'over') return over(page)
        this.#hasBegun = page.phase !== 'upcoming'
        this.#startsAt = page.startsAt
      }
      const wait = Math.min(Math.max(answer.timeoutMs ?? mostWaitMs, leastWaitMs), mostWaitMs)
      await sleep(clock, Math.max(0, wait - (clock.now() - askedAt)), visit.signal)
    }
    return LEFT
  }

  /** Finds a fresh place in the chat; waits for one that is announced. */
  async #begin(visit: Visit): Promise<VisitEnd | null> {
    for (;;) {
      const page = this.#knownPage ?? (await this.#innertube.livePage(this.#broadcast.broadcastId, visit.signal))
      this.#knownPage = null
      if (page.phase === 'over') return over(page)
      this.#hasBegun = page.phase !== 'upcoming'
      this.#startsAt = page.startsAt
      if (page.continuation !== null) {
        this.#topToken = page.continuation
        this.#token = (this.#isTopOnly ? null : allChatContinuation(page.continuation)) ?? page.continuation
        this.#tokenAt = this.#environment.clock.now()
        this.#isHistory = true
        return null
      }
      if (this.#hasBegun) return this.#noChat(page, visit)
      this.#tell(visit)
      await sleep(this.#environment.clock, this.#timing.upcomingMs, visit.signal)
      if (visit.signal.aborted) return LEFT
    }
  }

  /** A chat that was there before is over; one that never was is refused. */
  #noChat(page: LivePage, visit: Visit): VisitEnd {
    if (visit.isKnown || this.#tokenAt > 0) return over(page)
    return { outcome: 'refused', reason: page.refusal, detail: page.said }
  }

  /** Null when the chat is no longer to be had under this token. A trouble that may pass is given a moment. */
  async #poll(token: string, signal: AbortSignal): Promise<ChatAnswer | null> {
    for (let attempt = 0; ; attempt++) {
      try {
        return chatAnswer(await this.#innertube.chat(token, signal))
      } catch (cause) {
        if (!(cause instanceof HttpFailure)) throw cause
        if ([400, 403, 404].includes(cause.status) && cause.reason === 'rejected') return null
        if (!passing.has(cause.reason) || attempt >= this.#timing.retries) throw cause
        await sleep(this.#environment.clock, this.#timing.retryMs, signal)
      }
    }
  }

  #tell(visit: Visit): void {
    if (!this.#hasBegun) visit.waiting('upcoming', this.#startsAt)
    else if (this.#isTopOnly) visit.degraded('top-chat-only', "only YouTube's own selection of this chat arrives")
    else visit.live()
  }

  #take(actions: readonly unknown[], visit: Visit): void {
    const { clock, count } = this.#environment
    const context = { broadcast: this.#broadcast, receivedAt: clock.now(), isHistory: this.#isHistory }
    this.#isHistory = false
    for (const action of actions) {
      const meaning = actionMeaning(action, context)
      if (meaning.type === 'ignored') {
        count('ignored', 1, meaning.name)
        continue
      }
      if (meaning.type === 'unknown') count('unknown', 1, meaning.name)
      const { draft } = meaning
      const isNew = this.#seen.add(draft.id)
      if (isNew) visit.message(chatMessage(draft))
      else if (meaning.type === 'update') this.#replace(draft, meaning.replaces, visit)
      else count('repeated', 1, draft.id)
    }
  }

  /** What was given already cannot be changed in the log: it is taken away, and what it became is said anew. */
  #replace(draft: Parameters<typeof chatMessage>[0], replaces: string, visit: Visit): void {
    const message = chatMessage({ ...draft, id: `${draft.id}.${derivedId(draft.text).slice(0, 8)}` })
    if (!this.#seen.add(message.id)) return
    const { source, channelId, broadcastId, timestamp, receivedAt } = message
    const target = { messageId: replaces || draft.id }
    const id = derivedId('replaced', message.id)
    visit.message(
      chatMessage({
        ...{ source, channelId, broadcastId, timestamp, receivedAt, id, target },
        ...{ kind: 'delete', author: null, text: '' },
      }),
    )
    visit.message(message)
  }

  /**
   * The token for "all" is YouTube's own with one number changed. Should YouTube stop to understand it, it would answer
   * with silence for ever; then its own selection is better than nothing, and said to be one.
   */
  async #doubtSelection(answer: ChatAnswer, visit: Visit): Promise<void> {
    this.#emptyPolls = answer.actions.length > 0 ? 0 : this.#emptyPolls + 1
    const isDoubtful = this.#emptyPolls >= this.#timing.emptyPolls && !this.#isTopOnly && this.#hasBegun
    if (!isDoubtful || this.#topToken === '') return
    this.#emptyPolls = 0
    const top = await this.#poll(this.#topToken, visit.signal)
    // Silence there as well, or only what is known already: nobody writes.
    const before = this.#seen
    const isSomethingNew = top?.actions.some((action) => {
      const meaning = actionMeaning(action, { broadcast: this.#broadcast, receivedAt: 0, isHistory: true })
      return meaning.type === 'message' && !before.has(meaning.draft.id)
    })
    if (!top?.continuation || !isSomethingNew) return
    this.#isTopOnly = true
    this.#token = top.continuation
    this.#tell(visit)
    this.#take(top.actions, visit)
  }
}

const over = (page: LivePage): VisitEnd => ({ outcome: 'ended', reason: 'over', detail: page.said })
