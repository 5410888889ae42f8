/** The newest of one broadcast, kept in bounded memory for every browser that watches it. */
import type { AnalyzedMessage } from '#schemas/types.ts'
import { type Cursor, liveTopics } from './cursor.ts'

/** A message as the log has it. What a browser gets of it is made when somebody reads it first: in a flood most are never shown. */
export class FeedMessage {
  /** Number of the message in this feed, without gaps. */
  readonly number: number
  readonly offset: number
  readonly #source: MessageSource
  #json: string | null | undefined

  constructor(number: number, offset: number, source: MessageSource) {
    this.number = number
    this.offset = offset
    this.#source = source
  }

  /** A `WireMessage` as JSON, written once for all readers; null when the log's bytes cannot be read. */
  get json(): string | null {
    this.#json ??= this.#source.json()
    return this.#json
  }

  /** Read anew each time, for a moderator who asks for what is masked. */
  get original(): AnalyzedMessage | null {
    return this.#source.analyzed()
  }
}

export interface MessageSource {
  json(): string | null
  analyzed(): AnalyzedMessage | null
}

export type FeedPartName = 'windows' | 'keywords' | 'offences' | 'alerts' | 'personAlerts' | 'state' | 'answers'

/** The latest version of something that is replaced rather than added to. */
export interface FeedPart {
  readonly name: FeedPartName
  readonly version: number
  /** Place in `liveTopics`; null: of a topic that no cursor counts, so that whoever comes back gets it again. */
  readonly topic: number | null
  readonly offset: number
  readonly json: string
}

export interface FeedLimits {
  readonly messages: number
  /** Windows, offences and alerts together. */
  readonly parts: number
}

export class BroadcastFeed {
  readonly #limits: FeedLimits
  readonly #messages: FeedMessage[] = []
  readonly #parts = new Map<string, FeedPart>()
  readonly #listeners = new Set<() => void>()
  /** One past the highest offset of each topic that is no longer here, or never was. */
  readonly #missing: number[]
  /** One past the highest offset of each topic seen for this broadcast. */
  readonly #next: number[]
  #count = 0
  #version = 0
  readonly partition: number

  /** @param start offsets of `partition` from which everything of this broadcast reaches this feed */
  constructor(partition: number, start: readonly number[], limits: FeedLimits) {
    this.partition = partition
    this.#limits = limits
    this.#missing = [...start]
    this.#next = [...start]
  }

  /** Messages ever added: the number that the next one gets. */
  get count(): number {
    return this.#count
  }

  /** Grows with every part. */
  get version(): number {
    return this.#version
  }

  get listeners(): number {
    return this.#listeners.size
  }

  addMessage(offset: number, source: MessageSource): void {
    this.#messages.push(new FeedMessage(this.#count, offset, source))
    this.#count += 1
    this.#next[0] = offset + 1
    // Dropped in blocks: shifting an array by one for every message would copy it every time.
    if (this.#messages.length >= this.#limits.messages + 256) {
      const dropped = this.#messages.splice(0, this.#messages.length - this.#limits.messages)
      this.#missing[0] = dropped.at(-1)!.offset + 1
    }
    this.#notify()
  }

  /** @param id what this replaces, such as the start of a window */
  setPart(name: FeedPartName, id: string, topic: number | null, offset: number, json: string): void {
    this.#version += 1
    if (topic !== null) this.#next[topic] = offset + 1
    const key = `${name} ${id}`
    this.#parts.delete(key)
    this.#parts.set(key, { name, version: this.#version, topic, offset, json })
    if (this.#parts.size > this.#limits.parts) {
      const [oldest, part] = this.#parts.entries().next().value!
      this.#parts.delete(oldest)
      if (part.topic !== null) this.#missing[part.topic] = Math.max(this.#missing[part.topic]!, part.offset + 1)
    }
    this.#notify()
  }

  /** The messages numbered `from` and later, at most `limit`, and how many before them are gone. */
  messagesFrom(from: number, limit: number): { readonly messages: readonly FeedMessage[]; readonly lost: number } {
    const first = this.#count - this.#messages.length
    const start = Math.max(0, from - first)
    return { messages: this.#messages.slice(start, start + limit), lost: Math.max(0, first - from) }
  }

  /** Parts newer than `version`, oldest first. */
  partsSince(version: number): readonly FeedPart[] {
    const fresh: FeedPart[] = []
    for (const part of this.#parts.values()) if (part.version > version) fresh.push(part)
    return fresh
  }

  /** Where a reader at `cursor` stands. `gap` when something after it is no longer here, `chatGap` when messages are. */
  locate(cursor: Cursor): {
    readonly nextMessage: number
    readonly isNew: (part: FeedPart) => boolean
    readonly gap: boolean
    readonly chatGap: boolean
  } {
    const offsets = cursor.get(this.partition) ?? liveTopics.map(() => 0)
    const known = this.#messages.find((message) => message.offset >= offsets[0]!)
    return {
      nextMessage: known?.number ?? this.#count,
      isNew: (part) => part.topic === null || part.offset >= offsets[part.topic]!,
      gap: offsets.some((offset, topic) => offset < this.#missing[topic]!),
      chatGap: offsets[0]! < this.#missing[0]!,
    }
  }

  /** The cursor of a reader who has everything but the messages from number `nextMessage` on. */
  cursorAt(nextMessage: number): Cursor {
    const first = this.#count - this.#messages.length
    const pending = this.#messages[Math.max(0, nextMessage - first)]
    const offsets = [...this.#next]
    if (pending) offsets[0] = pending.offset
    return new Map([[this.partition, offsets]])
  }

  /** A message with something masked, if it is still here. */
  original(messageId: string): AnalyzedMessage | null {
    for (let at = this.#messages.length - 1; at >= 0; at -= 1) {
      const original = this.#messages[at]!.original
      if (original?.message.id === messageId) return original.profanity.length > 0 ? original : null
    }
    return null
  }

  /** Calls `listener` after every addition, until the returned function is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #notify(): void {
    for (const listener of this.#listeners) listener()
  }
}
