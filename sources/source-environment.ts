/** Everything a source touches outside itself, injected; `productionEnvironment` is what `app/` passes. */
import { WebSocket } from 'ws'

/** Time, so that tests own it. */
export interface SourceClock {
  /** epoch ms */
  now(): number
  /** Calls back once after `ms`; the returned function cancels it. */
  after(ms: number, callback: () => void): () => void
}

/**
 * What a source counts besides messages. `unknown`: a form we do not know (kept raw); `malformed`: could not be
 * read at all; `dropped`: the bounded queue was full; `foreign`: a message of another channel's shared chat.
 */
export type SourceCount = 'unknown' | 'malformed' | 'dropped' | 'foreign' | 'reconnects'

export interface SourceEnvironment {
  readonly clock: SourceClock
  /** [0, 1) */
  readonly random: () => number
  readonly fetch: typeof globalThis.fetch
  readonly WebSocket: typeof WebSocket
  /** Base addresses by platform where they are not the production hosts; never from a user's input. */
  readonly endpoints: { readonly [source: string]: string | undefined }
  /** Called for each thing counted; `detail` is short and for logs. */
  readonly count: (name: SourceCount, by: number, detail: string) => void
}

const systemClock: SourceClock = {
  now: () => Date.now(),
  after: (ms, callback) => {
    // setTimeout takes at most 2^31-1 ms and fires at once beyond that.
    const timer = setTimeout(callback, Math.min(ms, 2_147_483_647))
    return () => clearTimeout(timer)
  },
}

export const productionEnvironment: SourceEnvironment = {
  clock: systemClock,
  random: Math.random,
  fetch: (...args) => globalThis.fetch(...args),
  WebSocket,
  endpoints: {},
  count: () => {},
}

/** Waits `ms`; ends early, without throwing, when `signal` aborts. */
export function sleep(clock: SourceClock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.after(ms, done)
    signal.addEventListener('abort', done, { once: true })
  })
}
