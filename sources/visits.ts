/**
 * How every live source reads: it visits its platform again and again, one visit at a time, until the broadcast is
 * over, the platform refuses, or the reader leaves. Between visits it waits with growing patience and says so. What
 * one visit brings goes through a bounded queue.
 */
import type { ChatMessage } from '#schemas/types.ts'
import { backoffMs } from './backoff.ts'
import { chatMessage } from './chat-message.ts'
import type { Broadcast, SourceEvent } from './chat-source.ts'
import { EventQueue } from './event-queue.ts'
import { type SourceEnvironment, sleep } from './source-environment.ts'
import { SourceError } from './source-error.ts'
import {
  type DegradedReason,
  type LostReason,
  type RefusalReason,
  stateChange,
  type WaitingReason,
} from './state-change.ts'

export interface VisitTiming {
  /** without a message, until the source says `quiet` */
  readonly quietMs: number
  /** a visit that was good for this long starts the waiting times from the beginning again */
  readonly steadyMs: number
}

export const visitTiming: VisitTiming = { quietMs: 120_000, steadyMs: 30_000 }

/** How a visit ended. `lost` is followed by another one. */
export type VisitEnd =
  | {
      readonly outcome: 'lost'
      readonly reason: LostReason | (string & {})
      readonly detail: string
      /** the platform asked to wait at least so long */
      readonly retryAfterMs?: number | null
    }
  | { readonly outcome: 'refused'; readonly reason: RefusalReason | (string & {}); readonly detail: string }
  | { readonly outcome: 'ended'; readonly reason: string; readonly detail: string }

/** What a visit tells while it lasts. */
export interface Visit {
  readonly signal: AbortSignal
  /** visits since the last good one, from 0: rotates servers */
  readonly attempt: number
  /** Some visit before this one was live. */
  readonly isKnown: boolean
  /** Connected and reading. */
  live(): void
  /** Reading in part; `live` ends it. */
  degraded(reason: DegradedReason | (string & {}), detail: string): void
  /** Connected, and the broadcast has not begun. Messages may come all the same. */
  waiting(reason: WaitingReason, startsAt: number | null): void
  message(message: ChatMessage): void
  /** Resolves when the queue is no longer half full: a platform that is asked is not asked before. */
  room(): Promise<void>
}

export interface VisitOptions {
  readonly broadcast: Broadcast
  readonly signal: AbortSignal
  readonly environment: SourceEnvironment
  readonly timing: VisitTiming
  readonly queueCapacity?: number | undefined
  /** ms before visit `attempt` (from 0); default `backoffMs` */
  readonly backoff?: (attempt: number, random: () => number) => number
  /** A SourceError that it throws is the end it stands for; anything else is a defect and is thrown on. */
  readonly visit: (visit: Visit) => Promise<VisitEnd>
}

/** Reads by visits; what `ChatSource.read` promises holds for it. */
export async function* readByVisits(options: VisitOptions): AsyncGenerator<SourceEvent> {
  const { broadcast, signal, environment, queueCapacity } = options
  if (signal.aborted) return
  const { clock, count } = environment
  const queue = new EventQueue({
    clock,
    ...(queueCapacity === undefined ? {} : { capacity: queueCapacity }),
    onDrop: (message) => count('dropped', 1, message.id),
    gap: (dropped) => gapMarker(broadcast, dropped, clock.now()),
  })
  const left = new AbortController()
  const leave = () => left.abort()
  signal.addEventListener('abort', leave, { once: true })
  const visiting = visitAgain(options, queue, left.signal).finally(() => queue.close())
  // Its failure is thrown below; a reader that stands still must not make it an unhandled one meanwhile.
  visiting.catch(() => {})
  try {
    yield* queue.read(signal)
    // A defect of ours must not look like the end of a broadcast.
    await visiting
  } finally {
    signal.removeEventListener('abort', leave)
    left.abort()
    await visiting
  }
}

