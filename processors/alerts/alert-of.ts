import type { Alert, AlertLife } from '#schemas/types.ts'
import { revision } from '../revision.ts'
import type { Transition } from './alert-machine.ts'
import type { Measured } from './judge.ts'

export interface AlertStep {
  readonly channelId: string
  readonly kind: string
  readonly before: AlertLife
  readonly life: AlertLife
  readonly transition: Transition
  readonly measured: Measured
  /** Epoch ms. */
  readonly at: number
  /** Why, where the transition does not say. */
  readonly reason: string
  readonly sessionEpoch: number
}

/** What of an alert its life and its measure say. An alert that ended bears the time since which it was bad. */
export function alertOf({ channelId, kind, before, life, transition, measured, at, reason, sessionEpoch }: AlertStep) {
  const since = life.since >= 0 ? life.since : before.since
  return {
    id: `${channelId}/${kind}/${since}`,
    ...{ channelId, kind, state: transition.state, since, at },
    value: measured.value,
    lower: measured.lower,
    upper: measured.upper,
    threshold: measured.threshold,
    baseline: measured.baseline,
    peak: life.peak,
    messages: measured.messages,
    reason: transition.reason || reason,
    ...{ subject: '', subjectName: '' },
    revision: revision(sessionEpoch, life.revision),
  } satisfies Partial<Alert>
}
