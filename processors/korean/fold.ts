/**
 * Letters in costume back to the plain letter: full-width, circled, squared, mathematical, half-width jamo, conjoining
 * jamo, look-alikes from other alphabets. An own table on purpose: NFKC turns ㅅ (U+3145) into a conjoining U+1109,
 * after which no pattern over keyboard jamo matches, and it leaves 🆂 alone.
 */
import { FINAL_CONSONANTS, INITIALS, MEDIALS } from './jamo.ts'

const A = 0x61
/** ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ, then 가나다라마바사아자차카타파하: the order of the enclosed Hangul blocks. */
const ENCLOSED = 'ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ가나다라마바사아자차카타파하'
const HALF_WIDTH_CONSONANTS = 'ㄱㄲㄳㄴㄵㄶㄷㄸㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅃㅄㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'

/** Written alike; only what chat really uses instead of a Latin letter or a jamo. */
const LOOK_ALIKES: { readonly [char: string]: string } = {
  а: 'a', е: 'e', о: 'o', с: 'c', р: 'p', х: 'x', у: 'y', і: 'i', ѕ: 's', к: 'k', в: 'b', т: 't', н: 'h', м: 'm',
  α: 'a', ε: 'e', ι: 'i', ο: 'o', κ: 'k', τ: 't', υ: 'u', ν: 'v',
  人: 'ㅅ', 入: 'ㅅ', Λ: 'ㅅ', '∧': 'ㅅ', '⋀': 'ㅅ', 廿: 'ㅂ', 口: 'ㅁ', 己: 'ㄹ', 乙: 'ㄹ', 丨: 'ㅣ', '｜': 'ㅣ', 卜: 'ㅏ', ト: 'ㅏ',
  '×': 'x', '✕': 'x', '✖': 'x', '❌': 'x', '○': 'x', '〇': 'x', '●': 'x', '◯': 'x', '⭕': 'x',
} // biome-ignore format: a table reads better as rows

const folded = new Map<number, number>()
for (const [from, to] of Object.entries(LOOK_ALIKES)) folded.set(from.codePointAt(0)!, to.codePointAt(0)!)
for (let i = 0; i < INITIALS.length; i++) folded.set(0x1100 + i, INITIALS.charCodeAt(i))
for (let i = 0; i < MEDIALS.length; i++) folded.set(0x1161 + i, MEDIALS.charCodeAt(i))
for (let i = 0; i < FINAL_CONSONANTS.length; i++) folded.set(0x11a8 + i, FINAL_CONSONANTS.charCodeAt(i))
for (let i = 0; i < ENCLOSED.length; i++) {
  folded.set(0x3200 + i, ENCLOSED.charCodeAt(i))
  folded.set(0x3260 + i, ENCLOSED.charCodeAt(i))
}
for (let i = 0; i < HALF_WIDTH_CONSONANTS.length; i++) folded.set(0xffa1 + i, HALF_WIDTH_CONSONANTS.charCodeAt(i))
;[0xffc2, 0xffca, 0xffd2, 0xffda].forEach((first, row) => {
  const letters = ['ㅏㅐㅑㅒㅓㅔ', 'ㅕㅖㅗㅘㅙㅚ', 'ㅛㅜㅝㅞㅟㅠ', 'ㅡㅢㅣ'][row]!
  for (let i = 0; i < letters.length; i++) folded.set(first + i, letters.charCodeAt(i))
})
for (let i = 0; i < 26; i++) {
  // parenthesised, circled (upper, lower), squared, negative circled, negative squared
  for (const first of [0x249c, 0x24b6, 0x24d0, 0x1f110, 0x1f130, 0x1f150, 0x1f170]) folded.set(first + i, A + i)
}
for (let i = 1; i <= 9; i++) {
  for (const first of [0x2460, 0x2474, 0x2488, 0x24f5, 0x2776, 0x2780, 0x278a]) folded.set(first + i - 1, 0x30 + i)
}
folded.set(0x24ea, 0x30)
folded.set(0x24ff, 0x30)

/** The plain letter behind this code point, lower case; the code point itself when there is none. */
export function fold(code: number): number {
  if (code < 0x80) return code >= 0x41 && code <= 0x5a ? code + 32 : code
  if (code >= 0xac00 && code <= 0xd7a3) return code
  if (code >= 0x3131 && code <= 0x3163) return code
  if (code >= 0xff01 && code <= 0xff5e) return fold(code - 0xff01 + 0x21)
  // Mathematical alphabets: 13 styles of 52 letters, then digits in 5 styles of 10. Holes among them are unassigned.
  if (code >= 0x1d400 && code <= 0x1d6a3) return A + ((code - 0x1d400) % 26)
  if (code >= 0x1d7ce && code <= 0x1d7ff) return 0x30 + ((code - 0x1d7ce) % 10)
  return folded.get(code) ?? latinBase(code)
}

/** é -> e. Latin-1 and Extended-A only. */
function latinBase(code: number): number {
  if (code < 0xc0 || code > 0x17f) return code
  const base = String.fromCharCode(code).normalize('NFD').toLowerCase().charCodeAt(0)
  return base >= A && base < A + 26 ? base : code
}
