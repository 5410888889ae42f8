/** Chat-to-screen latency of the last messages, in a ring. */
const SAMPLES = 300

export class LatencyMeter {
  readonly #samples: number[] = []
  #next = 0
  #unreported = 0

  add(ms: number): void {
    this.#samples[this.#next] = Math.max(0, ms)
    this.#next = (this.#next + 1) % SAMPLES
    this.#unreported += 1
  }

  /** Null before five messages were seen. */
  summary(): { readonly p50: number; readonly p95: number } | null {
    if (this.#samples.length < 5) return null
    const sorted = [...this.#samples].sort((left, right) => left - right)
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
    return { p50: at(0.5), p95: at(0.95) }
  }

  /** Samples since the last call. */
  takeUnreported(): number {
    const count = this.#unreported
    this.#unreported = 0
    return count
  }
}
