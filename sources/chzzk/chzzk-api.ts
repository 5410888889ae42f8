/**
 * What CHZZK's own pages ask over HTTP before and during a broadcast. Its API has moved from version to version: the
 * newest is asked first, an older one when that is gone.
 */

import { type HttpClient, httpClientOf } from '../http/http-client.ts'
import { HttpFailure } from '../http/http-failure.ts'
import { countOf, type JsonObject, listOf, objectOf, packedObjectOf, textOf } from '../json-value.ts'
import { koreanTime } from '../korean-time.ts'
import type { SourceEnvironment } from '../source-environment.ts'
import { RefusedError, SourceError } from '../source-error.ts'

export interface ChzzkStatus {
  readonly isOpen: boolean
  readonly title: string
  /** '' when there is none: it is not on air, or only adults may see it */
  readonly chatChannelId: string
  readonly isAdult: boolean
  readonly isChatActive: boolean
  /** epoch ms; null when CHZZK does not say */
  readonly openedAt: number | null
  /** How soon CHZZK's page asks again, ms. */
  readonly pollMs: number
}

const statusPaths = ['/polling/v3.1/channels/', '/polling/v2/channels/']
const knownServers = [1, 2, 3, 4, 5].map((number) => `kr-ss${number}.chat.naver.com`)
/** A chat starts without the list of servers sooner than it waits for it. */
const ROUTING_MS = 1_500
const POLL_MS = { usual: 20_000, least: 10_000, most: 30_000 }
const AGE_RESTRICTED = 42_601

export class ChzzkApi {
  readonly #http: HttpClient
  readonly #bases: { readonly api: string; readonly comm: string; readonly routing: string }

  constructor(environment: SourceEnvironment) {
    const { endpoints } = environment
    this.#http = httpClientOf(environment, 'chzzk')
    this.#bases = {
      api: endpoints.chzzk ?? 'https://api.chzzk.naver.com',
      comm: endpoints['chzzk-comm'] ?? 'https://comm-api.game.naver.com',
      routing: endpoints['chzzk-routing'] ?? 'https://routing.chat.naver.com',
    }
  }

  /** Throws RefusedError for a channel that does not exist. */
  async status(channel: string, signal: AbortSignal): Promise<ChzzkStatus> {
    for (const path of statusPaths) {
      try {
        return statusOf(await this.#content(`${this.#bases.api}${path}${channel}/live-status`, signal))
      } catch (cause) {
        if (!isGone(cause)) throw cause
      }
    }
    throw new SourceError('SOURCE_HTTP', 'CHZZK does not answer under any address we know: its API has moved', {
      retriable: true,
      reason: 'unreadable',
    })
  }

  /** '' when CHZZK does not say; a broadcast can be watched without its channel's name. */
  async channelName(channel: string, signal: AbortSignal): Promise<string> {
    try {
      const content = await this.#content(`${this.#bases.api}/service/v1/channels/${channel}`, signal)
      return textOf(content.channelName)
    } catch (cause) {
      signal.throwIfAborted()
      if (cause instanceof SourceError) return ''
      throw cause
    }
  }

  /** For reading; '' when CHZZK cannot give one now, which has been enough to read. Throws RefusedError `age`. */
  async accessToken(chatChannelId: string, signal: AbortSignal): Promise<string> {
    const url = `${this.#bases.comm}/nng_main/v1/chats/access-token?channelId=${chatChannelId}&chatType=STREAMING`
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        const token = textOf((await this.#content(url, signal)).accessToken)
        if (token !== '') return token
      } catch (cause) {
        signal.throwIfAborted()
        if (cause instanceof RefusedError || !(cause instanceof SourceError) || cause.reason === 'rate-limited')
          throw cause
      }
    }
    return ''
  }

  /** Chat servers, by host name; the ones that have always been there when CHZZK does not list them in time. */
  async servers(signal: AbortSignal): Promise<readonly string[]> {
    try {
      const url = `${this.#bases.routing}/routing/getRouting?serviceId=game`
      const answer = objectOf(await this.#http.json({ url, signal, timeoutMs: ROUTING_MS }))
      const servers = listOf(objectOf(answer.result).sessionServerList)
        .map(textOf)
        .filter((host) => /^[a-z0-9-]{1,40}\.chat\.naver\.com$/.test(host))
      if (servers.length > 0) return servers
    } catch (cause) {
      signal.throwIfAborted()
      if (!(cause instanceof SourceError)) throw cause
    }
    return knownServers
  }

  /** The `content` of an answer. CHZZK repeats a status of its own in the body, also under HTTP 200. */
  async #content(url: string, signal: AbortSignal): Promise<JsonObject> {
    let answer: JsonObject
    try {
      answer = objectOf(await this.#http.json({ url, signal, headers: { accept: 'application/json' } }))
    } catch (cause) {
      const said = cause instanceof HttpFailure ? codeIn(cause.body) : null
      if (said !== null) throw refusalOf(said)
      throw cause
    }
    const code = countOf(answer.code)
    if (code === 200) return objectOf(answer.content)
    if (code === null) throw new HttpFailure('unreadable', 'an answer without a code', { status: 200 })
    throw refusalOf(code)
  }
}

function codeIn(body: string): number | null {
  try {
    return countOf(objectOf(JSON.parse(body)).code)
  } catch {
    return null
  }
}

function refusalOf(code: number): SourceError {
  if (code === 404) return new RefusedError('not-found', 'there is no such CHZZK channel')
  if (code === AGE_RESTRICTED) return new RefusedError('age', 'only adults who are logged in may see this broadcast')
  return new HttpFailure('server-error', `CHZZK answered code ${code}`, { status: 200 })
}

/** The address itself is unknown there, and not only the channel: no answer of CHZZK's own came with it. */
const isGone = (cause: unknown) => cause instanceof HttpFailure && [404, 410].includes(cause.status)

function statusOf(content: JsonObject): ChzzkStatus {
  const chat = textOf(content.chatChannelId)
  const poll = packedObjectOf(content.livePollingStatusJson)
  const pollMs = countOf(poll.callPeriodMilliSecond) ?? POLL_MS.usual
  return {
    isOpen: content.status === 'OPEN',
    title: textOf(content.liveTitle),
    chatChannelId: /^[A-Za-z0-9_-]{1,64}$/.test(chat) ? chat : '',
    isAdult: content.adult === true,
    isChatActive: content.chatActive !== false,
    openedAt: koreanTime(textOf(content.openDate)),
    pollMs: Math.min(Math.max(pollMs, POLL_MS.least), POLL_MS.most),
  }
}
