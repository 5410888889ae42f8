/**
 * What a person typed with the 2-beolsik layout while the keyboard was set to English ("tlqkf").
 * Layout: KS X 5002.
 */
import { compose, finalIndex, initialIndex, isConsonant, isVowel, medialIndex } from './jamo.ts'

const KEYS: { readonly [key: string]: string } = {
  q: 'ㅂ', w: 'ㅈ', e: 'ㄷ', r: 'ㄱ', t: 'ㅅ', y: 'ㅛ', u: 'ㅕ', i: 'ㅑ', o: 'ㅐ', p: 'ㅔ',
  a: 'ㅁ', s: 'ㄴ', d: 'ㅇ', f: 'ㄹ', g: 'ㅎ', h: 'ㅗ', j: 'ㅓ', k: 'ㅏ', l: 'ㅣ',
  z: 'ㅋ', x: 'ㅌ', c: 'ㅊ', v: 'ㅍ', b: 'ㅠ', n: 'ㅜ', m: 'ㅡ',
  Q: 'ㅃ', W: 'ㅉ', E: 'ㄸ', R: 'ㄲ', T: 'ㅆ', O: 'ㅒ', P: 'ㅖ',
} // biome-ignore format: the rows of the keyboard

const COMPOUND_VOWELS: { readonly [pair: string]: string } = {
  ㅗㅏ: 'ㅘ',
  ㅗㅐ: 'ㅙ',
  ㅗㅣ: 'ㅚ',
  ㅜㅓ: 'ㅝ',
  ㅜㅔ: 'ㅞ',
  ㅜㅣ: 'ㅟ',
  ㅡㅣ: 'ㅢ',
}

const COMPOUND_FINALS: { readonly [pair: string]: string } = {
  ㄱㅅ: 'ㄳ',
  ㄴㅈ: 'ㄵ',
  ㄴㅎ: 'ㄶ',
  ㄹㄱ: 'ㄺ',
  ㄹㅁ: 'ㄻ',
  ㄹㅂ: 'ㄼ',
  ㄹㅅ: 'ㄽ',
  ㄹㅌ: 'ㄾ',
  ㄹㅍ: 'ㄿ',
  ㄹㅎ: 'ㅀ',
  ㅂㅅ: 'ㅄ',
}

/** One syllable or single letter, and how many letters of the input it took. */
export interface TypedUnit {
  readonly code: number
  readonly length: number
}

/** The letter a key types; an upper-case key without its own letter types the lower-case one. */
export const letterOfKey = (key: string): string | undefined => KEYS[key] ?? KEYS[key.toLowerCase()]

/**
 * Latin letters as the Hangul that the same keys type, in order.
 * @param word letters a-z and A-Z only; anything else ends the conversion
 */
export function hangulOfKeys(word: string): TypedUnit[] {
  const units: TypedUnit[] = []
  const letters: string[] = []
  for (const key of word) {
    const letter = letterOfKey(key)
    if (letter === undefined) break
    letters.push(letter)
  }
  const codeAt = (i: number): number => letters[i]?.charCodeAt(0) ?? 0

  let i = 0
  while (i < letters.length) {
    const start = i
    const initial = initialIndex(codeAt(i))
    if (initial < 0 || !isVowel(codeAt(i + 1))) {
      units.push({ code: codeAt(i), length: 1 })
      i++
      continue
    }
    i++
    const pair = COMPOUND_VOWELS[letters[i]! + (letters[i + 1] ?? '')]
    const medial = medialIndex((pair ?? letters[i]!).charCodeAt(0))
    i += pair ? 2 : 1
    let final = 0
    if (isConsonant(codeAt(i)) && !isVowel(codeAt(i + 1)) && finalIndex(codeAt(i)) > 0) {
      final = finalIndex(codeAt(i))
      i++
      const cluster = COMPOUND_FINALS[letters[i - 1]! + (letters[i] ?? '')]
      if (cluster !== undefined && !isVowel(codeAt(i + 1))) {
        final = finalIndex(cluster.charCodeAt(0))
        i++
      }
    }
    units.push({ code: compose(initial, medial, final), length: i - start })
  }
  return units
}
