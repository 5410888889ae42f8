/** Twitch's EventSub and as much of its API as a reader needs, on one loopback port: own values in the real shapes. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

export class FakeEventSub {
  readonly #http = createServer((request, response) => void this.#answer(request, response))
  readonly #sockets = new WebSocketServer({ noServer: true })
  readonly #sessions = new Map<string, WebSocket>()
  #next = 0
  scopes: readonly string[] = ['user:read:chat']
  stream: { readonly id: string; readonly title: string } | null = { id: '41000001', title: '오늘의 방송' }
  /** answers subscribing like this */
  subscribeStatus = 202
  readonly subscribed: { readonly type: string; readonly condition: unknown; readonly session: string }[] = []
  /** frames of clients, of which there may be none */
  received = 0
  isSilent = false

  static async listen(): Promise<FakeEventSub> {
    const fake = new FakeEventSub()
    fake.#http.on('upgrade', (request, socket, head) =>
      fake.#sockets.handleUpgrade(request, socket, head, (client) => fake.#accept(client)),
    )
    await new Promise<void>((resolve) => fake.#http.listen(0, '127.0.0.1', resolve))
    return fake
  }

  get endpoints(): { readonly [name: string]: string } {
    const host = `127.0.0.1:${(this.#http.address() as AddressInfo).port}`
    return { 'twitch-api': `http://${host}`, 'twitch-id': `http://${host}`, 'twitch-eventsub': `ws://${host}/ws` }
  }

  get open(): number {
    return this.#sockets.clients.size
  }

  /** Tells the newest session; returns the notification's id. */
  notify(subscription_type: string, event: object, message_id = `n${this.#next++}`): string {
    const metadata = {
      ...{ message_id, message_type: 'notification', subscription_type },
      message_timestamp: '2026-11-23T02:13:20.123456789Z',
    }
    this.#tell({ metadata, payload: { subscription: { type: subscription_type }, event } })
    return message_id
  }

  say(text: string, more: object = {}): void {
    this.notify('channel.chat.message', {
      ...{ broadcaster_user_id: '55', chatter_user_id: '7', chatter_user_login: 'byeol', chatter_user_name: '별' },
      ...{ message_id: `m${this.#next}`, message: { text, fragments: [{ type: 'text', text }] }, badges: [] },
      ...more,
    })
  }

  keepAlive(): void {
    this.#tell({ metadata: { message_id: 'k', message_type: 'session_keepalive' }, payload: {} })
  }

  /** Asks the session to move to this server again, or elsewhere. */
  askToMove(url = this.endpoints['twitch-eventsub']): void {
    const session = { id: 'x', status: 'reconnecting', reconnect_url: `${url}?moved=1` }
    this.#tell({ metadata: { message_id: 'r', message_type: 'session_reconnect' }, payload: { session } })
  }

  revoke(status: string): void {
    this.#tell({ metadata: { message_id: 'v', message_type: 'revocation' }, payload: { subscription: { status } } })
  }

  cut(): void {
    for (const client of this.#sockets.clients) client.terminate()
  }

  async close(): Promise<void> {
    this.cut()
    this.#http.closeAllConnections()
    await new Promise((resolve) => this.#http.close(resolve))
  }

  #tell(message: object): void {
    ;[...this.#sessions.values()].at(-1)?.send(JSON.stringify(message))
  }

  #accept(client: WebSocket): void {
    const id = `session-${this.#sessions.size}`
    this.#sessions.set(id, client)
    client.on('message', () => {
      this.received++
    })
    client.on('error', () => {})
    if (this.isSilent) return
    const session = { id, status: 'connected', keepalive_timeout_seconds: 10, reconnect_url: null }
    client.send(
      JSON.stringify({ metadata: { message_id: 'w', message_type: 'session_welcome' }, payload: { session } }),
    )
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const url = new URL(request.url ?? '/', 'http://fake')
    const say = (value: unknown, status = 200) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (!/^(Bearer|OAuth) right$/.test(request.headers.authorization ?? '')) return say({ status: 401 }, 401)
    switch (url.pathname) {
      case '/oauth2/validate':
        return say({ client_id: 'client', user_id: '99', login: 'me', scopes: this.scopes })
      case '/helix/users':
        return say({
          data: url.searchParams.get('login') === 'somechannel' ? [{ id: '55', display_name: '채널' }] : [],
        })
      case '/helix/streams':
        return say({ data: this.stream ? [this.stream] : [] })
      case '/helix/eventsub/subscriptions': {
        const { type, condition, transport } = JSON.parse(body)
        this.subscribed.push({ type, condition, session: transport.session_id })
        return say({ data: [] }, this.subscribeStatus)
      }
      default:
        return say({}, 404)
    }
  }
}
