/** The ranking of words as panels follow it: not with every frame, and only where it says something new. */
import type { BroadcastStore } from './broadcast-store.ts'
import type { WeighedWord } from './word-places.ts'

const REFRESH_MS = 2000
const NO_WORDS: readonly WeighedWord[] = []

export const wordsOf = ({ keywords }: Pick<BroadcastStore, 'keywords'>): readonly WeighedWord[] =>
  keywords?.words ?? NO_WORDS

/**
 * Tells of the ranking at once, then every two seconds at most, and not again while it stays the same: each telling lays the
 * word cloud out anew.
 * @returns what ends it
 */
export function followWords(
  store: Pick<BroadcastStore, 'keywords'>,
  tell: (words: readonly WeighedWord[]) => void,
): () => void {
  let told: string | undefined
  const look = () => {
    const words = wordsOf(store)
    const says = JSON.stringify(words)
    if (says === told) return
    told = says
    tell(words)
  }
  look()
  const timer = setInterval(look, REFRESH_MS)
  return () => clearInterval(timer)
}
