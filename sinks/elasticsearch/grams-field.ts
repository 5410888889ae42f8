/**
 * The field `grams`: substring search that needs no analyzer of the server's but `standard`. A word a-b-c is the tokens
 * `ab` `bc` `c`: every character begins exactly one token and every word ends in a token of one character, so
 * - a phrase of overlapping pairs matches exactly where the substring stands, and never across two words;
 * - a prefix of one character matches exactly where that character stands.
 *
 * Each character is written as the four letters and digits of its code point in base 36, because analyzers drop or split
 * punctuation and emoji; so nothing that is typed can be query syntax, and `c++` is found.
 */
import type { estypes } from '@elastic/elasticsearch'
import { wordsOf } from '../fold-text.ts'

/** 36 ** 4 is more than there are code points. */
export const CODE_LENGTH = 4

/** Of the basic plane, where nearly all chat is: each code is made once. */
const codes = new Map<string, string>()

function codeOf(character: string): string {
  const known = codes.get(character)
  if (known !== undefined) return known
  const code = character.codePointAt(0)!.toString(36).padStart(CODE_LENGTH, '0')
  if (character.length === 1) codes.set(character, code)
  return code
}

function gramsOfWord(word: string): string[] {
  const characters = Array.from(word, codeOf)
  return characters.map((code, index) => code + (characters[index + 1] ?? ''))
}

/** What is indexed of a text: its tokens, separated by blanks. */
export function gramsOf(text: string): string {
  let grams = ''
  for (const word of wordsOf(text)) {
    if (grams !== '') grams += ' '
    let isFirst = true
    for (const character of word) {
      const code = codeOf(character)
      // It ends the token that the character before it began, and begins its own.
      grams += isFirst ? code : `${code} ${code}`
      isFirst = false
    }
  }
  return grams
}

/** Filters that all hold where every word of `text` occurs; none for a text without words. */
export const gramFilters = (text: string): estypes.QueryDslQueryContainer[] => [...new Set(wordsOf(text))].map(filterOf)

function filterOf(word: string): estypes.QueryDslQueryContainer {
  const grams = gramsOfWord(word)
  // The last character's own token says that the word ends there, which a substring does not ask for.
  const pairs = grams.slice(0, -1)
  if (pairs.length === 0) return { prefix: { grams: grams[0]! } }
  return pairs.length === 1 ? { term: { grams: pairs[0]! } } : { match_phrase: { grams: pairs.join(' ') } }
}
