import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * A way to a server that can be cut: between one worker and one broker. `refuse` closes what is open and lets nobody in;
 * `hold` keeps everything open and lets no byte through, as a firewall that drops packets.
 */
export class TcpProxy {
  readonly port: number
  readonly #targetPort: number
  readonly #server: Server
  readonly #pairs = new Set<readonly [Socket, Socket]>()
  #mode: 'open' | 'refuse' | 'hold' = 'open'

  constructor(port: number, targetPort: number) {
    this.port = port
    this.#targetPort = targetPort
    this.#server = createServer((client) => this.#join(client))
  }

  listen(): Promise<void> {
    return new Promise((done, fail) => {
      this.#server.once('error', fail)
      this.#server.listen(this.port, '127.0.0.1', done)
    })
  }

  /** Breaks every connection; new ones are welcome. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy()
  }

  refuse(): void {
    this.#mode = 'refuse'
    this.cut()
  }

  hold(): void {
    this.#mode = 'hold'
    for (const pair of this.#pairs) for (const socket of pair) socket.pause()
  }

  heal(): void {
    this.#mode = 'open'
    for (const pair of this.#pairs) for (const socket of pair) socket.resume()
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise((done) => this.#server.close(done))
  }

  #join(client: Socket): void {
    if (this.#mode === 'refuse') {
      client.destroy()
      return
    }
    const server = connect(this.#targetPort, '127.0.0.1')
    const pair = [client, server] as const
    this.#pairs.add(pair)
    this.#pass(client, server)
    this.#pass(server, client)
    for (const socket of pair) {
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.once('close', () => {
        this.#pairs.delete(pair)
        for (const other of pair) other.destroy()
      })
      if (this.#mode === 'hold') socket.pause()
    }
  }

  /** `pipe` would resume by itself what `hold` has paused, so the few lines are written out. */
  #pass(from: Socket, to: Socket): void {
    from.on('data', (bytes) => {
      if (!to.write(bytes)) {
        from.pause()
        to.once('drain', () => {
          if (this.#mode !== 'hold') from.resume()
        })
      }
    })
    from.once('end', () => to.end())
  }
}
