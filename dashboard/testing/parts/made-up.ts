/** What the parts are given to show: made up, and the same in every picture. */
import { BroadcastStore, type Connection } from '../../app/live/broadcast-store.ts'
import type { ChatRow } from '../../app/live/chat-rows.ts'
import type { Reveal } from '../../app/live/use-reveal.ts'
import type { BroadcastState, WindowCount, WireMessage } from '../../app/wire.ts'

const MINUTE = 60_000
/** 21:04 in Seoul. */
export const NOW = Date.UTC(2026, 10, 29, 12, 4)

export const messageOf = (id: string, overrides: Partial<WireMessage>): WireMessage => ({
  id,
  kind: 'text',
  at: NOW,
  receivedAt: NOW,
  authorId: id,
  author: '보름달호떡',
  roles: [],
  months: null,
  segments: [],
  amount: null,
  sentiment: 'neutral',
  confidence: 0.91,
  severity: 0,
  suspect: null,
  question: false,
  history: false,
  target: null,
  deletedAt: null,
  ...overrides,
})

export const rowOf = (message: WireMessage, overrides: Partial<ChatRow> = {}): ChatRow => ({
  key: message.id,
  message,
  count: 1,
  authors: 1,
  lastAt: message.at,
  skipped: 0,
  ...overrides,
})

/** As a moderator sees it; `texts` stands under the masks. */
export const revealOf = (texts: readonly string[] | null): Reveal => ({
  mayReveal: true,
  isAll: false,
  hasFailed: false,
  texts: () => texts,
  toggle() {},
  showAll() {},
  hideAll() {},
  onVisible() {},
})

/** A rising negative share in the last of them. */
function windowOf(windowStart: number, length: number, negative: number): WindowCount {
  const messages = 50
  return {
    channelId: 'demo:parts',
    broadcastId: 'now',
    windowStart,
    windowEnd: windowStart + length,
    messages,
    positive: 14,
    neutral: messages - 14 - negative,
    negative,
    unscored: 0,
    unsure: 3,
    profane: 1,
    mildlyProfane: 1,
    authors: 31,
    closed: true,
    revision: 1,
  }
}

export const minutes: readonly WindowCount[] = Array.from({ length: 40 }, (_, at) =>
  windowOf(NOW - (40 - at) * MINUTE, MINUTE, at > 34 ? 24 : 6 + (at % 5)),
)

export function storeOf(state: Partial<BroadcastState> = {}, connection: Connection = 'open', spoken = true) {
  const store = new BroadcastStore(
    {
      messages: [],
      minutes: spoken ? minutes : [],
      moments: spoken ? [windowOf(NOW - 50_000, 50_000, 24)] : [],
      keywords: null,
      offences: [],
      alerts: [],
      answers: [],
      cursor: '',
      now: NOW,
      state: {
        channelId: 'demo:parts',
        broadcastId: 'now',
        source: 'twitch',
        url: 'https://twitch.tv/parts',
        title: '',
        channelName: '온새벽',
        state: 'live',
        reason: '',
        detail: '',
        attempt: 0,
        nextTryAt: null,
        startsAt: null,
        startedAt: NOW - 40 * MINUTE,
        lastMessageAt: NOW - 2000,
        at: NOW,
        ...state,
      },
    },
    NOW,
  )
  store.setConnection(connection)
  return store
}
