import type { Punctuation } from '../processor.ts'

interface Schedule {
  readonly id: string
  readonly stage: number
  readonly intervalMs: number
  readonly run: (timestamp: number) => void
  next: number
  cancelled: boolean
}

/** A schedule that is due, to be run when its node's stage comes to it. */
export interface Due {
  readonly stage: number
  readonly run: () => void
}

/** The schedules of one task and one clock. */
export class PunctuationQueue {
  #schedules: Schedule[] = []
  /** Nothing is due before this; Infinity when nothing is scheduled. */
  next = Infinity

  /** `id` must be the same in the next life of the task, for `restore` to find it. */
  schedule(
    id: string,
    stage: number,
    first: number,
    intervalMs: number,
    run: (timestamp: number) => void,
  ): Punctuation {
    const schedule: Schedule = { id, stage, intervalMs, run, next: first, cancelled: false }
    this.#schedules.push(schedule)
    this.next = Math.min(this.next, first)
    return {
      cancel: () => {
        schedule.cancelled = true
        this.#schedules = this.#schedules.filter((other) => other !== schedule)
        this.#findNext()
      },
    }
  }

  /** Those that `timestamp` has reached, each once, however many intervals were jumped over. */
  due(timestamp: number): readonly Due[] {
    if (timestamp < this.next) return []
    const due: Due[] = []
    for (const schedule of this.#schedules) {
      if (timestamp < schedule.next) continue
      const missed = Math.floor((timestamp - schedule.next) / schedule.intervalMs)
      schedule.next += (missed + 1) * schedule.intervalMs
      due.push({ stage: schedule.stage, run: () => schedule.cancelled || schedule.run(timestamp) })
    }
    this.#findNext()
    return due
  }

  /** Where every schedule stands, for the next life. */
  save(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#schedules.map(({ id, next }) => [id, next]))
  }

  restore(saved: Readonly<Record<string, number>>): void {
    for (const schedule of this.#schedules) schedule.next = saved[schedule.id] ?? schedule.next
    this.#findNext()
  }

  #findNext(): void {
    this.next = this.#schedules.reduce((least, { next }) => Math.min(least, next), Infinity)
  }
}
