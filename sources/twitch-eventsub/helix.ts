/** Twitch's official API, as far as reading a chat by EventSub needs it: https://dev.twitch.tv/docs/api/reference */
import { type HttpClient, httpClientOf } from '../http/http-client.ts'
import { HttpFailure } from '../http/http-failure.ts'
import { listAt, textAt } from '../json-path.ts'
import type { SourceEnvironment } from '../source-environment.ts'
import { RefusedError } from '../source-error.ts'

const API = 'https://api.twitch.tv'
const ID = 'https://id.twitch.tv'

export interface Reader {
  readonly clientId: string
  readonly userId: string
}

export interface HelixChannel {
  readonly id: string
  readonly name: string
  /** the present broadcast; null when there is none */
  readonly stream: { readonly id: string; readonly title: string } | null
}

export class Helix {
  readonly #api: string
  readonly #id: string
  readonly #token: string
  readonly #http: HttpClient
  #reader: Reader | null = null

  /** @param token a user's access token with the scope `user:read:chat` */
  constructor(environment: SourceEnvironment, token: string) {
    const bases = environment.endpoints
    this.#api = (bases['twitch-api'] ?? API).replace(/\/+$/, '')
    this.#id = (bases['twitch-id'] ?? ID).replace(/\/+$/, '')
    this.#token = token
    this.#http = httpClientOf(environment, 'twitch-api')
  }

  /** Whose token it is. Throws RefusedError `key` when Twitch does not take it. */
  async reader(signal: AbortSignal): Promise<Reader> {
    if (this.#reader) return this.#reader
    const headers = { authorization: `OAuth ${this.#token}` }
    const answer = await this.#ask(() => this.#http.json({ url: `${this.#id}/oauth2/validate`, headers, signal }))
    const reader = { clientId: textAt(answer, 'client_id'), userId: textAt(answer, 'user_id') }
    if (reader.userId === '') throw new RefusedError('key', 'Twitch needs the token of a user, not of an app')
    if (!listAt(answer, 'scopes').includes('user:read:chat'))
      throw new RefusedError('key', 'the token lacks the scope user:read:chat')
    this.#reader = reader
    return reader
  }

  /** Throws RefusedError `not-found`. */
  async channel(login: string, signal: AbortSignal): Promise<HelixChannel> {
    const users = await this.#get(`users?login=${encodeURIComponent(login)}`, signal)
    const id = textAt(users, 'data', 0, 'id')
    if (id === '') throw new RefusedError('not-found', `Twitch knows no channel ${login}`)
    const streams = await this.#get(`streams?user_id=${encodeURIComponent(id)}`, signal)
    const stream = textAt(streams, 'data', 0, 'id')
    return {
      id,
      name: textAt(users, 'data', 0, 'display_name') || login,
      stream: stream === '' ? null : { id: stream, title: textAt(streams, 'data', 0, 'title') },
    }
  }

  async subscribe(
    type: string,
    condition: { readonly [name: string]: string },
    sessionId: string,
    signal: AbortSignal,
  ): Promise<void> {
    const transport = { method: 'websocket', session_id: sessionId }
    const json = { type, version: '1', condition, transport }
    const url = `${this.#api}/helix/eventsub/subscriptions`
    const headers = await this.#headers(signal)
    await this.#ask(() => this.#http.json({ url, json, headers, signal }))
  }

  async #get(call: string, signal: AbortSignal): Promise<unknown> {
    const headers = await this.#headers(signal)
    return this.#ask(() => this.#http.json({ url: `${this.#api}/helix/${call}`, headers, signal }))
  }

  async #headers(signal: AbortSignal) {
    const { clientId } = await this.reader(signal)
    return { authorization: `Bearer ${this.#token}`, 'client-id': clientId }
  }

  async #ask(ask: () => Promise<unknown>): Promise<unknown> {
    try {
      return await ask()
    } catch (cause) {
      if (!(cause instanceof HttpFailure)) throw cause
      if (cause.status === 401) {
        this.#reader = null
        throw new RefusedError('key', 'Twitch does not accept the token')
      }
      if (cause.status === 403) throw new RefusedError('banned', 'Twitch does not let the token’s user read this chat')
      throw cause
    }
  }
}
