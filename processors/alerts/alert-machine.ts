/**
 * The life of one alert of one channel, as a pure step function:
 *
 *              bad                bad for pendingMs          good for steadyMs            good for recoverMs
 *   normal ──────────► pending ──────────────────► firing ──────────────────► recovering ──────────────────► normal
 *     ▲                   │ not bad: cleared         ▲                             │ bad: told as firing again      (resolved)
 *     └───────────────────┘                          └─────────────────────────────┘
 *
 * Neither bad nor good changes nothing: no data is no recovery. After `resolved` the alert rests for coolDownMs.
 * A `resolved` is never told without a `firing` before it, and what flaps faster than steadyMs stays one firing.
 */
import type { AlertLife, AlertState } from '#schemas/types.ts'

export interface AlertTimes {
  /** The condition must hold this long before the alert fires. */
  readonly pendingMs: number
  /** It must be away this long before recovery is told. */
  readonly steadyMs: number
  /** And this long before the alert is over; at least steadyMs. */
  readonly recoverMs: number
  /** No new alert of the kind for this long after one was over. */
  readonly coolDownMs: number
}

export interface Verdict {
  readonly isBad: boolean
  readonly isGood: boolean
  readonly value: number
}

/** A transition to tell. `cleared`: a pending alert went away without having fired. */
export interface Transition {
  readonly state: AlertState
  readonly reason: '' | 'cleared' | 'again' | 'ended'
}

export interface Step {
  readonly life: AlertLife
  readonly transition?: Transition
}

const NEVER = -1

export const newLife: AlertLife = Object.freeze({
  phase: 'normal',
  since: NEVER,
  goodSince: NEVER,
  resolvedAt: NEVER,
  peak: 0,
  revision: 0,
  broadcastId: '',
})

/** @param at the time of the verdict; steps of one alert come in the order of time */
export function step(life: AlertLife, verdict: Verdict, at: number, times: AlertTimes): Step {
  const { isBad, isGood, value } = verdict
  const peak = Math.max(life.peak, value)
  const tell = (next: Partial<AlertLife>, state: AlertState, reason: Transition['reason'] = ''): Step => ({
    life: { ...life, peak, ...next, revision: life.revision + 1 },
    transition: { state, reason },
  })
  switch (life.phase) {
    case 'normal': {
      if (!isBad || (life.resolvedAt !== NEVER && at - life.resolvedAt < times.coolDownMs)) return { life }
      return tell({ phase: 'pending', since: at, goodSince: NEVER, peak: value }, 'pending')
    }
    case 'pending':
      if (!isBad) return tell({ phase: 'normal', since: NEVER }, 'pending', 'cleared')
      if (at - life.since >= times.pendingMs) return tell({ phase: 'firing', goodSince: NEVER }, 'firing')
      return { life: { ...life, peak } }
    case 'firing': {
      if (!isGood) return { life: { ...life, peak, goodSince: NEVER } }
      const goodSince = life.goodSince === NEVER ? at : life.goodSince
      if (at - goodSince >= times.steadyMs) return tell({ phase: 'recovering', goodSince }, 'recovering')
      return { life: { ...life, peak, goodSince } }
    }
    case 'recovering': {
      if (isBad) return tell({ phase: 'firing', goodSince: NEVER }, 'firing', 'again')
      if (!isGood) return { life: { ...life, peak, goodSince: NEVER } }
      const goodSince = life.goodSince === NEVER ? at : life.goodSince
      if (at - goodSince >= times.recoverMs) return tell({ phase: 'normal', resolvedAt: at }, 'resolved')
      return { life: { ...life, peak, goodSince } }
    }
  }
}

/** The same, on through every phase that need not last: what rings at once is pending and firing with one verdict. */
export function* steps(life: AlertLife, verdict: Verdict, at: number, times: AlertTimes): Generator<Step> {
  for (let next = step(life, verdict, at, times); ; next = step(next.life, verdict, at, times)) {
    yield next
    const { phase } = next.life
    const isPassing =
      next.transition !== undefined &&
      ((phase === 'pending' && times.pendingMs === 0) || (phase === 'recovering' && times.recoverMs === 0))
    if (!isPassing) return
  }
}

/** The broadcast is over: what fired is over with it, what was pending never was. */
export function end(life: AlertLife, at: number): Step {
  if (life.phase === 'normal') return { life }
  const over: AlertLife = {
    ...life,
    phase: 'normal',
    goodSince: NEVER,
    resolvedAt: life.phase === 'pending' ? life.resolvedAt : at,
    revision: life.revision + 1,
  }
  return {
    life: over,
    transition:
      life.phase === 'pending' ? { state: 'pending', reason: 'cleared' } : { state: 'resolved', reason: 'ended' },
  }
}
