/**
 * New words of a broadcast, by statistics over the words of its ranking. A word that the analyser does not know comes with its
 * particles grown on (억까단은, 억까단이, 억까단도 ...): beginnings that hang together (cohesion: the geometric mean of the chances with
 * which each syllable follows those before it) and after which several particles follow evenly (branching entropy) are words. Jin &
 * Tanaka-Ishii 2006; cohesion after Kim's soynlp. It needs no state of its own: the ranking is it.
 */
import { isParticle } from '../korean/unknown-word.ts'

export interface RankedWord {
  readonly word: string
  readonly count: number
}

export interface CoinageOptions {
  /** A coinage was written at least so often, in all its forms. Default 5. */
  readonly leastCount?: number
  /** Least cohesion, 0 to 1. Default 0.5. */
  readonly leastCohesion?: number
  /** Least branching entropy, bits. Default 1. */
  readonly leastEntropy?: number
}

const SHORTEST = 2
const LONGEST = 6
const LEAST_PARTICLES = 2
const HANGUL = /^[가-힣]{2,}$/
/** Particles that a noun of any word may end with: several of them behind one beginning tell that it is a word. */
const SUBJECT = /^(?:이|가|이가|님|님이|네)$/

/** At most `limit` coinages, most written first. @param words the ranking's words; their order does not matter */
export function findCoinages(
  words: readonly RankedWord[],
  { leastCount = 5, leastCohesion = 0.5, leastEntropy = 1 }: CoinageOptions = {},
  limit = 10,
): readonly RankedWord[] {
  const beginnings = new Map<string, { count: number; next: Map<string, number>; particles: Set<string> }>()
  const initials = new Map<string, number>()
  for (const { word, count } of words) {
    if (!HANGUL.test(word)) continue
    initials.set(word[0]!, (initials.get(word[0]!) ?? 0) + count)
    for (let length = SHORTEST; length <= Math.min(LONGEST, word.length); length++) {
      const text = word.slice(0, length)
      const rest = word.slice(length)
      const known = beginnings.get(text) ?? { count: 0, next: new Map<string, number>(), particles: new Set<string>() }
      known.count += count
      known.next.set(rest.slice(0, 1), (known.next.get(rest.slice(0, 1)) ?? 0) + count)
      if (isParticle(rest) || SUBJECT.test(rest)) known.particles.add(rest)
      beginnings.set(text, known)
    }
  }
  const found: RankedWord[] = []
  for (const [word, { count, next, particles }] of beginnings) {
    if (count < leastCount || particles.size < LEAST_PARTICLES) continue
    const cohesion = (count / initials.get(word[0]!)!) ** (1 / (word.length - 1))
    if (cohesion >= leastCohesion && entropyOf([...next.values()]) >= leastEntropy) found.push({ word, count })
  }
  return found.sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1)).slice(0, limit)
}

/** Shannon entropy of a spread, bits. */
function entropyOf(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return counts.reduce((sum, count) => sum - (count / total) * Math.log2(count / total), 0)
}
