/** An HTTP server on loopback that takes notifications and misbehaves when told: stands in for Slack and for webhooks. */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface Answer {
  readonly status?: number
  readonly headers?: { readonly [name: string]: string }
  readonly body?: string
  /** Takes the request and never answers, or cuts the connection. */
  readonly fault?: 'silent' | 'cut'
}

/** The certificate, and the key, of `localhost`: made for these tests, signed by itself, worth nothing elsewhere. */
export const localhostPem = readFileSync(join(import.meta.dirname, 'localhost.pem'), 'utf8')

export class FakeHttpReceiver {
  readonly received: Received[] = []
  /** Answers of the next requests, one each; then `answer`. */
  next: Answer[] = []
  answer: (received: Received) => Answer = () => ({ body: 'ok' })
  readonly #server: ReturnType<typeof createServer>
  readonly #scheme: string
  #arrived = Promise.withResolvers<void>()

  private constructor(tls: boolean) {
    this.#scheme = tls ? 'https' : 'http'
    const listener = (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response)
    this.#server = tls ? createTlsServer({ cert: localhostPem, key: localhostPem }, listener) : createServer(listener)
  }

  static async listen({ tls = false, port = 0 } = {}): Promise<FakeHttpReceiver> {
    const receiver = new FakeHttpReceiver(tls)
    await new Promise<void>((done) => receiver.#server.listen(port, '127.0.0.1', done))
    return receiver
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `${this.#scheme}://localhost:${this.port}`
  }

  /** Resolves when so many requests have come in all. */
  async count(wanted: number): Promise<void> {
    while (this.received.length < wanted) await this.#arrived.promise
  }

  async close(): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done))
    this.#server.closeAllConnections()
    await closed
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const received = { path: request.url ?? '', headers: request.headers, text: Buffer.concat(parts).toString('utf8') }
    this.received.push(received)
    const { status = 200, headers = {}, body = '', fault } = this.next.shift() ?? this.answer(received)
    this.#arrived.resolve()
    this.#arrived = Promise.withResolvers()
    if (fault === 'silent') return
    if (fault === 'cut') return void request.socket.destroy()
    response.writeHead(status, headers)
    response.end(body)
  }
}
