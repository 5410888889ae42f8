/** Normalised letters as symbols of the pattern trie. */
import { finalOfSyllable, initialOfSyllable, medialIndex, medialOfSyllable } from '../korean/jamo.ts'
import { Gap, Kind, type NormalizedText } from '../korean/normalize.ts'
import {
  digitSymbol,
  FINGER,
  finalSymbol,
  initialSymbol,
  latinSymbol,
  loneSymbol,
  vowelSymbol,
} from './pattern-trie.ts'

/** The text as trie symbols, `first[u]` the place of letter u's first symbol. */
export interface TextSymbols {
  readonly letters: NormalizedText
  readonly symbols: number[]
  readonly unitOf: number[]
  readonly first: number[]
}

export function textSymbols(letters: NormalizedText): TextSymbols {
  const symbols: number[] = []
  const unitOf: number[] = []
  const first: number[] = []
  const count = letters.codes.length
  for (let unit = 0; unit < count; unit++) {
    first.push(symbols.length)
    const code = letters.codes[unit]!
    switch (letters.kinds[unit]) {
      case Kind.SYLLABLE:
      case Kind.EMOJI: {
        symbols.push(initialSymbol(initialOfSyllable(code)), vowelSymbol(medialOfSyllable(code)))
        unitOf.push(unit, unit)
        const final = finalOfSyllable(code)
        if (final > 0) {
          symbols.push(finalSymbol(final))
          unitOf.push(unit)
        }
        break
      }
      case Kind.CONSONANT:
        symbols.push(loneSymbol(code))
        unitOf.push(unit)
        break
      case Kind.VOWEL:
        symbols.push(vowelSymbol(medialIndex(code)))
        unitOf.push(unit)
        break
      case Kind.LATIN:
        symbols.push(latinSymbol(code))
        unitOf.push(unit)
        break
      case Kind.DIGIT:
        symbols.push(digitSymbol(code))
        unitOf.push(unit)
        break
      case Kind.GESTURE:
        symbols.push(FINGER)
        unitOf.push(unit)
        break
      default:
        symbols.push(0)
        unitOf.push(unit)
    }
  }
  first.push(symbols.length)
  return { letters, symbols, unitOf, first }
}

/** True when nothing but the invisible stands between this letter and the one before. */
export const touches = (letters: NormalizedText, unit: number): boolean => (letters.gaps[unit]! & ~Gap.INVISIBLE) === 0

/** True when a syllable touches this letter on the left. */
export const followsSyllable = (letters: NormalizedText, unit: number): boolean =>
  unit > 0 && touches(letters, unit) && letters.kinds[unit - 1] === Kind.SYLLABLE

/** True when this letter is a syllable that touches the one before. */
export const isTouchingSyllable = (letters: NormalizedText, unit: number): boolean =>
  unit < letters.codes.length && touches(letters, unit) && letters.kinds[unit] === Kind.SYLLABLE

/** Past what repeats the letter before `endUnit`: "시발발발". Latin words repeat nothing that way. */
export function pastRepeats(letters: NormalizedText, endUnit: number): number {
  const { codes, kinds } = letters
  let past = endUnit
  if (kinds[endUnit - 1] === Kind.LATIN) return past
  while (past < codes.length && touches(letters, past) && codes[past] === codes[endUnit - 1]) past++
  return past
}
