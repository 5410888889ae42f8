/**
 * A candidate that reads what the live model reads, and is never waited for: batches are offered behind the live answer, one is in
 * its hands and one may wait, and what comes meanwhile is counted as passed over.
 */
import type { SentimentScore, SentimentScorer } from './sentiment-scorer.ts'

type Label = SentimentScore['label']
export const LABELS: readonly Label[] = ['positive', 'neutral', 'negative']

export interface ShadowSample {
  /** As it may be shown: profanity masked. */
  readonly text: string
  readonly channelId: string
  readonly broadcastId: string
  readonly at: number
  readonly live: Label
  readonly liveConfidence: number
  readonly shadow: Label
  readonly shadowConfidence: number
}

export interface ShadowFigures {
  readonly compared: number
  /** Not asked, because the candidate was busy. */
  readonly passedOver: number
  /** Batches that it failed at. */
  readonly failed: number
  /** Messages by live label (row) and the candidate's (column), each in the order of LABELS. */
  readonly table: readonly (readonly number[])[]
  /** Mean of half the summed absolute differences of the three probabilities, 0 to 1. */
  readonly meanDifference: number
  /** The last messages that got another label, newest first. */
  readonly samples: readonly ShadowSample[]
}

/** What a sample is made of; asked only for messages that are shown. */
export type SampleSource = (place: number) => Pick<ShadowSample, 'text' | 'channelId' | 'broadcastId' | 'at'>

const SAMPLES = 20
const SAMPLE_MS = 60 * 60_000
const LONGEST = 120

interface Offer {
  readonly texts: readonly string[]
  readonly scores: readonly SentimentScore[]
  readonly sampleOf: SampleSource
}

export class ShadowComparison {
  readonly #scorer: Pick<SentimentScorer, 'score' | 'model'>
  readonly #table = LABELS.map(() => LABELS.map(() => 0))
  readonly #samples: ShadowSample[] = []
  #model = ''
  #compared = 0
  #passedOver = 0
  #failed = 0
  #difference = 0
  #working: Promise<void> | null = null
  #next: Offer | null = null

  constructor(scorer: Pick<SentimentScorer, 'score' | 'model'>) {
    this.#scorer = scorer
  }

  /** Returns at once. */
  offer(texts: readonly string[], scores: readonly SentimentScore[], sampleOf: SampleSource): void {
    if (this.#working !== null && this.#next !== null) {
      this.#passedOver += texts.length
      return
    }
    this.#next = { texts, scores, sampleOf }
    this.#working ??= this.#work()
  }

  /** Resolves when nothing is in hand. */
  async settled(): Promise<void> {
    while (this.#working !== null) await this.#working
  }

  figures(now = Date.now()): ShadowFigures {
    return {
      compared: this.#compared,
      passedOver: this.#passedOver,
      failed: this.#failed,
      table: this.#table.map((row) => [...row]),
      meanDifference: this.#compared === 0 ? 0 : this.#difference / this.#compared,
      samples: this.#samples.filter(({ at }) => at > now - SAMPLE_MS),
    }
  }

  /** Forgets what people wrote, for example because a broadcast is deleted; counts stay. */
  async forgetSamples(): Promise<void> {
    this.#next = null
    await this.settled()
    this.#samples.length = 0
  }

  async #work(): Promise<void> {
    for (let offer = this.#next; offer !== null; offer = this.#next) {
      this.#next = null
      try {
        this.#compare(offer, await this.#scorer.score(offer.texts))
      } catch {
        this.#failed++
      }
    }
    this.#working = null
  }

  #compare({ texts, scores, sampleOf }: Offer, shadows: readonly SentimentScore[]): void {
    for (let i = 0; i < texts.length; i++) {
      const [live, shadow] = [scores[i]!, shadows[i]!]
      // Another candidate: its figures begin anew.
      if (shadow.model !== this.#model) this.#startAnew(shadow.model)
      this.#compared++
      this.#table[LABELS.indexOf(live.label)]![LABELS.indexOf(shadow.label)]!++
      this.#difference +=
        (Math.abs(live.positive - shadow.positive) +
          Math.abs(live.neutral - shadow.neutral) +
          Math.abs(live.negative - shadow.negative)) /
        2
      if (live.label === shadow.label) continue
      const sample = sampleOf(i)
      this.#samples.unshift({
        ...sample,
        text: sample.text.slice(0, LONGEST),
        live: live.label,
        liveConfidence: live.confidence,
        shadow: shadow.label,
        shadowConfidence: shadow.confidence,
      })
      if (this.#samples.length > SAMPLES) this.#samples.pop()
    }
  }

  #startAnew(model: string): void {
    this.#model = model
    this.#compared = 0
    this.#difference = 0
    this.#samples.length = 0
    for (const row of this.#table) row.fill(0)
  }
}
