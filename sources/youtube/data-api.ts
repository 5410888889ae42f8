/** YouTube's official Data API, as far as chat needs it: https://developers.google.com/youtube/v3/live/docs */
import type { HttpClient } from '../http/http-client.ts'
import { httpClientOf } from '../http/http-client.ts'
import { HttpFailure } from '../http/http-failure.ts'
import { at, listAt, numberAt, textAt } from '../json-path.ts'
import type { SourceEnvironment } from '../source-environment.ts'
import { RefusedError, type SourceError } from '../source-error.ts'
import { JsonStream } from './json-stream.ts'
import type { Quota } from './quota.ts'

const BASE = 'https://youtube.googleapis.com'
/** Without a word for so long a stream is doubted; a new one costs units. */
const STREAM_SILENCE_MS = 5 * 60_000
export const MESSAGES_UNITS = 5
const SEARCH_UNITS = 100

export interface ApiBroadcast {
  readonly title: string
  readonly channelName: string
  readonly phase: 'live' | 'upcoming' | 'over' | 'none'
  /** epoch ms */
  readonly startsAt: number | null
  readonly chatId: string | null
}

export interface ApiMessages {
  readonly items: readonly unknown[]
  readonly pageToken: string | null
  readonly pollMs: number
  readonly isOver: boolean
}

export class DataApi {
  readonly #base: string
  readonly #key: string
  readonly #http: HttpClient
  readonly #quota: Quota

  constructor(environment: SourceEnvironment, key: string, quota: Quota) {
    this.#base = (environment.endpoints['youtube-api'] ?? BASE).replace(/\/+$/, '')
    this.#key = key
    this.#http = httpClientOf(environment, 'youtube-api')
    this.#quota = quota
  }

  /** Null when there is no such video. */
  async broadcast(videoId: string, signal: AbortSignal): Promise<ApiBroadcast | null> {
    const body = await this.#ask('videos', { part: 'snippet,liveStreamingDetails', id: videoId }, 1, signal)
    const [video] = listAt(body, 'items')
    if (video === undefined) return null
    const details = at(video, 'liveStreamingDetails')
    const startsAt = Date.parse(textAt(details, 'scheduledStartTime'))
    const hasStarted = textAt(details, 'actualStartTime') !== ''
    const isOver = textAt(details, 'actualEndTime') !== ''
    return {
      title: textAt(video, 'snippet', 'title'),
      channelName: textAt(video, 'snippet', 'channelTitle'),
      phase: details === undefined ? 'none' : isOver ? 'over' : hasStarted ? 'live' : 'upcoming',
      startsAt: Number.isNaN(startsAt) ? null : startsAt,
      chatId: textAt(details, 'activeLiveChatId') || null,
    }
  }

  /** The id of a channel; undefined when there is none. @param channel `UC…`, `@handle` or `user/name` */
  async channelId(channel: string, signal: AbortSignal): Promise<string | undefined> {
    if (channel.startsWith('UC')) return channel
    const of: { readonly [name: string]: string } = channel.startsWith('@')
      ? { forHandle: channel }
      : { forUsername: channel.slice('user/'.length) }
    return textAt(await this.#ask('channels', { part: 'id', ...of }, 1, signal), 'items', 0, 'id') || undefined
  }

  /** The video that the channel shows live; null when it shows none. */
  async presentVideo(channelId: string, signal: AbortSignal): Promise<string | null> {
    const query = { part: 'id', channelId, eventType: 'live', type: 'video' }
    return textAt(await this.#ask('search', query, SEARCH_UNITS, signal), 'items', 0, 'id', 'videoId') || null
  }

  async messages(chatId: string, pageToken: string | null, signal: AbortSignal): Promise<ApiMessages> {
    return messagesOf(await this.#ask('liveChat/messages', this.#chatQuery(chatId, pageToken), MESSAGES_UNITS, signal))
  }

  /** Messages as they are written, until the connection ends. */
  async *stream(chatId: string, pageToken: string | null, signal: AbortSignal): AsyncGenerator<ApiMessages> {
    this.#spend(MESSAGES_UNITS)
    const url = this.#url('liveChat/messages/stream', this.#chatQuery(chatId, pageToken))
    const objects = new JsonStream()
    try {
      for await (const piece of this.#http.stream({ url, signal, timeoutMs: STREAM_SILENCE_MS }))
        for (const object of objects.push(piece)) yield messagesOf(object)
    } catch (cause) {
      throw this.#meaningOf(cause)
    }
  }

  #chatQuery(liveChatId: string, pageToken: string | null) {
    return { liveChatId, part: 'id,snippet,authorDetails', maxResults: '2000', ...(pageToken && { pageToken }) }
  }

  async #ask(call: string, query: { readonly [name: string]: string }, units: number, signal: AbortSignal) {
    this.#spend(units)
    try {
      return await this.#http.json({ url: this.#url(call, query), signal })
    } catch (cause) {
      throw this.#meaningOf(cause)
    }
  }

  #url(call: string, query: { readonly [name: string]: string }): string {
    return `${this.#base}/youtube/v3/${call}?${new URLSearchParams({ ...query, key: this.#key })}`
  }

  #spend(units: number): void {
    if (this.#quota.left < units) throw this.#quotaIsSpent()
    this.#quota.spend(units)
  }

  #quotaIsSpent(): SourceError {
    const retryAfterMs = this.#quota.renewsInMs
    return new HttpFailure('rate-limited', "the Data API's units of today are spent", { retryAfterMs })
  }

  /** Google says in the body what a 403 means. */
  #meaningOf(cause: unknown): unknown {
    if (!(cause instanceof HttpFailure) || cause.status === 0) return cause
    const reason = reasonOf(cause.body)
    if (['quotaExceeded', 'dailyLimitExceeded'].includes(reason)) {
      this.#quota.exhaust()
      return this.#quotaIsSpent()
    }
    if (['rateLimitExceeded', 'userRateLimitExceeded'].includes(reason))
      return new HttpFailure('rate-limited', reason, { status: cause.status, retryAfterMs: 30_000 })
    if (reason === 'liveChatDisabled') return new RefusedError('chat-off', 'the chat of this broadcast is switched off')
    if (
      ['keyInvalid', 'badRequest', 'forbidden', 'accessNotConfigured', 'API_KEY_INVALID'].includes(reason) &&
      cause.status < 500
    )
      return new RefusedError('key', `YouTube does not accept the key or the call: ${reason}`)
    return cause
  }
}

/** `liveChatEnded`, `quotaExceeded` and so on; '' when it does not say. */
export function reasonOf(body: string): string {
  try {
    const error = at(JSON.parse(body), 'error')
    return textAt(error, 'errors', 0, 'reason') || textAt(error, 'details', 0, 'reason') || textAt(error, 'status')
  } catch {
    return ''
  }
}

function messagesOf(body: unknown): ApiMessages {
  return {
    items: listAt(body, 'items'),
    pageToken: textAt(body, 'nextPageToken') || null,
    pollMs: numberAt(body, 'pollingIntervalMillis') ?? 5_000,
    isOver: textAt(body, 'offlineAt') !== '',
  }
}
