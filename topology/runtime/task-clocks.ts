import type { Punctuation, PunctuationType } from '../processor.ts'
import { type Progress, readProgress, writeProgress } from './progress.ts'
import { type Due, PunctuationQueue } from './punctuation-queue.ts'

/** The two clocks of a task and what is scheduled by them. */
export class TaskClocks {
  /** Highest timestamp seen, epoch ms; -1 before the first. */
  streamTime = -1
  readonly #byStreamTime = new PunctuationQueue()
  readonly #byWallClock = new PunctuationQueue()

  /** `id` names the schedule in every life of the task; `now` is the wall clock. */
  schedule(
    type: PunctuationType,
    id: string,
    stage: number,
    now: number,
    intervalMs: number,
    run: (timestamp: number) => void,
  ): Punctuation {
    // Stream time is aligned to 0 and first comes with the first record; the wall clock counts from here.
    return type === 'stream-time'
      ? this.#byStreamTime.schedule(id, stage, 0, intervalMs, run)
      : this.#byWallClock.schedule(id, stage, now + intervalMs, intervalMs, run)
  }

  get isPunctuationDue(): boolean {
    return this.streamTime >= this.#byStreamTime.next
  }

  dueByStreamTime(): readonly Due[] {
    return this.#byStreamTime.due(this.streamTime)
  }

  get nextByWallClock(): number {
    return this.#byWallClock.next
  }

  dueByWallClock(now: number): readonly Due[] {
    return this.#byWallClock.due(now)
  }

  /** For the metadata of a committed offset. */
  save(): string {
    return writeProgress({ streamTime: this.streamTime, punctuations: this.#byStreamTime.save() })
  }

  /** Goes on where the latest of these stood. */
  restore(metadata: readonly string[]): void {
    const progress = metadata.map(readProgress).reduce(later, undefined)
    if (!progress) return
    this.streamTime = progress.streamTime
    this.#byStreamTime.restore(progress.punctuations)
  }
}

const later = (a: Progress | undefined, b: Progress | undefined): Progress | undefined =>
  !a || (b && b.streamTime > a.streamTime) ? b : a
