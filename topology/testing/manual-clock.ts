/** A wall clock that only moves when it is told to. */
export class ManualClock {
  #now: number

  constructor(startMs = 0) {
    this.#now = startMs
  }

  readonly now = (): number => this.#now

  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`a clock does not go back: ${ms}`)
    this.#now += ms
  }
}
