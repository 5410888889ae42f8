/** CHZZK's four doors on one loopback port: status, token, routing, and the chat's WebSocket. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

export interface FakeChzzkOptions {
  readonly status?: { readonly [field: string]: unknown }
  /** answers status and token like this instead */
  readonly http?: {
    readonly status: number
    readonly body: string
    readonly headers?: { readonly [name: string]: string }
  }
  /** the code in the token's answer */
  readonly tokenCode?: number
  /** of the answer to joining; `silence` never answers */
  readonly joinCode?: number | 'silence'
  /** Hangs up on every WebSocket. */
  readonly hangsUp?: boolean
  readonly channelExists?: boolean
  /** The newest address of the status is gone. */
  readonly isMoved?: boolean
  /** Every channel has a chat of its own, named after it. */
  readonly chatPerChannel?: boolean
}

const onAir = {
  status: 'OPEN',
  liveTitle: '오늘의 방송',
  chatChannelId: 'N2aB_x',
  openDate: '2026-11-23 18:00:00',
  chatActive: true,
  adult: false,
  livePollingStatusJson: '{"callPeriodMilliSecond":10000}',
}

export const fakeChannel = '0123456789abcdef0123456789abcdef'

export class FakeChzzk {
  readonly #http: Server
  readonly #sockets = new WebSocketServer({ noServer: true })
  #options: FakeChzzkOptions = {}
  #isFrozen = false
  #recent: object[] = []
  readonly #joined = new Map<string, Set<WebSocket>>()
  /** packets of clients, in order */
  readonly received: { readonly cmd?: number; readonly [field: string]: unknown }[] = []
  readonly requests: string[] = []

  private constructor() {
    this.#http = createServer((request, response) => this.#answer(request, response))
    this.#http.on('upgrade', (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (client) => this.#accept(client))
    })
  }

  static async listen(options: FakeChzzkOptions = {}): Promise<FakeChzzk> {
    const fake = new FakeChzzk()
    fake.#options = options
    await new Promise<void>((resolve) => fake.#http.listen(0, '127.0.0.1', resolve))
    return fake
  }

  get endpoints(): { readonly [name: string]: string } {
    const host = `127.0.0.1:${(this.#http.address() as AddressInfo).port}`
    return {
      chzzk: `http://${host}`,
      'chzzk-comm': `http://${host}`,
      'chzzk-routing': `http://${host}`,
      'chzzk-chat': `ws://${host}/chat`,
    }
  }

  /** Chat connections that are open now. */
  get open(): number {
    return this.#sockets.clients.size
  }

  change(options: FakeChzzkOptions): void {
    this.#options = options
  }

  /** Delivered to whoever asks for recent messages. */
  remember(...messages: object[]): void {
    this.#recent = messages
  }

  send(packet: object): void {
    for (const client of this.#sockets.clients) client.send(JSON.stringify(packet))
  }

  /** To those who joined this chat. */
  sendTo(chatChannelId: string, packet: object): void {
    for (const client of this.#joined.get(chatChannelId) ?? []) client.send(JSON.stringify(packet))
  }

  /** Cuts those who joined this chat. */
  cutOff(chatChannelId: string): void {
    for (const client of this.#joined.get(chatChannelId) ?? []) client.terminate()
  }

  /** Exactly this, whatever it is. */
  frame(data: string | Buffer): void {
    for (const client of this.#sockets.clients) client.send(data)
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
    const url = request.url ?? ''
    this.requests.push(url)
    const { http, status = {}, tokenCode = 200, channelExists = true } = this.#options
    if (http && !url.startsWith('/routing')) {
      response.writeHead(http.status, http.headers).end(http.body)
      return
    }
    const isUnknown = !channelExists && url.includes('/channels/')
    const body = isUnknown ? { code: 404, message: 'no such channel' } : this.#bodyOf(url, status, tokenCode)
    if (body === null) response.writeHead(404).end('<html>')
    else response.writeHead(isUnknown ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

  #bodyOf(url: string, status: object, tokenCode: number): object | null {
    if (url.includes('/v3.1/') && this.#options.isMoved) return null
    if (url.includes('/live-status')) {
      const chat = this.#options.chatPerChannel ? { chatChannelId: url.split('/')[4] } : {}
      return { code: 200, content: { ...onAir, ...chat, ...status } }
    }
    if (url.includes('/service/v1/channels/')) return { code: 200, content: { channelName: '치즈가게' } }
    if (url.includes('/access-token')) return { code: tokenCode, content: { accessToken: 'token' } }
    if (url.includes('/getRouting')) return { result: { sessionServerList: ['kr-ss1.chat.naver.com'] } }
    return null
  }

  #accept(client: WebSocket): void {
    client.on('error', () => {})
    if (this.#options.hangsUp) {
      client.close(1011, 'come back later')
      return
    }
    client.on('message', (data) => {
      if (this.#isFrozen) return
      const packet = JSON.parse(String(data))
      this.received.push(packet)
      const send = (answer: object) => client.send(JSON.stringify({ svcid: 'game', cid: packet.cid, ...answer }))
      const { joinCode = 0 } = this.#options
      if (packet.cmd === 100) {
        const members = this.#joined.get(packet.cid) ?? new Set()
        this.#joined.set(packet.cid, members.add(client))
        client.once('close', () => members.delete(client))
      }
      if (packet.cmd === 0) send({ ver: '2', cmd: 10_000 })
      if (packet.cmd === 100 && joinCode !== 'silence')
        send({
          cmd: 10_100,
          retCode: joinCode,
          retMsg: joinCode === 0 ? 'SUCCESS' : 'FAIL',
          tid: '1',
          bdy: { sid: 'zQ' },
        })
      if (packet.cmd === 5_101) send({ cmd: 15_101, retCode: 0, bdy: { messageList: this.#recent, userCount: 812 } })
    })
  }
}

/** A chat message as the wire has it. */
export const chzzkChat = (text: string, time: number, more: object = {}) => ({
  ...{ svcid: 'game', cid: 'N2aB_x', uid: 'u1', msg: text, msgTypeCode: 1, msgStatusType: 'NORMAL', msgTime: time },
  mbrCnt: 812,
  profile: JSON.stringify({ userIdHash: 'u1', nickname: '별', userRoleCode: 'common_user', badge: null }),
  extras: JSON.stringify({ chatType: 'STREAMING', osType: 'PC', emojis: '' }),
  ...more,
})
