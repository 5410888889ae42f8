/** YouTube's pages and chat, as far as a reader sees them: own values in the shapes of the real wire. */
import type { SourceClock } from '../source-environment.ts'
import { type FakeAnswer, FakeHttp, type FakeRequest, type HttpFault } from './fake-http.ts'

export interface FakeVideo {
  phase: 'live' | 'upcoming' | 'over'
  title: string
  author: string
  /** epoch ms */
  startsAt: number | null
  chat: 'on' | 'off' | 'none'
  playability: { readonly [name: string]: unknown }
}

const HISTORY = 70
const MOST_ACTIONS = 4_000

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value & 0x7f) | 0x80, ...varint(Math.floor(value / 128))]
const field = (number: number, bytes: readonly number[]): number[] => [
  ...varint(number * 8 + 2),
  ...varint(bytes.length),
  ...bytes,
]

/** A token in the shape of YouTube's: the selection stands in field 16 of field 119693434. */
export function fakeToken(selection: 'top' | 'all', place: number, kind: 'live' | 'replay' = 'live'): string {
  const text = [...Buffer.from(`place ${place}`)]
  const inner = [...field(3, text), ...field(16, [0x08, selection === 'top' ? 4 : 1])]
  return encodeURIComponent(
    Buffer.from(field(kind === 'live' ? 119_693_434 : 156_074_452, inner))
      .toString('base64url')
      .concat('=='),
  )
}

function readToken(token: string): { readonly isAll: boolean; readonly place: number } {
  const bytes = Buffer.from(decodeURIComponent(token), 'base64url')
  const place = Number(/place (\d+)/.exec(bytes.toString('latin1'))?.[1] ?? -1)
  return { isAll: bytes.at(-1) === 1, place }
}

export class FakeYoutube {
  readonly #clock: SourceClock
  #http!: FakeHttp
  readonly videos = new Map<string, FakeVideo>()
  /** channel path to the video it shows */
  readonly channels = new Map<string, string | null>()
  /** all that happened in the chat of the present video */
  readonly actions: unknown[] = []
  /** what each poll tells about waiting; null leaves it out */
  timeoutMs: number | null = 1_000
  /** the name of the wrapper that holds the next token */
  continuationName = 'invalidationContinuationData'
  /** tokens of before are no longer known */
  #oldestToken = 0
  /** YouTube does not understand the changed token: it answers with silence */
  ignoresAll = false
  /** only every second action is in YouTube's own selection */
  consent: 'none' | 'redirect' | 'page' = 'none'
  skewMs = 0
  #written = 0

  private constructor(clock: SourceClock) {
    this.#clock = clock
  }

  static async listen(clock: SourceClock, port = 0): Promise<FakeYoutube> {
    const fake = new FakeYoutube(clock)
    fake.#http = await FakeHttp.listen((request) => fake.#answer(request), port)
    return fake
  }

  get url(): string {
    return this.#http.url
  }

  get isBusy(): boolean {
    return this.#http.isBusy
  }

  get requests(): readonly FakeRequest[] {
    return this.#http.requests
  }

  set fault(fault: HttpFault | null) {
    this.#http.fault = fault
  }

  asked(path: string): number {
    return this.#http.asked(path)
  }

  close(): Promise<void> {
    return this.#http.close()
  }

  video(id: string, given: Partial<FakeVideo> = {}): FakeVideo {
    const video: FakeVideo = {
      ...{ phase: 'live', title: '오늘의 방송', author: '치즈 방송국', startsAt: null, chat: 'on', playability: {} },
      ...given,
    }
    this.videos.set(id, video)
    return video
  }