async function visitAgain(options: VisitOptions, queue: EventQueue, signal: AbortSignal): Promise<void> {
  const { environment, timing, backoff = backoffMs } = options
  const { clock, random, count } = environment
  let attempt = 0
  let isKnown = false
  queue.state(stateChange('resolving', clock.now(), { reason: 'connecting' }))
  while (!signal.aborted) {
    const telling = new Telling(queue, environment, timing)
    const end = await ended(options.visit, {
      signal,
      attempt,
      isKnown,
      live: () => telling.begins('live', {}),
      degraded: (reason, detail) => telling.begins('degraded', { reason, detail }),
      waiting: (reason, startsAt) => telling.begins('waiting', { reason, startsAt }),
      message: (message) => telling.message(message),
      room: () => queue.room(signal),
    })
    telling.close()
    if (signal.aborted) return
    if (end.outcome !== 'lost') return queue.state(stateChange(end.outcome, clock.now(), end))
    isKnown ||= telling.goodSince !== null
    if (telling.goodSince !== null && clock.now() - telling.goodSince >= timing.steadyMs) attempt = 0
    const delay = Math.max(backoff(attempt, random), end.retryAfterMs ?? 0)
    attempt++
    count('reconnects', 1, end.reason)
    const { reason, detail } = end
    queue.state(stateChange('reconnecting', clock.now(), { reason, detail, attempt, nextTryAt: clock.now() + delay }))
    await sleep(clock, delay, signal)
  }
}

async function ended(visit: VisitOptions['visit'], given: Visit): Promise<VisitEnd> {
  try {
    return await visit(given)
  } catch (cause) {
    if (given.signal.aborted) return { outcome: 'lost', reason: 'left', detail: '' }
    if (!(cause instanceof SourceError)) throw cause
    const { retriable, message: detail, retryAfterMs } = cause
    const reason = cause.reason || cause.code
    return retriable ? { outcome: 'lost', reason, detail, retryAfterMs } : { outcome: 'refused', reason, detail }
  }
}

/** The states of one visit: what it is in, and whether it is quiet. */
class Telling {
  readonly #queue: EventQueue
  readonly #environment: SourceEnvironment
  readonly #timing: VisitTiming
  #state: Parameters<typeof stateChange>[0] | null = null
  #more: NonNullable<Parameters<typeof stateChange>[2]> = {}
  #isQuiet = false
  #armedAt = 0
  #cancelQuiet = () => {}
  /** since when the visit is live, epoch ms */
  goodSince: number | null = null

  constructor(queue: EventQueue, environment: SourceEnvironment, timing: VisitTiming) {
    this.#queue = queue
    this.#environment = environment
    this.#timing = timing
  }

  begins(state: 'live' | 'degraded' | 'waiting', more: NonNullable<Parameters<typeof stateChange>[2]>): void {
    const isSame = state === this.#state && more.reason === this.#more.reason && more.startsAt === this.#more.startsAt
    if (isSame) return
    this.#state = state
    this.#more = more
    this.#isQuiet = false
    this.goodSince ??= this.#environment.clock.now()
    this.#tell()
    this.#awaitQuiet()
  }

  message(message: ChatMessage): void {
    if (this.#isQuiet) {
      this.#isQuiet = false
      this.#tell()
    }
    // Re-arming a timer for each of thousands of messages a second would cost more than the messages.
    if (this.#state !== null && this.#environment.clock.now() - this.#armedAt >= 1_000) this.#awaitQuiet()
    this.#queue.message(message)
  }

  close(): void {
    this.#cancelQuiet()
  }

  #tell(): void {
    this.#queue.state(stateChange(this.#state!, this.#environment.clock.now(), this.#more))
  }

  #awaitQuiet(): void {
    const { clock } = this.#environment
    this.#armedAt = clock.now()
    this.#cancelQuiet()
    // Before the start nobody wonders why nothing is written.
    if (this.#state === 'waiting') return
    this.#cancelQuiet = clock.after(this.#timing.quietMs, () => {
      this.#isQuiet = true
      this.#queue.state(stateChange('quiet', clock.now(), this.#more))
    })
  }
}

/** Says in the chat itself, for good, that messages are missing here. */
function gapMarker(broadcast: Broadcast, dropped: number, at: number): ChatMessage {
  const { source, channelId, broadcastId } = broadcast
  const count = { value: dropped, currency: 'messages', raw: String(dropped) }
  return chatMessage({
    ...{ source, channelId, broadcastId, id: `gap-${at}-${dropped}`, kind: 'status', timestamp: at, receivedAt: at },
    author: null,
    text: '',
    amount: count,
  })
}
