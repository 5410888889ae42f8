/**
 * HTTP for reading chat: no cookies are kept, no redirect is followed, an answer has a size and a time it may take, and
 * when a platform says "too many" everything that asks it waits. One client a platform and process, so that 200
 * broadcasts share one patience.
 */
import { cut } from '../bounded-text.ts'
import type { SourceEnvironment } from '../source-environment.ts'
import { HttpFailure } from './http-failure.ts'
import { retryAfterMs } from './retry-after.ts'
import { Turns } from './turns.ts'

export interface HttpRequest {
  /** built by us from a configured base; never a pasted address */
  readonly url: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: { readonly [name: string]: string }
  /** sent as JSON */
  readonly json?: unknown
  /** sent as a form */
  readonly form?: { readonly [name: string]: string }
  readonly signal: AbortSignal
  /** for the whole answer; default 10 s */
  readonly timeoutMs?: number
  /** of the answer as we unpack it; default 4 MiB */
  readonly maxBytes?: number
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

const TIMEOUT_MS = 10_000
const MAX_BYTES = 4 * 1024 * 1024
/** Requests on their way at the same time to one platform. */
const MOST_AT_ONCE = 32
/** After a 429 that does not say how long. */
const PATIENCE_MS = 60_000
const KEPT_BODY = 2_000

export class HttpClient {
  readonly #environment: SourceEnvironment
  readonly #turns: Turns
  #pausedUntil = 0

  constructor(environment: SourceEnvironment, mostAtOnce = MOST_AT_ONCE) {
    this.#environment = environment
    this.#turns = new Turns(mostAtOnce)
  }

  /** Epoch ms until which the platform wants to be left alone; 0 when it does not. */
  get pausedUntil(): number {
    return this.#pausedUntil > this.#environment.clock.now() ? this.#pausedUntil : 0
  }

  /**
   * The answer, whatever its status below 300 is. Throws HttpFailure for everything else, at once with `rate-limited`
   * while the platform wants to be left alone; rejects with the signal's reason when aborted.
   */
  async ask(request: HttpRequest): Promise<HttpAnswer> {
    const { signal } = request
    signal.throwIfAborted()
    await this.#turns.take(signal)
    try {
      const wait = this.pausedUntil - this.#environment.clock.now()
      if (wait > 0)
        throw new HttpFailure('rate-limited', 'the platform asked to wait', { status: 429, retryAfterMs: wait })
      return await this.#ask(request)
    } finally {
      this.#turns.give()
    }
  }

  /** The answer as JSON. Anything else in it (an error page, half an answer) is HttpFailure `unreadable`. */
  async json(request: HttpRequest): Promise<unknown> {
    const { text, status } = await this.ask(request)
    try {
      return JSON.parse(text)
    } catch (cause) {
      throw new HttpFailure('unreadable', `not JSON: ${cut(text, 80)}`, { status, body: cut(text, KEPT_BODY), cause })
    }
  }

  /**
   * The answer piece by piece, as it comes, for as long as it comes; `timeoutMs` is the longest silence between two
   * pieces. Takes no turn: a stream stays open. Throws as `ask` does.
   */
  async *stream(request: HttpRequest): AsyncGenerator<string> {
    const { signal, timeoutMs = TIMEOUT_MS } = request
    const { clock } = this.#environment
    signal.throwIfAborted()
    const wait = this.pausedUntil - clock.now()
    if (wait > 0)
      throw new HttpFailure('rate-limited', 'the platform asked to wait', { status: 429, retryAfterMs: wait })
    const stop = new AbortController()
    const leave = () => stop.abort()
    signal.addEventListener('abort', leave, { once: true })
    let isLate = false
    let cancel = () => {}
    const heard = () => {
      cancel()
      cancel = clock.after(timeoutMs, () => {
        isLate = true
        stop.abort()
      })
    }
    heard()
    try {
      const response = await this.#environment.fetch(request.url, {
        redirect: 'manual',
        credentials: 'omit',
        signal: stop.signal,
        headers: { 'user-agent': this.#environment.userAgent, ...request.headers },
      })
      if (response.status !== 200) this.#judge(response, await bodyOf(response, MAX_BYTES))
      const decoder = new TextDecoder()
      for await (const chunk of (response.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
        heard()
        yield decoder.decode(chunk, { stream: true })
      }
    } catch (cause) {
      if (cause instanceof HttpFailure) throw cause
      if (signal.aborted) throw signal.reason
      if (isLate) throw new HttpFailure('timeout', `nothing came for ${timeoutMs} ms`, { cause })
      throw new HttpFailure('unreachable', whyOf(cause), { cause })
    } finally {
      cancel()
      signal.removeEventListener('abort', leave)
      stop.abort()
    }
  }

