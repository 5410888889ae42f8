import type { SentimentScore, SentimentScorer } from '#models/sentiment-scorer.ts'
import { messageOf } from './errors.ts'
import type { Log } from './log.ts'

export interface ResilientScorer extends SentimentScorer {
  /** Why there is no model now, or ''. */
  readonly problem: string
}

export interface ResilientScorerOptions {
  readonly open: () => Promise<SentimentScorer>
  readonly log: Log
  readonly retryMs?: number
}

const RETRY_MS = 30_000

/**
 * A scorer that may be missing for a while: chat goes on without scores, and the model is opened again from time to
 * time. Calls reject at once while there is none. Resolves when the first attempt is over, whatever came of it.
 */
export async function openResilientScorer(options: ResilientScorerOptions): Promise<ResilientScorer> {
  const { open, log, retryMs = RETRY_MS } = options
  let scorer: SentimentScorer | null = null
  let problem = 'the model is loading'
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const lose = (cause: unknown) => {
    problem = messageOf(cause)
    log.warn(`no sentiment: ${problem}; trying again in ${retryMs / 1000} s`)
    scorer = null
    if (!closed) timer = setTimeout(load, retryMs).unref()
  }
  const load = async () => {
    try {
      const opened = await open()
      if (closed) return void (await opened.close())
      scorer = opened
      problem = ''
      log.info(`sentiment model ${scorer.model} on ${scorer.backend}`)
    } catch (cause) {
      lose(cause)
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
    get problem() {
      return problem
    },
    async score(texts): Promise<readonly SentimentScore[]> {
      const used = scorer
      if (!used) throw new Error(problem)
      try {
        return await used.score(texts)
      } catch (cause) {
        // Only the first of several failing calls loses the model.
        if (scorer === used) {
          lose(cause)
          await used.close().catch(() => {})
        }
        throw cause
      }
    },
    async close() {
      closed = true
      clearTimeout(timer)
      await scorer?.close()
    },
  }
}
