/** The calls that Naver Shopping Live's own page makes, as far as chat needs them. */
import { type HttpClient, httpClientOf } from '../http/http-client.ts'
import { HttpFailure } from '../http/http-failure.ts'
import { at, listAt, numberAt, textAt } from '../json-path.ts'
import { koreanTime } from '../korean-time.ts'
import type { SourceEnvironment } from '../source-environment.ts'

const HOST = 'https://apis.naver.com'
const VIEWER = 'https://view.shoppinglive.naver.com'
/** Where the API has stood; it moved three times in five years. */
const bases = [
  '/live_commerce_web/viewer_api_web/v1',
  '/live_commerce_web/live_commerce_web/v1',
  '/selectiveweb/live_commerce_web/v1',
]
const overStatuses = new Set(['END', 'ENDED', 'BLOCK', 'ABORT', 'CLOSE', 'CLOSED', 'STOP', 'REPLAY'])

export interface ShoppingStatus {
  readonly title: string
  readonly shop: string
  readonly phase: 'live' | 'upcoming' | 'over'
  /** epoch ms */
  readonly startsAt: number | null
  /** as Naver says it */
  readonly status: string
}

export interface CommentPage {
  readonly comments: readonly unknown[]
  /** for the next page; null: the old one stays */
  readonly next: string | null
}

export class ShoppingApi {
  readonly #host: string
  readonly #http: HttpClient
  readonly #session: string
  /** which base answered last */
  #base = 0

  constructor(environment: SourceEnvironment) {
    this.#host = (environment.endpoints['naver-shopping'] ?? HOST).replace(/\/+$/, '')
    this.#http = httpClientOf(environment, 'naver-shopping')
    this.#session = uuid(environment.random)
  }

  /** Throws HttpFailure `rejected` with status 404 when there is no such broadcast under any base. */
  async status(id: string, signal: AbortSignal): Promise<ShoppingStatus> {
    const body = await this.#ask(id, '?needTimeMachine=true', signal)
    const status = textAt(body, 'status')
    const isOver = overStatuses.has(status) || textAt(body, 'displayType') === 'CLOSE'
    // Something else that is JSON must not pass for a broadcast that has not begun.
    if (status === '') throw new HttpFailure('unreadable', 'an answer without a status')
    return {
      title: textAt(body, 'title'),
      shop: textAt(body, 'nickname'),
      phase: status === 'ONAIR' ? 'live' : isOver ? 'over' : 'upcoming',
      startsAt: koreanTime(textAt(body, 'expectedStartDate')) ?? koreanTime(textAt(body, 'startDate')),
      status,
    }
  }

  async comments(id: string, next: string, size: number, signal: AbortSignal): Promise<CommentPage> {
    const query = `/recent-comments?next=${encodeURIComponent(next)}&size=${size}&slSessionId=${this.#session}`
    const body = await this.#ask(id, query, signal)
    const hasList = Array.isArray(at(body, 'list')) || Array.isArray(at(body, 'comments'))
    if (!hasList) throw new HttpFailure('unreadable', 'an answer without comments')
    const comments = Array.isArray(at(body, 'list')) ? listAt(body, 'list') : listAt(body, 'comments')
    const number = numberAt(body, 'next')
    return { comments, next: textAt(body, 'next') || (number === null ? null : String(number)) }
  }

  /** Asks the base that answered last, then the others: a 404 may mean the place, not the broadcast. */
  async #ask(id: string, rest: string, signal: AbortSignal): Promise<unknown> {
    for (let turn = 0; ; turn++) {
      const base = (this.#base + turn) % bases.length
      try {
        const url = `${this.#host}${bases[base]}/broadcast/${id}${rest}`
        const body = await this.#http.json({ url, headers: headersOf(id), signal, timeoutMs: 8_000 })
        this.#base = base
        return body
      } catch (cause) {
        const isElsewhere = cause instanceof HttpFailure && cause.status === 404
        if (!isElsewhere || turn + 1 >= bases.length) throw cause
      }
    }
  }
}

const headersOf = (id: string) => ({
  accept: 'application/json',
  'accept-language': 'ko-KR',
  origin: VIEWER,
  referer: `${VIEWER}/lives/${id}`,
  'x-external-service-id': 'shoppinglive',
})

/** Version 4; from the injected chance, so that tests repeat. */
function uuid(random: () => number): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16))
  digits[12] = '4'
  digits[16] = '89ab'[Math.floor(random() * 4)]!
  const text = digits.join('')
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-')
}
