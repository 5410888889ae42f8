import { type TopicDeclaration, topics } from '#schemas/topics.ts'
import type { BroadcastRequest, BroadcastState, ChatMessage } from '#schemas/types.ts'
import type { ChatSource } from '#sources/chat-source.ts'
import { parseBroadcastLink, type SourceOptions } from '#sources/registry.ts'
import { type SourceClock, sleep } from '#sources/source-environment.ts'
import type { Broker, FetchedRecord, ProducedRecord, Producer } from '#topology'
import { messageOf } from '../errors.ts'
import { followTopic } from '../follow-topic.ts'
import type { Log } from '../log.ts'
import { recordsOf } from '../produce.ts'
import { watch } from './watch.ts'

export interface CollectorOptions {
  readonly broker: Broker
  readonly producer: Producer
  readonly clock: SourceClock
  readonly log: Log
  /** Opens a platform's source; throws SourceError. */
  readonly openSource: (name: string, options: SourceOptions) => ChatSource
}

interface Watching {
  readonly request: BroadcastRequest
  readonly abort: AbortController
  readonly done: Promise<BroadcastState | null>
}

const APPEND_RETRY_MS = 500

/**
 * The collect role: follows `broadcast-requests` and keeps one watch a channel. All it must remember is in the two
 * compacted topics, so a new one goes on where a killed one was.
 */
