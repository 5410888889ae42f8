/**
 * Twitch's chat through the official EventSub, where there is a user's token (`JAVAS_KEY_TWITCH`, scope
 * `user:read:chat`). Unlike IRC it names the broadcast, and tells its end.
 */
import { boundedText } from './bounded-text.ts'
import { broadcastIdSince } from './broadcast-link.ts'
import { chatMessage } from './chat-message.ts'
import type { ChatSource } from './chat-source.ts'
import { SeenIds } from './seen-ids.ts'
import type { SourceEnvironment } from './source-environment.ts'
import { notificationMeaning } from './twitch-eventsub/eventsub-message.ts'
import { eventSubLimits, eventSubSession } from './twitch-eventsub/eventsub-session.ts'
import { Helix } from './twitch-eventsub/helix.ts'
import { readByVisits, type Visit, type VisitTiming, visitTiming } from './visits.ts'

const ENDPOINT = 'wss://eventsub.wss.twitch.tv/ws'

/** What happens in a chat, and the broadcast's end. The first one is what we came for. */
const chatTypes = [
  'channel.chat.message',
  'channel.chat.notification',
  'channel.chat.message_delete',
  'channel.chat.clear_user_messages',
  'channel.chat.clear',
]

export interface TwitchEventSubOptions {
  readonly token: string
  readonly keepsForeign: boolean
  readonly environment: SourceEnvironment
  readonly timing?: VisitTiming
  readonly queueCapacity?: number | undefined
}

export function openTwitchEventSub(options: TwitchEventSubOptions): ChatSource {
  const { token, keepsForeign, environment, timing = visitTiming, queueCapacity } = options
  const { clock, count } = environment
  const helix = new Helix(environment, token)
  return {
    name: 'twitch',
    resolve: async (link, signal, { broadcastId } = {}) => {
      signal.throwIfAborted()
      const { name, stream } = await helix.channel(link.channel, signal)
      return {
        source: 'twitch',
        channelId: link.channelId,
        broadcastId: broadcastId ?? stream?.id ?? broadcastIdSince(link.channel, clock.now()),
        url: link.url,
        title: boundedText(stream?.title, 200),
        channelName: boundedText(name, 100),
      }
    },
    read: (broadcast, signal) => {
      const login = broadcast.channelId.slice('twitch:'.length)
      const seen = new SeenIds()
      const visit = async (visit: Visit) => {
        const { userId } = await helix.reader(visit.signal)
        const { id } = await helix.channel(login, visit.signal)
        const inChat = { broadcaster_user_id: id, user_id: userId }
        return eventSubSession({
          url: environment.endpoints['twitch-eventsub'] ?? ENDPOINT,
          ...{ environment, limits: eventSubLimits, signal: visit.signal },
          subscribe: async (sessionId, stop) => {
            for (const type of chatTypes) await helix.subscribe(type, inChat, sessionId, stop)
            await helix.subscribe('stream.offline', { broadcaster_user_id: id }, sessionId, stop)
          },
          onLive: () => visit.live(),
          onNotification: (notification) => {
            const meaning = notificationMeaning(notification, { broadcast, receivedAt: clock.now() })
            if (meaning.type === 'offline') return { outcome: 'ended', reason: 'over', detail: '' }
            const message = chatMessage(meaning.draft)
            if (meaning.type === 'foreign') {
              count('foreign', 1, message.id)
              if (!keepsForeign) return null
            }
            if (meaning.type === 'unknown') count('unknown', 1, message.id)
            // Twitch sends at least once.
            if (seen.add(message.id)) visit.message(message)
            else count('repeated', 1, message.id)
            return null
          },
        })
      }
      return readByVisits({ broadcast, signal, environment, timing, queueCapacity, visit })
    },
  }
}
