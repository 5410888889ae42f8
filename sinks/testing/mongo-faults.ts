/**
 * A way to a MongoDB server on which one request never arrives, or is carried out and never answered; after it nothing gets
 * through any more, as when the process behind it dies.
 */
import { connect, createServer, type Server, type Socket } from 'node:net'

const HEADER_BYTES = 16
const OP_MSG = 2013
/** What the driver says by itself to learn what the server is. */
const small = new Set(['hello', 'isMaster', 'ismaster', 'endSessions'])

export class MongoFaults {
  readonly #targetPort: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #left = Number.POSITIVE_INFINITY
  #when: 'before' | 'after' = 'before'
  #isDead = false

  private constructor(targetPort: number) {
    this.#targetPort = targetPort
    this.#server = createServer((client) => this.#join(client))
  }

  static async to(targetPort: number): Promise<MongoFaults> {
    const faults = new MongoFaults(targetPort)
    await new Promise<void>((done) => faults.#server.listen(0, '127.0.0.1', done))
    return faults
  }

  get url(): string {
    return `mongodb://127.0.0.1:${(this.#server.address() as { port: number }).port}`
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

  #join(client: Socket): void {
    if (this.#isDead) {
      client.destroy()
      return
    }
    const server = connect(this.#targetPort, '127.0.0.1')
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.once('close', () => {
        this.#sockets.delete(socket)
        client.destroy()
        server.destroy()
      })
    }
    let unread = Buffer.alloc(0)
    let isLast = false
    client.on('data', (bytes) => {
      unread = Buffer.concat([unread, bytes])
      for (let size = sizeOf(unread); size > 0; size = sizeOf(unread)) {
        const request = unread.subarray(0, size)
        unread = unread.subarray(size)
        if (isCommand(request) && --this.#left === 0) {
          if (this.#when === 'before') return this.lose()
          isLast = true
        }
        server.write(request)
      }
    })
    server.on('data', (bytes) => (isLast ? this.lose() : client.write(bytes)))
  }
}

/** Of the first message, 0 while it is not there whole. */
function sizeOf(bytes: Buffer): number {
  if (bytes.length < HEADER_BYTES) return 0
  const size = bytes.readInt32LE(0)
  return bytes.length >= size ? size : 0
}

/** Not one of those that the driver sends on its own. The command is the first name in the document behind 5 bytes. */
function isCommand(request: Buffer): boolean {
  if (request.readInt32LE(12) !== OP_MSG) return false
  const start = HEADER_BYTES + 5 + 4 + 1
  return !small.has(request.toString('latin1', start, request.indexOf(0, start)))
}
