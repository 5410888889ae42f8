/**
 * What a channel's chat usually talks about, over its broadcasts: messages with each of its commonest words, and all messages, halving every
 * two weeks of stream time. At most `capacity` words: of what is rarer it is enough to know that it is rare. Pure: time comes with the calls.
 */
import type { KeywordChannel, KeywordUsual } from '#schemas/types.ts'

export interface ChannelBaselineOptions {
  readonly halfLifeMs: number
  /** Words kept of one channel. */
  readonly capacity: number
}

/** What a broadcast has brought itself: it is not held against that. */
export interface OwnPart {
  readonly count: number
  readonly messages: number
}

/** With fewer messages of earlier broadcasts nobody knows what is usual. */
const LEAST_MESSAGES = 300
/** Messages with the word that are taken to be usual beside those that were counted: what was never said before is rare, not impossible. */
const PRIOR = 1

export class ChannelBaseline {
  readonly #options: ChannelBaselineOptions
  readonly #words: Map<string, KeywordUsual>
  #channel: KeywordChannel
  readonly #changed = new Set<string>()
  #hasChannelChanged = false

  constructor(
    options: ChannelBaselineOptions,
    channel: KeywordChannel = { messages: 0, at: 0, seenAt: 0 },
    words: Iterable<readonly [id: string, usual: KeywordUsual]> = [],
  ) {
    this.#options = options
    this.#channel = channel
    this.#words = new Map(words)
  }

  get size(): number {
    return this.#words.size
  }

  /**
   * Takes over what a broadcast has counted since it was asked last.
   * @param at stream time
   * @param now machine time
   */
  learn(counts: Iterable<readonly [id: string, count: number]>, messages: number, at: number, now: number): void {
    const to = Math.max(this.#channel.at, at)
    this.#channel = {
      messages: this.#channel.messages * this.#decay(to - this.#channel.at) + messages,
      at: to,
      seenAt: now,
    }
    this.#hasChannelChanged = true
    for (const [id, count] of counts) {
      this.#words.set(id, { count: this.#countOf(id, to) + count, at: to })
      this.#changed.add(id)
    }
    const spare = this.#words.size - this.#options.capacity
    if (spare <= 0) return
    const lightest = [...this.#words.keys()]
      .map((id) => ({ id, count: this.#countOf(id, to) }))
      .sort((a, b) => a.count - b.count || (a.id < b.id ? -1 : 1))
      .slice(0, spare)
    for (const { id } of lightest) {
      this.#words.delete(id)
      this.#changed.add(id)
    }
  }

  /**
   * How many times as often as in the channel's earlier broadcasts the word is said; 1 while too little is known of them.
   * @param share of the messages now that have the word
   */
  burst(id: string, share: number, at: number, own: OwnPart): number {
    const messages = this.#channel.messages * this.#decay(at - this.#channel.at) - own.messages
    if (messages < LEAST_MESSAGES) return 1
    const count = Math.max(0, this.#countOf(id, at) - own.count)
    return Math.round((share / ((count + PRIOR) / messages)) * 100) / 100
  }

  /** Rows to write: undefined where a word's row goes. */
  takeChanges(): {
    readonly channel: KeywordChannel | undefined
    readonly words: readonly (readonly [id: string, usual: KeywordUsual | undefined])[]
  } {
    const words = [...this.#changed].map((id) => [id, this.#words.get(id)] as const)
    this.#changed.clear()
    const channel = this.#hasChannelChanged ? this.#channel : undefined
    this.#hasChannelChanged = false
    return { channel, words }
  }

  #countOf(id: string, at: number): number {
    const usual = this.#words.get(id)
    return usual === undefined ? 0 : usual.count * this.#decay(at - usual.at)
  }

  #decay(elapsedMs: number): number {
    return elapsedMs <= 0 ? 1 : 2 ** (-elapsedMs / this.#options.halfLifeMs)
  }
}
