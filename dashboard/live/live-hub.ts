/** Tails the output topics once for all browsers. */
import { defaultSettings } from '#processors/channel-settings.ts'
import type { AvroReader } from '#schemas/avro.ts'
import { broadcastReader, type OfBroadcast } from '#schemas/broadcast-of.ts'
import { topics } from '#schemas/topics.ts'
import type {
  Alert,
  AnalyzedMessage,
  AuthorOffence,
  BroadcastState,
  ChannelRules,
  ChannelSettings,
  KeywordCount,
  OperatorAction,
  WindowCount,
} from '#schemas/types.ts'
import type { Broker, Codec, FetchedRecord, Position, Reader } from '#topology'
import { broadcastSlug } from '../app/broadcast-id.ts'
import type { Answer } from '../app/wire.ts'
import { Answers } from './answers.ts'
import { BroadcastFeed, type FeedLimits, type MessageSource } from './broadcast-feed.ts'
import { type LiveTopic, liveTopics } from './cursor.ts'
import { toWire } from './to-wire.ts'

export interface LiveHubOptions {
  readonly broker: Pick<Broker, 'schemas' | 'reader' | 'offsets' | 'topics'>
  /** Where the archive stands: from there on the hub has everything, before it the archive has. */
  readonly archivePositions: () => Promise<readonly Position[]>
  readonly limits?: Partial<FeedLimits> & { readonly feeds?: number }
  /** Told about a record that cannot be read, or a log that cannot be polled. */
  readonly onProblem?: (problem: Error) => void
  /** Told about a message with headers that became a frame of the live streams; times are epoch ms. */
  readonly onFrame?: (headers: FetchedRecord['headers'], startedAt: number, endedAt: number) => void
}

const MESSAGES = 'analyzed-messages'
const SETTINGS = 'channel-settings'
const RULES = 'channel-rules'
const ACTIONS = 'operator-actions'
const tables: readonly string[] = ['broadcast-states', SETTINGS, RULES, ACTIONS]
/** What people did longer ago is of no use to a running broadcast: no start reads years of it. */
const ACTIONS_READ = 5000
const RETRY_MS = 1000
/** Taken in one turn of the event loop: about a ms of work. */
const PAGE_RECORDS = 500

export class LiveHub {
  readonly #options: LiveHubOptions
  readonly #limits: FeedLimits & { readonly feeds: number }
  readonly #feeds = new Map<string, BroadcastFeed>()
  readonly #waiting = new Map<string, Set<(feed: BroadcastFeed) => void>>()
  readonly #states = new Map<string, BroadcastState>()
  readonly #settings = new Map<string, ChannelSettings>()
  readonly #rules = new Map<string, ChannelRules>()
  readonly #answers = new Answers()
  readonly #start = new Map<string, number>()
  readonly #stopped = new AbortController()
  readonly #codecs: ReadonlyMap<string, Codec<unknown>>
  readonly #broadcastOf: AvroReader<OfBroadcast>
  #reader: Reader | null = null
  #loop: Promise<void> = Promise.resolve()
  #evicted = false
  #problem: Error | null = null
  #unreadable = 0

