const HANGUL = /^[가-힣]+$/
/** Vowels that sound alike today are one: ㅐ and ㅔ, ㅒ and ㅖ, ㅙ, ㅚ and ㅞ, and what follows ㅅ, ㅈ and ㅊ (쉽, 십). */
const VOWELS: readonly number[] = [0, 1, 2, 3, 4, 1, 6, 3, 8, 9, 10, 10, 12, 13, 14, 10, 20, 13, 18, 19, 20]

/** A word as it sounds: Hangul syllables with their vowels folded. Own fold, after the vowels that Seoul speech has merged. */
export function soundOf(word: string): string {
  let sound = ''
  for (const letter of word) {
    const at = letter.charCodeAt(0) - 0xac00
    if (at < 0 || at >= 11_172) sound += letter
    else
      sound += String.fromCharCode(
        0xac00 + at - (Math.floor(at / 28) % 21) * 28 + VOWELS[Math.floor(at / 28) % 21]! * 28,
      )
  }
  return sound
}

/**
 * Whether two words are the same for a question: equal, two or more common first syllables with one ending there (건성,
 * 건성피부), or one an abbreviation of the other (와파 of 와이파이, 비번 of 비밀번호).
 */
export function isSameWord(left: string, right: string): boolean {
  if (left === right) return true
  const [short, long] = left.length <= right.length ? [soundOf(left), soundOf(right)] : [soundOf(right), soundOf(left)]
  if (short === long) return true
  if (short.length < 2) return false
  if (long.startsWith(short)) return true
  return HANGUL.test(short) && HANGUL.test(long) && isAbbreviation(short, long)
}

/** Its syllables stand in the other in their order, the first at the beginning; 녹방 of 녹화방송. */
function isAbbreviation(short: string, long: string): boolean {
  if (short[0] !== long[0] || long.length > 2 * short.length || long.length <= short.length) return false
  let at = 0
  for (const letter of long) if (letter === short[at]) at++
  return at === short.length
}
