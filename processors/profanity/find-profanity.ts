/**
 * Finds swear words in chat text however they are spelled around: the normalised letters walk the trie of spellings,
 * and between two letters the walk may leave out what evaders put there (digits, symbols, emoji, stretched vowels,
 * spaces between single syllables). Then the rule's context on the original text decides whether the place is innocent.
 *
 * Cost: letters x a bounded number of steps each. A hostile text costs what a long one costs.
 */

import { isSyllable } from '../korean/jamo.ts'
import { hangulOfKeys } from '../korean/keyboard.ts'
import { Gap, Kind, type NormalizedText, normalize } from '../korean/normalize.ts'
import type { PatternTrie } from './pattern-trie.ts'
import { type TextSymbols, textSymbols } from './text-symbols.ts'
import { builtIn, canBegin, type Match, Walk } from './walk.ts'

/** A message with more is masked from there to its end. */
const MAX_MATCHES = 100

/**
 * Matches in order, not overlapping, the longest from the leftmost start.
 * @param text NFC; read up to `MAX_TEXT_UNITS`
 * @param letters what `normalize` made of it
 */
export function findProfanity(text: string, letters = normalize(text), source = textSymbols(letters)): Match[] {
  const matches = findSpellings(text, source, builtIn)
  const typed = findTyped(text, letters, matches)
  if (typed.length === 0) return matches
  return [...matches, ...typed].sort((a, b) => a.start - b.start)
}

/** Words typed with the keyboard in English, such as "tlqkf". */
function findTyped(text: string, letters: NormalizedText, found: readonly Match[]): Match[] {
  const matches: Match[] = []
  const count = letters.codes.length
  for (let i = 0; i < count; ) {
    if (letters.kinds[i] !== Kind.LATIN) {
      i++
      continue
    }
    let end = i + 1
    while (end < count && letters.kinds[end] === Kind.LATIN && (letters.gaps[end]! & ~Gap.INVISIBLE) === 0) end++
    const from = letters.starts[i]!
    const overlapsFound = found.some((match) => match.start < letters.ends[end - 1]! && match.end > from)
    if (end - i >= 4 && end - i <= 60 && !overlapsFound) matches.push(...findInKeys(text, letters, i, end))
    i = end
  }
  return matches
}

function findInKeys(text: string, letters: NormalizedText, from: number, to: number): Match[] {
  const isUpper = (i: number): boolean => {
    const code = text.charCodeAt(letters.starts[i]!)
    return (code >= 0x41 && code <= 0x5a) || (code >= 0xff21 && code <= 0xff3a)
  }
  let word = ''
  for (let i = from; i < to; i++) {
    const letter = String.fromCharCode(letters.codes[i]!)
    word += isUpper(i) ? letter.toUpperCase() : letter
  }
  const lower = word.toLowerCase()
  const covered = (matches: readonly Match[]): number =>
    matches.reduce((sum, match) => sum + match.end - match.start, 0)
  let best: Match[] = []
  for (const keys of word === lower ? [word] : [word, lower]) {
    const typed: NormalizedText = { codes: [], kinds: [], starts: [], ends: [], gaps: [], origins: [] }
    let place = from
    for (const unit of hangulOfKeys(keys)) {
      typed.codes.push(unit.code)
      typed.kinds.push(isSyllable(unit.code) ? Kind.SYLLABLE : unit.code >= 0x314f ? Kind.VOWEL : Kind.CONSONANT)
      typed.starts.push(letters.starts[place]!)
      typed.ends.push(letters.ends[place + unit.length - 1]!)
      typed.gaps.push(typed.codes.length === 1 ? Gap.SPACE : 0)
      typed.origins.push(0)
      place += unit.length
    }
    const matches = findSpellings(text, textSymbols(typed), builtIn, true)
    if (covered(matches) > covered(best)) best = matches
  }
  return best
}

/** Matches of a trie's spellings, in order, not overlapping, the longest from the leftmost start. */
export function findSpellings(text: string, source: TextSymbols, trie: PatternTrie, typed = false): Match[] {
  const matches: Match[] = []
  const { letters } = source
  const walk = new Walk(text, source, typed, trie)
  const count = letters.codes.length
  let floor = 0
  for (let unit = 0; unit < count; ) {
    if (!canBegin(source, unit, trie) || !walk.from(unit)) {
      unit++
      continue
    }
    matches.push(walk.match(floor))
    floor = unit = walk.endUnit
    if (matches.length === MAX_MATCHES) {
      // Nobody reads on here: the rest goes with the last one.
      const last = matches[MAX_MATCHES - 1]!
      matches[MAX_MATCHES - 1] = { ...last, end: Math.max(last.end, letters.ends[count - 1]!) }
      break
    }
  }
  return matches
}
