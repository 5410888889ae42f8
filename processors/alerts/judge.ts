/**
 * What counts as bad and as good for each kind of alert. A surge is bad when in one of three windows the share is above the
 * channel's threshold, `ratio` times what is usual here, and its Wilson lower bound is surely above what is usual: two short
 * windows find a quick one within seconds where the chat is fast, the minute finds a slow one where it is not.
 */
import type { ChannelSettings } from '#schemas/types.ts'
import type { Verdict } from './alert-machine.ts'
import type { Mentions } from './mentions.ts'
import type { MoodWindow } from './mood-window.ts'
import { wilson } from './wilson.ts'

const PROFANITY_RATIO = 2
/** Length, and messages that it must hold. */
const WINDOWS = [
  { ms: 20_000, least: 30 },
  { ms: 30_000, least: 40 },
  { ms: 60_000, least: 0 },
] as const
/** The lower bound must be above so many times what is usual: moods drift by a fifth without anything having happened. */
const DRIFT = 1.2
/** Standard deviations of the bound. It is looked at thousands of times an hour, so 95 % would be wrong every other minute. */
const SURE = 3.7
/** Few messages lie more often than the bound says: what is usual is known less well, too. */
const FEW = 80
const SURE_OF_FEW = 4.2
/** While nothing is known of what is usual, the bound itself must be above this. */
const SURGE_WITHOUT_HABIT = 0.35
/** It is over when the minute is back near the threshold or what is usual: the gap keeps it from flapping. */
const OVER_SHARE = 0.8
const OVER_USUAL = 1.25
const UNSCORED_LEAST = 5
const SECOND = 1_000
const MINUTE = 60 * SECOND
/**
 * Seconds. What platforms hand out late is minutes old at most; a clock that is ahead of ours by more than a few seconds is wrong,
 * or ours is.
 */
const CLOCK_BEHIND = 300
const CLOCK_AHEAD = 30

/** What a verdict was judged by, for the alert's card. */
export interface Measured extends Verdict {
  readonly lower: number
  readonly upper: number
  readonly threshold: number
  readonly baseline: number
  readonly messages: number
}

type SurgeSettings = Pick<ChannelSettings, 'surgeShare' | 'surgeRatio' | 'surgeMessages' | 'profanityShare'>

/** Judges a surge at this stream time. */
export function judgeSurge(
  kind: 'negative-surge' | 'profanity-surge',
  mood: MoodWindow,
  streamTime: number,
  settings: SurgeSettings,
): Measured {
  const isNegative = kind === 'negative-surge'
  const least = isNegative ? settings.surgeShare : settings.profanityShare
  const ratio = isNegative ? settings.surgeRatio : PROFANITY_RATIO
  const usual = mood.baseline(isNegative ? 'negative' : 'profane', streamTime)
  const threshold = Math.max(least, usual === null ? 0 : ratio * usual)
  const measure = (ms: number): Share => {
    const recent = mood.recent(streamTime, ms)
    const hits = isNegative ? recent.negative : recent.profane
    const total = isNegative ? recent.scored : recent.messages
    return { hits, total, value: total === 0 ? 0 : hits / total }
  }
  const isSurge = ({ hits, total, value }: Share): boolean => {
    if (value < threshold) return false
    const { lower } = wilson(hits, total, total < FEW ? SURE_OF_FEW : SURE)
    return lower > (usual === null ? Math.max(SURGE_WITHOUT_HABIT, least) : usual * DRIFT)
  }
  const minute = measure(60_000)
  const surging =
    minute.total >= settings.surgeMessages
      ? WINDOWS.map(({ ms, least }) => ({ least, share: measure(ms) })).find(
          ({ share, least }) => share.total >= least && isSurge(share),
        )
      : undefined
  const shown = surging?.share ?? minute
  return {
    isBad: surging !== undefined,
    isGood: minute.total > 0 && minute.value < Math.max(least * OVER_SHARE, (usual ?? 0) * OVER_USUAL),
    value: shown.value,
    ...wilson(shown.hits, shown.total),
    threshold,
    baseline: usual ?? 0,
    messages: shown.total,
  }
}

interface Share {
  readonly hits: number
  readonly total: number
  readonly value: number
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

/** Judges how often the channel's watched words were mentioned. */
export function judgeMentions(
  mentions: Mentions,
  streamTime: number,
  { watchWords, watchCount, watchMinutes }: Pick<ChannelSettings, 'watchWords' | 'watchCount' | 'watchMinutes'>,
): Measured {
  const count = mentions.count(streamTime, watchMinutes * MINUTE)
  return measuredBy(
    { isBad: watchWords.length > 0 && count >= watchCount, isGood: count <= watchCount / 2, value: count },
    watchCount,
    count,
  )
}

/** Judges how far the times that messages bear lie from this machine's. @param delayMs negative where they lie ahead */
export function judgeClock(delayMs: number): Measured {
  const isAhead = delayMs < 0
  const seconds = Math.abs(delayMs) / SECOND
  return measuredBy(
    {
      isBad: seconds >= (isAhead ? CLOCK_AHEAD : CLOCK_BEHIND),
      isGood: seconds < (isAhead ? CLOCK_AHEAD : CLOCK_BEHIND) / 2,
      value: seconds,
    },
    isAhead ? CLOCK_AHEAD : CLOCK_BEHIND,
  )
}

export const isLost = (state: string, reason: string): boolean =>
  state === 'reconnecting' || (state === 'refused' && reason === 'source-lost')
export const isOver = (state: string): boolean => state === 'ended' || state === 'refused'
export const isLive = (state: string): boolean => state === 'live' || state === 'quiet' || state === 'degraded'

/** A count, or a time in seconds, as what was measured. */
export const measuredBy = (verdict: Verdict, threshold: number, messages = 0): Measured => ({
  ...verdict,
  lower: verdict.value,
  upper: verdict.value,
  threshold,
  baseline: 0,
  messages,
})