  async #ask(request: HttpRequest): Promise<HttpAnswer> {
    const { clock, fetch, userAgent } = this.#environment
    const { url, json, form, signal, timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = request
    const stop = new AbortController()
    const leave = () => stop.abort()
    let isLate = false
    const cancel = clock.after(timeoutMs, () => {
      isLate = true
      stop.abort()
    })
    signal.addEventListener('abort', leave, { once: true })
    try {
      const body = json !== undefined ? JSON.stringify(json) : form ? new URLSearchParams(form).toString() : null
      const response = await fetch(url, {
        method: request.method ?? (body === null ? 'GET' : 'POST'),
        redirect: 'manual',
        credentials: 'omit',
        signal: stop.signal,
        headers: {
          'user-agent': userAgent,
          ...(json !== undefined && { 'content-type': 'application/json' }),
          ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
          ...request.headers,
        },
        ...(body !== null && { body }),
      })
      const text = await bodyOf(response, maxBytes)
      this.#judge(response, text)
      return { status: response.status, headers: response.headers, text }
    } catch (cause) {
      if (cause instanceof HttpFailure) throw cause
      if (signal.aborted) throw signal.reason
      if (isLate) throw new HttpFailure('timeout', `no whole answer in ${timeoutMs} ms`, { cause })
      throw new HttpFailure('unreachable', whyOf(cause), { cause })
    } finally {
      cancel()
      signal.removeEventListener('abort', leave)
      // What was not read of the answer must not hold its connection.
      stop.abort()
    }
  }

  #judge({ status, headers }: Response, text: string): void {
    if (status >= 200 && status < 300) return
    const body = cut(text, KEPT_BODY)
    if (status === 429 || (status === 503 && headers.has('retry-after'))) {
      const { clock } = this.#environment
      const wait = retryAfterMs(headers.get('retry-after'), clock.now()) ?? PATIENCE_MS
      this.#pausedUntil = Math.max(this.#pausedUntil, clock.now() + wait)
      throw new HttpFailure('rate-limited', `status ${status}`, { status, body, retryAfterMs: wait })
    }
    if (status >= 300 && status < 400)
      throw new HttpFailure('redirected', `to ${cut(headers.get('location') ?? 'nowhere', 200)}`, { status, body })
    if (status >= 500) throw new HttpFailure('server-error', `status ${status}`, { status, body })
    throw new HttpFailure('rejected', `status ${status}`, { status, body })
  }
}

/** Bad UTF-8 becomes U+FFFD. */
async function bodyOf(response: Response, maxBytes: number): Promise<string> {
  if (!response.body) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new HttpFailure('too-large', `more than ${maxBytes} bytes`, { status: response.status })
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** `fetch failed` says nothing; its cause does. */
function whyOf(cause: unknown): string {
  const { message, cause: inner } = cause as Error
  return inner instanceof Error ? inner.message || (inner as NodeJS.ErrnoException).code || message : message
}

const clients = new WeakMap<SourceEnvironment, Map<string, HttpClient>>()

/** The client that everything in this process which reads `platform` shares. */
export function httpClientOf(environment: SourceEnvironment, platform: string): HttpClient {
  const known = clients.get(environment) ?? new Map<string, HttpClient>()
  clients.set(environment, known)
  const client = known.get(platform) ?? new HttpClient(environment)
  known.set(platform, client)
  return client
}
