/**
 * Gathers the calls of many tasks into batches of the size that the back end likes.
 *
 * A worker that has nothing to do gets what there is at once; behind a batch in hand calls gather until they fill one or
 * the oldest of them has waited `waitMs`. At most two batches are in the worker's hands: the one it works on and the one that
 * it takes up without a pause. What waits is bounded by `mostTexts`; the engine never comes near it, because every task stops
 * reading its input at two batches in flight (back-pressure), and who does is refused instead of growing the memory.
 */
import { ModelOverloadedError, ModelUnavailableError } from './model-errors.ts'
import type { SentimentScore, SentimentScorer } from './sentiment-scorer.ts'

export interface BatchingOptions {
  /** Texts of a full batch. */
  readonly batchSize?: number
  /** Longest wait for company, ms, at most 20. */
  readonly waitMs?: number
  /** Texts that may wait; one call more is refused with ModelOverloadedError. */
  readonly mostTexts?: number
}

interface Call {
  readonly texts: readonly string[]
  readonly since: number
  readonly resolve: (scores: readonly SentimentScore[]) => void
  readonly reject: (error: unknown) => void
}

export interface BatchingScorer extends SentimentScorer {
  /** Calls taken, batches sent, texts in them, texts that wait now, calls refused, longest wait for a batch (ms). */
  readonly batching: {
    readonly calls: number
    readonly batches: number
    readonly texts: number
    readonly waiting: number
    readonly refused: number
    readonly longestWaitMs: number
    /** The same over the last ten to twenty seconds, what waits or is in hand now included. */
    readonly waitMs: number
  }
}

export const LONGEST_WAIT_MS = 20
const IN_HAND = 2
const LATELY_MS = 10_000

export function batchCalls(scorer: SentimentScorer, options: BatchingOptions = {}): BatchingScorer {
  const { batchSize = 256, mostTexts = 65_536 } = options
  const waitMs = Math.min(options.waitMs ?? 5, LONGEST_WAIT_MS)
  const queue: Call[] = []
  const counts = { calls: 0, batches: 0, texts: 0, refused: 0, longestWaitMs: 0 }
  const lately = new LatelyLongest()
  const taken = new Set<number>()
  let waiting = 0
  let inHand = 0
  let timer: NodeJS.Timeout | undefined
  let closing: Promise<void> | undefined
  let idle = Promise.withResolvers<void>()

  const send = () => {
    clearTimeout(timer)
    timer = undefined
    const calls: Call[] = []
    const texts: string[] = []
    const now = performance.now()
    // A call is never split: its texts are scored by one model in one batch.
    while (queue.length > 0 && (calls.length === 0 || texts.length + queue[0]!.texts.length <= batchSize)) {
      const call = queue.shift()!
      calls.push(call)
      texts.push(...call.texts)
      counts.longestWaitMs = Math.max(counts.longestWaitMs, now - call.since)
    }
    const since = calls[0]!.since
    taken.add(since)
    waiting -= texts.length
    inHand++
    counts.batches++
    counts.texts += texts.length
    scorer
      .score(texts)
      .then(
        (scores) => {
          let from = 0
          for (const call of calls) {
            call.resolve(scores.slice(from, from + call.texts.length))
            from += call.texts.length
          }
        },
        (error) => {
          for (const call of calls) call.reject(error)
        },
      )
      .finally(() => {
        taken.delete(since)
        lately.note(performance.now() - since)
        inHand--
        look()
      })
  }
  const look = () => {
    while (queue.length > 0 && inHand < IN_HAND) {
      const left = waitMs - (performance.now() - queue[0]!.since)
      if (inHand > 0 && waiting < batchSize && left > 0 && closing === undefined) {
        timer ??= setTimeout(() => {
          timer = undefined
          look()
        }, Math.ceil(left))
        return
      }
      send()
    }
    if (queue.length === 0 && inHand === 0) {
      idle.resolve()
      idle = Promise.withResolvers()
    }
  }

  return {
    get model() {
      return scorer.model
    },
    get backend() {
      return scorer.backend
    },
    get vocabulary() {
      return scorer.vocabulary
    },
    get batching() {
      const oldest = Math.min(...taken, queue[0]?.since ?? Number.POSITIVE_INFINITY)
      const now = performance.now()
      return { ...counts, waiting, waitMs: Math.max(lately.longest(now), oldest < now ? now - oldest : 0) }
    },
    score(texts) {
      if (closing !== undefined) return Promise.reject(new ModelUnavailableError('the scorer is closed'))
      if (texts.length === 0) return Promise.resolve([])
      if (waiting + texts.length > mostTexts && waiting > 0) {
        counts.refused++
        return Promise.reject(new ModelOverloadedError(waiting))
      }
      counts.calls++
      waiting += texts.length
      return new Promise((resolve, reject) => {
        queue.push({ texts, since: performance.now(), resolve, reject })
        look()
      })
    },
    close() {
      closing ??= (async () => {
        look()
        if (queue.length > 0 || inHand > 0) await idle.promise
        clearTimeout(timer)
        await scorer.close()
      })()
      return closing
    },
  }
}

/** The largest of what came in the last ten to twenty seconds, in two buckets. */
class LatelyLongest {
  #startedAt = 0
  #now = 0
  #before = 0

  note(ms: number): void {
    this.#turn(performance.now())
    this.#now = Math.max(this.#now, ms)
  }

  longest(now: number): number {
    this.#turn(now)
    return Math.max(this.#now, this.#before)
  }

  #turn(now: number): void {
    const past = now - this.#startedAt
    if (past < LATELY_MS) return
    this.#before = past < 2 * LATELY_MS ? this.#now : 0
    this.#now = 0
    this.#startedAt = now
  }
}
