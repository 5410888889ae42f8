/** Each bucket is this much wider than the one before: a quantile is right to 5 %. */
const GROWTH = 1.1
const LOG_GROWTH = Math.log(GROWTH)

export interface HistogramSnapshot {
  readonly count: number
  readonly sum: number
  readonly max: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
}

/** Counts of durations, ms, in buckets that grow with the value, from a tenth of a ms on; small, whatever it is given. */
export class Histogram {
  readonly #buckets: number[] = []
  #count = 0
  #sum = 0
  #max = 0

  add(ms: number): void {
    const value = Math.max(0, ms)
    this.#count += 1
    this.#sum += value
    if (value > this.#max) this.#max = value
    const at = value <= 0.1 ? 0 : Math.ceil(Math.log(value * 10) / LOG_GROWTH)
    this.#buckets[at] = (this.#buckets[at] ?? 0) + 1
  }

  /** The middle of the bucket in which `share` of all values are reached; 0 without values. */
  quantile(share: number): number {
    let left = share * this.#count
    for (let at = 0; at < this.#buckets.length; at++) {
      left -= this.#buckets[at] ?? 0
      if (left <= 0 && this.#count > 0) return Math.min(this.#max, GROWTH ** (at - 0.5) / 10)
    }
    return this.#max
  }

  snapshot(): HistogramSnapshot {
    return {
      count: this.#count,
      sum: this.#sum,
      max: this.#max,
      p50: this.quantile(0.5),
      p90: this.quantile(0.9),
      p99: this.quantile(0.99),
    }
  }
}
