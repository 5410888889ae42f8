/** Rates of growing counters over about a minute. */
export class Rates {
  readonly #windowMs: number
  readonly #samples: { readonly at: number; readonly counters: { readonly [name: string]: number } }[] = []

  constructor(windowMs = 60_000) {
    this.#windowMs = windowMs
  }

  sample(at: number, counters: { readonly [name: string]: number }): void {
    this.#samples.push({ at, counters: { ...counters } })
    while (this.#samples.length > 2 && this.#samples[1]!.at <= at - this.#windowMs) this.#samples.shift()
  }

  /** Per second. A counter that fell (its thread was started again) counts from zero. */
  get perSecond(): readonly { readonly name: string; readonly perSecond: number }[] {
    const first = this.#samples[0]
    const last = this.#samples.at(-1)
    if (!first || !last || first === last) return []
    const seconds = (last.at - first.at) / 1000
    return Object.entries(last.counters).map(([name, value]) => {
      const before = first.counters[name] ?? 0
      return { name, perSecond: (value >= before ? value - before : value) / seconds }
    })
  }
}
