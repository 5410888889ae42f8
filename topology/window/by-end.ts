/** What closes next when all keys go by one clock. Windows that share an end, as aligned ones do, share one place. */
export class ByEnd<W extends { readonly end: number; readonly start: number; readonly isRemoved: boolean }> {
  readonly #windows = new Map<number, W[]>()
  /** Latest first, so that the first one leaves without moving the others. */
  readonly #ends: number[] = []

  /** Infinity when there is none. */
  get firstEnd(): number {
    return this.#ends.at(-1) ?? Infinity
  }

  add(window: W): void {
    const { end } = window
    const same = this.#windows.get(end)
    if (same) {
      same.push(window)
      return
    }
    this.#windows.set(end, [window])
    let low = 0
    let high = this.#ends.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#ends[middle]! > end) low = middle + 1
      else high = middle
    }
    this.#ends.splice(low, 0, end)
  }

  /** Takes the windows of the first end, by start and then by key, without those that are gone already. */
  takeFirst(orderOf: (window: W) => string): readonly W[] {
    const end = this.#ends.pop()!
    const windows = this.#windows.get(end)!.filter((window) => !window.isRemoved)
    this.#windows.delete(end)
    if (windows.length < 2) return windows
    return windows
      .map((window) => ({ window, order: orderOf(window) }))
      .sort((a, b) => a.window.start - b.window.start || (a.order < b.order ? -1 : a.order > b.order ? 1 : 0))
      .map(({ window }) => window)
  }
}