export class Collector {
  readonly #options: CollectorOptions
  readonly #messages: (
    channelId: string,
    value: ChatMessage,
    timestamp: number,
  ) => ReturnType<ReturnType<typeof recordsOf>>
  readonly #states: (
    channelId: string,
    value: BroadcastState | null,
    timestamp: number,
  ) => ReturnType<ReturnType<typeof recordsOf>>
  readonly #lastStates = new Map<string, BroadcastState>()
  readonly #watching = new Map<string, Watching>()
  readonly #stop = new AbortController()
  #problem = ''

  constructor(options: CollectorOptions) {
    this.#options = options
    this.#messages = recordsOf(options.broker, topics.chatMessages)
    this.#states = recordsOf(options.broker, topics.broadcastStates)
  }

  /** Channels that are being watched now. */
  get channels(): readonly string[] {
    return [...this.#watching.keys()]
  }

  /** Why the log does not take what the sources bring, or ''. */
  get problem(): string {
    return this.#problem
  }

  /** Runs until `stop`. Rejects when the log fails for good. */
  async run(): Promise<void> {
    await this.#readStates()
    const pending = new Map<string, BroadcastRequest>()
    let caughtUp = false
    const asked = (channelId: string, request: BroadcastRequest | null) =>
      request ? this.#asked(request) : this.#end(channelId, 'deleted')
    await this.#follow(topics.broadcastRequests, this.#stop.signal, {
      onRecord: async (channelId, request) => {
        // Until everything is read only the last word counts: old requests must not flicker through.
        if (caughtUp) await asked(channelId, request)
        else if (request) pending.set(channelId, request)
        else pending.delete(channelId)
      },
      onCaughtUp: async () => {
        caughtUp = true
        for (const [channelId, request] of pending) await asked(channelId, request)
      },
    })
  }

  /** Stops every watch without ending its broadcast: the next start resumes them. */
  async stop(): Promise<void> {
    this.#stop.abort()
    const all = [...this.#watching.values()]
    for (const { abort } of all) abort.abort()
    await Promise.allSettled(all.map(({ done }) => done))
  }

  /**
   * Ends the watch of this broadcast, where it is the one that its channel's state speaks of. Resolves to whether it is,
   * when its last message is in the log. A later broadcast of the channel goes on.
   */
  async endBroadcast(channelId: string, broadcastId: string): Promise<boolean> {
    if (this.#lastStates.get(channelId)?.broadcastId !== broadcastId) return false
    await this.#end(channelId, 'stopped')
    return true
  }

  async #readStates(): Promise<void> {
    const enough = new AbortController()
    await this.#follow(topics.broadcastStates, AbortSignal.any([enough.signal, this.#stop.signal]), {
      onRecord: (channelId, state) => {
        if (state) this.#lastStates.set(channelId, state)
        else this.#lastStates.delete(channelId)
      },
      onCaughtUp: () => enough.abort(),
    })
  }

  #follow<T>(
    topic: TopicDeclaration<T>,
    signal: AbortSignal,
    handlers: {
      readonly onRecord: (channelId: string, value: T | null) => void | Promise<void>
      readonly onCaughtUp: () => void | Promise<void>
    },
  ): Promise<void> {
    const { broker, log } = this.#options
    return followTopic({
      broker,
      topic,
      signal,
      onRecord: ({ key, value }) => handlers.onRecord(key, value),
      onCaughtUp: handlers.onCaughtUp,
      onUndecodable: (record: FetchedRecord, cause) =>
        log.warn(`${record.topic}-${record.partition}@${record.offset} skipped: ${messageOf(cause)}`),
    })
  }

  async #asked(request: BroadcastRequest): Promise<void> {
    const { channelId } = request
    if (request.action === 'stop') return this.#end(channelId, 'stopped')
    if (this.#watching.has(channelId)) return this.#options.log.info(`${channelId} is watched already`)
    const previous = this.#lastStates.get(channelId) ?? null
    const isOver = previous?.state === 'ended' || previous?.state === 'refused'
    if (previous && isOver && previous.at >= request.requestedAt) return
    try {
      this.#start(request, previous)
    } catch (cause) {
      this.#options.log.warn(`${channelId}: ${messageOf(cause)}`)
    }
  }

  #start(request: BroadcastRequest, previous: BroadcastState | null): void {
    const { clock, log, openSource } = this.#options
    const parsed = parseBroadcastLink(request.url)
    if (!parsed.ok) {
      log.warn(`${request.channelId}: ${parsed.code} ${parsed.message}`)
      return
    }
    const abort = new AbortController()
    const done = watch(
      {
        request,
        link: parsed.link,
        source: openSource(request.source, request.options),
        previous,
        clock,
        log,
        appendMessages: (messages) =>
          this.#append(messages.map((message) => this.#messages(message.channelId, message, message.timestamp))),
        appendState: (state) => this.#tell(state),
      },
      abort.signal,
    )
      .catch((cause: unknown) => {
        log.error(`${request.channelId}: ${messageOf(cause)}`)
        return null
      })
      .finally(() => {
        if (this.#watching.get(request.channelId)?.abort === abort) this.#watching.delete(request.channelId)
      })
    this.#watching.set(request.channelId, { request, abort, done })
  }

  /**
   * Appends, again and again while the log refuses for a reason that may pass (a full disk, a busy file): the source
   * waits meanwhile, so nothing that it gave us is lost. A send is whole or not at all.
   */
  async #append(records: readonly ProducedRecord[]): Promise<void> {
    const { producer, clock, log } = this.#options
    for (;;) {
      try {
        await producer.send(records)
        if (this.#problem) log.info('the log takes messages again')
        this.#problem = ''
        return
      } catch (cause) {
        if ((cause as { retriable?: unknown }).retriable !== true || this.#stop.signal.aborted) throw cause
        if (!this.#problem) log.error(`the log takes no messages, sources wait: ${messageOf(cause)}`)
        this.#problem = messageOf(cause)
        await sleep(clock, APPEND_RETRY_MS, this.#stop.signal)
      }
    }
  }

  async #tell(state: BroadcastState): Promise<void> {
    this.#lastStates.set(state.channelId, state)
    await this.#append([this.#states(state.channelId, state, state.at)])
  }

  async #end(channelId: string, reason: 'stopped' | 'deleted'): Promise<void> {
    const watching = this.#watching.get(channelId)
    watching?.abort.abort()
    await watching?.done
    const last = this.#lastStates.get(channelId)
    if (reason === 'deleted') {
      this.#lastStates.delete(channelId)
      return
    }
    if (last && last.state !== 'ended' && last.state !== 'refused')
      await this.#tell({
        ...last,
        state: 'ended',
        reason,
        detail: '',
        attempt: 0,
        nextTryAt: null,
        at: this.#options.clock.now(),
      })
  }
}
