/**
 * Hangul syllables taken apart and put together. A syllable block is U+AC00 + (initial * 21 + vowel) * 28 + final,
 * by The Unicode Standard, section 3.12. Single jamo are the compatibility letters U+3131..U+3163, as keyboards type them.
 */
const SYLLABLE_FIRST = 0xac00
const SYLLABLE_LAST = 0xd7a3
const VOWELS = 21
const FINALS = 28

/** The 19 initial consonants in the order of the syllable block. */
export const INITIALS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'
/** The 21 vowels in the order of the syllable block. */
export const MEDIALS = 'ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ'
/** The 27 final consonants; index 0 of a syllable means none, so the first here has index 1. */
export const FINAL_CONSONANTS = 'ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ'

const COMPAT_FIRST = 0x3131
const tableOf = (letters: string, base: number): Int8Array => {
  const table = new Int8Array(51).fill(-1)
  for (let i = 0; i < letters.length; i++) table[letters.charCodeAt(i) - COMPAT_FIRST] = i + base
  return table
}
const initialOf = tableOf(INITIALS, 0)
const medialOf = tableOf(MEDIALS, 0)
const finalOf = tableOf(FINAL_CONSONANTS, 1)
const lookUp = (table: Int8Array, code: number): number =>
  code >= COMPAT_FIRST && code < COMPAT_FIRST + 51 ? table[code - COMPAT_FIRST]! : -1

export const isSyllable = (code: number): boolean => code >= SYLLABLE_FIRST && code <= SYLLABLE_LAST
/** A single consonant, compounds such as ㅄ included. */
export const isConsonant = (code: number): boolean => code >= 0x3131 && code <= 0x314e
export const isVowel = (code: number): boolean => code >= 0x314f && code <= 0x3163

/** Place of a single letter in a block, or -1. */
export const initialIndex = (code: number): number => lookUp(initialOf, code)
export const medialIndex = (code: number): number => lookUp(medialOf, code)
export const finalIndex = (code: number): number => lookUp(finalOf, code)

/** The block of these places; `final` 0 is none. */
export const compose = (initial: number, medial: number, final = 0): number =>
  SYLLABLE_FIRST + (initial * VOWELS + medial) * FINALS + final

/** Places of a block's letters. Only for what `isSyllable` accepts. */
export const initialOfSyllable = (code: number): number => Math.floor((code - SYLLABLE_FIRST) / (VOWELS * FINALS))
export const medialOfSyllable = (code: number): number => Math.floor((code - SYLLABLE_FIRST) / FINALS) % VOWELS
export const finalOfSyllable = (code: number): number => (code - SYLLABLE_FIRST) % FINALS

/** Every syllable written as its single letters; everything else stays. */
export function decompose(text: string): string {
  let out = ''
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (!isSyllable(code)) {
      out += text[i]
      continue
    }
    const final = finalOfSyllable(code)
    out += INITIALS[initialOfSyllable(code)]! + MEDIALS[medialOfSyllable(code)]!
    if (final > 0) out += FINAL_CONSONANTS[final - 1]!
  }
  return out
}
