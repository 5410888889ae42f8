import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** A request as it came: what stands behind the head is the caller's to read. */
export interface FakeRequest {
  readonly key: number
  readonly version: number
  readonly correlationId: number
  /** Sends the body as this request's answer; `flexible` heads have tagged fields. */
  answer(body: Buffer, flexible?: boolean): void
  /** Ends the connection without an answer. */
  cut(): void
}

const API_VERSIONS = 18

/** A socket that speaks just enough of the Kafka protocol to show what a client does when a broker misbehaves. */
export class FakeBroker {
  /** What each request beside ApiVersions gets. */
  onRequest: (request: FakeRequest) => void = () => {}
  /** API key to highest version; all begin at 0. */
  versions: ReadonlyMap<number, number> = new Map()
  /** Error code of the answer to ApiVersions. */
  versionsError = 0
  connections = 0
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
    server.on('connection', (socket) => this.#serve(socket))
  }

  static async start(): Promise<FakeBroker> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new FakeBroker(server)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #serve(socket: Socket): void {
    this.connections++
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => {})
    let pending = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk])
      while (pending.length >= 4 && pending.length >= 4 + pending.readInt32BE(0)) {
        const end = 4 + pending.readInt32BE(0)
        this.#take(socket, pending.subarray(4, end))
        pending = pending.subarray(end)
      }
    })
  }

  #take(socket: Socket, frame: Buffer): void {
    const [key, version, correlationId] = [frame.readInt16BE(0), frame.readInt16BE(2), frame.readInt32BE(4)]
    const answer = (body: Buffer, flexible = true) => {
      const head = Buffer.alloc(8 + (flexible ? 1 : 0))
      head.writeInt32BE(head.length - 4 + body.length, 0)
      head.writeInt32BE(correlationId, 4)
      socket.write(Buffer.concat([head, body]))
    }
    if (key === API_VERSIONS) answer(this.#versionsBody(), false)
    else this.onRequest({ key, version, correlationId, answer, cut: () => socket.destroy() })
  }

  #versionsBody(): Buffer {
    const error = Buffer.alloc(2)
    error.writeInt16BE(this.versionsError)
    const entries = [...this.versions].map(([key, max]) => {
      const entry = Buffer.alloc(7)
      entry.writeInt16BE(key, 0)
      entry.writeInt16BE(max, 4)
      return entry
    })
    return Buffer.concat([error, Buffer.from([entries.length + 1]), ...entries, Buffer.alloc(5)])
  }
}
