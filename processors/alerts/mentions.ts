/** Messages that mentioned a watched word lately: when, which word, by how many people. */
import type { Mention } from '#schemas/types.ts'

/** More than these need not be told apart: a channel's own number is smaller. */
export const MOST_MENTIONS = 200
const LOUDEST = 3

export class Mentions {
  #mentions: readonly Mention[]

  constructor(mentions: readonly Mention[] = []) {
    this.#mentions = mentions
  }

  get all(): readonly Mention[] {
    return this.#mentions
  }

  /** @param forMs how far back anybody looks; older ones go */
  add(words: readonly string[], author: number, at: number, forMs: number): void {
    const latest = Math.max(at, this.#mentions.at(-1)?.at ?? at)
    this.#mentions = [...this.#mentions, { word: words.join(', '), author, at }]
      .filter((mention) => mention.at > latest - forMs)
      .sort((a, b) => a.at - b.at)
      .slice(-MOST_MENTIONS)
  }

  /** Messages within `forMs` before `at`. */
  count(at: number, forMs: number): number {
    return this.#within(at, forMs).length
  }

  /** The words mentioned most, and who mentioned them: how many people, and the share of the three loudest. */
  of(at: number, forMs: number) {
    const mentions = this.#within(at, forMs)
    const words = tally(mentions.map(({ word }) => word))
    const people = tally(mentions.map(({ author }) => author))
    const loudest = people.slice(0, LOUDEST).reduce((sum, [, count]) => sum + count, 0)
    return {
      words: words.map(([word]) => word),
      authors: people.length,
      loudest: mentions.length === 0 ? 0 : loudest / mentions.length,
    }
  }

  #within(at: number, forMs: number): readonly Mention[] {
    return this.#mentions.filter((mention) => mention.at > at - forMs)
  }
}

/** How often each comes, the most frequent first. */
function tally<T>(values: readonly T[]): [T, number][] {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)
}
