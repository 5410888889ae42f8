/**
 * Substring search with FTS5. A word a-b-c is indexed as the tokens `ab` `bc` `c`: every character begins exactly one
 * token and every word ends in a token of one character, so
 * - a phrase of overlapping pairs matches exactly where the substring stands, and never across two words;
 * - a prefix query of one character matches exactly where that character stands.
 *
 * FTS5's own tokenizers drop punctuation, its trigrams cannot find two syllables. Here the 32 ASCII punctuation marks
 * become the 32 C1 control characters (which, like all controls and white space, separate words in the text itself),
 * so that the `ascii` tokenizer sees letters only, nothing that is typed can be query syntax, and `c++` is found.
 */
import { wordsOf } from '../fold-text.ts'

const punctuation = /[!-/:-@[-`{-~]/g

const marks = new Map(
  Array.from({ length: 0x5e }, (_, index) => String.fromCharCode(0x21 + index))
    .filter((character) => /[^0-9A-Za-z]/.test(character))
    .map((character, index) => [character, String.fromCharCode(0x80 + index)] as const),
)

const encode = (word: string): string => word.replace(punctuation, (character) => marks.get(character)!)

/** What FTS5 gets of a text: its tokens, separated by blanks. */
export function gramsOf(text: string): string {
  let out = ''
  for (const word of wordsOf(text)) {
    let previous = ''
    for (const character of encode(word)) {
      if (previous) out += `${previous}${character} `
      previous = character
    }
    out += `${previous} `
  }
  return out
}

/** Longer words and more of them are found by these bounds first and then compared with the text itself. */
const MAX_WORD = 24
const MAX_WORDS = 12

export interface TextQuery {
  /** An FTS5 expression without a column filter. */
  readonly match: string
  /** Words that must also be looked for in the folded text, because `match` covers only a part of them. */
  readonly verify: readonly string[]
}

/** The FTS5 expression for texts in which every word of `text` occurs; null when it has no word. */
export function textQuery(text: string): TextQuery | null {
  const words = [...new Set(wordsOf(text))]
  if (words.length === 0) return null
  // A word within another one says nothing of its own.
  const telling = words.sort((a, b) => b.length - a.length).slice(0, MAX_WORDS)
  return {
    match: telling.map(wordQuery).join(' AND '),
    verify: [...words.slice(MAX_WORDS), ...telling.filter((word) => [...word].length > MAX_WORD)],
  }
}

function wordQuery(word: string): string {
  const characters = [...encode(word)].slice(0, MAX_WORD)
  if (characters.length === 1) return `"${characters[0]}" *`
  const pairs = characters.slice(1).map((character, index) => `${characters[index]}${character}`)
  return `"${pairs.join(' ')}"`
}
