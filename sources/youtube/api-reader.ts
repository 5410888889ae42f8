/**
 * Reads one YouTube chat through the official Data API: pushed as it is written where Google streams it, else polled as
 * often as Google says and the day's budget allows.
 */
import { chatMessage } from '../chat-message.ts'
import type { Broadcast } from '../chat-source.ts'
import { HttpFailure } from '../http/http-failure.ts'
import { SeenIds } from '../seen-ids.ts'
import { type SourceEnvironment, sleep } from '../source-environment.ts'
import type { Visit, VisitEnd } from '../visits.ts'
import { apiMeaning } from './api-message.ts'
import { type ApiBroadcast, type ApiMessages, type DataApi, MESSAGES_UNITS, reasonOf } from './data-api.ts'
import type { Quota } from './quota.ts'

const UPCOMING_MS = 60_000
/** Slower than Google's own interval by this factor the chat is said to come slowly. */
const SLOW = 3

export class YoutubeApiReader {
  readonly #broadcast: Broadcast
  readonly #api: DataApi
  readonly #environment: SourceEnvironment
  readonly #quota: Quota
  readonly #seen = new SeenIds(10_000)
  #pageToken: string | null = null
  #isHistory = true
  /** Google answers the stream's address. */
  #streams: boolean

  constructor(broadcast: Broadcast, api: DataApi, environment: SourceEnvironment, quota: Quota, streams: boolean) {
    this.#broadcast = broadcast
    this.#api = api
    this.#environment = environment
    this.#quota = quota
    this.#streams = streams
  }

  async visit(visit: Visit): Promise<VisitEnd> {
    this.#quota.readers++
    try {
      const found = await this.#begun(visit)
      if (found === null) return LEFT
      if (found.phase !== 'live') return over('over')
      if (found.chatId === null) return noChat(visit)
      visit.live()
      if (this.#streams) {
        const end = await this.#readStream(found, visit)
        if (end) return end
      }
      return await this.#poll(found, visit)
    } catch (cause) {
      if (cause instanceof HttpFailure && isEnded(cause)) return over('over')
      throw cause
    } finally {
      this.#quota.readers--
    }
  }

  /** Null when Google does not know the stream's address: then it is polled. */
  async #readStream(found: ApiBroadcast, visit: Visit): Promise<VisitEnd | null> {
    try {
      for await (const messages of this.#api.stream(found.chatId!, this.#pageToken, visit.signal)) {
        if (this.#take(messages, visit)) return over('over')
        await visit.room()
      }
      return { outcome: 'lost', reason: 'closed', detail: 'the stream ended' }
    } catch (cause) {
      if (!(cause instanceof HttpFailure) || ![404, 405, 501].includes(cause.status) || isEnded(cause)) throw cause
      this.#streams = false
      return null
    }
  }

  async #poll(found: ApiBroadcast, visit: Visit): Promise<VisitEnd> {
    const { clock } = this.#environment
    while (!visit.signal.aborted) {
      await visit.room()
      const messages = await this.#api.messages(found.chatId!, this.#pageToken, visit.signal)
      const wait = Math.max(messages.pollMs, this.#quota.spacingMs(MESSAGES_UNITS))
      if (wait > messages.pollMs * SLOW) visit.degraded('budget', 'polled slowly, so that the units last the day')
      else visit.live()
      if (this.#take(messages, visit)) return over('over')
      await sleep(clock, wait, visit.signal)
    }
    return LEFT
  }

  /** The broadcast when it no longer is to come; its waiting room is read meanwhile. Null when the reader left. */
  async #begun(visit: Visit): Promise<ApiBroadcast | null> {
    while (!visit.signal.aborted) {
      const found = await this.#api.broadcast(this.#broadcast.broadcastId, visit.signal)
      if (found?.phase !== 'upcoming') return found ?? gone
      visit.waiting('upcoming', found.startsAt)
      if (found.chatId) this.#take(await this.#api.messages(found.chatId, this.#pageToken, visit.signal), visit)
      await sleep(this.#environment.clock, UPCOMING_MS, visit.signal)
    }
    return null
  }

  /** Whether the chat said that it is over. */
  #take(messages: ApiMessages, visit: Visit): boolean {
    const { clock, count } = this.#environment
    const context = { broadcast: this.#broadcast, receivedAt: clock.now(), isHistory: this.#isHistory }
    this.#pageToken = messages.pageToken ?? this.#pageToken
    this.#isHistory = false
    let isOver = messages.isOver
    for (const item of messages.items) {
      const meaning = apiMeaning(item, context)
      if (meaning.type === 'ended') isOver = true
      else if (meaning.type === 'ignored') count('ignored', 1, meaning.name)
      else {
        if (meaning.type === 'unknown') count('unknown', 1, meaning.name)
        if (this.#seen.add(meaning.draft.id)) visit.message(chatMessage(meaning.draft))
        else count('repeated', 1, meaning.draft.id)
      }
    }
    return isOver
  }
}

const LEFT: VisitEnd = { outcome: 'lost', reason: 'left', detail: '' }
const gone: ApiBroadcast = { title: '', channelName: '', phase: 'none', startsAt: null, chatId: null }
const over = (reason: string): VisitEnd => ({ outcome: 'ended', reason, detail: '' })
const noChat = (visit: Visit): VisitEnd =>
  visit.isKnown ? over('over') : { outcome: 'refused', reason: 'chat-off', detail: 'the broadcast has no chat' }
const isEnded = ({ body }: HttpFailure) => ['liveChatEnded', 'liveChatNotFound'].includes(reasonOf(body))
