/** SOOP on one loopback port: the player's question, and a chat that never answers a handshake in lower case. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { decodePackets, encodePacket, fieldsOf } from '../soop/soop-packet.ts'

export interface FakeSoopOptions {
  /** over the fields of a broadcast that is on */
  readonly channel?: { readonly [field: string]: unknown }
  /** answers the player's question like this instead */
  readonly http?: {
    readonly status: number
    readonly body: string
    readonly headers?: { readonly [name: string]: string }
  }
  /** what the login and the joining are answered with; `silence`: nothing */
  readonly login?: 'answer' | 'silence'
  readonly joinCode?: number | 'silence'
  readonly hangsUp?: boolean
}

const onAir = {
  ...{ RESULT: 1, BNO: '291000001', BJID: 'cheese', BJNICK: '치즈가게', TITLE: '오늘의 방송', GRADE: '0', BPWD: 'N' },
  ...{ CHDOMAIN: 'chat-0A141E28.sooplive.com', CHIP: '10.20.30.40', CHPT: '9000', CHATNO: '5310' },
}

export class FakeSoop {
  readonly #http: Server
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, autoPong: false })
  #options: FakeSoopOptions = {}
  #isFrozen = false
  /** packets of clients as `service field,field` */
  readonly received: string[] = []
  readonly requests: string[] = []
  /** sent to everybody who has joined */
  greeting: Buffer[] = []

  private constructor() {
    this.#http = createServer((request, response) => this.#answer(request, response))
    this.#http.on('upgrade', (request, socket, head) => {
      const isCanonical = request.rawHeaders.includes('Sec-WebSocket-Key') && request.rawHeaders.includes('Upgrade')
      if (isCanonical && request.headers['sec-websocket-protocol'] === 'chat')
        this.#sockets.handleUpgrade(request, socket, head, (client) => this.#accept(client))
    })
  }

  static async listen(options: FakeSoopOptions = {}): Promise<FakeSoop> {
    const fake = new FakeSoop()
    fake.#options = options
    await new Promise<void>((resolve) => fake.#http.listen(0, '127.0.0.1', resolve))
    return fake
  }

  get endpoints(): { readonly [name: string]: string } {
    const host = `127.0.0.1:${(this.#http.address() as AddressInfo).port}`
    return { soop: `http://${host}`, 'soop-chat': `ws://${host}` }
  }

  get open(): number {
    return this.#sockets.clients.size
  }

  change(options: FakeSoopOptions): void {
    this.#options = options
  }

  /** All of it in one frame. */
  send(...packets: Uint8Array[]): void {
    for (const client of this.#sockets.clients) client.send(Buffer.concat(packets), { binary: true })
  }

  freeze(isFrozen = true): void {
    this.#isFrozen = isFrozen
  }

  cut(): void {
    for (const client of this.#sockets.clients) client.terminate()
  }

  async close(): Promise<void> {
    this.cut()
    this.#sockets.close()
    this.#http.closeAllConnections()
    await new Promise((resolve) => this.#http.close(resolve))
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(`${request.method} ${request.url}`)
    request.resume()
    const { http, channel = {} } = this.#options
    if (http) response.writeHead(http.status, http.headers).end(http.body)
    else response.end(JSON.stringify({ CHANNEL: { ...onAir, ...channel } }))
  }

  #accept(client: WebSocket): void {
    client.on('error', () => {})
    if (this.#options.hangsUp) {
      client.close(1011, 'come back later')
      return
    }
    client.on('ping', () => {
      if (!this.#isFrozen) client.pong()
    })
    client.on('message', (data) => {
      if (this.#isFrozen) return
      for (const packet of decodePackets(data as Buffer).packets) {
        const fields = fieldsOf(packet)
        this.received.push(`${packet.service} ${fields.join(',')}`)
        const { login = 'answer', joinCode = 0 } = this.#options
        if (packet.service === 1 && login === 'answer') client.send(encodePacket(1, ['', '16|0']))
        if (packet.service === 2 && joinCode !== 'silence') {
          client.send(withCode(encodePacket(2, [fields[1]!, 'cheese', '0', '30', '', '1', '16|16384']), joinCode))
          if (joinCode === 0) for (const one of this.greeting) client.send(one)
        }
      }
    })
  }
}

export function withCode(packet: Buffer, code: number): Buffer {
  packet.write(String(code).padStart(2, '0'), 12, 'latin1')
  return packet
}

/** A chat packet as the wire has it. */
export const soopChat = (text: string, user = 'user01', nick = '닉네임', flags = '65568|163840', months = '-1') =>
  encodePacket(5, [text, user, '0', '0', '3', nick, flags, months, 'A1B2C3', 'D4E5F6', '-1', '-1', '', '-1'])
