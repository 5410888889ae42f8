/**
 * SOOP's chat, read as a guest as its own player does. Packets have neither an id nor a time: both are ours. The chat
 * does not say when a broadcast ends, so SOOP is asked, all the while and at every hint.
 */
import { chatMessage } from './chat-message.ts'
import type { Broadcast, ChatSource } from './chat-source.ts'
import { SoopApi, type SoopBroadcast } from './soop/soop-api.ts'
import { service, soopMeaning } from './soop/soop-message.ts'
import type { SoopPacket } from './soop/soop-packet.ts'
import { type SoopLimits, soopLimits, soopSession } from './soop/soop-session.ts'
import { productionEnvironment, type SourceEnvironment } from './source-environment.ts'
import { NotLiveError } from './source-error.ts'
import type { SourceOptions } from './source-options.ts'
import { readByVisits, type Visit, type VisitEnd, type VisitTiming, visitTiming } from './visits.ts'
import { whileAsking } from './while-asking.ts'

export interface SoopTiming extends SoopLimits, VisitTiming {
  /** between two questions whether it is still on */
  readonly askMs: number
}

const ASK_MS = 30_000
const ASK_AGAIN_MS = 30_000

export function openSoop(
  _options: SourceOptions = {},
  environment: SourceEnvironment = productionEnvironment,
  limits: Partial<SoopTiming> & { readonly queueCapacity?: number } = {},
): ChatSource {
  const api = new SoopApi(environment)
  const timing: SoopTiming = { ...soopLimits, ...visitTiming, askMs: ASK_MS, ...limits }
  return {
    name: 'soop',
    resolve: async (link, signal) => {
      signal.throwIfAborted()
      const { number, title, channelName } = await api.broadcast(link.channel, signal)
      return { source: 'soop', channelId: link.channelId, broadcastId: number, url: link.url, title, channelName }
    },
    read: (broadcast, signal) => {
      const watch = new SoopWatch(broadcast, api, environment, timing)
      const { queueCapacity } = limits
      const visit = (one: Visit) => watch.visit(one)
      return readByVisits({ broadcast, signal, environment, timing, queueCapacity, visit, backoff })
    },
  }
}

/** SOOP takes joining in quick succession for abuse: two seconds at least, then a second more each time. */
const backoff = (attempt: number, random: () => number) =>
  Math.max(2_000, Math.min(attempt + 2, 30) * 1_000 * (0.75 + 0.5 * random()))

/** What one broadcast's visits have in common. */
class SoopWatch {
  readonly #broadcast: Broadcast
  readonly #channel: string
  readonly #api: SoopApi
  readonly #environment: SourceEnvironment
  readonly #timing: SoopTiming
  #ordinal = 0
  /** times in a row that SOOP said it was over */
  #offline = 0

  constructor(broadcast: Broadcast, api: SoopApi, environment: SourceEnvironment, timing: SoopTiming) {
    this.#broadcast = broadcast
    this.#channel = broadcast.channelId.slice('soop:'.length)
    this.#api = api
    this.#environment = environment
    this.#timing = timing
  }

  async visit(visit: Visit): Promise<VisitEnd> {
    const found = await this.#ask(visit.signal)
    if ('outcome' in found) return found
    const { url, isEncrypted } = this.#address(found, visit.attempt)
    const hint = new AbortController()
    return whileAsking({
      clock: this.#environment.clock,
      signal: visit.signal,
      everyMs: this.#timing.askMs,
      hint: hint.signal,
      ask: (signal) => this.#endOf(found, signal),
      listen: (signal) =>
        soopSession({
          url,
          chatNumber: found.chatNumber,
          environment: this.#environment,
          limits: this.#timing,
          signal,
          onLive: () =>
            isEncrypted
              ? visit.live()
              : visit.degraded('unencrypted', "SOOP's encrypted chat does not answer: read without encryption"),
          onPacket: (packet) => {
            if (isHint(packet)) hint.abort()
            else this.#packet(packet, visit)
          },
        }),
    })
  }

  /** The broadcast as it is now, or the end it has come to. */
  async #ask(signal: AbortSignal): Promise<SoopBroadcast | VisitEnd> {
    try {
      const found = await this.#api.broadcast(this.#channel, signal)
      this.#offline = 0
      if (found.number === this.#broadcast.broadcastId) return found
      return { outcome: 'ended', reason: 'next-broadcast', detail: 'another broadcast has begun' }
    } catch (cause) {
      if (!(cause instanceof NotLiveError)) throw cause
      this.#offline++
      if (this.#offline >= 2) return { outcome: 'ended', reason: 'over', detail: '' }
      const detail = 'SOOP says it is over; it is asked once more'
      return { outcome: 'lost', reason: 'closing', detail, retryAfterMs: ASK_AGAIN_MS }
    }
  }

  /** Whether the chat we are in is still the broadcast's. */
  async #endOf(joined: SoopBroadcast, signal: AbortSignal): Promise<VisitEnd | null> {
    const found = await this.#ask(signal)
    // Believed when it is said again; until then the chat may well go on.
    if ('outcome' in found) return found.outcome === 'lost' ? null : found
    return found.chatNumber === joined.chatNumber && found.chatHost === joined.chatHost
      ? null
      : { outcome: 'lost', reason: 'chat-moved', detail: 'the broadcast has another chat now' }
  }

  /** Encrypted and plain in turn: in some networks the encrypted port never answers. */
  #address({ chatHost, chatPort }: SoopBroadcast, attempt: number): { url: string; isEncrypted: boolean } {
    const fixed = this.#environment.endpoints['soop-chat']
    const isEncrypted = fixed !== undefined || attempt % 2 === 0
    const base = fixed ?? (isEncrypted ? `wss://${chatHost}:${chatPort + 1}` : `ws://${chatHost}:${chatPort}`)
    return { url: `${base}/Websocket/${this.#channel}`, isEncrypted }
  }

  #packet(packet: SoopPacket, visit: Visit): void {
    const { clock, count } = this.#environment
    const context = { broadcast: this.#broadcast, receivedAt: clock.now(), ordinal: this.#ordinal++ }
    const meaning = soopMeaning(packet, context)
    if (meaning.type === 'ignored') return
    if (meaning.type === 'unknown') count('unknown', 1, `service ${packet.service}`)
    visit.message(chatMessage(meaning.draft))
  }
}

/** The streamer may have left. */
const isHint = ({ service: number }: SoopPacket) =>
  number === service.state || number === service.quit || number === service.closing
