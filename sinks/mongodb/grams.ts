/**
 * Substring search by an index of pairs. A word a-b-c stands in it as `ab`, `bc` and, so that a single character is found by
 * the beginning of an entry, `c`. A word of one or two characters is found exactly; a longer one is found among the texts
 * that have all its pairs, and is then looked for in them.
 */
import { fold, wordsOf } from '../fold-text.ts'

export function gramsOf(text: string): string[] {
  const grams = new Set<string>()
  for (const word of wordsOf(text)) {
    let previous = ''
    for (const character of word) {
      if (previous) grams.add(previous + character)
      previous = character
    }
    grams.add(previous)
  }
  return [...grams]
}

/** Longer words and more of them are found by these bounds first and then compared with the text itself. */
const MAX_WORD = 24
const MAX_WORDS = 12
export const MAX_TEXT = 2_000

export interface TextSearch {
  /** Conditions on the field `grams`. */
  readonly conditions: readonly object[]
  /** Folded. */
  readonly words: readonly string[]
  /** Words that must also be looked for in the folded text, because the conditions say too little of them. */
  readonly verify: readonly string[]
}

/** Null when the text has no word, `'nothing'` when no message can have it. */
export function textSearch(text: string): TextSearch | 'nothing' | null {
  if (text.length > MAX_TEXT && fold(text).trim().length > MAX_TEXT) return 'nothing'
  const words = [...new Set(wordsOf(text))]
  if (words.length === 0) return null
  // Longest first: they tell most.
  const telling = words.sort((a, b) => b.length - a.length).slice(0, MAX_WORDS)
  const pairs = new Set<string>()
  const conditions: object[] = []
  for (const word of telling) {
    const characters = [...word].slice(0, MAX_WORD)
    for (let at = 1; at < characters.length; at++) pairs.add(`${characters[at - 1]}${characters[at]}`)
    if (characters.length === 1) conditions.push(beginsWith(word))
  }
  if (pairs.size > 0) conditions.unshift({ grams: { $all: [...pairs] } })
  return { conditions, words, verify: words.filter((word, index) => index >= MAX_WORDS || [...word].length > 2) }
}

/** Some entry begins with this character: a range of the index, never a pattern. */
const beginsWith = (character: string): object => ({
  grams: { $elemMatch: { $gte: character, $lt: String.fromCodePoint(following(character.codePointAt(0)!)) } },
})

/** No text has half of a surrogate pair. */
const following = (codePoint: number): number => (codePoint === 0xd7ff ? 0xe000 : Math.min(codePoint + 1, 0x10ffff))

/** Whether every word stands in some word of the text. */
export function containsAll(text: string, words: readonly string[]): boolean {
  const folded = fold(text)
  return words.every((word) => folded.includes(word))
}
