/**
 * What happens at a platform, and when: a script in JSON that a fake plays by its clock, which a test moves by hand.
 *
 *     [{ "at": 0, "say": "안녕" }, { "at": 5000, "fault": "rate-limited" }, { "at": 9000, "heal": true }, { "at": 60000, "end": true }]
 */
import type { SourceClock } from '../source-environment.ts'

export interface TimelineStep {
  /** ms from the beginning */
  readonly at: number
  /** somebody writes this */
  readonly say?: string
  /** from now on the platform misbehaves in this way, as far as its fake can */
  readonly fault?: string
  readonly heal?: boolean
  /** the broadcast ends */
  readonly end?: boolean
  /** another one begins under the same link */
  readonly begin?: boolean
}

export interface TimelineActor {
  readonly say: (text: string) => void
  readonly fault: (fault: string) => void
  readonly heal: () => void
  readonly end: () => void
  readonly begin: () => void
}

/** Plays the steps in the order of their times; again every `everyMs` where that is given. Returns how to stop it. */
export function playTimeline(
  steps: readonly TimelineStep[],
  actor: TimelineActor,
  clock: SourceClock,
  everyMs?: number,
): () => void {
  const ordered = [...steps].sort((one, other) => one.at - other.at)
  let cancel = () => {}
  const from = (index: number, startedAt: number) => {
    const step = ordered[index]
    if (!step) {
      if (everyMs !== undefined)
        cancel = clock.after(Math.max(1, startedAt + everyMs - clock.now()), () => from(0, startedAt + everyMs))
      return
    }
    cancel = clock.after(Math.max(0, startedAt + step.at - clock.now()), () => {
      act(step, actor)
      from(index + 1, startedAt)
    })
  }
  from(0, clock.now())
  return () => cancel()
}

function act(step: TimelineStep, actor: TimelineActor): void {
  if (step.heal) actor.heal()
  if (step.fault !== undefined) actor.fault(step.fault)
  if (step.begin) actor.begin()
  if (step.say !== undefined) actor.say(step.say)
  if (step.end) actor.end()
}
