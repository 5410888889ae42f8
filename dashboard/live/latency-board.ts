/** Chat-to-screen latency as the last browsers reported it; bounded, and never trusted beyond a sane range. */
import type { LatencyReport } from '../app/wire.ts'

const REPORTS = 120
const FRESH_MS = 5 * 60 * 1000
const LONGEST_MS = 10 * 60 * 1000

export class LatencyBoard {
  readonly #reports: (LatencyReport & { readonly at: number })[] = []
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** False when the report is nonsense. */
  add(report: unknown): boolean {
    const { p50, p95, samples } = (report ?? {}) as Partial<LatencyReport>
    const sane = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= LONGEST_MS
    if (!sane(p50) || !sane(p95) || !sane(samples) || samples < 1) return false
    this.#reports.push({ p50, p95, samples: Math.min(samples, 10_000), at: this.#now() })
    if (this.#reports.length > REPORTS) this.#reports.shift()
    return true
  }

  /** Medians of the fresh reports, weighted by their samples; null when there is none. */
  summary(): LatencyReport | null {
    const fresh = this.#reports.filter(({ at }) => at > this.#now() - FRESH_MS)
    if (fresh.length === 0) return null
    const samples = fresh.reduce((sum, report) => sum + report.samples, 0)
    return { p50: weightedMedian(fresh, 'p50'), p95: weightedMedian(fresh, 'p95'), samples }
  }
}

function weightedMedian(reports: readonly LatencyReport[], key: 'p50' | 'p95'): number {
  const sorted = [...reports].sort((left, right) => left[key] - right[key])
  const half = sorted.reduce((sum, report) => sum + report.samples, 0) / 2
  let sum = 0
  for (const report of sorted) {
    sum += report.samples
    if (sum >= half) return report[key]
  }
  return sorted.at(-1)![key]
}
