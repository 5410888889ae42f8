/**
 * Twitch chat, read anonymously over IRC. IRC tells neither a broadcast's id nor its end: the id is
 * `channel@startOfWatching` (the caller passes it again to go on with the same broadcast), and reading goes on
 * until the caller stops it. A connection that is lost comes back by itself, one attempt at a time.
 *
 * Options: `sharedChat` is `drop` (messages of other channels in a shared chat are counted and left out) or `keep`
 * (they come with a `shared-chat/…` badge). `via` is `irc` or `eventsub`; without it the official EventSub is used where
 * there is a token (`JAVAS_KEY_TWITCH`).
 */
import { broadcastIdSince } from './broadcast-link.ts'
import { chatMessage } from './chat-message.ts'
import type { Broadcast, ChatSource, SourceEvent } from './chat-source.ts'
import { productionEnvironment, type SourceEnvironment } from './source-environment.ts'
import { SourceError } from './source-error.ts'
import { choiceOption, type SourceOptions } from './source-options.ts'
import { openTwitchEventSub } from './twitch-eventsub.ts'
import { twitchMeaning } from './twitch-message.ts'
import { type TwitchLimits, twitchLimits, twitchSession } from './twitch-session.ts'
import { readByVisits, type Visit, type VisitEnd, type VisitTiming, visitTiming } from './visits.ts'

/** Twitch takes no unencrypted WebSocket any more. */
const ENDPOINT = 'wss://irc-ws.chat.twitch.tv:443'

export interface TwitchTiming extends TwitchLimits, VisitTiming {}

const timing: TwitchTiming = { ...twitchLimits, ...visitTiming }

export function openTwitch(
  options: SourceOptions = {},
  environment: SourceEnvironment = productionEnvironment,
  limits: Partial<TwitchTiming> & { readonly queueCapacity?: number } = {},
): ChatSource {
  const keepsForeign = choiceOption('sharedChat', options.sharedChat, 'drop', ['drop', 'keep']) === 'keep'
  const token = environment.credentials.twitch
  const via = choiceOption('via', options.via, token ? 'eventsub' : 'irc', ['irc', 'eventsub'])
  if (via === 'eventsub') {
    if (!token) throw new SourceError('SOURCE_OPTION_INVALID', 'option via=eventsub needs a token in JAVAS_KEY_TWITCH')
    const { queueCapacity } = limits
    return openTwitchEventSub({ token, keepsForeign, environment, timing: { ...timing, ...limits }, queueCapacity })
  }
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

function read(broadcast: Broadcast, signal: AbortSignal, settings: TwitchSettings): AsyncIterable<SourceEvent> {
  const { url, environment, timing, queueCapacity, keepsForeign } = settings
  const { clock, count } = environment
  const channel = broadcast.channelId.slice('twitch:'.length)
  let ordinal = 0
  const visit = (visit: Visit): Promise<VisitEnd> =>
    twitchSession({
      ...{ url, channel, environment, limits: timing, signal: visit.signal, isKnown: visit.isKnown },
      onLive: () => visit.live(),
      onMessage: (irc, line) => {
        const meaning = twitchMeaning(irc, { broadcast, channel, receivedAt: clock.now(), ordinal: ordinal++, line })
        if (meaning.type === 'nothing') return
        const message = chatMessage(meaning.draft)
        if (meaning.type === 'foreign') {
          count('foreign', 1, irc.tags.get('source-room-id') ?? '')
          if (!keepsForeign) return
        }
        if (meaning.type === 'unknown') count('unknown', 1, `${irc.command} ${irc.tags.get('msg-id') ?? ''}`.trim())
        visit.message(message)
      },
    })
  return readByVisits({ broadcast, signal, environment, timing, queueCapacity, visit })
}
