/** Shares with their uncertainty. */
import type { SentimentLabel, WindowCount } from '../wire.ts'

export interface Share {
  /** 0 to 1. */
  readonly value: number
  readonly lower: number
  readonly upper: number
}

const Z95 = 1.959964

/** Wilson's score interval at 95 %: honest for few messages and near 0 or 1, where the usual ± is not. */
export function wilson(hits: number, total: number): Share {
  if (total <= 0) return { value: 0, lower: 0, upper: 1 }
  const value = hits / total
  const z2 = Z95 ** 2
  const middle = (value + z2 / (2 * total)) / (1 + z2 / total)
  const half = (Z95 * Math.sqrt((value * (1 - value)) / total + z2 / (4 * total ** 2))) / (1 + z2 / total)
  return { value, lower: Math.max(0, middle - half), upper: Math.min(1, middle + half) }
}

export interface Mood {
  readonly messages: number
  /** Messages with a label. */
  readonly scored: number
  readonly unsure: number
  readonly profane: number
  readonly shares: Readonly<Record<SentimentLabel, Share>>
}

/** The mood over several windows together. */
export function moodOf(windows: readonly WindowCount[]): Mood {
  const sum = (pick: (window: WindowCount) => number) => windows.reduce((total, window) => total + pick(window), 0)
  const positive = sum((window) => window.positive)
  const neutral = sum((window) => window.neutral)
  const negative = sum((window) => window.negative)
  const scored = positive + neutral + negative
  return {
    messages: sum((window) => window.messages),
    scored,
    unsure: sum((window) => window.unsure),
    profane: sum((window) => window.profane + window.mildlyProfane),
    shares: {
      positive: wilson(positive, scored),
      neutral: wilson(neutral, scored),
      negative: wilson(negative, scored),
    },
  }
}

/** Fewer scored messages than this say nothing. */
export const LEAST_MESSAGES = 10

/** What this broadcast is usually like: the median share over its finished minutes; null before there are three. */
export function usualShares(minutes: readonly WindowCount[]): Readonly<Record<'positive' | 'negative', number>> | null {
  const finished = minutes
    .slice(0, -1)
    .filter((minute) => minute.positive + minute.neutral + minute.negative >= LEAST_MESSAGES / 2)
  if (finished.length < 3) return null
  const median = (label: 'positive' | 'negative') => {
    const shares = finished
      .map((minute) => minute[label] / (minute.positive + minute.neutral + minute.negative))
      .sort((left, right) => left - right)
    return shares[Math.floor(shares.length / 2)]!
  }
  return { positive: median('positive'), negative: median('negative') }
}

/** Times a usual of nearly nothing would be a huge and empty figure. */
const LEAST_USUAL = 0.05

export interface Headline {
  readonly label: SentimentLabel
  readonly share: number
  /** Times the usual; null when it is about the usual, or the usual is unknown. */
  readonly ratio: number | null
}

/** The one thing to say about the mood. A change that the uncertainty does not cover comes before size. */
export function headlineOf(mood: Mood, usual: ReturnType<typeof usualShares>): Headline | null {
  if (mood.scored < LEAST_MESSAGES) return null
  for (const label of ['negative', 'positive'] as const) {
    const share = mood.shares[label]
    const base = Math.max(LEAST_USUAL, usual?.[label] ?? 1)
    if (usual && share.lower > base && share.value >= 1.5 * base)
      return { label, share: share.value, ratio: share.value / base }
  }
  const label = (['negative', 'neutral', 'positive'] as const).reduce((best, next) =>
    mood.shares[next].value > mood.shares[best].value ? next : best,
  )
  return { label, share: mood.shares[label].value, ratio: null }
}
