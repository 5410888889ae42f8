/**
 * The words a broadcast's chat is about now: a top list with exponential decay in stream time, at most `capacity`
 * words. A new word pushes out the lightest one and takes over its weight (Space-Saving; Metwally et al. 2005), so a
 * weight is never too low and too high by at most total weight / capacity; `error` says how much may be inherited.
 */
import { avroSerde } from '#schemas/avro.ts'
import type {
  AnalyzedMessage,
  Keyword,
  KeywordChannel,
  KeywordClock,
  KeywordCount,
  KeywordState,
  KeywordUsual,
} from '#schemas/types.ts'
import {
  type KeyValueStore,
  keyValueStore,
  type ProcessorContext,
  type ProcessorSupplier,
  stringSerde,
} from '#topology'
import { ChannelBaseline } from './channel-baseline.ts'
import { findCoinages, type RankedWord } from './coinages/find-coinages.ts'
import { isWritten } from './is-written.ts'
import { flagText } from './profanity/flag-text.ts'
import { revision } from './revision.ts'
import { keyParts, prefixRange, storeKey } from './store-key.ts'

export interface RankKeywordsOptions {
  /** A word that is not said any more weighs half after this. Default 60 s. */
  readonly halfLifeMs?: number
  /** What is usual weighs half after this. Default 15 min. */
  readonly usualHalfLifeMs?: number
  /** Words kept of one broadcast. Default 300. */
  readonly capacity?: number
  /** Words sent. Default 60. */
  readonly top?: number
  /** Least time between two records of one broadcast, machine time. Default 2 s. */
  readonly everyMs?: number
  /** A broadcast silent for this long is forgotten, machine time. Default 1 h. */
  readonly forgetAfterMs?: number
  /** What is usual in a channel, over its broadcasts, weighs half after this. Default 14 days. */
  readonly channelHalfLifeMs?: number
  /** Usual words kept of one channel. Default 500. */
  readonly channelCapacity?: number
}

const DEFAULTS = {
  halfLifeMs: 60_000,
  usualHalfLifeMs: 15 * 60_000,
  capacity: 300,
  top: 60,
  everyMs: 2_000,
  forgetAfterMs: 60 * 60 * 1000,
  channelHalfLifeMs: 14 * 24 * 60 * 60_000,
  channelCapacity: 500,
}
/** How often a channel's usual words take over what its broadcasts counted, machine time. */
const LEARN_EVERY_MS = 10 * 60_000
/** A channel without a broadcast for this long is forgotten, machine time. */
const FORGET_CHANNEL_MS = 90 * 24 * 60 * 60_000
/** Lighter than this a word is no topic any more. */
const LEAST_WEIGHT = 0.05

/** A burst is told from this decayed count on, against at least so much of what is usual, after so long. */
const LEAST_BURST_WEIGHT = 3
const USUAL_PRIOR = 1
const LEAST_ELAPSED_MS = 5 * 60_000
/** A word is fresh for this long after it was first said. */
const FRESH_MS = 5 * 60_000

/** A word's share of one message: the same for a word said once and one repeated ten times. */
export interface Mention {
  readonly word: string
  readonly emote: boolean
}

/** The decayed top list of one broadcast. Pure: time comes with the calls. */
export class KeywordRanking {
  readonly #halfLifeMs: number
  readonly #usualHalfLifeMs: number
  readonly #capacity: number
  readonly #entries = new Map<string, KeywordState>()
  /** Words whose row changed or went since `takeChanges`. */
  readonly #changed = new Set<string>()

  constructor(
    options: { readonly halfLifeMs: number; readonly usualHalfLifeMs: number; readonly capacity: number },
    entries: Iterable<readonly [string, KeywordState]> = [],
  ) {
    this.#halfLifeMs = options.halfLifeMs
    this.#usualHalfLifeMs = options.usualHalfLifeMs
    this.#capacity = options.capacity
    for (const [id, entry] of entries) this.#entries.set(id, entry)
  }

  get size(): number {
    return this.#entries.size
  }

