/** A clock that tests move by hand. */
import type { SourceClock } from '../source-environment.ts'

export class ManualClock implements SourceClock {
  #now: number
  #timers = new Set<{ readonly at: number; readonly callback: () => void }>()

  constructor(now = 1_795_400_000_000) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), callback }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  /** How many timers wait: 0 after a source was left means that it cleaned up. */
  get waiting(): number {
    return this.#timers.size
  }

  /** Moves the time by `ms`, calling timers in the order of their time; promises settle in between. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms
    await settle()
    for (;;) {
      const next = [...this.#timers].filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)[0]
      if (!next) break
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.callback()
      await settle()
    }
    this.#now = until
  }
}

/** Lets everything that is ready to run do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}
