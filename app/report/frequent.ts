/**
 * The most frequent of arbitrarily many keys in bounded memory (lossy counting): when there are twice as many as
 * wanted, the rarer half is forgotten. A count may be too low by at most `error`, and is never too high.
 */
export interface Counted {
  count: number
}

export class Frequent<V extends Counted> {
  readonly #entries = new Map<string, V>()
  readonly #capacity: number
  readonly #make: (key: string) => V
  #error = 0

  /** @param make a value with count 0 for a key that is new, or was forgotten */
  constructor(capacity: number, make: (key: string) => V) {
    this.#capacity = capacity
    this.#make = make
  }

  /** By how much any count may be too low. */
  get error(): number {
    return this.#error
  }

  /** The key's value, counted once more. */
  add(key: string): V {
    let value = this.#entries.get(key)
    if (!value) {
      if (this.#entries.size >= 2 * this.#capacity) this.#forgetRarer()
      value = this.#make(key)
      this.#entries.set(key, value)
    }
    value.count += 1
    return value
  }

  get(key: string): V | undefined {
    return this.#entries.get(key)
  }

  /** Most frequent first; of equals the one seen first. */
  top(limit: number): [key: string, value: V][] {
    return [...this.#entries].sort(([, a], [, b]) => b.count - a.count).slice(0, limit)
  }

  #forgetRarer(): void {
    const sorted = this.top(this.#entries.size)
    // What was forgotten before may come back and be forgotten again: errors add up.
    this.#error += sorted[this.#capacity]?.[1].count ?? 0
    this.#entries.clear()
    for (const [key, value] of sorted.slice(0, this.#capacity)) this.#entries.set(key, value)
  }
}
