import { isWritten } from '#processors/is-written.ts'
import { mentionsOf } from '#processors/rank-keywords.ts'
import type { ArchivedMessage } from '#sinks/archive.ts'
import type { BroadcastTally } from './broadcast-tally.ts'
import type { FoundPeak } from './find-peaks.ts'
import { type Counted, Frequent } from './frequent.ts'
import { maskedSample } from './masked-sample.ts'
import type { Peak } from './report.ts'

const WORDS = 6
const SAMPLES = 3
const LEAST_SAID = 3

interface CountedText extends Counted {
  at: number
  words: readonly string[]
  isOfMood: boolean
}

/** What a stretch of the broadcast was about: words said more than elsewhere, and lines that hold them. */
export class PeakDescription {
  readonly #peak: FoundPeak
  readonly #maskSeverity: number
  readonly #words = new Frequent(2_000, (key) => ({ count: 0, word: key.slice(1), emote: key[0] === 'e' }))
  readonly #texts = new Frequent<CountedText>(500, () => ({ count: 0, at: 0, words: [], isOfMood: false }))

  constructor(peak: FoundPeak, maskSeverity: number) {
    this.#peak = peak
    this.#maskSeverity = maskSeverity
  }

  add(archived: ArchivedMessage): void {
    const { message, sentiment, deletedAt } = archived
    if (!isWritten(message.kind)) return
    const mentions = mentionsOf(archived)
    for (const { word, emote } of mentions) this.#words.add(`${emote ? 'e' : 'w'}${word}`)
    if (deletedAt !== null) return
    const text = this.#texts.add(maskedSample(archived, this.#maskSeverity))
    if (text.count > 1) return
    text.at = message.timestamp
    text.words = mentions.map(({ word }) => word)
    text.isOfMood = this.#peak.kind === 'busy' || sentiment?.label === this.#peak.kind
  }

  /** @param all the whole broadcast's counts */
  describe(all: BroadcastTally): Peak {
    const { messages } = this.#peak
    const words = this.#words
      .top(500)
      .map(([, { word, emote, count }]) => {
        const usual = (all.countOf(word, emote) + 1) / Math.max(1, all.messages)
        return { word, count, score: count * Math.log(count / messages / usual) }
      })
      .filter(({ count, score }) => count >= LEAST_SAID && score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, WORDS)
      .map(({ word }) => word)
    const telling = new Set(words)
    const samples = this.#texts
      .top(1_000)
      .filter(([text]) => text !== '')
      .map(([text, { at, count, words, isOfMood }]) => ({
        sample: { at, text, count },
        score: words.filter((word) => telling.has(word)).length + Math.log2(count) + (isOfMood ? 3 : 0),
      }))
      .sort((a, b) => b.score - a.score || a.sample.at - b.sample.at)
      .slice(0, SAMPLES)
      .map(({ sample }) => sample)
    return { ...this.#peak, words, samples }
  }
}
