/**
 * Twitch chat, read anonymously over IRC. IRC tells neither a broadcast's id nor its end: the id is
 * `channel@startOfWatching` (the caller passes it again to go on with the same broadcast), and reading goes on
 * until the caller stops it. A connection that is lost comes back by itself, one attempt at a time.
 *
 * Options: `sharedChat` is `drop` (messages of other channels in a shared chat are counted and left out) or `keep`
 * (they come with a `shared-chat/…` badge).
 */
import { backoffMs } from './backoff.ts'
import { boundedText } from './bounded-text.ts'
import { broadcastIdSince } from './broadcast-link.ts'
import { chatMessage } from './chat-message.ts'
import type { Broadcast, ChatSource, SourceEvent, StateChange } from './chat-source.ts'
import { EventQueue } from './event-queue.ts'
import type { IrcMessage } from './irc/parse-irc.ts'
import { productionEnvironment, type SourceEnvironment, sleep } from './source-environment.ts'
import { choiceOption, type SourceOptions } from './source-options.ts'
import { twitchMeaning } from './twitch-message.ts'
import { type SessionEnd, type TwitchLimits, twitchLimits, twitchSession } from './twitch-session.ts'

/** Twitch takes no unencrypted WebSocket any more. */
const ENDPOINT = 'wss://irc-ws.chat.twitch.tv:443'

export interface TwitchTiming extends TwitchLimits {
  /** without a message, until the source says `quiet` */
  readonly quietMs: number
  /** a connection that lived this long starts the waiting times from the beginning again */
  readonly steadyMs: number
}

const timing: TwitchTiming = { ...twitchLimits, quietMs: 120_000, steadyMs: 30_000 }

export function openTwitch(
  options: SourceOptions = {},
  environment: SourceEnvironment = productionEnvironment,
  limits: Partial<TwitchTiming> & { readonly queueCapacity?: number } = {},
): ChatSource {
  const keepsForeign = choiceOption('sharedChat', options.sharedChat, 'drop', ['drop', 'keep']) === 'keep'
  const settings: TwitchSettings = {
    url: environment.endpoints.twitch ?? ENDPOINT,
    keepsForeign,
    environment,
    timing: { ...timing, ...limits },
    queueCapacity: limits.queueCapacity,
  }
  return {
    name: 'twitch',
    // Whether the channel exists is known only after JOIN: nobody is asked here.
    resolve: async (link, signal, { broadcastId } = {}) => {
      signal.throwIfAborted()
      return {
        source: 'twitch',
        channelId: link.channelId,
        broadcastId: broadcastId ?? broadcastIdSince(link.channel, environment.clock.now()),
        url: link.url,
        title: '',
        channelName: link.channel,
      }
    },
    read: (broadcast, signal) => read(broadcast, signal, settings),
  }
}

interface TwitchSettings {
  readonly url: string
  readonly keepsForeign: boolean
  readonly environment: SourceEnvironment
  readonly timing: TwitchTiming
  readonly queueCapacity: number | undefined
}

async function* read(broadcast: Broadcast, signal: AbortSignal, settings: TwitchSettings): AsyncGenerator<SourceEvent> {
  if (signal.aborted) return
  const { clock, count } = settings.environment
  const queue = new EventQueue({
    clock,
    ...(settings.queueCapacity === undefined ? {} : { capacity: settings.queueCapacity }),
    onDrop: (message) => count('dropped', 1, message.id),
  })
  const left = new AbortController()
  const leave = () => left.abort()
  signal.addEventListener('abort', leave, { once: true })
  const visiting = visit(broadcast, queue, left.signal, settings).finally(() => queue.close())
  // Its failure is thrown below; a reader that stands still must not make it an unhandled one meanwhile.
  visiting.catch(() => {})
  try {
    yield* queue.read(signal)
    // A defect of ours must not look like the end of a broadcast.
    await visiting
  } finally {
    signal.removeEventListener('abort', leave)
    left.abort()
    await visiting
  }
}

/** Visits Twitch again and again until it refuses us or `signal` aborts. One visit at a time, by construction. */
async function visit(broadcast: Broadcast, queue: EventQueue, signal: AbortSignal, settings: TwitchSettings) {
  const { environment, timing } = settings
  const { clock, random, count } = environment
  const channel = broadcast.channelId.slice('twitch:'.length)
  const tell = (state: StateChange['state'], more: Partial<StateChange> = {}) =>
    queue.state({ type: 'state', state, reason: '', detail: '', attempt: 0, nextTryAt: null, at: clock.now(), ...more })

  let attempt = 0
  let ordinal = 0
  let isKnown = false
  let isQuiet = false
  let cancelQuiet = () => {}
  // Re-arming a timer for each of thousands of messages a second would cost more than the messages.
  let armedAt = 0
  const awaitQuiet = () => {
    armedAt = clock.now()
    cancelQuiet()
    cancelQuiet = clock.after(timing.quietMs, () => {
      isQuiet = true
      tell('quiet')
    })
  }
  const heard = () => {
    if (isQuiet) {
      isQuiet = false
      tell('live')
    }
    if (clock.now() - armedAt >= 1_000) awaitQuiet()
  }
  const onMessage = (irc: IrcMessage, line: string) => {
    const context = { broadcast, channel, receivedAt: clock.now(), ordinal: ordinal++, line }
    const meaning = twitchMeaning(irc, context)
    if (meaning.type === 'nothing') return
    const message = chatMessage(meaning.draft)
    if (meaning.type === 'foreign') {
      count('foreign', 1, irc.tags.get('source-room-id') ?? '')
      if (!settings.keepsForeign) return
    }
    if (meaning.type === 'unknown') count('unknown', 1, `${irc.command} ${irc.tags.get('msg-id') ?? ''}`.trim())
    heard()
    queue.message(message)
  }

  tell('resolving', { reason: 'connecting' })
  while (!signal.aborted) {
    let liveAt: number | null = null
    const end: SessionEnd = await twitchSession({
      url: settings.url,
      channel,
      environment,
      limits: timing,
      signal,
      isKnown,
      onLive: () => {
        liveAt = clock.now()
        isKnown = true
        isQuiet = false
        tell('live')
        awaitQuiet()
      },
      onMessage,
    })
    cancelQuiet()
    if (signal.aborted) return
    const detail = boundedText(end.detail, 500)
    if (end.outcome === 'refused') return tell('refused', { reason: end.reason, detail })
    if (liveAt !== null && clock.now() - liveAt >= timing.steadyMs) attempt = 0
    const delay = backoffMs(attempt, random)
    attempt++
    count('reconnects', 1, end.reason)
    tell('reconnecting', { reason: end.reason, detail, attempt, nextTryAt: clock.now() + delay })
    await sleep(clock, delay, signal)
  }
}
