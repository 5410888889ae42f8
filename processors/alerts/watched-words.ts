/**
 * The words that a channel watches for, found in what the profanity filter reads: letters in costume, jamo and invisible
 * characters are plain letters by then. A Korean word may carry particles; a Latin one stands on word boundaries.
 */
import { Gap, normalize } from '../korean/normalize.ts'
import { type ChannelWords, findChannelWords, readChannelWords } from '../profanity/channel-words.ts'

/** A list is typed by a person, and every message is looked through for each word of it. */
export const MOST_WATCHED = 50
/** Counted of one message: what repeats itself is no louder. */
const MOST_FOUND = 5

export class WatchedWords {
  /** The list as it was given: another list needs another matcher. */
  readonly list: readonly string[]
  readonly #words: readonly { readonly word: string; readonly pattern: ChannelWords }[]

  constructor(list: readonly string[]) {
    this.list = list
    this.#words = list
      .slice(0, MOST_WATCHED)
      .map((word) => ({ word, pattern: readChannelWords([plain(word)]) }))
      .filter(({ pattern }) => pattern.length > 0)
  }

  /** The words of the list that a message mentions, each once, in the list's order. */
  in(text: string): string[] {
    if (this.#words.length === 0) return []
    const read = plain(text)
    return this.#words
      .filter(({ pattern }) => findChannelWords(read, pattern).length > 0)
      .slice(0, MOST_FOUND)
      .map(({ word }) => word)
  }
}

/** Plain letters, with a space where more than something invisible stood between two. Bounded as `normalize` is. */
function plain(text: string): string {
  const { codes, gaps } = normalize(text.normalize('NFC'))
  let out = ''
  for (let i = 0; i < codes.length; i++)
    out += ((gaps[i]! & ~Gap.INVISIBLE) === 0 ? '' : ' ') + String.fromCodePoint(codes[i]!)
  return out
}
