/** What the live model says of today's chat, to be held against what it said of its training data. Memory is one hour of counts. */
import type { Vocabulary } from './scoring-worker.ts'
import type { SentimentScore } from './sentiment-scorer.ts'

export interface ScoreShares {
  readonly messages: number
  readonly positive: number
  readonly neutral: number
  readonly negative: number
  /** Mean probability of the label. */
  readonly confidence: number
  /** Share of looked-up n-grams that training did not know; null while none was counted. */
  readonly unknown: number | null
}

interface Minute {
  readonly at: number
  counts: [positive: number, neutral: number, negative: number]
  confidence: number
  looked: number
  unknown: number
}

const MINUTE = 60_000
const KEPT = 60

export class ScoreDrift {
  readonly #minutes: Minute[] = []
  #vocabulary: Vocabulary = { looked: 0, unknown: 0 }

  /** @param vocabulary the scorer's running sums; a smaller one than before is another model's, counted from zero */
  add(scores: readonly Pick<SentimentScore, 'label' | 'confidence'>[], vocabulary: Vocabulary, now = Date.now()): void {
    const minute = this.#minuteOf(now)
    for (const { label, confidence } of scores) {
      minute.counts[label === 'positive' ? 0 : label === 'neutral' ? 1 : 2]++
      minute.confidence += confidence
    }
    const before = vocabulary.looked < this.#vocabulary.looked ? { looked: 0, unknown: 0 } : this.#vocabulary
    minute.looked += vocabulary.looked - before.looked
    minute.unknown += vocabulary.unknown - before.unknown
    this.#vocabulary = vocabulary
  }

  /** Shares of the last hour. */
  shares(now = Date.now()): ScoreShares {
    const sum = { counts: [0, 0, 0], confidence: 0, looked: 0, unknown: 0 }
    for (const minute of this.#minutes) {
      if (minute.at <= now - KEPT * MINUTE) continue
      for (let i = 0; i < 3; i++) sum.counts[i]! += minute.counts[i]!
      sum.confidence += minute.confidence
      sum.looked += minute.looked
      sum.unknown += minute.unknown
    }
    const messages = sum.counts[0]! + sum.counts[1]! + sum.counts[2]!
    const share = (count: number) => (messages === 0 ? 0 : count / messages)
    return {
      messages,
      positive: share(sum.counts[0]!),
      neutral: share(sum.counts[1]!),
      negative: share(sum.counts[2]!),
      confidence: share(sum.confidence),
      unknown: sum.looked === 0 ? null : sum.unknown / sum.looked,
    }
  }

  #minuteOf(now: number): Minute {
    const at = Math.floor(now / MINUTE) * MINUTE
    const last = this.#minutes.at(-1)
    if (last && last.at >= at) return last
    const minute: Minute = { at, counts: [0, 0, 0], confidence: 0, looked: 0, unknown: 0 }
    this.#minutes.push(minute)
    if (this.#minutes.length > KEPT) this.#minutes.shift()
    return minute
  }
}

/**
 * Population stability index of the three shares: sum of (now - then) ln(now / then). Under 0.1 is taken for the same, over 0.25 for
 * another population (Siddiqi, Credit Risk Scorecards, 2006).
 */
export function stabilityIndex(
  now: Pick<ScoreShares, 'positive' | 'neutral' | 'negative'>,
  then: Pick<ScoreShares, 'positive' | 'neutral' | 'negative'>,
): number {
  const LEAST = 1e-4
  return (['positive', 'neutral', 'negative'] as const).reduce((sum, label) => {
    const [p, q] = [Math.max(LEAST, now[label]), Math.max(LEAST, then[label])]
    return sum + (p - q) * Math.log(p / q)
  }, 0)
}
