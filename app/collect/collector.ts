import { type TopicDeclaration, topics } from '#schemas/topics.ts'
import type { BroadcastRequest, BroadcastState, ChatMessage } from '#schemas/types.ts'
import type { ChatSource } from '#sources/chat-source.ts'
import { parseBroadcastLink, type SourceOptions } from '#sources/registry.ts'
import { type SourceClock, sleep } from '#sources/source-environment.ts'
import type { Broker, FetchedRecord, ProducedRecord, Producer } from '#topology'
import { codeOf, JavasError, messageOf } from '../errors.ts'
import { followTopic } from '../follow-topic.ts'
import type { Log } from '../log.ts'
import { recordsOf } from '../produce.ts'
import type { Traces } from '../traces.ts'
import { watch } from './watch.ts'

export interface CollectorOptions {
  readonly broker: Broker
  readonly producer: Producer
  readonly clock: SourceClock
  readonly log: Log
  /** Opens a platform's source; throws SourceError. */
  readonly openSource: (name: string, options: SourceOptions) => ChatSource
  /** Begins the traces of some messages; absent or null: of none. */
  readonly traces?: Pick<Traces, 'begin'> | null
}

interface Watching {
  readonly abort: AbortController
  readonly done: Promise<BroadcastState | null>
}

/** One partition of the requests that this collector serves. */
interface Share {
  readonly partition: number
  /** What was last told of each of its channels. */
  readonly states: Map<string, BroadcastState>
  readonly watching: Map<string, Watching>
  /** Ends the reading of requests. */
  readonly end: AbortController
  /** Somebody else has it: nothing more may be written. */
  readonly gone: AbortController
  /** Never rejects. */
  following: Promise<void>
}

const APPEND_RETRY_MS = 500

