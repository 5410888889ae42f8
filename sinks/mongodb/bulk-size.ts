/** How many documents go into one request: fewer while the server is slow, more while it is quick. */
const FEWEST = 20
const MOST = 2_000
const FIRST = 500
/** A request that takes less is too small to be worth its way; one that takes more keeps everything else waiting. */
const QUICK_MS = 150
const SLOW_MS = 600

export class BulkSize {
  #size = FIRST

  get size(): number {
    return this.#size
  }

  /** Only a full request says that more of them would be quick as well. */
  took(documents: number, ms: number): void {
    if (ms > SLOW_MS) this.#size = Math.max(FEWEST, this.#size >> 1)
    else if (ms < QUICK_MS && documents >= this.#size) this.#size = Math.min(MOST, this.#size * 2)
  }
}
