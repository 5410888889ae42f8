/** The last ids that a source gave: platforms deliver history again on every reconnect. Bounded: two generations. */
export class SeenIds {
  readonly #capacity: number
  #new = new Set<string>()
  #old = new Set<string>()

  /** @param capacity ids remembered at least */
  constructor(capacity = 5_000) {
    this.#capacity = capacity
  }

  has(id: string): boolean {
    return this.#new.has(id) || this.#old.has(id)
  }

  /** Whether it is new; it no longer is afterwards. */
  add(id: string): boolean {
    if (this.has(id)) return false
    if (this.#new.size >= this.#capacity) {
      this.#old = this.#new
      this.#new = new Set()
    }
    this.#new.add(id)
    return true
  }
}
