/** The Data API's calls that chat needs, with Google's error bodies: own values in the real shapes. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeApiVideo {
  readonly phase: 'live' | 'upcoming' | 'over' | 'none'
  readonly hasChat?: boolean
}

export class FakeYoutubeApi {
  readonly #server = createServer((request, response) =>
    this.#answer(new URL(request.url ?? '', 'http://fake'), response),
  )
  readonly #streams = new Set<ServerResponse>()
  readonly videos = new Map<string, FakeApiVideo>()
  readonly items: unknown[] = []
  readonly calls: string[] = []
  /** answers everything with this reason */
  refusal: { readonly status: number; readonly reason: string } | null = null
  knowsStream = true
  offline = false

  static async listen(): Promise<FakeYoutubeApi> {
    const fake = new FakeYoutubeApi()
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve))
    return fake
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get openStreams(): number {
    return this.#streams.size
  }

  say(text: string, more: { readonly [name: string]: unknown } = {}): void {
    const number = this.items.length
    this.items.push({
      id: `LCC.${number}`,
      snippet: {
        ...{ type: 'textMessageEvent', publishedAt: '2026-11-23T02:13:20.123456Z', displayMessage: text },
        textMessageDetails: { messageText: text },
        ...more,
      },
      authorDetails: { channelId: 'UCaaaaaaaaaaaaaaaaaaaaaa', displayName: '@cheese', isChatModerator: true },
    })
    for (const stream of this.#streams) stream.write(`,\n${JSON.stringify(this.#page(number))}`)
  }

  cutStreams(): void {
    for (const stream of this.#streams) stream.destroy()
    this.#streams.clear()
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #page(from: number) {
    const items = this.items.slice(from)
    return {
      ...{ items, nextPageToken: `page-${this.items.length}`, pollingIntervalMillis: 2_000 },
      ...(this.offline && { offlineAt: '2026-11-23T03:00:00Z' }),
    }
  }

  #answer(url: URL, response: ServerResponse): unknown {
    const call = url.pathname.replace('/youtube/v3/', '')
    this.calls.push(call)
    const say = (body: unknown, status = 200) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const refuse = (status: number, reason: string) => say({ error: { code: status, errors: [{ reason }] } }, status)
    if (url.searchParams.get('key') !== 'right') return refuse(400, 'keyInvalid')
    if (this.refusal) return refuse(this.refusal.status, this.refusal.reason)
    const from = Number(/^page-(\d+)$/.exec(url.searchParams.get('pageToken') ?? '')?.[1] ?? 0)
    switch (call) {
      case 'videos': {
        const id = url.searchParams.get('id') ?? ''
        const video = this.videos.get(id)
        const { phase = 'none', hasChat = true } = video ?? {}
        const details = {
          ...{ scheduledStartTime: '2026-11-23T03:00:00Z' },
          ...(phase !== 'upcoming' && { actualStartTime: '2026-11-23T02:00:00Z' }),
          ...(phase === 'over' && { actualEndTime: '2026-11-23T02:30:00Z' }),
          ...(hasChat && phase !== 'over' && { activeLiveChatId: 'chat-1' }),
        }
        const snippet = { title: '오늘의 방송', channelTitle: '치즈 방송국' }
        return say({
          items: video ? [{ id, snippet, ...(phase !== 'none' && { liveStreamingDetails: details }) }] : [],
        })
      }
      case 'channels':
        return say(
          url.searchParams.get('forHandle') === '@cheese' ? { items: [{ id: 'UCaaaaaaaaaaaaaaaaaaaaaa' }] } : {},
        )
      case 'search':
        return say({
          items: [...this.videos].filter(([, { phase }]) => phase === 'live').map(([videoId]) => ({ id: { videoId } })),
        })
      case 'liveChat/messages':
        return say(this.#page(from))
      case 'liveChat/messages/stream':
        if (!this.knowsStream) return refuse(404, 'notFound')
        response.writeHead(200, { 'content-type': 'application/json' })
        response.write(`[${JSON.stringify(this.#page(from))}`)
        this.#streams.add(response)
        response.on('close', () => this.#streams.delete(response))
        return
      default:
        return refuse(404, 'notFound')
    }
  }
}
