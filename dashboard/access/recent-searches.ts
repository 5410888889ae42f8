/** A page is loaded again by itself, and turned: the same search of the same person is one. */
const SAME_FOR_MS = 10 * 60_000
const REMEMBERED = 1_000

export class RecentSearches {
  readonly #last = new Map<string, number>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** Whether this person has not asked the same within ten minutes; remembers that they did. */
  isNew(person: string, search: string): boolean {
    const key = `${person}\n${search}`
    const now = this.#now()
    const last = this.#last.get(key)
    this.#last.delete(key)
    this.#last.set(key, now)
    if (this.#last.size > REMEMBERED) this.#last.delete(this.#last.keys().next().value!)
    return last === undefined || now - last > SAME_FOR_MS
  }
}
