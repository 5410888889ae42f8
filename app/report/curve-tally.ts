import type { SentimentLabel } from '#schemas/types.ts'
import type { MoodCurve, MoodPoint } from './report.ts'

type Open = { -readonly [K in keyof MoodPoint]: MoodPoint[K] }

const MINUTE = 60_000
/** A chart shows no more, and a broadcast of a month fits into as many. */
const MOST_POINTS = 1_500

/** Counts per minute; when there are too many minutes, of two each, and so on: its size has a bound. */
export class CurveTally {
  #stepMs = MINUTE
  #points = new Map<number, Open>()

  add(at: number, label: SentimentLabel | null, isProfane: boolean): void {
    const point = this.#at(at)
    point.messages += 1
    if (label) point[label] += 1
    if (isProfane) point.profane += 1
    while (this.#points.size > MOST_POINTS) this.#widen()
  }

  get curve(): MoodCurve {
    return { stepMs: this.#stepMs, points: [...this.#points.values()].sort((a, b) => a.start - b.start) }
  }

  #at(at: number): Open {
    const start = Math.floor(at / this.#stepMs) * this.#stepMs
    let point = this.#points.get(start)
    if (!point) {
      point = { start, messages: 0, positive: 0, neutral: 0, negative: 0, profane: 0 }
      this.#points.set(start, point)
    }
    return point
  }

  #widen(): void {
    const narrow = this.#points.values()
    this.#stepMs *= 2
    this.#points = new Map()
    for (const { start, ...counts } of narrow) {
      const point = this.#at(start)
      for (const [name, count] of Object.entries(counts)) point[name as keyof typeof counts] += count
    }
  }
}
