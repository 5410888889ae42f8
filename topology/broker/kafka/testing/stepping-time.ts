import type { Time } from '../rpc.ts'

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/** A clock that jumps to the next sleeper's time as soon as nothing else is going on. */
export class SteppingTime implements Time {
  #now = 1_000
  #sleepers: Sleeper[] = []
  #stepping = false
  #quiet = 0

  now(): number {
    return this.#now
  }

  /** Time passes without anybody sleeping: a process that was stopped. */
  pass(ms: number): void {
    this.#now += ms
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const sleeper = { at: this.#now + ms, wake: resolve }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper)
        resolve()
      })
      this.#step()
    })
  }

  /** Something else is going on: the clock stands for some turns of the event loop. */
  touch(): void {
    this.#quiet = 0
  }

  #step(): void {
    if (this.#stepping) return
    this.#stepping = true
    this.#quiet = 0
    const turn = () => {
      if (++this.#quiet < QUIET_TURNS) return void setImmediate(turn)
      this.#stepping = false
      const [first, ...others] = this.#sleepers.sort((one, other) => one.at - other.at)
      if (!first) return
      this.#sleepers = others
      this.#now = Math.max(this.#now, first.at)
      first.wake()
      if (others.length > 0) this.#step()
    }
    setImmediate(turn)
  }
}

const QUIET_TURNS = 4
