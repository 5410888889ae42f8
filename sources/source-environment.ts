/** Everything a source touches outside itself, injected; `productionEnvironment` is what `app/` passes. */
import { lookup } from 'node:dns/promises'
import { WebSocket } from 'ws'
import { type ConnectTcp, connectTcp } from './tcp/connect-tcp.ts'

/** Time, so that tests own it. */
export interface SourceClock {
  /** epoch ms */
  now(): number
  /** Calls back once after `ms`; the returned function cancels it. */
  after(ms: number, callback: () => void): () => void
}

/**
 * What a source counts besides messages. `unknown`: a form we do not know (kept raw); `malformed`: could not be
 * read at all; `dropped`: the bounded queue was full; `foreign`: a message of another channel's shared chat;
 * `repeated`: delivered again and known to be; `ignored`: a known form that is nothing that happened in the chat.
 */
export type SourceCount = 'unknown' | 'malformed' | 'dropped' | 'foreign' | 'reconnects' | 'repeated' | 'ignored'

/** What an operator may set for all sources; read from the process's environment by `app/config.ts`. */
export interface SourceSettings {
  /**
   * Base addresses where they are not the production hosts, by platform or by `platform-part` (`youtube`,
   * `naver-shopping-short`); never from a user's input.
   */
  readonly endpoints: { readonly [name: string]: string | undefined }
  /** Sent with every request of every source. */
  readonly userAgent: string
  /** Platforms that are switched off. */
  readonly disabled: readonly string[]
  /** Keys of official APIs by platform; a platform without one is read as its own pages read it. */
  readonly credentials: { readonly [source: string]: string | undefined }
}

export interface SourceEnvironment extends SourceSettings {
  readonly clock: SourceClock
  /** [0, 1) */
  readonly random: () => number
  readonly fetch: typeof globalThis.fetch
  readonly WebSocket: typeof WebSocket
  /** For the one protocol that is also spoken without HTTP: IRC. */
  readonly connect: ConnectTcp
  /** Addresses of a host, for the one platform whose links must be followed. */
  readonly lookup: (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>
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

export const defaultSourceSettings: SourceSettings = {
  endpoints: {},
  userAgent: 'Mozilla/5.0 (compatible; JAVAS/0.1; live chat reader)',
  disabled: [],
  credentials: {},
}

export const productionEnvironment: SourceEnvironment = {
  ...defaultSourceSettings,
  clock: systemClock,
  random: Math.random,
  fetch: (...args) => globalThis.fetch(...args),
  WebSocket,
  connect: (target) => connectTcp(target),
  lookup: (host) => lookup(host, { all: true }),
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
