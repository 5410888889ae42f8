/**
 * Puts a noun into a sentence with the particle that its last sound wants: `{은}` becomes 은 or 는 behind the noun, `{을}` 을 or 를,
 * `{이에요}` 이에요 or 예요. What is not in the table follows the noun as it is (`{의}`, `{도}`).
 */
const AFTER_VOWEL: { readonly [afterConsonant: string]: string } = {
  은: '는',
  이: '가',
  을: '를',
  과: '와',
  이에요: '예요',
  이래요: '래요',
  이라고: '라고',
}

const HANGUL = 0xac00
/** Digits are read aloud: 영 일 이 삼 사 오 육 칠 팔 구. */
const DIGIT_ENDS_IN_CONSONANT = [true, true, false, true, false, false, true, true, true, false]

export function fillSentence(sentence: string, noun: string): string {
  return sentence.replace(/\{([^}]*)\}/g, (_, particle: string) => {
    const isOpen = !endsInConsonant(noun)
    return noun + (isOpen ? (AFTER_VOWEL[particle] ?? particle) : particle)
  })
}

function endsInConsonant(noun: string): boolean {
  const code = noun.charCodeAt(noun.length - 1)
  const syllable = code - HANGUL
  if (syllable >= 0 && syllable < 11_172) return syllable % 28 !== 0
  const digit = code - 48
  return digit >= 0 && digit <= 9 ? DIGIT_ENDS_IN_CONSONANT[digit]! : false
}
