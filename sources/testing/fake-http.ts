/** An HTTP server on loopback that answers by a function, and misbehaves when told. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  /** the body as JSON, else as text */
  readonly body: unknown
}

export interface FakeAnswer {
  readonly status?: number
  readonly headers?: { readonly [name: string]: string }
  /** a string as it is, anything else as JSON */
  readonly body?: unknown
}

/** What an HTTP platform may do instead of answering. */
export type HttpFault = 'rate-limited' | 'error-page' | 'truncated' | 'reset' | 'frozen' | 'unavailable'

const errorPage = '<!doctype html><html><head><title>Sorry</title></head><body>Please try again later</body></html>'

export class FakeHttp {
  readonly #server: Server
  readonly #answer: (request: FakeRequest) => FakeAnswer
  readonly #frozen = new Set<ServerResponse>()
  #fault: HttpFault | null = null
  readonly requests: FakeRequest[] = []
  /** requests that wait for their answer, without those that a fault keeps */
  #open = 0

  private constructor(server: Server, answer: (request: FakeRequest) => FakeAnswer) {
    this.#server = server
    this.#answer = answer
    server.on('request', (request, response) => void this.#serve(request, response))
  }

  static async listen(answer: (request: FakeRequest) => FakeAnswer, port = 0): Promise<FakeHttp> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    return new FakeHttp(server, answer)
  }

  /** What it kept without an answer is cut when the fault is over. */
  set fault(fault: HttpFault | null) {
    this.#fault = fault
    if (fault === null) for (const response of this.#frozen) response.destroy()
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get isBusy(): boolean {
    return this.#open > 0
  }

  /** Requests of this path so far. */
  asked(path: string): number {
    return this.requests.filter((request) => request.path === path).length
  }

  async close(): Promise<void> {
    for (const response of this.#frozen) response.destroy()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#open++
    response.once('close', () => {
      if (!this.#frozen.delete(response)) this.#open--
    })
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    const url = new URL(request.url ?? '/', 'http://fake')
    const { method = 'GET', headers } = request
    const asked = { method, path: url.pathname, query: url.searchParams, headers, body: parsed(text) }
    this.requests.push(asked)
    if (this.#fault === 'frozen') {
      this.#frozen.add(response)
      this.#open--
      return
    }
    if (this.#fault === 'rate-limited') return void response.writeHead(429, { 'retry-after': '5' }).end(errorPage)
    if (this.#fault === 'unavailable') return void response.writeHead(503).end('{"error":"backend"}')
    if (this.#fault === 'error-page')
      return void response.writeHead(200, { 'content-type': 'text/html' }).end(errorPage)
    const { status = 200, headers: more = {}, body = {} } = this.#answer(asked)
    const written = typeof body === 'string' ? body : JSON.stringify(body)
    response.writeHead(status, { 'content-type': 'application/json', ...more })
    if (this.#fault === 'truncated') return void response.end(written.slice(0, Math.floor(written.length / 2)))
    if (this.#fault === 'reset') {
      response.write(written.slice(0, Math.floor(written.length / 2)), () => request.socket.resetAndDestroy())
      return
    }
    response.end(written)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
