/** Naver Shopping Live's comments and states, and naver.me, as far as a reader sees them: own values in the real shapes. */
import type { SourceClock } from '../source-environment.ts'
import { type FakeAnswer, FakeHttp, type FakeRequest, type HttpFault } from './fake-http.ts'

export interface FakeShow {
  status: string
  title: string
  shop: string
  /** Korean time without a zone */
  expectedStartDate: string | null
}

const HISTORY = 30

export class FakeNaverShopping {
  readonly #clock: SourceClock
  #http!: FakeHttp
  readonly shows = new Map<string, FakeShow>()
  /** code to the address that it redirects to */
  readonly shortLinks = new Map<string, string>()
  readonly comments: { readonly commentNo: number; readonly [name: string]: unknown }[] = []
  /** the API has moved here; other places are gone */
  base = '/live_commerce_web/viewer_api_web/v1'
  /** the answer does not say where to go on */
  hidesNext = false
  skewMs = 0
  #number = 48_213_000

  private constructor(clock: SourceClock) {
    this.#clock = clock
  }

  static async listen(clock: SourceClock, port = 0): Promise<FakeNaverShopping> {
    const fake = new FakeNaverShopping(clock)
    fake.#http = await FakeHttp.listen((request) => fake.#answer(request), port)
    return fake
  }

  get url(): string {
    return this.#http.url
  }

  get requests(): readonly FakeRequest[] {
    return this.#http.requests
  }

  set fault(fault: HttpFault | null) {
    this.#http.fault = fault
  }

  asked(end: string): number {
    return this.requests.filter(({ path }) => path.endsWith(end)).length
  }

  close(): Promise<void> {
    return this.#http.close()
  }

  show(id: string, given: Partial<FakeShow> = {}): void {
    this.shows.set(id, {
      status: 'ONAIR',
      title: '겨울 이불 특가',
      shop: '포근한집',
      expectedStartDate: null,
      ...given,
    })
  }

  say(message: string, more: { readonly [name: string]: unknown } = {}): void {
    const at = new Date(this.#clock.now() + this.skewMs + 9 * 3_600_000).toISOString().slice(0, -1)
    this.comments.push({
      ...{ commentNo: this.#number++, commentType: 'CHATTING', nickname: '별님**', message, commentCreatedAt: at },
      ...more,
    })
  }

  #answer({ path, query, headers }: FakeRequest): FakeAnswer {
    const code = /^\/(\w+)$/.exec(path)?.[1]
    const location = code === undefined ? undefined : this.shortLinks.get(code)
    if (location !== undefined) return { status: 302, headers: { location }, body: '' }
    const match = new RegExp(`^${this.base}/broadcast/(\\d+)(/recent-comments)?$`).exec(path)
    const show = match && this.shows.get(match[1]!)
    if (!show) return { status: 404, body: { code: 'NOT_FOUND' } }
    if (headers['x-external-service-id'] !== 'shoppinglive') return { status: 400, body: { code: 'BAD_REQUEST' } }
    if (match?.[2] === undefined) return { body: { id: Number(match![1]), nickname: show.shop, ...show } }
    const size = Number(query.get('size'))
    const after = Number(query.get('next'))
    const list =
      after === 0
        ? this.comments.slice(-Math.min(size, HISTORY))
        : this.comments.filter(({ commentNo }) => commentNo > after).slice(0, size)
    return { body: { next: this.hidesNext ? null : (list.at(-1)?.commentNo ?? (after || null)), list } }
  }
}
