/** Words that a chat says more than it used to: a quick and a slow decayed count of each, at most `CAPACITY` words. */
import type { GrowingWord } from '#schemas/types.ts'

const CAPACITY = 60
const QUICK_HALF_LIFE_MS = 30_000
const SLOW_HALF_LIFE_MS = 5 * 60_000
/** Said less than this lately, a word is chance. */
const LEAST = 1.5

const decay = (elapsedMs: number, halfLifeMs: number): number => 2 ** (-Math.max(0, elapsedMs) / halfLifeMs)

export class GrowingWords {
  readonly #words = new Map<string, GrowingWord>()

  constructor(words: readonly GrowingWord[] = []) {
    for (const word of words) this.#words.set(word.word, word)
  }

  get words(): readonly GrowingWord[] {
    return [...this.#words.values()]
  }

  add(words: Iterable<string>, at: number): void {
    for (const word of new Set(words)) {
      const known = this.#words.get(word)
      if (known === undefined && this.#words.size >= CAPACITY) this.#dropLightest(at)
      const now = Math.max(known?.at ?? at, at)
      const elapsed = now - (known?.at ?? now)
      this.#words.set(word, {
        word,
        quick: (known?.quick ?? 0) * decay(elapsed, QUICK_HALF_LIFE_MS) + 1,
        slow: (known?.slow ?? 0) * decay(elapsed, SLOW_HALF_LIFE_MS) + 1,
        at: now,
      })
    }
  }

  /** The words whose quick count outgrew their slow one most. */
  top(limit: number, at: number): string[] {
    return [...this.#words.values()]
      .map((word) => {
        const quick = word.quick * decay(at - word.at, QUICK_HALF_LIFE_MS)
        // Per unit of time the slow count is this many times smaller when nothing changed.
        const usual = (word.slow * decay(at - word.at, SLOW_HALF_LIFE_MS) * QUICK_HALF_LIFE_MS) / SLOW_HALF_LIFE_MS
        return { word: word.word, quick, growth: quick / (usual + 1) }
      })
      .filter(({ quick }) => quick >= LEAST)
      .sort((a, b) => b.growth - a.growth || (a.word < b.word ? -1 : 1))
      .slice(0, limit)
      .map(({ word }) => word)
  }

  #dropLightest(at: number): void {
    let lightest = ''
    let least = Number.POSITIVE_INFINITY
    for (const { word, slow, at: last } of this.#words.values()) {
      const weight = slow * decay(at - last, SLOW_HALF_LIFE_MS)
      if (weight < least) {
        least = weight
        lightest = word
      }
    }
    this.#words.delete(lightest)
  }
}
