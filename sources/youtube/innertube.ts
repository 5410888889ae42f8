/** The calls that YouTube's own pages make, as far as chat needs them. No account, no key, no cookie but "no consent". */
import { type HttpClient, httpClientOf } from '../http/http-client.ts'
import { HttpFailure } from '../http/http-failure.ts'
import { at, textAt } from '../json-path.ts'
import type { SourceEnvironment } from '../source-environment.ts'
import { clientVersionOf, type LivePage, livePage, livePageOfHtml } from './live-page.ts'

const SITE = 'https://www.youtube.com'
/** Sent until a page tells a newer one; YouTube refuses versions of more than about a year. */
const CLIENT_VERSION = '2.20261101.00.00'
const MAX_PAGE_BYTES = 8 * 1024 * 1024
const MAX_CHAT_BYTES = 16 * 1024 * 1024

export class Innertube {
  readonly #base: string
  readonly #http: HttpClient
  #clientVersion = CLIENT_VERSION

  constructor(environment: SourceEnvironment) {
    this.#base = (environment.endpoints.youtube ?? SITE).replace(/\/+$/, '')
    this.#http = httpClientOf(environment, 'youtube')
  }

  /** What YouTube says of the video: its page, or where that cannot be read (consent, bot check) the page's API. */
  async livePage(videoId: string, signal: AbortSignal): Promise<LivePage> {
    const page = await this.#page(`/watch?v=${encodeURIComponent(videoId)}&hl=en&gl=KR`, signal)
    const found = page === null ? undefined : livePageOfHtml(page)
    if (found && (found.continuation !== null || found.phase !== 'unknown' || found.refusal === 'not-found'))
      return found
    const asked = livePage(await this.#post('next', { videoId }, signal))
    if (asked.continuation !== null || !found) return asked
    return { ...found, said: found.said || asked.said }
  }

  /** The body of one poll of the chat. */
  chat(continuation: string, signal: AbortSignal): Promise<unknown> {
    return this.#post('live_chat/get_live_chat', { continuation }, signal, MAX_CHAT_BYTES)
  }

  /**
   * The video that a channel's `/live` address shows now; null when it shows none.
   * Throws HttpFailure `rejected` with status 404 when there is no such channel.
   */
  async presentVideo(channelPath: string, signal: AbortSignal): Promise<string | null> {
    const answer = await this.#post('navigation/resolve_url', { url: `${SITE}/${channelPath}/live` }, signal)
    const direct = textAt(answer, 'endpoint', 'watchEndpoint', 'videoId')
    if (isVideo(direct)) return direct
    if (at(answer, 'endpoint', 'browseEndpoint') !== undefined) return null
    // An answer of another shape: the page itself names the video in its canonical link.
    const page = await this.#page(`/${channelPath}/live?hl=en&gl=KR`, signal)
    const canonical = /<link rel="canonical" href="([^"]{1,300})"/.exec(page ?? '')?.[1] ?? ''
    return /[?&]v=([\w-]{11})(?:&|$)/.exec(canonical)?.[1] ?? null
  }

  /** Null when YouTube shows something else instead: a consent page, an error page. */
  async #page(path: string, signal: AbortSignal): Promise<string | null> {
    try {
      const url = `${this.#base}${path}`
      // Says "no" to the consent question that stands before every page in Europe.
      const headers = { cookie: 'SOCS=CAI', 'accept-language': 'en' }
      const { text } = await this.#http.ask({ url, headers, signal, maxBytes: MAX_PAGE_BYTES })
      this.#clientVersion = clientVersionOf(text) ?? this.#clientVersion
      return text
    } catch (cause) {
      if (cause instanceof HttpFailure && ['redirected', 'rejected', 'too-large'].includes(cause.reason)) return null
      throw cause
    }
  }

  #post(call: string, body: object, signal: AbortSignal, maxBytes = MAX_PAGE_BYTES): Promise<unknown> {
    const client = { clientName: 'WEB', clientVersion: this.#clientVersion, hl: 'en', gl: 'KR' }
    return this.#http.json({
      url: `${this.#base}/youtubei/v1/${call}?prettyPrint=false`,
      json: { context: { client }, ...body },
      headers: { origin: SITE, cookie: 'SOCS=CAI' },
      signal,
      maxBytes,
    })
  }
}

const isVideo = (text: string) => /^[\w-]{11}$/.test(text)
