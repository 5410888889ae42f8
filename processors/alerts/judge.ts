/**
 * What counts as bad and as good for each kind of alert. Surges: bad when the Wilson lower
 * bound of the share over 60 s is above the threshold AND there are enough messages AND the share is `ratio` times the
 * 10-minute median; good when the upper bound is below the lower threshold.
 */
import type { ChannelSettings } from '#schemas/types.ts'
import type { Verdict } from './alert-machine.ts'
import type { MoodWindow } from './mood-window.ts'
import { wilson } from './wilson.ts'

/** The lower threshold of recovery, as part of the upper one: the gap between them keeps an alert from flapping. */
const HYSTERESIS = 0.7
const PROFANITY_SHARE = 0.15
const PROFANITY_RATIO = 2
const UNSCORED_LEAST = 5

/** What a verdict was judged by, for the alert's card. */
export interface Measured extends Verdict {
  readonly lower: number
  readonly upper: number
  readonly threshold: number
  readonly baseline: number
  readonly messages: number
}

type SurgeSettings = Pick<ChannelSettings, 'surgeShare' | 'surgeRatio' | 'surgeMessages'>

/** Judges a surge at this stream time. */
export function judgeSurge(
  kind: 'negative-surge' | 'profanity-surge',
  mood: MoodWindow,
  streamTime: number,
  settings: SurgeSettings,
): Measured {
  const recent = mood.recent(streamTime)
  const isNegative = kind === 'negative-surge'
  const hits = isNegative ? recent.negative : recent.profane
  const total = isNegative ? recent.scored : recent.messages
  const threshold = isNegative ? settings.surgeShare : PROFANITY_SHARE
  const ratio = isNegative ? settings.surgeRatio : PROFANITY_RATIO
  const value = total === 0 ? 0 : hits / total
  const { lower, upper } = wilson(hits, total)
  const baseline = mood.baseline(isNegative ? 'negative' : 'profane', streamTime)
  return {
    isBad: lower > threshold && total >= settings.surgeMessages && value >= ratio * baseline,
    isGood: total > 0 && upper < threshold * HYSTERESIS,
    value,
    lower,
    upper,
    threshold,
    baseline,
    messages: total,
  }
}

/** Judges by the messages of the last 60 s that have text but no sentiment. */
export function judgeModel(mood: MoodWindow, streamTime: number): Measured {
  const { scored, unscored } = mood.recent(streamTime)
  const total = scored + unscored
  const value = total === 0 ? 0 : unscored / total
  const { lower, upper } = wilson(unscored, total)
  return {
    isBad: unscored >= UNSCORED_LEAST && value > 0.5,
    isGood: scored > 0 && value < 0.1,
    value,
    lower,
    upper,
    threshold: 0.5,
    baseline: 0,
    messages: total,
  }
}

export const isLost = (state: string, reason: string): boolean =>
  state === 'reconnecting' || (state === 'refused' && reason === 'source-lost')
export const isOver = (state: string): boolean => state === 'ended' || state === 'refused'
export const isLive = (state: string): boolean => state === 'live' || state === 'quiet' || state === 'degraded'

/** A time in seconds as what was measured. */
export const measuredTime = (verdict: Verdict, threshold: number, messages = 0): Measured => ({
  ...verdict,
  lower: verdict.value,
  upper: verdict.value,
  threshold,
  baseline: 0,
  messages,
})
