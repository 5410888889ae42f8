/**
 * CHZZK's chat, read anonymously as its own page does. A broadcast is told from the next by the time at which it was
 * opened; the chat itself stays open after its end, so CHZZK is asked, all the while, whether it is still on air.
 */
import { broadcastIdSince } from './broadcast-link.ts'
import { chatMessage } from './chat-message.ts'
import type { Broadcast, ChatSource } from './chat-source.ts'
import { ChzzkApi, type ChzzkStatus } from './chzzk/chzzk-api.ts'
import { chzzkMeanings } from './chzzk/chzzk-message.ts'
import { type ChzzkLimits, chzzkLimits, chzzkSession } from './chzzk/chzzk-session.ts'
import type { JsonObject } from './json-value.ts'
import { productionEnvironment, type SourceEnvironment } from './source-environment.ts'
import { NotLiveError, RefusedError, SourceError } from './source-error.ts'
import type { SourceOptions } from './source-options.ts'
import { readByVisits, type Visit, type VisitEnd, type VisitTiming, visitTiming } from './visits.ts'
import { whileAsking } from './while-asking.ts'

export interface ChzzkTiming extends ChzzkLimits, VisitTiming {}

export function openChzzk(
  _options: SourceOptions = {},
  environment: SourceEnvironment = productionEnvironment,
  limits: Partial<ChzzkTiming> & { readonly queueCapacity?: number } = {},
): ChatSource {
  const api = new ChzzkApi(environment)
  const timing: ChzzkTiming = { ...chzzkLimits, ...visitTiming, ...limits }
  return {
    name: 'chzzk',
    resolve: async (link, signal, { broadcastId } = {}) => {
      const status = await api.status(link.channel, signal)
      refuseUnreadable(status)
      const channelName = (await api.channelName(link.channel, signal)) || link.channel.slice(0, 8)
      return {
        source: 'chzzk',
        channelId: link.channelId,
        broadcastId:
          idOf(link.channel, status) ?? broadcastId ?? broadcastIdSince(link.channel, environment.clock.now()),
        url: link.url,
        title: status.title,
        channelName,
      }
    },
    read: (broadcast, signal) => {
      const watch = new ChzzkWatch(broadcast, api, environment, timing)
      const { queueCapacity } = limits
      return readByVisits({ broadcast, signal, environment, timing, queueCapacity, visit: (one) => watch.visit(one) })
    },
  }
}

/** Throws NotLiveError or RefusedError when nothing can be read now. */
function refuseUnreadable({ isOpen, isAdult, isChatActive, chatChannelId }: ChzzkStatus): void {
  if (!isOpen) throw new NotLiveError('offline', 'the channel is not on air')
  if (!isChatActive) throw new RefusedError('chat-off', 'the broadcaster has switched the chat off')
  if (chatChannelId !== '') return
  if (isAdult) throw new RefusedError('age', 'only adults who are logged in may see this broadcast')
  throw new SourceError('SOURCE_HTTP', 'CHZZK names no chat for this broadcast', {
    retriable: true,
    reason: 'unreadable',
  })
}

const idOf = (channel: string, { openedAt }: ChzzkStatus): string | null =>
  openedAt === null ? null : broadcastIdSince(channel, openedAt)

/** What one broadcast's visits have in common. */
class ChzzkWatch {
  readonly #broadcast: Broadcast
  readonly #channel: string
  readonly #api: ChzzkApi
  readonly #environment: SourceEnvironment
  readonly #timing: ChzzkTiming
  /** times in a row that CHZZK said it was over: it says so wrongly for a moment, too */
  #closed = 0

  constructor(broadcast: Broadcast, api: ChzzkApi, environment: SourceEnvironment, timing: ChzzkTiming) {
    this.#broadcast = broadcast
    this.#channel = broadcast.channelId.slice('chzzk:'.length)
    this.#api = api
    this.#environment = environment
    this.#timing = timing
  }

  async visit(visit: Visit): Promise<VisitEnd> {
    const { signal } = visit
    const status = await this.#api.status(this.#channel, signal)
    const end = this.#endOf(status)
    if (end) return end
    if (!status.isOpen) {
      const detail = 'CHZZK says it is over; it is asked once more'
      return { outcome: 'lost', reason: 'closing', detail, retryAfterMs: status.pollMs }
    }
    refuseUnreadable(status)
    const accessToken = await this.#api.accessToken(status.chatChannelId, signal)
    const url = await this.#server(visit)
    return whileAsking({
      clock: this.#environment.clock,
      signal,
      everyMs: status.pollMs,
      ask: (left) => this.#ask(status, left),
      listen: (left) =>
        chzzkSession({
          url,
          chatChannelId: status.chatChannelId,
          accessToken,
          environment: this.#environment,
          limits: this.#timing,
          signal: left,
          onLive: () => visit.live(),
          onPacket: (packet) => this.#packet(packet, visit),
        }),
    })
  }

  /** Another server each time, beginning anywhere. */
  async #server({ attempt, signal }: Visit): Promise<string> {
    const fixed = this.#environment.endpoints['chzzk-chat']
    if (fixed !== undefined) return fixed
    const servers = await this.#api.servers(signal)
    const first = Math.floor(this.#environment.random() * servers.length)
    return `wss://${servers[(first + attempt) % servers.length]}/chat`
  }

  /** Whether the broadcast is over, or its chat has moved. */
  async #ask(joined: ChzzkStatus, signal: AbortSignal): Promise<VisitEnd | null> {
    const status = await this.#api.status(this.#channel, signal)
    const end = this.#endOf(status)
    if (end) return end
    const hasMoved = status.isOpen && status.chatChannelId !== '' && status.chatChannelId !== joined.chatChannelId
    return hasMoved ? { outcome: 'lost', reason: 'chat-moved', detail: 'the broadcast has another chat now' } : null
  }

  #endOf(status: ChzzkStatus): VisitEnd | null {
    this.#closed = status.isOpen ? 0 : this.#closed + 1
    if (this.#closed >= 2) return { outcome: 'ended', reason: 'over', detail: '' }
    const id = status.isOpen ? idOf(this.#channel, status) : null
    const isAnother = id !== null && id !== this.#broadcast.broadcastId
    return isAnother ? { outcome: 'ended', reason: 'next-broadcast', detail: 'another broadcast has begun' } : null
  }

  #packet(packet: JsonObject, visit: Visit): void {
    const { clock, count } = this.#environment
    for (const meaning of chzzkMeanings(packet, { broadcast: this.#broadcast, receivedAt: clock.now() })) {
      if (meaning.type === 'ignored') count('ignored', 1, '')
      else {
        if (meaning.type === 'unknown') count('unknown', 1, meaning.detail)
        visit.message(chatMessage(meaning.draft))
      }
    }
  }
}
