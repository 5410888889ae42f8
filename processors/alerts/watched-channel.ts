/** What `raise-alerts` knows of one channel while its task works on it: kept as a `ChannelMood` with every commit. */
import type { AnalyzedMessage, ChannelMood, ChannelSettings, ProfanitySpan } from '#schemas/types.ts'
import { maskText } from '../mask.ts'
import { sentimentText } from '../score-sentiment.ts'
import { GrowingWords } from './growing-words.ts'
import { Mentions } from './mentions.ts'
import { MoodWindow } from './mood-window.ts'
import { hash, Voices } from './voices.ts'
import { WatchedWords } from './watched-words.ts'

/** Of this severity and more a message counts as profane. */
const PROFANE = 2
const SAMPLES = 3
const SAMPLE_LENGTH = 200
const MINUTE = 60_000

type WatchSettings = Pick<ChannelSettings, 'watchWords' | 'watchMinutes'>

export class WatchedChannel {
  broadcastId: string
  /** Of the current broadcast; -1 before its first message. */
  streamTime: number
  /** When the last message was read, machine time; -1 before the first. */
  seenAt: number
  /** Stream time of the last verdict; -1 before the first. */
  judgedAt: number
  /** When the clocks were last compared, by the collector's; -1 before the first time since the task came here. */
  clockJudgedAt = -1
  mood: MoodWindow
  words: GrowingWords
  negativeSamples: readonly string[]
  profaneSamples: readonly string[]
  voices: Voices
  mentions: Mentions
  mentionSamples: readonly string[]
  #watched = new WatchedWords([])
  #isChanged = false

  constructor(kept: ChannelMood | undefined, broadcastId: string, timestamp: number) {
    this.broadcastId = kept?.broadcastId ?? broadcastId
    this.streamTime = kept?.streamTime ?? timestamp
    this.seenAt = kept?.seenAt ?? -1
    this.judgedAt = kept?.streamTime ?? -1
    this.mood = new MoodWindow(kept?.buckets)
    this.words = new GrowingWords(kept?.words)
    this.negativeSamples = kept?.negativeSamples ?? []
    this.profaneSamples = kept?.profaneSamples ?? []
    this.voices = new Voices(kept?.voices)
    this.mentions = new Mentions(kept?.mentions)
    this.mentionSamples = kept?.mentionSamples ?? []
  }

  /** Another broadcast of the channel: its mood starts anew. */
  begin(broadcastId: string, timestamp: number): void {
    this.broadcastId = broadcastId
    this.streamTime = timestamp
    this.judgedAt = -1
    this.mood = new MoodWindow()
    this.words = new GrowingWords()
    this.negativeSamples = []
    this.profaneSamples = []
    this.voices = new Voices()
    this.mentions = new Mentions()
    this.mentionSamples = []
  }

  /** @param now machine time */
  add({ message, sentiment, severity, tokens, profanity }: AnalyzedMessage, timestamp: number, now: number): void {
    this.streamTime = Math.max(this.streamTime, timestamp)
    this.seenAt = now
    this.#isChanged = true
    const negative = sentiment?.label === 'negative'
    const profane = severity >= PROFANE
    const unscored = sentiment === null && sentimentText(message) !== ''
    this.mood.add({ scored: sentiment !== null, unscored, negative, profane }, timestamp, this.streamTime)
    if (!negative && !profane) return
    this.words.add(tokens.words, timestamp)
    this.voices.add(message.author.id, { negative, profane }, timestamp)
    const sample = sampleOf(message.text, profanity)
    if (negative) this.negativeSamples = [...this.negativeSamples, sample].slice(-SAMPLES)
    if (profane) this.profaneSamples = [...this.profaneSamples, sample].slice(-SAMPLES)
  }

  /** Whether the message mentions a word that is watched for; if so, it counts. */
  mention({ message, profanity }: AnalyzedMessage, timestamp: number, settings: WatchSettings): boolean {
    const { watchWords, watchMinutes } = settings
    if (!isSameList(this.#watched.list, watchWords)) this.#watched = new WatchedWords(watchWords)
    const words = this.#watched.in(message.text)
    if (words.length === 0) return false
    this.#isChanged = true
    this.mentions.add(words, hash(message.author.id), timestamp, watchMinutes * MINUTE)
    this.mentionSamples = [...this.mentionSamples, sampleOf(message.text, profanity)].slice(-SAMPLES)
    return true
  }

  /** What to keep of it, once after each change; undefined when nothing changed. */
  takeChange(): ChannelMood | undefined {
    if (!this.#isChanged) return undefined
    this.#isChanged = false
    const {
      broadcastId,
      streamTime,
      seenAt,
      mood,
      words,
      negativeSamples,
      profaneSamples,
      voices,
      mentions,
      mentionSamples,
    } = this
    return {
      broadcastId,
      streamTime,
      seenAt,
      buckets: mood.buckets,
      words: words.words,
      negativeSamples: [...negativeSamples],
      profaneSamples: [...profaneSamples],
      voices: voices.all,
      mentions: mentions.all,
      mentionSamples: [...mentionSamples],
    }
  }
}

const sampleOf = (text: string, profanity: readonly ProfanitySpan[]): string =>
  [...maskText(text, profanity, 1)].slice(0, SAMPLE_LENGTH).join('')

const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((word, i) => word === b[i]))
