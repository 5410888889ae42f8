/**
 * A way to an HTTP server on which one request never arrives, or is carried out and never answered; after it nothing gets
 * through any more, as when the process behind it dies.
 */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

export class HttpFaults {
  readonly #target: URL
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #left = Number.POSITIVE_INFINITY
  #when: 'before' | 'after' = 'before'
  #isDead = false

  private constructor(target: string) {
    this.#target = new URL(target)
    this.#server = createServer((incoming, answer) => this.#pass(incoming, answer))
    this.#server.on('connection', (socket) => {
      if (this.#isDead) {
        socket.destroy()
        return
      }
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  static async to(target: string): Promise<HttpFaults> {
    const faults = new HttpFaults(target)
    await new Promise<void>((done) => faults.#server.listen(0, '127.0.0.1', done))
    return faults
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`
  }

  get isDead(): boolean {
    return this.#isDead
  }

  /** From now on, the `request`th (from 1). */
  dieAt(request: number, when: 'before' | 'after'): void {
    this.#left = request
    this.#when = when
  }

  lose(): void {
    this.#isDead = true
    for (const socket of this.#sockets) socket.destroy()
  }

  find(): void {
    this.#isDead = false
  }

  async close(): Promise<void> {
    this.lose()
    await new Promise((done) => this.#server.close(done))
  }

  #pass(incoming: IncomingMessage, answer: ServerResponse): void {
    this.#left -= 1
    const isLast = this.#left === 0
    if (isLast && this.#when === 'before') {
      this.lose()
      return
    }
    const { method, headers, url: path } = incoming
    const { hostname, port } = this.#target
    const outgoing = request({ hostname, port, method, path, headers }, (response) => {
      if (isLast) {
        // It was carried out; only nobody hears of it.
        response.resume()
        this.lose()
        return
      }
      answer.writeHead(response.statusCode!, response.headers)
      response.pipe(answer)
    })
    outgoing.on('error', () => answer.destroy())
    incoming.pipe(outgoing)
  }
}
