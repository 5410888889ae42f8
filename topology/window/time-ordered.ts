interface Entry<T> {
  readonly time: number
  readonly order: string
  readonly item: T
}

/** Items by time, then by `order`; the same items come out in the same order whatever way they went in. */
export class TimeOrdered<T> {
  /** Last first, so that the first one leaves without moving the others. */
  readonly #entries: Entry<T>[] = []

  get size(): number {
    return this.#entries.length
  }

  /** Infinity when empty. */
  get firstTime(): number {
    return this.#entries.at(-1)?.time ?? Infinity
  }

  add(time: number, order: string, item: T): void {
    const entries = this.#entries
    let low = 0
    let high = entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const { time: t, order: o } = entries[middle]!
      if (t > time || (t === time && o > order)) low = middle + 1
      else high = middle
    }
    entries.splice(low, 0, { time, order, item })
  }

  /** Takes out the first. Only when there is one. */
  takeFirst(): T {
    return this.#entries.pop()!.item
  }
}
