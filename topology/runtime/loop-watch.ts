import { channels, logEvents } from '../telemetry.ts'
import type { Logger } from './logger.ts'

const TICK_MS = 250

export interface LoopWatchOptions {
  readonly applicationId: string
  readonly logger: Logger
  /** A turn of the event loop that takes longer than this is told of, ms. */
  readonly blockedAfterMs: number
}

/**
 * Notices that user code held the event loop: while it does, no heartbeat leaves and no record moves, so it is said how
 * long it took as soon as it is over. What a session makes of it is the session's affair.
 */
export class LoopWatch {
  readonly #options: LoopWatchOptions
  readonly #timer: ReturnType<typeof setInterval>
  #expected: number
  #count = 0
  #totalMs = 0
  #maxMs = 0

  constructor(options: LoopWatchOptions) {
    this.#options = options
    const tickMs = Math.min(TICK_MS, options.blockedAfterMs)
    this.#expected = performance.now() + tickMs
    this.#timer = setInterval(() => this.#look(tickMs), tickMs)
    this.#timer.unref()
  }

  snapshot(): { readonly count: number; readonly totalMs: number; readonly maxMs: number } {
    return { count: this.#count, totalMs: this.#totalMs, maxMs: this.#maxMs }
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(tickMs: number): void {
    const now = performance.now()
    const blockedMs = now - this.#expected
    this.#expected = now + tickMs
    const { applicationId, logger, blockedAfterMs } = this.#options
    if (blockedMs < blockedAfterMs) return
    this.#count += 1
    this.#totalMs += blockedMs
    this.#maxMs = Math.max(this.#maxMs, blockedMs)
    channels.blocked.publish({ applicationId, blockedMs })
    logger.warn(logEvents.blocked, { applicationId, blockedMs: Math.round(blockedMs) })
  }
}
