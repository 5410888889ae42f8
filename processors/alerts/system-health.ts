/**
 * What counts as bad and as good for alarms about the system: a reader that is behind, dead letters, a slow model, clocks, a
 * notifier that does not deliver. Pure: the samples of the last minutes come to a `SystemWatch`, and that is judged.
 */
import { type SystemAlarm, systemAlarms } from '#schemas/alarm-kinds.ts'
import type { Delivery, HealthSample, SystemWatch } from '#schemas/types.ts'
import type { AlertTimes } from './alert-machine.ts'
import { type Measured, measuredBy } from './judge.ts'

export type SystemKind = SystemAlarm
export const isSystemKind = (kind: string): kind is SystemKind => systemAlarms.some((one) => one === kind)

export interface SystemLimits {
  /** A reader that is so far behind is too far: seconds, or records by offsets. */
  readonly lagSeconds: number
  readonly lagRecords: number
}

export const systemLimits: SystemLimits = { lagSeconds: 60, lagRecords: 10_000 }

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** Values are looked at over this time. */
export const LOOK_BACK_MS = 5 * MINUTE
/** Ends that are remembered of one partition; more thin out, so that the time is known to a part of itself. */
const MOST_MARKS = 16
const DEAD_LETTERS = 10
const MODEL_SECONDS = 2
const CLOCK_SECONDS = 2
const FAILURES = 3

const LAG: AlertTimes = { pendingMs: 10 * SECOND, steadyMs: 10 * SECOND, recoverMs: 30 * SECOND, coolDownMs: 0 }
export const systemTimes: { readonly [K in SystemKind]: AlertTimes } = {
  'consumer-lag': LAG,
  'sink-lag': LAG,
  'dead-letters': { pendingMs: 0, steadyMs: 0, recoverMs: MINUTE, coolDownMs: 0 },
  'model-slow': { pendingMs: 20 * SECOND, steadyMs: 10 * SECOND, recoverMs: 30 * SECOND, coolDownMs: 0 },
  'clock-trouble': { pendingMs: 0, steadyMs: 0, recoverMs: MINUTE, coolDownMs: 0 },
  'notifier-failing': { pendingMs: 0, steadyMs: 0, recoverMs: 0, coolDownMs: 0 },
}

/** What is shown as the threshold of a kind. */
export const systemThreshold = (kind: SystemKind, { lagSeconds }: SystemLimits): number =>
  ({
    'consumer-lag': lagSeconds,
    'sink-lag': lagSeconds,
    'dead-letters': DEAD_LETTERS,
    'model-slow': MODEL_SECONDS,
    'clock-trouble': CLOCK_SECONDS,
    'notifier-failing': FAILURES,
  })[kind]

const nothing: SystemWatch = { at: 0, marks: [], values: [], failures: 0 }

/** The watch after one more sample; samples come in the order of time. */
export function addSample(known: SystemWatch = nothing, { at, value, places }: HealthSample): SystemWatch {
  const values = [...known.values.filter((one) => one.at > at - LOOK_BACK_MS && one.at <= at), { at, value }]
  const marks = places.flatMap(({ topic, partition, position, end }) => {
    if (position >= end) return []
    const before = known.marks.filter(
      (mark) => mark.topic === topic && mark.partition === partition && mark.end > position && mark.at <= at,
    )
    // An end that did not move says nothing new: what counts is since when it has been there.
    return thinned(before.at(-1)?.end === end ? before : [...before, { topic, partition, end, at }])
  })
  return { ...known, at, values, marks }
}

/** Every second one of the older half goes. */
const thinned = <T>(marks: readonly T[]): readonly T[] =>
  marks.length <= MOST_MARKS ? marks : marks.filter((_, i) => i % 2 === 0 || i > MOST_MARKS / 2)

/** The watch of a notifier after one more attempt of a delivery. Tests show their result where they were asked for. */
export function addDelivery(known: SystemWatch = nothing, { state, at, notificationId }: Delivery): SystemWatch {
  if (state === 'delivered') return { ...known, at, failures: 0 }
  if (state === 'attempting' || notificationId.startsWith('test/')) return known
  // What was given up is an alarm that nobody got: that alone is enough.
  return { ...known, at, failures: state === 'dead' ? Math.max(FAILURES, known.failures + 1) : known.failures + 1 }
}

/** Judges what a lag came to: the time since the oldest end that is not reached yet was the end, and the records before it. */
function judgeLag({ marks }: SystemWatch, { at, places }: HealthSample, limits: SystemLimits): Measured {
  const records = places.reduce((sum, { position, end }) => sum + Math.max(0, end - position), 0)
  const seconds = marks.length === 0 ? 0 : (at - Math.min(...marks.map((mark) => mark.at))) / SECOND
  return measuredBy(
    {
      isBad: seconds >= limits.lagSeconds || records >= limits.lagRecords,
      isGood: seconds < limits.lagSeconds / 2 && records < limits.lagRecords / 2,
      value: seconds,
    },
    limits.lagSeconds,
    records,
  )
}

/** @throws nothing; a kind that is none of ours is undefined */
export function judgeSample(watch: SystemWatch, sample: HealthSample, limits: SystemLimits): Measured | undefined {
  const values = watch.values.map(({ value }) => value)
  const over = (value: number, threshold: number) =>
    measuredBy({ isBad: value >= threshold, isGood: value < threshold / 2, value }, threshold)
  switch (sample.kind) {
    case 'consumer-lag':
    case 'sink-lag':
      return judgeLag(watch, sample, limits)
    case 'dead-letters': {
      // A log that was made anew begins at nothing.
      const grown = Math.max(0, sample.value - Math.min(...values))
      return measuredBy({ isBad: grown >= DEAD_LETTERS, isGood: grown === 0, value: grown }, DEAD_LETTERS, grown)
    }
    case 'model-slow':
      return over(sample.value, MODEL_SECONDS)
    case 'clock-trouble':
      return over(Math.max(...values), CLOCK_SECONDS)
    default:
      return undefined
  }
}

export const judgeFailures = ({ failures }: SystemWatch): Measured =>
  measuredBy({ isBad: failures >= FAILURES, isGood: failures === 0, value: failures }, FAILURES)
