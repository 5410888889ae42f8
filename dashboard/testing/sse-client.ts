/** A browser's EventSource for tests: real sockets, and one that can stop reading. */
import { type ClientRequest, get, type IncomingMessage } from 'node:http'
import type { Frame } from '../app/wire.ts'

export interface SseEvent {
  readonly id: string
  readonly event: string
  readonly data: string
}

export class SseClient {
  readonly events: SseEvent[] = []
  readonly comments: string[] = []
  /** Everything that crossed the wire. */
  raw = ''
  status = 0
  isClosed = false
  readonly #request: ClientRequest
  #response: IncomingMessage | null = null
  #waiting: (() => void)[] = []

  constructor(
    url: string,
    headers: Readonly<Record<string, string>> = {},
    options: { readonly stalled?: boolean } = {},
  ) {
    let buffer = ''
    this.#request = get(url, { headers, agent: false }, (response) => {
      this.#response = response
      this.status = response.statusCode ?? 0
      response.setEncoding('utf8')
      if (options.stalled) response.pause()
      response.on('data', (chunk: string) => {
        this.raw += chunk
        buffer += chunk
        for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
          this.#take(buffer.slice(0, end))
          buffer = buffer.slice(end + 2)
        }
        this.#wake()
      })
      response.on('close', () => {
        this.isClosed = true
        this.#wake()
      })
      response.on('error', () => {})
      this.#wake()
    })
    this.#request.on('error', () => {
      this.isClosed = true
      this.#wake()
    })
  }

  get frames(): readonly Frame[] {
    return this.events.filter(({ event }) => event === 'frame').map(({ data }) => JSON.parse(data) as Frame)
  }

  get messageIds(): readonly string[] {
    return this.frames.flatMap((frame) => frame.messages.map((message) => message.id))
  }

  get lastEventId(): string {
    return this.events.findLast(({ id }) => id !== '')?.id ?? ''
  }

  /** Waits until `isDone`; the test runner's own time limit ends a wait that never comes true. */
  async until(isDone: () => boolean): Promise<void> {
    while (!isDone()) await new Promise<void>((done) => this.#waiting.push(done))
  }

  resume(): void {
    this.#response?.resume()
  }

  close(): void {
    this.#request.destroy()
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const done of waiting) done()
  }

  #take(block: string): void {
    const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? ''
    if (/^:/m.test(block)) this.comments.push(block)
    if (field('data') !== '') this.events.push({ id: field('id'), event: field('event'), data: field('data') })
  }
}