  /** Somebody writes this; returns the message's id. */
  say(text: string, more: { readonly [name: string]: unknown } = {}): string {
    const id = `ChwK${(this.#written++).toString(36).padStart(8, '0')}`
    const item = {
      id,
      timestampUsec: String((this.#clock.now() + this.skewMs) * 1_000 + 456),
      authorExternalChannelId: 'UCaaaaaaaaaaaaaaaaaaaaaa',
      authorName: { simpleText: '@cheese' },
      message: { runs: [{ text }] },
      ...more,
    }
    this.act({ addChatItemAction: { item: { liveChatTextMessageRenderer: item }, clientId: 'x' } })
    return id
  }

  act(...actions: readonly unknown[]): void {
    this.actions.push(...actions)
  }

  /** Every token that was given out is refused from now on. */
  dropTokens(): void {
    this.#oldestToken = this.actions.length + 1
    // The place of a token is where its reader stands: an event that nobody sees makes room between old and new.
    this.actions.push({ showLiveChatTooltipCommand: { tooltip: {} } })
  }

  #answer(request: FakeRequest): FakeAnswer {
    const { path, query, body } = request
    if (path === '/watch') return this.#watchPage(query.get('v') ?? '')
    if (path.startsWith('/youtubei/v1/')) {
      const asked = body as { videoId?: string; continuation?: string; url?: string }
      if (path.endsWith('/next')) return { body: this.#next(asked.videoId ?? '') }
      if (path.endsWith('/get_live_chat')) return this.#chat(asked.continuation ?? '')
      if (path.endsWith('/resolve_url')) return this.#resolve(asked.url ?? '')
    }
    return { status: 404, body: '<html>404' }
  }

  #watchPage(id: string): FakeAnswer {
    if (this.consent === 'redirect')
      return { status: 302, headers: { location: 'https://consent.youtube.com/m?continue=x' } }
    if (this.consent === 'page')
      return {
        headers: { 'content-type': 'text/html' },
        body: '<html><form action="https://consent.youtube.com/save">',
      }
    const script = (name: string, value: unknown) =>
      `<script nonce="x">var ${name} = ${JSON.stringify(value)};</script>`
    const body = `<!doctype html><html><head><script>ytcfg.set({"INNERTUBE_CLIENT_VERSION":"2.20261120.01.00"});</script></head>
<body>${script('ytInitialPlayerResponse', this.#player(id))}<script>if (window.ytInitialData = window.ytInitialData) {}</script>
${script('ytInitialData', this.#next(id))}</body></html>`
    return { headers: { 'content-type': 'text/html' }, body }
  }

  #player(id: string): unknown {
    const video = this.videos.get(id)
    if (!video) return { playabilityStatus: { status: 'ERROR', reason: 'Video unavailable' } }
    const { phase, startsAt } = video
    const slate = {
      liveStreamOfflineSlateRenderer: { scheduledStartTime: String(Math.floor((startsAt ?? 0) / 1_000)) },
    }
    return {
      playabilityStatus:
        phase === 'upcoming'
          ? {
              status: 'LIVE_STREAM_OFFLINE',
              ...(startsAt && { liveStreamability: { liveStreamabilityRenderer: { offlineSlate: slate } } }),
            }
          : { status: 'OK', ...video.playability },
      videoDetails: {
        ...{ videoId: id, title: video.title, author: video.author, isLiveContent: video.chat !== 'none' },
        ...(phase === 'live' && video.chat !== 'none' && { isLive: true }),
        ...(phase === 'upcoming' && { isUpcoming: true }),
      },
      microformat: {
        playerMicroformatRenderer: {
          ...(phase === 'over' && { liveBroadcastDetails: { isLiveNow: false, endTimestamp: '2026-11-23T11:00:00Z' } }),
        },
      },
    }
  }

  #next(id: string): unknown {
    const video = this.videos.get(id)
    if (!video) return { contents: { twoColumnWatchNextResults: { results: { results: { contents: [] } } } } }
    const place = Math.max(0, this.actions.length - HISTORY)
    const token = fakeToken('top', Math.max(place, this.#oldestToken), video.phase === 'over' ? 'replay' : 'live')
    const conversationBar =
      video.chat === 'on'
        ? {
            liveChatRenderer: {
              continuations: [{ reloadContinuationData: { continuation: token } }],
              ...(video.phase === 'over' && { isReplay: true }),
            },
          }
        : video.chat === 'off'
          ? {
              conversationBarRenderer: {
                availabilityMessage: {
                  messageRenderer: { text: { runs: [{ text: 'Chat is disabled for this live stream.' }] } },
                },
              },
            }
          : undefined
    const contents = [
      { videoPrimaryInfoRenderer: { title: { runs: [{ text: video.title }] } } },
      { videoSecondaryInfoRenderer: { owner: { videoOwnerRenderer: { title: { runs: [{ text: video.author }] } } } } },
    ]
    return {
      contents: {
        twoColumnWatchNextResults: { results: { results: { contents } }, ...(conversationBar && { conversationBar }) },
      },
    }
  }

  #chat(token: string): FakeAnswer {
    const video = [...this.videos.values()].at(-1)
    const { isAll, place } = readToken(token)
    if (place < 0 || place < this.#oldestToken)
      return { status: 400, body: { error: { code: 400, status: 'INVALID_ARGUMENT' } } }
    if (!video || video.phase === 'over' || video.chat !== 'on')
      return {
        body: {
          contents: { messageRenderer: { text: { runs: [{ text: 'Chat is disabled for this live stream.' }] } } },
        },
      }
    const until = Math.min(this.actions.length, place + MOST_ACTIONS)
    const all = this.actions.slice(place, until)
    const actions = isAll ? (this.ignoresAll ? [] : all) : all.filter((_, index) => (place + index) % 2 === 0)
    const continuation = fakeToken(isAll ? 'all' : 'top', until)
    return {
      body: {
        continuationContents: {
          liveChatContinuation: {
            continuations: [
              {
                [this.continuationName]: {
                  ...(this.timeoutMs !== null && { timeoutMs: this.timeoutMs }),
                  continuation,
                },
              },
            ],
            ...(actions.length > 0 && { actions }),
          },
        },
      },
    }
  }

  #resolve(url: string): FakeAnswer {
    const path = decodeURI(new URL(url).pathname).replace(/^\/|\/live$/g, '')
    const shown = this.channels.get(path)
    if (shown === undefined) return { status: 404, body: { error: { code: 404, status: 'NOT_FOUND' } } }
    return {
      body: {
        endpoint: shown === null ? { browseEndpoint: { browseId: 'UCx' } } : { watchEndpoint: { videoId: shown } },
      },
    }
  }
}
