import { TopologyError } from '../errors.ts'

/** A part of time: `[start, end)` for time windows, `[start, end]` for sliding and session windows. Epoch ms. */
export interface Window {
  readonly start: number
  readonly end: number
}

/** Fixed windows, aligned to the epoch, each `[start, end)`: tumbling when they touch, hopping when they overlap. */
export interface TimeWindows {
  readonly kind: 'time'
  readonly sizeMs: number
  readonly advanceMs: number
  readonly graceMs: number
}

/** For each record the windows `[t - difference, t]` and `[t + 1, t + 1 + difference]`, where they hold records. */
export interface SlidingWindows {
  readonly kind: 'sliding'
  readonly differenceMs: number
  readonly graceMs: number
}

/** Records of one key that follow each other within the gap; late ones join sessions together. */
export interface SessionWindows {
  readonly kind: 'session'
  readonly gapMs: number
  readonly graceMs: number
}

export type Windows = TimeWindows | SlidingWindows | SessionWindows

const check = (what: string, ms: number, least: number) => {
  if (!(Number.isSafeInteger(ms) && ms >= least))
    throw new TopologyError('TOPOLOGY_OPTION_INVALID', `${what} must be a whole number of ms, at least ${least}: ${ms}`)
}

/** Tumbling without `advanceMs`, hopping with it. How long to wait for late records has no default: decide it. */
export function timeWindows(options: {
  readonly sizeMs: number
  readonly advanceMs?: number
  readonly graceMs: number
}): TimeWindows {
  const { sizeMs, advanceMs = sizeMs, graceMs } = options
  check('sizeMs', sizeMs, 1)
  check('advanceMs', advanceMs, 1)
  check('graceMs', graceMs, 0)
  if (advanceMs > sizeMs)
    throw new TopologyError('TOPOLOGY_OPTION_INVALID', `advanceMs ${advanceMs} is longer than sizeMs ${sizeMs}`)
  return { kind: 'time', sizeMs, advanceMs, graceMs }
}

export function slidingWindows(options: { readonly differenceMs: number; readonly graceMs: number }): SlidingWindows {
  check('differenceMs', options.differenceMs, 0)
  check('graceMs', options.graceMs, 0)
  return { kind: 'sliding', ...options }
}

export function sessionWindows(options: { readonly gapMs: number; readonly graceMs: number }): SessionWindows {
  check('gapMs', options.gapMs, 1)
  check('graceMs', options.graceMs, 0)
  return { kind: 'session', ...options }
}

/** How long after its end a window can still change, in stream time. A session also waits for its gap. */
export const closesAfterMs = (windows: Windows): number =>
  windows.kind === 'session' ? windows.graceMs + windows.gapMs : windows.graceMs