/**
 * The collect role: follows `broadcast-requests` and keeps one watch a channel. All it must remember is in the two
 * compacted topics, so a new one goes on where a killed one was. Several share the partitions of the requests: each calls
 * `take` and `release` as its partitions come and go, and one alone calls `run`.
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
  readonly #shares = new Map<number, Share>()
  readonly #failed = Promise.withResolvers<never>()
  readonly #stop = new AbortController()
  #problem = ''

  constructor(options: CollectorOptions) {
    this.#options = options
    this.#messages = recordsOf(options.broker, topics.chatMessages)
    this.#states = recordsOf(options.broker, topics.broadcastStates)
    this.#failed.promise.catch(() => {})
  }

  /** Channels that are being watched now. */
  get channels(): readonly string[] {
    return [...this.#shares.values()].flatMap(({ watching }) => [...watching.keys()])
  }

  /** Why the log does not take what the sources bring, or ''. */
  get problem(): string {
    return this.#problem
  }

  /** Rejects when the log fails for good. */
  get failed(): Promise<never> {
    return this.#failed.promise
  }

  /** Serves these partitions, every one without them, until `stop`. Rejects when the log fails for good. */
  async run(): Promise<void> {
    const all = Array.from({ length: topics.broadcastRequests.partitions }, (_, partition) => partition)
    await this.take(all)
    await Promise.race([this.failed, Promise.all([...this.#shares.values()].map(({ following }) => following))])
  }

  /** Begins to serve the channels of these partitions of the requests. Resolves when the states told of them are read. */
  async take(partitions: readonly number[]): Promise<void> {
    await Promise.all(partitions.filter((partition) => !this.#shares.has(partition)).map((one) => this.#takeOne(one)))
  }

  /**
   * Ends the watches of these partitions without ending their broadcasts: whoever takes them resumes those. What a source
   * has given is in the log then, unless the partitions are `lost`: then another one has them already, and nothing more
   * is written.
   */
  async release(partitions: readonly number[], { lost }: { readonly lost: boolean }): Promise<void> {
    const shares = partitions.flatMap((partition) => this.#shares.get(partition) ?? [])
    const drop = () => {
      for (const share of shares) if (this.#shares.get(share.partition) === share) this.#shares.delete(share.partition)
    }
    for (const { end, gone, watching } of shares) {
      end.abort()
      if (lost) gone.abort()
      for (const { abort } of watching.values()) abort.abort()
    }
    // What is lost is not waited for: an append may hang on a log that does not answer, and it is no use any more.
    if (!lost)
      await Promise.all(
        shares.flatMap(({ watching, following }) => [following, ...[...watching.values()].map(({ done }) => done)]),
      )
    drop()
  }

  /** Stops every watch without ending its broadcast: the next start resumes them. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.release([...this.#shares.keys()], { lost: false })
  }

  /**
   * Ends the watch of this broadcast, where it is the one that its channel's state speaks of. Resolves to whether it is,
   * when its last message is in the log. A later broadcast of the channel goes on.
   */
  async endBroadcast(channelId: string, broadcastId: string): Promise<boolean> {
    for (const share of this.#shares.values()) {
      if (share.states.get(channelId)?.broadcastId !== broadcastId) continue
      await this.#end(channelId, share, 'stopped')
      return true
    }
    return false
  }

  async #takeOne(partition: number): Promise<void> {
    const share: Share = {
      partition,
      states: new Map(),
      watching: new Map(),
      end: new AbortController(),
      gone: new AbortController(),
      following: Promise.resolve(),
    }
    this.#shares.set(partition, share)
    const read = this.#readStates(share)
    share.following = read
      .then(() => this.#followRequests(share))
      .catch((cause: unknown) => {
        if (!share.gone.signal.aborted) this.#failed.reject(cause)
      })
    await Promise.race([this.failed, read])
  }

  async #readStates({ partition, states, end }: Share): Promise<void> {
    const enough = new AbortController()
    await this.#follow(topics.broadcastStates, partition, AbortSignal.any([enough.signal, end.signal]), {
      onRecord: (channelId, state) => {
        if (state) states.set(channelId, state)
        else states.delete(channelId)
      },
      onCaughtUp: () => enough.abort(),
    })
  }

  async #followRequests(share: Share): Promise<void> {
    const pending = new Map<string, BroadcastRequest>()
    let caughtUp = false
    const asked = async (channelId: string, request: BroadcastRequest | null) => {
      // Given up meanwhile: whoever has the partition now reads the same request.
      if (share.end.signal.aborted) return
      if (request) await this.#asked(request, share)
      else await this.#end(channelId, share, 'deleted')
    }
    await this.#follow(topics.broadcastRequests, share.partition, share.end.signal, {
      onRecord: async (channelId, request) => {
        // Until everything is read only the last word counts: old requests must not flicker through.
        if (caughtUp) await asked(channelId, request)
        else if (request) pending.set(channelId, request)
        else pending.delete(channelId)
      },
      onCaughtUp: async () => {
        caughtUp = true
        for (const [channelId, request] of pending) await asked(channelId, request)
        // A state without a request is what is left of a broadcast that was deleted while nobody collected.
        for (const channelId of [...share.states.keys()]) if (!pending.has(channelId)) await asked(channelId, null)
      },
    })
  }

  #follow<T>(
    topic: TopicDeclaration<T>,
    partition: number,
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
      partitions: [partition],
      signal,
      onRecord: ({ key, value }) => handlers.onRecord(key, value),
      onCaughtUp: handlers.onCaughtUp,
      onUndecodable: (record: FetchedRecord, cause) =>
        log.warn(`${record.topic}-${record.partition}@${record.offset} skipped: ${messageOf(cause)}`),
    })
  }

  async #asked(request: BroadcastRequest, share: Share): Promise<void> {
    const { channelId } = request
    if (request.action === 'stop') return this.#end(channelId, share, 'stopped')
    if (share.watching.has(channelId)) return this.#options.log.info(`${channelId} is watched already`)
    const previous = share.states.get(channelId) ?? null
    const isOver = previous?.state === 'ended' || previous?.state === 'refused'
    if (previous && isOver && previous.at >= request.requestedAt) return
    try {
      this.#start(request, share, previous)
    } catch (cause) {
      this.#options.log.warn(`${channelId}: ${messageOf(cause)}`)
      await this.#refuse(request, share, codeOf(cause), messageOf(cause))
    }
  }

  /** Somebody asked for it: that it cannot be opened must not stay in the log file alone. */
  #refuse(request: BroadcastRequest, share: Share, reason: string, detail: string): Promise<void> {
    const { channelId, source, url } = request
    const at = this.#options.clock.now()
    const channelName = channelId.slice(channelId.indexOf(':') + 1)
    return this.#tell(share, {
      ...{ channelId, broadcastId: '', source, url, title: '', channelName, state: 'refused', reason, detail },
      ...{ attempt: 0, nextTryAt: null, startsAt: null, startedAt: at, lastMessageAt: null, at },
    })
  }

  #start(request: BroadcastRequest, share: Share, previous: BroadcastState | null): void {
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
        appendMessages: (messages) => this.#appendMessages(share, messages, request.source),
        appendState: (state) => this.#tell(share, state),
      },
      abort.signal,
    )
      .catch((cause: unknown) => {
        log.error(`${request.channelId}: ${messageOf(cause)}`)
        return null
      })
      .finally(() => {
        if (share.watching.get(request.channelId)?.abort === abort) share.watching.delete(request.channelId)
      })
    share.watching.set(request.channelId, { abort, done })
  }

  async #appendMessages(share: Share, messages: readonly ChatMessage[], source: string): Promise<void> {
    const traces = messages.map(() => this.#options.traces?.begin('collect', { source }) ?? null)
    const records = messages.map((message, i): ProducedRecord => {
      const record = this.#messages(message.channelId, message, message.timestamp)
      const trace = traces[i]
      return trace ? { ...record, headers: [trace.header] } : record
    })
    try {
      await this.#append(share, records)
    } finally {
      for (const trace of traces) trace?.end()
    }
  }

  /**
   * Appends, again and again while the log refuses for a reason that may pass (a full disk, a busy file): the source
   * waits meanwhile, so nothing that it gave us is lost. A send is whole or not at all.
   */
  async #append({ gone: { signal: gone } }: Share, records: readonly ProducedRecord[]): Promise<void> {
    const { producer, clock, log } = this.#options
    for (;;) {
      if (gone.aborted) throw new JavasError('CHANNEL_GIVEN_UP', 'another collector has this channel now')
      try {
        await producer.send(records)
        if (this.#problem) log.info('the log takes messages again')
        this.#problem = ''
        return
      } catch (cause) {
        if ((cause as { retriable?: unknown }).retriable !== true || this.#stop.signal.aborted) throw cause
        if (!this.#problem) log.error(`the log takes no messages, sources wait: ${messageOf(cause)}`)
        this.#problem = messageOf(cause)
        await sleep(clock, APPEND_RETRY_MS, AbortSignal.any([this.#stop.signal, gone]))
      }
    }
  }

  async #tell(share: Share, state: BroadcastState): Promise<void> {
    share.states.set(state.channelId, state)
    await this.#append(share, [this.#states(state.channelId, state, state.at)])
  }

  async #end(channelId: string, share: Share, reason: 'stopped' | 'deleted'): Promise<void> {
    const watching = share.watching.get(channelId)
    watching?.abort.abort()
    await watching?.done
    const last = share.states.get(channelId)
    if (!last) return
    if (reason === 'deleted') {
      share.states.delete(channelId)
      await this.#append(share, [this.#states(channelId, null, this.#options.clock.now())])
      return
    }
    if (last.state !== 'ended' && last.state !== 'refused')
      await this.#tell(share, {
        ...last,
        state: 'ended',
        reason,
        detail: '',
        attempt: 0,
        nextTryAt: null,
        startsAt: null,
        at: this.#options.clock.now(),
      })
  }
}
