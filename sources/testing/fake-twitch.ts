/** A WebSocket server that speaks Twitch's IRC as far as a reader sees it, and misbehaves when told. */
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

export interface FakeTwitchOptions {
  /** how it answers CAP REQ */
  readonly cap?: 'ACK' | 'NAK'
  /** what it does on JOIN: answers, says nothing, or sends this line instead */
  readonly join?: 'answer' | 'silence' | { readonly line: string }
  /** instead of a welcome */
  readonly welcome?: string
  /** closes every connection at once */
  readonly hangsUp?: boolean
  /** sent after every JOIN */
  readonly greeting?: readonly string[]
}

export class FakeTwitch {
  readonly #server: WebSocketServer
  #options: FakeTwitchOptions
  #current: WebSocket | null = null
  #isFrozen = false
  /** lines received, over all connections */
  readonly received: string[] = []
  /** how many connections there were */
  connections = 0
  /** the most at the same time */
  mostAtOnce = 0

  private constructor(server: WebSocketServer, options: FakeTwitchOptions) {
    this.#server = server
    this.#options = options
    server.on('connection', (socket) => this.#accept(socket))
  }

  static async listen(options: FakeTwitchOptions = {}): Promise<FakeTwitch> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
    await new Promise((resolve) => server.once('listening', resolve))
    return new FakeTwitch(server, options)
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#server.clients.size
  }

  change(options: FakeTwitchOptions): void {
    this.#options = options
  }

  /** Sends these lines in one frame, each ended by CRLF. */
  say(...lines: string[]): void {
    this.#current?.send(lines.map((line) => `${line}\r\n`).join(''))
  }

  /** Sends exactly this. */
  frame(data: string | Buffer): void {
    this.#current?.send(data, { binary: false })
  }

  /** From now on it reads nothing and says nothing, like a peer behind a dead link. */
  freeze(isFrozen = true): void {
    this.#isFrozen = isFrozen
  }

  /** Cuts the connection without a close frame. */
  cut(): void {
    this.#current?.terminate()
  }

  async close(): Promise<void> {
    for (const client of this.#server.clients) client.terminate()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #accept(socket: WebSocket): void {
    this.connections++
    this.mostAtOnce = Math.max(this.mostAtOnce, this.open)
    if (this.#options.hangsUp) {
      socket.close(1011, 'come back later')
      return
    }
    this.#current = socket
    socket.on('error', () => {})
    socket.on('message', (data) => {
      if (this.#isFrozen) return
      for (const line of String(data).split('\r\n')) if (line) this.#answer(line)
    })
  }

  #answer(line: string): void {
    this.received.push(line)
    const { cap = 'ACK', join = 'answer', welcome, greeting = [] } = this.#options
    const [command = '', first = ''] = line.split(' ')
    if (command === 'CAP' && first === 'REQ') this.say(`:tmi.twitch.tv CAP * ${cap} :twitch.tv/tags twitch.tv/commands`)
    if (command === 'NICK')
      this.say(...(welcome ? [welcome] : [`:tmi.twitch.tv 001 ${first} :Welcome, GLHF!`, ':tmi.twitch.tv 376 x :>']))
    if (command === 'PING') this.say(`:tmi.twitch.tv PONG tmi.twitch.tv ${line.slice(5)}`)
    if (command !== 'JOIN' || join === 'silence') return
    if (join !== 'answer') {
      this.say(join.line)
      return
    }
    this.say(
      `:justinfan1!justinfan1@justinfan1.tmi.twitch.tv JOIN ${first}`,
      `:tmi.twitch.tv 353 justinfan1 = ${first} :justinfan1`,
    )
    this.say(`:tmi.twitch.tv 366 justinfan1 ${first} :End of /NAMES list`)
    if (cap === 'ACK') this.say(`@emote-only=0;room-id=55512345;slow=0 :tmi.twitch.tv ROOMSTATE ${first}`)
    this.say(...greeting)
  }
}