  /** @param at stream time; an earlier one than before counts as decayed to now */
  add(mention: Mention, at: number, sentiment: 'positive' | 'neutral' | 'negative' | undefined): void {
    const id = `${mention.emote ? 'e' : 'w'}${mention.word}`
    let entry = this.#entries.get(id)
    if (entry === undefined) {
      let inherited = 0
      if (this.#entries.size >= this.#capacity) {
        const [lightest, weight] = this.#lightest(at)
        this.#entries.delete(lightest)
        this.#changed.add(lightest)
        inherited = weight
      }
      entry = {
        weight: inherited,
        error: inherited,
        positive: 0,
        negative: 0,
        count: 0,
        emote: mention.emote,
        at,
        usual: 0,
        learned: 0,
      }
    }
    const now = Math.max(entry.at, at)
    const kept = this.#decay(now - entry.at)
    const fresh = this.#decay(now - at)
    this.#entries.set(id, {
      weight: entry.weight * kept + fresh,
      error: entry.error * kept,
      positive: entry.positive * kept + (sentiment === 'positive' ? fresh : 0),
      negative: entry.negative * kept + (sentiment === 'negative' ? fresh : 0),
      count: entry.count + 1,
      emote: entry.emote,
      at: now,
      learned: entry.learned,
      usual:
        entry.usual * this.#decay(now - entry.at, this.#usualHalfLifeMs) + this.#decay(now - at, this.#usualHalfLifeMs),
    })
    this.#changed.add(id)
  }

  /**
   * The heaviest words at this stream time, heaviest first, equal ones in the order of letters.
   * @param began stream time of the broadcast's first message; -1 where nobody knows
   * @param channelBurst how a word stands to the channel's earlier broadcasts
   */
  top(
    limit: number,
    at: number,
    began = -1,
    channelBurst: (id: string, weight: number, learned: number) => number = () => 1,
  ): Keyword[] {
    const words: Keyword[] = []
    for (const [id, entry] of this.#entries) {
      const kept = this.#decay(at - entry.at)
      const weight = entry.weight * kept
      if (weight < LEAST_WEIGHT || (entry.error * kept) / weight > 0.5) continue
      words.push({
        word: id.slice(1),
        weight,
        count: entry.count,
        positive: entry.positive * kept,
        negative: entry.negative * kept,
        emote: entry.emote,
        ...this.#change(entry, weight, at, began),
        channelBurst: weight < LEAST_BURST_WEIGHT ? 1 : channelBurst(id, weight, entry.learned),
      })
    }
    return words.sort((a, b) => b.weight - a.weight || (a.word < b.word ? -1 : 1)).slice(0, limit)
  }

  /** Every word that is still a topic, with its count, emotes aside: what a rule masks from now on is none for long. */
  words(at: number): RankedWord[] {
    return [...this.#entries].flatMap(([id, entry]) =>
      entry.emote || entry.weight * this.#decay(at - entry.at) < LEAST_WEIGHT
        ? []
        : [{ word: id.slice(1), count: entry.count }],
    )
  }

  /** What was counted of each word since this was asked last. */
  takeUnlearned(): (readonly [id: string, count: number])[] {
    const counts: (readonly [string, number])[] = []
    for (const [id, entry] of this.#entries) {
      if (entry.count === entry.learned) continue
      counts.push([id, entry.count - entry.learned])
      this.#entries.set(id, { ...entry, learned: entry.count })
      this.#changed.add(id)
    }
    return counts
  }

  /** Rows to write: the state, or undefined where the row goes. */
  takeChanges(): (readonly [id: string, entry: KeywordState | undefined])[] {
    const changes = [...this.#changed].map((id) => [id, this.#entries.get(id)] as const)
    this.#changed.clear()
    return changes
  }

  /**
   * The rate now over the usual rate. A decayed count over its half-life is a rate, times what a count that began
   * `elapsed` ago has reached of it; one message of prior keeps a word that was said once from a burst.
   */
  #change(entry: KeywordState, weight: number, at: number, began: number): Pick<Keyword, 'burst' | 'fresh'> {
    const elapsed = began < 0 ? 0 : at - began
    if (elapsed < LEAST_ELAPSED_MS || weight < LEAST_BURST_WEIGHT) return { burst: 1, fresh: false }
    const reached = 1 - this.#decay(elapsed, this.#usualHalfLifeMs)
    const usual =
      (entry.usual * this.#decay(at - entry.at, this.#usualHalfLifeMs) + USUAL_PRIOR) / this.#usualHalfLifeMs / reached
    // All of what is usual is younger than FRESH_MS: as many messages as the slow count holds.
    const fresh = elapsed > 2 * FRESH_MS && entry.count <= entry.usual * 2 ** (FRESH_MS / this.#usualHalfLifeMs)
    return { burst: Math.round((weight / this.#halfLifeMs / usual) * 100) / 100, fresh }
  }

  #decay(elapsedMs: number, halfLifeMs = this.#halfLifeMs): number {
    return elapsedMs <= 0 ? 1 : 2 ** (-elapsedMs / halfLifeMs)
  }

  #lightest(at: number): [id: string, weight: number] {
    let id = ''
    let least = Number.POSITIVE_INFINITY
    for (const [candidate, entry] of this.#entries) {
      const weight = entry.weight * this.#decay(at - entry.at)
      if (weight < least) {
        least = weight
        id = candidate
      }
    }
    return [id, least]
  }
}

export const keywordStates = keyValueStore('keyword-states', {
  key: stringSerde,
  value: avroSerde<KeywordState>('stores/keyword-state'),
})
export const keywordClocks = keyValueStore('keyword-clocks', {
  key: stringSerde,
  value: avroSerde<KeywordClock>('stores/keyword-clock'),
})
export const keywordUsuals = keyValueStore('keyword-usuals', {
  key: stringSerde,
  value: avroSerde<KeywordUsual>('stores/keyword-usual'),
})
export const keywordChannels = keyValueStore('keyword-channels', {
  key: stringSerde,
  value: avroSerde<KeywordChannel>('stores/keyword-channel'),
})
export const rankKeywordsStores = [keywordStates, keywordClocks, keywordUsuals, keywordChannels] as const

/** Each word and emote of a message once. Swear words are not among its words: `flag-profanity` took them out. */
export function mentionsOf({ tokens }: AnalyzedMessage): Mention[] {
  return [
    ...[...new Set(tokens.words)].map((word) => ({ word, emote: false })),
    ...[...new Set(tokens.emotes)].map((word) => ({ word, emote: true })),
  ]
}

/** New words; none that would be masked, alone or as a beginning of something innocent. */
const coinedOf = (ranking: KeywordRanking, at: number): string[] =>
  findCoinages(ranking.words(at))
    .map(({ word }) => word)
    .filter((word) => flagText(word).length === 0)

const NO_CLOCK: KeywordClock = {
  streamTime: -1,
  seenAt: 0,
  revision: 0,
  began: -1,
  messages: 0,
  learned: 0,
  recent: 0,
}

interface Ranked {
  readonly ranking: KeywordRanking
  clock: KeywordClock
  isFresh: boolean
  sentAt: number
}

/** The node `rank-keywords`. */
export const rankKeywords =
  (given: RankKeywordsOptions = {}): ProcessorSupplier<string, AnalyzedMessage, string, KeywordCount> =>
  () => {
    const options = { ...DEFAULTS, ...given }
    let context: ProcessorContext<string, KeywordCount>
    let states: KeyValueStore<string, KeywordState>
    let clocks: KeyValueStore<string, KeywordClock>
    let usuals: KeyValueStore<string, KeywordUsual>
    let channels: KeyValueStore<string, KeywordChannel>
    const broadcasts = new Map<string, Ranked>()
    const baselines = new Map<string, ChannelBaseline>()

    const baselineOf = (channelId: string): ChannelBaseline => {
      let baseline = baselines.get(channelId)
      if (baseline === undefined) {
        const words = [...usuals.range(...prefixRange(channelId))].map(
          ([key, usual]) => [keyParts(key)[1]!, usual] as const,
        )
        const settings = { halfLifeMs: options.channelHalfLifeMs, capacity: options.channelCapacity }
        baseline = new ChannelBaseline(settings, channels.get(channelId), words)
        baselines.set(channelId, baseline)
      }
      return baseline
    }

    const load = (channelId: string, broadcastId: string): Ranked => {
      const broadcast = storeKey(channelId, broadcastId)
      let ranked = broadcasts.get(broadcast)
      if (ranked === undefined) {
        const rows = [...states.range(...prefixRange(channelId, broadcastId))].map(
          ([key, state]) => [keyParts(key)[2]!, state] as const,
        )
        const clock = clocks.get(broadcast) ?? NO_CLOCK
        ranked = { ranking: new KeywordRanking(options, rows), clock, isFresh: false, sentAt: Number.NEGATIVE_INFINITY }
        broadcasts.set(broadcast, ranked)
      }
      return ranked
    }

    const save = (): void => {
      for (const [broadcast, { ranking, clock }] of broadcasts) {
        const [channelId = '', broadcastId = ''] = keyParts(broadcast)
        const changes = ranking.takeChanges()
        for (const [id, state] of changes) {
          const key = storeKey(channelId, broadcastId, id)
          if (state === undefined) states.delete(key)
          else states.put(key, state)
        }
        if (changes.length > 0) clocks.put(broadcast, clock)
      }
      for (const [channelId, baseline] of baselines) {
        const { channel, words } = baseline.takeChanges()
        for (const [id, usual] of words) {
          const key = storeKey(channelId, id)
          if (usual === undefined) usuals.delete(key)
          else usuals.put(key, usual)
        }
        if (channel !== undefined) channels.put(channelId, channel)
      }
    }

    const send = (now: number): void => {
      for (const [broadcast, ranked] of broadcasts) {
        if (!ranked.isFresh || now - ranked.sentAt < options.everyMs) continue
        const [channelId = '', broadcastId = ''] = keyParts(broadcast)
        ranked.clock = { ...ranked.clock, revision: ranked.clock.revision + 1 }
        clocks.put(broadcast, ranked.clock)
        ranked.isFresh = false
        ranked.sentAt = now
        const { streamTime: at, began, recent, learned } = ranked.clock
        const baseline = baselineOf(channelId)
        const words = ranked.ranking.top(options.top, at, began, (id, weight, count) =>
          baseline.burst(id, weight / Math.max(weight, recent), at, { count, messages: learned }),
        )
        context.forward({
          key: channelId,
          timestamp: at,
          headers: [],
          value: {
            channelId,
            broadcastId,
            at,
            words,
            coined: coinedOf(ranked.ranking, at),
            revision: revision(context.sessionEpoch, ranked.clock.revision),
          },
        })
      }
    }

    const learn = (now: number): void => {
      for (const [broadcast, stored] of [...clocks.all()]) {
        const [channelId = '', broadcastId = ''] = keyParts(broadcast)
        const ranked =
          broadcasts.get(broadcast) ?? (stored.messages > stored.learned ? load(channelId, broadcastId) : null)
        if (ranked === null || ranked.clock.messages === ranked.clock.learned) continue
        const { messages, learned, streamTime } = ranked.clock
        baselineOf(channelId).learn(ranked.ranking.takeUnlearned(), messages - learned, streamTime, now)
        ranked.clock = { ...ranked.clock, learned: messages }
        clocks.put(broadcast, ranked.clock)
      }
    }

    const forget = (now: number): void => {
      for (const [broadcast, clock] of [...clocks.all()]) {
        if (now - clock.seenAt < options.forgetAfterMs) continue
        const [channelId = '', broadcastId = ''] = keyParts(broadcast)
        for (const [key] of states.range(...prefixRange(channelId, broadcastId))) states.delete(key)
        clocks.delete(broadcast)
        broadcasts.delete(broadcast)
        if (![...broadcasts.keys()].some((other) => keyParts(other)[0] === channelId)) baselines.delete(channelId)
      }
      for (const [channelId, channel] of [...channels.all()]) {
        if (now - channel.seenAt < FORGET_CHANNEL_MS) continue
        for (const [key] of usuals.range(...prefixRange(channelId))) usuals.delete(key)
        channels.delete(channelId)
        baselines.delete(channelId)
      }
    }

    return {
      init: (given) => {
        context = given
        states = given.getStateStore(keywordStates.name)
        clocks = given.getStateStore(keywordClocks.name)
        usuals = given.getStateStore(keywordUsuals.name)
        channels = given.getStateStore(keywordChannels.name)
        given.schedule(options.everyMs, 'wall-clock', send)
        given.schedule(LEARN_EVERY_MS, 'wall-clock', (now) => {
          learn(now)
          // What was learned is written before the rows that it came from go.
          save()
          forget(now)
        })
      },
      process: ({ value, timestamp }) => {
        if (!isWritten(value.message.kind)) return
        const mentions = mentionsOf(value)
        if (mentions.length === 0) return
        const ranked = load(value.message.channelId, value.message.broadcastId)
        const { clock } = ranked
        const streamTime = Math.max(clock.streamTime, timestamp)
        const half = (elapsedMs: number) => 2 ** (-elapsedMs / options.halfLifeMs)
        ranked.clock = {
          ...clock,
          streamTime,
          began: clock.streamTime < 0 ? timestamp : clock.began,
          messages: clock.messages + 1,
          recent: clock.recent * half(streamTime - Math.max(0, clock.streamTime)) + half(streamTime - timestamp),
          seenAt: context.currentSystemTimeMs(),
        }
        ranked.isFresh = true
        for (const mention of mentions) ranked.ranking.add(mention, timestamp, value.sentiment?.label)
      },
      flush: save,
    }
  }
