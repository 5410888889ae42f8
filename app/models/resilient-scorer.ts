import type { SentimentScore, SentimentScorer } from '#models/sentiment-scorer.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'

export interface ResilientScorer extends SentimentScorer {
  /** Why there is no model now, or ''. Empty while one that died is replaced within the patience of a call. */
  readonly problem: string
  /** How often a model died since the start, and why it did last. */
  readonly deaths: number
  readonly lastDeath: string
  /** How often another version took over since the start. */
  readonly swaps: number
  /**
   * Opens the model anew and lets it take over when it is ready: every call is answered by the one that it began with, none waits.
   * Rejects with what the opening threw; then the one in use goes on.
   */
  swap(): Promise<void>
}

export interface ResilientScorerOptions {
  readonly open: () => Promise<SentimentScorer>
  readonly log: Log
  /** What it is called in the log. */
  readonly name?: string
  /** Longest pause between two attempts to open it, ms. */
  readonly retryMs?: number
  /** How long a call waits for a model that died to be replaced before it rejects, ms. */
  readonly patienceMs?: number
}

const RETRY_MS = 30_000
const FIRST_RETRY_MS = 1_000
/** A restart takes under a second; chat that waits for longer shall go on without scores. */
const PATIENCE_MS = 2_000

/**
 * A scorer that may be missing for a while: chat goes on without scores, and the model is opened again from time to
 * time. When it dies it is opened again at once, and what it had in hand is asked once more of the new one; a call rejects when
 * that takes longer than `patienceMs`, and at once while there is none. Resolves when the first attempt is over, whatever came of it.
 */
export async function openResilientScorer(options: ResilientScorerOptions): Promise<ResilientScorer> {
  const { open, log, name = 'sentiment model', retryMs = RETRY_MS, patienceMs = PATIENCE_MS } = options
  let scorer: SentimentScorer | null = null
  let problem = 'the model is loading'
  let lastDeath = ''
  let deaths = 0
  let swaps = 0
  /** Attempts and deaths since a call was answered last. */
  let failures = 0
  let timer: NodeJS.Timeout | undefined
  let patience: NodeJS.Timeout | undefined
  let closed = false
  /** Settled when a replacement is there, or when nobody shall wait for it any longer. */
  let coming = Promise.withResolvers<SentimentScorer | null>()
  let swapping: Promise<void> = Promise.resolve()

  const stopWaiting = (next: SentimentScorer | null) => {
    clearTimeout(patience)
    patience = undefined
    coming.resolve(next)
    coming = Promise.withResolvers()
  }
  const use = (opened: SentimentScorer) => {
    scorer = opened
    problem = ''
    clearTimeout(timer)
    log.info(`${name} ${opened.model} on ${opened.backend}`)
    stopWaiting(opened)
  }
  const tryAgain = (delayMs: number) => {
    if (!closed) timer = setTimeout(() => void load(), delayMs).unref()
  }
  const backOff = () => Math.min(FIRST_RETRY_MS * 2 ** Math.max(0, failures - 1), retryMs)

  const load = async () => {
    try {
      const opened = await open()
      if (closed || scorer !== null) return void (await opened.close())
      use(opened)
    } catch (cause) {
      if (scorer !== null) return
      failures++
      problem = messageOf(cause)
      const delay = backOff()
      log.warn(`no ${name}: ${problem}; trying again in ${delay / 1000} s`)
      stopWaiting(null)
      tryAgain(delay)
    }
  }
  const lose = (cause: unknown) => {
    deaths++
    failures++
    lastDeath = messageOf(cause)
    scorer = null
    const delay = failures === 1 ? 0 : backOff()
    log.warn(`the ${name} died: ${lastDeath}; opening it again in ${delay / 1000} s`)
    // Chat waits this long for the new one, and is not held up by it any longer.
    patience = setTimeout(() => {
      problem = lastDeath
      stopWaiting(null)
    }, patienceMs).unref()
    tryAgain(delay)
  }
  /** Asks `used`, and when it dies of it the next one, once. */
  const ask = async (
    used: SentimentScorer,
    texts: readonly string[],
    isLast: boolean,
  ): Promise<readonly SentimentScore[]> => {
    try {
      const scores = await used.score(texts)
      failures = 0
      return scores
    } catch (cause) {
      // Being asked for too much is no death.
      if ((cause as { code?: unknown }).code === 'MODEL_OVERLOADED') throw cause
      if (scorer === used) {
        lose(cause)
        void used.close().catch(() => {})
      }
      if (isLast || closed) throw cause
      const next = scorer ?? (problem === '' ? await coming.promise : null)
      if (next === null) throw cause
      return ask(next, texts, true)
    }
  }
  await load()

  return {
    get model() {
      return scorer?.model ?? ''
    },
    get backend() {
      return scorer?.backend ?? ''
    },
    get vocabulary() {
      return scorer?.vocabulary ?? { looked: 0, unknown: 0 }
    },
    get problem() {
      return problem
    },
    get deaths() {
      return deaths
    },
    get lastDeath() {
      return lastDeath
    },
    get swaps() {
      return swaps
    },
    async score(texts) {
      const used = scorer ?? (problem === '' ? await coming.promise : null)
      if (!used) throw new Error(problem || lastDeath)
      return ask(used, texts, false)
    },
    swap() {
      const turn = swapping.then(async () => {
        const next = await open()
        if (closed) return void (await next.close())
        const old = scorer
        use(next)
        failures = 0
        swaps++
        // It answers what it was asked before it ends.
        void old?.close().catch((cause: unknown) => log.warn(`the replaced ${name}: ${messageOf(cause)}`))
      })
      swapping = turn.catch(() => {})
      return turn
    },
    async close() {
      closed = true
      clearTimeout(timer)
      stopWaiting(null)
      await swapping
      await scorer?.close()
    },
  }
}
