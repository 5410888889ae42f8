/** An environment in which a recording is the platform: it answers what it answered then, at the pace at which it did. */
import { EventEmitter } from 'node:events'
import { type SourceClock, type SourceEnvironment, sleep } from '../source-environment.ts'
import type { WireEntry } from './wire-recording.ts'

/** Answers and frames that nobody asked for yet, for each address and socket. */
const MOST_WAITING = 10_000
/** After the last entry a source has so long to make messages of it, by the recording's time. */
const AFTERMATH_MS = 15_000

export interface WirePlayer {
  readonly environment: SourceEnvironment
  /** Plays until the end, or until `signal` aborts. */
  readonly play: (signal: AbortSignal) => Promise<void>
}

export function playWire(
  entries: AsyncIterable<WireEntry>,
  from: number,
  speed: number,
  environment: SourceEnvironment,
): WirePlayer {
  const clock = clockOf(environment.clock, from, speed)
  const answers = new Map<string, Waiting<WireEntry & { type: 'http' }>>()
  const answersTo = (method: string, path: string) => {
    const key = `${method} ${path}`
    const known = answers.get(key) ?? new Waiting<WireEntry & { type: 'http' }>()
    answers.set(key, known)
    return known
  }
  const sockets: PlayedSocket[] = []
  /** Recorded sockets before somebody opened them. */
  const early = new Map<number, WireEntry[]>()

  const fetch: SourceEnvironment['fetch'] = async (input, init) => {
    const { pathname } = new URL(String(input instanceof Request ? input.url : input))
    const { status, headers, body } = await answersTo(init?.method ?? 'GET', pathname).next(init?.signal ?? null)
    if (status === 0) throw new TypeError('fetch failed', { cause: new Error('no answer came then either') })
    const isEmpty = status === 204 || status === 304
    return new Response(isEmpty ? null : body, { status, headers })
  }

  class Socket extends PlayedSocket {
    constructor() {
      super()
      const number = sockets.push(this) - 1
      for (const entry of early.get(number) ?? []) this.take(entry)
      early.delete(number)
    }
  }

  const dispatch = (entry: WireEntry) => {
    if (entry.type === 'http') return answersTo(entry.method, entry.path).push(entry)
    const socket = sockets[entry.socket]
    if (socket) return socket.take(entry)
    const missed = early.get(entry.socket) ?? []
    if (missed.length < MOST_WAITING) early.set(entry.socket, [...missed, entry])
  }
  const play = async (signal: AbortSignal) => {
    for await (const entry of entries) {
      if (entry.at > clock.now()) await sleep(clock, entry.at - clock.now(), signal)
      if (signal.aborted) return
      dispatch(entry)
    }
    await sleep(clock, AFTERMATH_MS, signal)
  }
  const WebSocket = Socket as unknown as SourceEnvironment['WebSocket']
  return {
    environment: { ...environment, clock, fetch, WebSocket, endpoints: {}, credentials: {}, disabled: [] },
    play,
  }
}

/** The recording's time: begins at `from` and runs `speed` times as fast as ours. */
function clockOf(real: SourceClock, from: number, speed: number): SourceClock {
  const start = real.now()
  return {
    now: () => Math.round(from + (real.now() - start) * speed),
    after: (ms, callback) => real.after(ms / speed, callback),
  }
}

/** Values for those who wait for them, in order. */
class Waiting<T> {
  #values: T[] = []
  #takers: ((value: T) => void)[] = []

  push(value: T): void {
    const taker = this.#takers.shift()
    if (taker) taker(value)
    else if (this.#values.push(value) > MOST_WAITING) this.#values.shift()
  }

  next(signal: AbortSignal | null): Promise<T> {
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (this.#values.length > 0) return Promise.resolve(this.#values.shift()!)
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const leave = () => {
      this.#takers = this.#takers.filter((taker) => taker !== resolve)
      reject(signal?.reason)
    }
    this.#takers.push(resolve)
    signal?.addEventListener('abort', leave, { once: true })
    return promise.finally(() => signal?.removeEventListener('abort', leave))
  }
}

/** As much of a WebSocket as sources use. */
class PlayedSocket extends EventEmitter {
  static readonly OPEN = 1
  readyState = 0
  #isOver = false
  /** Until whoever opened it listens. */
  #held: WireEntry[] | null = []

  constructor() {
    super()
    setImmediate(() => {
      const held = this.#held ?? []
      this.#held = null
      for (const entry of held) this.take(entry)
    })
  }

  take(entry: WireEntry): void {
    if (this.#isOver) return
    if (this.#held) {
      this.#held.push(entry)
      return
    }
    if (entry.type === 'open') {
      this.readyState = 1
      this.emit('open')
    } else if (entry.type === 'in') {
      const data = Buffer.from(entry.data, entry.isBinary ? 'base64' : 'utf8')
      if (data.length > 0) this.emit('message', data, entry.isBinary)
    } else if (entry.type === 'close') this.#end(entry.code)
  }

  send(): void {}

  /** The other side lived then: it answers. */
  ping(): void {
    setImmediate(() => {
      if (!this.#isOver) this.emit('pong')
    })
  }

  terminate(): void {
    setImmediate(() => this.#end(1006))
  }

  close(): void {
    this.terminate()
  }

  #end(code: number): void {
    if (this.#isOver) return
    this.#isOver = true
    this.readyState = 3
    this.emit('close', code, Buffer.alloc(0))
  }
}