  constructor(options: LiveHubOptions) {
    this.#options = options
    this.#limits = {
      messages: options.limits?.messages ?? 2000,
      parts: options.limits?.parts ?? 1000,
      feeds: options.limits?.feeds ?? 200,
    }
    this.#broadcastOf = broadcastReader(options.broker.schemas)
    const declared = [
      topics.analyzedMessages,
      topics.windowCounts,
      topics.keywordCounts,
      topics.authorOffences,
      topics.alerts,
      topics.broadcastStates,
      topics.channelSettings,
      topics.channelRules,
      topics.operatorActions,
    ]
    this.#codecs = new Map(
      declared.map((topic) => [
        topic.name,
        topic.value.bind(options.broker.schemas, `${topic.name}-value`) as Codec<unknown>,
      ]),
    )
  }

  /** What keeps the hub from reading right now, or null. */
  get problem(): Error | null {
    return this.#problem
  }

  /** Records that could not be decoded. */
  get unreadable(): number {
    return this.#unreadable
  }

  /** Begins to tail; resolves when the states and settings that exist now are known. */
  async start(): Promise<void> {
    this.#reader = this.#options.broker.reader()
    this.#reader.assign(await this.#startPositions())
    await this.#catchUpTables()
    this.#loop = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#loop
    await this.#reader?.close()
  }

  /** Latest state of every channel that is or was watched. */
  states(): readonly BroadcastState[] {
    return [...this.#states.values()]
  }

  state(channelId: string): BroadcastState | null {
    return this.#states.get(channelId) ?? null
  }

  /** What somebody set for the channel; null while nobody did. */
  settings(channelId: string): ChannelSettings | null {
    return this.#settings.get(channelId) ?? null
  }

  /** The channel's own rules in force; null while nobody made any. */
  rules(channelId: string): ChannelRules | null {
    return this.#rules.get(channelId) ?? null
  }

  /** Questions of the broadcast that somebody called answered, or took that back. */
  answers(channelId: string, broadcastId: string): readonly Answer[] {
    return this.#answers.of(channelId, broadcastId)
  }

  maskSeverity(channelId: string): number {
    return this.#settings.get(channelId)?.maskSeverity ?? defaultSettings.maskSeverity
  }

  /** Drops what is in memory of a broadcast that was deleted: nobody may read on from there. */
  forget(channelId: string, broadcastId: string): void {
    this.#feeds.delete(broadcastSlug(channelId, broadcastId))
  }

  feed(channelId: string, broadcastId: string): BroadcastFeed | null {
    return this.#feeds.get(broadcastSlug(channelId, broadcastId)) ?? null
  }

  /** Calls `found` once when the broadcast's first record arrives; the returned function gives up. */
  awaitFeed(channelId: string, broadcastId: string, found: (feed: BroadcastFeed) => void): () => void {
    const slug = broadcastSlug(channelId, broadcastId)
    const waiting = this.#waiting.get(slug) ?? new Set()
    this.#waiting.set(slug, waiting.add(found))
    return () => {
      waiting.delete(found)
      if (waiting.size === 0) this.#waiting.delete(slug)
    }
  }

  async #startPositions(): Promise<Position[]> {
    const archived = new Map(
      (await this.#options.archivePositions()).map((at) => [`${at.topic} ${at.partition}`, at.offset]),
    )
    const specs = (await this.#options.broker.topics()).filter(({ name }) => this.#codecs.has(name))
    const positions: Position[] = []
    for (const { name, partitions } of specs)
      for (let partition = 0; partition < partitions; partition += 1) {
        const { earliest, latest } = await this.#options.broker.offsets({ topic: name, partition })
        const wanted =
          name === ACTIONS
            ? latest - ACTIONS_READ
            : tables.includes(name)
              ? earliest
              : (archived.get(`${name} ${partition}`) ?? earliest)
        const offset = Math.min(latest, Math.max(earliest, wanted))
        positions.push({ topic: name, partition, offset })
        this.#start.set(`${name} ${partition}`, offset)
      }
    return positions
  }

  /** Reads on until the tables stand at the end that they have now. */
  async #catchUpTables(): Promise<void> {
    const ends: Position[] = []
    for (const key of this.#start.keys()) {
      const cut = key.lastIndexOf(' ')
      const at = { topic: key.slice(0, cut), partition: Number(key.slice(cut + 1)) }
      if (tables.includes(at.topic)) ends.push({ ...at, offset: (await this.#options.broker.offsets(at)).latest })
    }
    while (ends.some((end) => this.#reader!.position(end) < end.offset)) await this.#poll(0)
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped
    while (!signal.aborted) {
      try {
        await this.#poll(250)
        this.#problem = null
      } catch (cause) {
        if (signal.aborted) return
        this.#problem = cause as Error
        this.#options.onProblem?.(cause as Error)
        await new Promise((done) => setTimeout(done, RETRY_MS))
        if ((cause as { code?: string }).code === 'OFFSET_OUT_OF_RANGE') await this.#restart()
      }
    }
  }

  /** Retention took away what was to be read next: begin where the archive stands now, and let every reader know. */
  async #restart(): Promise<void> {
    try {
      const positions = await this.#startPositions()
      this.#reader!.assign(positions)
      this.#feeds.clear()
      this.#evicted = true
    } catch (cause) {
      this.#options.onProblem?.(cause as Error)
    }
  }

  async #poll(maxWaitMs: number): Promise<void> {
    const records = await this.#reader!.poll({ maxRecords: PAGE_RECORDS, maxWaitMs, signal: this.#stopped.signal })
    for (const record of records) this.#take(record)
    // A full page may be one of many: other work of this thread must come in between.
    if (records.length === PAGE_RECORDS) await new Promise((done) => setImmediate(done))
  }

  #take(record: FetchedRecord): void {
    if (!record.value) {
      this.#forget(record)
      return
    }
    const startedAt = record.headers.length > 0 ? Date.now() : 0
    let value: unknown
    try {
      value =
        record.topic === MESSAGES
          ? this.#broadcastOf.decode(record.value)
          : this.#codecs.get(record.topic)!.decode(record.value)
    } catch (cause) {
      this.#cannotRead(cause)
      return
    }
    if (record.topic === SETTINGS) {
      const settings = value as ChannelSettings
      this.#settings.set(settings.channelId, settings)
      return
    }
    if (record.topic === RULES) {
      const rules = value as ChannelRules
      this.#rules.set(rules.channelId, rules)
      return
    }
    if (record.topic === ACTIONS) {
      const action = value as OperatorAction
      const answer = this.#answers.add(action)
      if (answer)
        this.feed(action.channelId, action.broadcastId)?.setPart(
          'answers',
          answer.questionId,
          null,
          record.offset,
          JSON.stringify(answer),
        )
      return
    }
    if (record.topic === 'broadcast-states')
      this.#states.set((value as BroadcastState).channelId, value as BroadcastState)
    const { channelId, broadcastId } =
      record.topic === MESSAGES ? (value as OfBroadcast).message : (value as WindowCount)
    if (broadcastId === '') return
    this.#deliver(this.#feedFor(channelId, broadcastId, record.partition), record, value)
    if (record.headers.length > 0) this.#options.onFrame?.(record.headers, startedAt, Date.now())
  }

  #cannotRead(cause: unknown): void {
    this.#unreadable += 1
    this.#options.onProblem?.(cause as Error)
  }

  /** A copy of its bytes: a view would keep the whole page of the log, with what others wrote in it. */
  #messageOf(value: Uint8Array): MessageSource {
    const bytes = Uint8Array.prototype.slice.call(value)
    const analyzed = () => {
      try {
        return this.#codecs.get(MESSAGES)!.decode(bytes) as AnalyzedMessage
      } catch (cause) {
        this.#cannotRead(cause)
        return null
      }
    }
    return {
      analyzed,
      json: () => {
        const message = analyzed()
        return message && JSON.stringify(toWire(message, this.maskSeverity(message.message.channelId)))
      },
    }
  }

  #forget(record: FetchedRecord): void {
    const channelId = record.key ? Buffer.from(record.key).toString('utf8') : ''
    if (record.topic === SETTINGS) this.#settings.delete(channelId)
    if (record.topic === RULES) this.#rules.delete(channelId)
    if (record.topic === 'broadcast-states') this.#states.delete(channelId)
  }

  #deliver(feed: BroadcastFeed, { topic, offset, value: bytes }: FetchedRecord, value: unknown): void {
    const place = liveTopics.indexOf(topic as LiveTopic)
    const json = () => JSON.stringify(value)
    switch (topic) {
      case MESSAGES:
        feed.addMessage(offset, this.#messageOf(bytes!))
        return
      case 'window-counts': {
        const { windowStart, windowEnd } = value as WindowCount
        feed.setPart('windows', `${windowEnd - windowStart} ${windowStart}`, place, offset, json())
        return
      }
      case 'keyword-counts':
        feed.setPart('keywords', (value as KeywordCount).broadcastId, place, offset, json())
        return
      case 'author-offences':
        feed.setPart('offences', (value as AuthorOffence).authorId, place, offset, json())
        return
      case 'alerts':
        // What is about a person is for moderators only, like the offences.
        feed.setPart(
          (value as Alert).subject === '' ? 'alerts' : 'personAlerts',
          (value as Alert).id,
          place,
          offset,
          json(),
        )
        return
      case 'broadcast-states':
        feed.setPart('state', '', place, offset, json())
        return
    }
  }

  #feedFor(channelId: string, broadcastId: string, partition: number): BroadcastFeed {
    const slug = broadcastSlug(channelId, broadcastId)
    const known = this.#feeds.get(slug)
    if (known) {
      this.#feeds.delete(slug)
      this.#feeds.set(slug, known)
      return known
    }
    // After an eviction nobody knows what this broadcast had before: then it begins here.
    const start = liveTopics.map((topic) =>
      this.#evicted ? this.#reader!.position({ topic, partition }) : (this.#start.get(`${topic} ${partition}`) ?? 0),
    )
    const feed = new BroadcastFeed(partition, start, this.#limits)
    this.#feeds.set(slug, feed)
    if (this.#feeds.size > this.#limits.feeds) this.#evict()
    const waiting = this.#waiting.get(slug)
    this.#waiting.delete(slug)
    for (const found of waiting ?? []) found(feed)
    return feed
  }

  #evict(): void {
    for (const [slug, feed] of this.#feeds)
      if (feed.listeners === 0) {
        this.#feeds.delete(slug)
        this.#evicted = true
        return
      }
  }
}
