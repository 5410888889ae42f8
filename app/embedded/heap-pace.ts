/**
 * How far the heaps of this process may grow between two collections, as the load has it.
 *
 * `setup/runtime.mjs` starts with a fifth, which keeps a process of eight heaps small. At thousands of messages a second
 * whatever is on its way to the next commit gets old enough for the large heap, a fifth is full again after a few MB, and
 * collections take a fifth of all that the process works. Twice the heap is then the cheaper one.
 */
import { setFlagsFromString } from 'node:v8'

/** As in `setup/runtime.mjs`. */
const CALM_PERCENT = 20
const BUSY_PERCENT = 100
/** Records a second that the analysis takes in; between the two it stays as it is. */
const BUSY_FROM = 1_000
const CALM_BELOW = 500
/** Records that wait for it: so many are a load, however slowly it gets on. */
const BUSY_LAG = 2_000

export interface AnalysisLoad {
  /** Records taken in since the start of the analysis. */
  readonly taken: number
  readonly lag: number
}

export class HeapPace {
  readonly #set: (percent: number) => void
  #isBusy = false
  #last: { readonly at: number; readonly taken: number } | null = null

  constructor(set: (percent: number) => void) {
    this.#set = set
  }

  /** @param at ms, of a clock that only goes forward */
  sample(at: number, { taken, lag }: AnalysisLoad): void {
    const last = this.#last
    this.#last = { at, taken }
    // An analysis that was started again counts from zero.
    if (last === null || at <= last.at || taken < last.taken) return
    const perSecond = ((taken - last.taken) * 1_000) / (at - last.at)
    if (!this.#isBusy && (perSecond >= BUSY_FROM || lag >= BUSY_LAG)) this.#become(true)
    else if (this.#isBusy && perSecond < CALM_BELOW && lag < BUSY_LAG) this.#become(false)
  }

  #become(isBusy: boolean): void {
    this.#isBusy = isBusy
    this.#set(isBusy ? BUSY_PERCENT : CALM_PERCENT)
  }
}

/** Of this process; null where it was started with settings of its own, which are not ours to change. */
export const heapPaceOf = (flags: readonly string[]): HeapPace | null =>
  flags.includes(`--heap-growing-percent=${CALM_PERCENT}`)
    ? new HeapPace((percent) => setFlagsFromString(`--heap-growing-percent=${percent}`))
    : null
