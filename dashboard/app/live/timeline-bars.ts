/** Minutes as bars: what the timeline draws, worked out apart from drawing it. */
import type { WindowCount } from '../wire.ts'
import { LEAST_MESSAGES, type Share, usualShares, wilson } from './share.ts'

const MINUTE = 60_000

export interface TimelineBar {
  /** First minute's start. */
  readonly from: number
  readonly to: number
  readonly messages: number
  /** Shares, 0 to 1; null when too few were scored to say. */
  readonly positive: number | null
  readonly negative: number | null
  /** What the count leaves open of both, at 95 %. */
  readonly band: { readonly positive: Share; readonly negative: Share } | null
  /** So few were scored that the shares are hardly more than a guess. */
  readonly isFew: boolean
  /** Most people who wrote in one of its windows. */
  readonly authors: number
  readonly profane: number
  /** Still being counted. */
  readonly isOpen: boolean
  /** Messages came, but no mood was scored. */
  readonly isUnscored: boolean
}

export interface TimelineBars {
  readonly bars: readonly TimelineBar[]
  /** Length of a bar, ms. */
  readonly step: number
  readonly usual: { readonly positive: number; readonly negative: number } | null
  readonly mostMessages: number
  /** More than so many are a rush: near the most, and well above the average. */
  readonly highMessages: number
}

/**
 * @param windows without holes, oldest first, all of one length
 * @param last only this many windows, or all
 * @param minutes what is usual is told from
 * @param room bars that fit
 */
export function timelineBars(
  windows: readonly WindowCount[],
  last: number | null,
  room: number,
  isEnded: boolean,
  minutes: readonly WindowCount[] = windows,
): TimelineBars {
  const shown = last === null ? windows : windows.slice(-last)
  const unit = shown[0] ? shown[0].windowEnd - shown[0].windowStart : MINUTE
  const step = [1, 2, 5, 10, 15, 30, 60].find((size) => shown.length / size <= room) ?? 120
  const bars: TimelineBar[] = []
  for (let at = 0; at < shown.length; ) {
    const start = shown[at]!.windowStart
    const border = (Math.floor(start / (step * unit)) + 1) * step * unit
    let end = at
    while (end < shown.length && shown[end]!.windowStart < border) end += 1
    bars.push(barOf(shown.slice(at, end), !isEnded && end === shown.length))
    at = end
  }
  const mostMessages = bars.reduce((most, bar) => Math.max(most, bar.messages), 1)
  const average = bars.reduce((sum, bar) => sum + bar.messages, 0) / (bars.length || 1)
  return {
    bars,
    step: step * unit,
    usual: usualShares(minutes),
    mostMessages,
    highMessages: Math.max(mostMessages * 0.68, average * 1.25),
  }
}

function barOf(minutes: readonly WindowCount[], isOpen: boolean): TimelineBar {
  const sum = (pick: (minute: WindowCount) => number) => minutes.reduce((total, minute) => total + pick(minute), 0)
  const positive = sum((minute) => minute.positive)
  const negative = sum((minute) => minute.negative)
  const scored = positive + negative + sum((minute) => minute.neutral)
  const messages = sum((minute) => minute.messages)
  const isKnown = scored >= LEAST_MESSAGES / 2
  return {
    from: minutes[0]!.windowStart,
    to: minutes.at(-1)!.windowEnd,
    messages,
    positive: isKnown ? positive / scored : null,
    negative: isKnown ? negative / scored : null,
    band: isKnown ? { positive: wilson(positive, scored), negative: wilson(negative, scored) } : null,
    isFew: scored < LEAST_MESSAGES,
    authors: minutes.reduce((most, minute) => Math.max(most, minute.authors), 0),
    profane: sum((minute) => minute.profane + minute.mildlyProfane),
    isOpen,
    isUnscored: messages >= LEAST_MESSAGES && scored === 0,
  }
}
