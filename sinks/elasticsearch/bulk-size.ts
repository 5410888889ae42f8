/** How many documents go into one request: fewer while the server is slow, more while it is quick. */
const FEWEST = 50
const MOST = 5_000
const FIRST = 500
/** A request that takes less is too small to be worth its way; one that takes more keeps everything else waiting. */
const QUICK_MS = 250
const SLOW_MS = 1_000
const FIRST_BYTES = 8 * 1024 * 1024

export class BulkSize {
  #documents = FIRST
  #bytes = FIRST_BYTES

  get documents(): number {
    return this.#documents
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Only a full request says that more of them would be quick as well. */
  took(documents: number, ms: number): void {
    if (ms > SLOW_MS) this.#documents = Math.max(FEWEST, this.#documents >> 1)
    else if (ms < QUICK_MS && documents >= this.#documents) this.#documents = Math.min(MOST, this.#documents * 2)
  }

  /** The server, or a proxy before it, takes no request of this length. */
  tooLong(bytes: number): void {
    this.#bytes = Math.max(1, Math.min(this.#bytes, bytes >> 1))
  }
}
