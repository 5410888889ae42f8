/**
 * The Data API's budget: so many units a day, which begins at midnight in California. All broadcasts of this process
 * share one; it is spread over the rest of the day, so that the last hour is read as well as the first.
 */
import type { SourceClock, SourceEnvironment } from '../source-environment.ts'

/** What Google gives every project. */
export const UNITS_A_DAY = 10_000

const DAY_MS = 24 * 60 * 60 * 1_000

export class Quota {
  readonly #clock: SourceClock
  readonly #unitsADay: number
  #day = ''
  #left: number
  /** broadcasts that share it */
  readers = 0

  constructor(clock: SourceClock, unitsADay = UNITS_A_DAY) {
    this.#clock = clock
    this.#unitsADay = unitsADay
    this.#left = unitsADay
  }

  get left(): number {
    this.#turn()
    return this.#left
  }

  spend(units: number): void {
    this.#turn()
    this.#left = Math.max(0, this.#left - units)
  }

  /** Google says that nothing is left, whatever we counted: somebody else uses the same key. */
  exhaust(): void {
    this.#turn()
    this.#left = 0
  }

  /** ms until the next day begins in California. */
  get renewsInMs(): number {
    const time = new Intl.DateTimeFormat('en-GB', { timeZone: 'America/Los_Angeles', timeStyle: 'medium' })
    const [hours = 0, minutes = 0, seconds = 0] = time.format(this.#clock.now()).split(':').map(Number)
    return DAY_MS - ((hours * 60 + minutes) * 60 + seconds) * 1_000
  }

  /** ms between two calls of so many units for one reader, when what is left shall last until the day ends. */
  spacingMs(units: number): number {
    const calls = Math.floor(this.left / units)
    return calls === 0 ? this.renewsInMs : Math.ceil((this.renewsInMs / calls) * Math.max(1, this.readers))
  }

  #turn(): void {
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Los_Angeles' }).format(this.#clock.now())
    if (day === this.#day) return
    this.#day = day
    this.#left = this.#unitsADay
  }
}

const quotas = new WeakMap<SourceEnvironment, Quota>()

/** The one that everything in this process with the same key shares. */
export function quotaOf(environment: SourceEnvironment, unitsADay: number): Quota {
  const quota = quotas.get(environment) ?? new Quota(environment.clock, unitsADay)
  quotas.set(environment, quota)
  return quota
}
