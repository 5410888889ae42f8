/** Swear words spelled around in made-up ways, put into ordinary lines: what no data set has enough of. */
import {
  FINAL_CONSONANTS,
  finalOfSyllable,
  INITIALS,
  initialOfSyllable,
  isSyllable,
  MEDIALS,
  medialOfSyllable,
} from '../../korean/jamo.ts'

export interface GeneratedLine {
  readonly text: string
  readonly category: 'vulgar' | 'insult' | 'family' | 'sexual' | 'hate'
}

/** Plain words by category; the rules know them, the model has to know how they look when bent. */
const WORDS: Readonly<Record<GeneratedLine['category'], readonly string[]>> = {
  vulgar: ['시발', '씨발', '씨팔', '존나', '졸라', '지랄', '좆같네', '좆까', '좆망', '썅', '씹', '염병'],
  insult: [
    '병신',
    '새끼',
    '개새끼',
    '미친놈',
    '미친년',
    '또라이',
    '쌍놈',
    '썅년',
    '등신',
    '찐따',
    '꺼져',
    '닥쳐',
    '쓰레기새끼',
  ],
  family: ['느금마', '니애미', '니엄마', '애미없', '엠창', '호로자식'],
  sexual: ['섹스', '보지', '자지', '창녀', '걸레년', '젖탱이', '따먹', '딸딸이', '야동', '꼭지'],
  hate: ['한남충', '김치녀', '맘충', '짱깨', '쪽바리', '틀딱충', '장애인새끼', '똥꼬충', '홍어', '흑형새끼'],
}

const SIGNS = ['1', '2', '.', '*', '@', '~', '-', '♥', '!', '^']

const jamoOf = (char: string): string => {
  const code = char.charCodeAt(0)
  if (!isSyllable(code)) return char
  const final = finalOfSyllable(code)
  const open = INITIALS[initialOfSyllable(code)]! + MEDIALS[medialOfSyllable(code)]!
  return final === 0 ? open : open + FINAL_CONSONANTS[final - 1]!
}

/** The ways, each with its weight: roughly how often chat uses them (research/data.md, section 7). */
const WAYS: readonly (readonly [weight: number, way: (word: string, unit: () => number) => string])[] = [
  [4, (word) => word],
  [4, (word) => [...word].map((char) => jamoOf(char)[0]).join('')],
  [2, (word, unit) => insert(word, unit, SIGNS[Math.floor(unit() * SIGNS.length)]!)],
  [1, (word, unit) => insert(word, unit, ' ')],
  [1, (word) => [...word].map(jamoOf).join('')],
  [2, (word) => jamoOf(word[0]!)[0] + word.slice(1)],
  [1, (word) => word.slice(0, -1) + jamoOf(word.at(-1)!)],
  [1, (word) => word + word.at(-1)!.repeat(2)],
]
const TOTAL = WAYS.reduce((sum, [weight]) => sum + weight, 0)

function insert(word: string, unit: () => number, sign: string): string {
  const at = 1 + Math.floor(unit() * (word.length - 1))
  return word.slice(0, at) + sign + word.slice(at)
}

/** A line of `carriers` with one bent word in it. @param unit uniform from 0 to 1 */
export function generateLine(carriers: readonly string[], unit: () => number): GeneratedLine {
  const categories = Object.keys(WORDS) as GeneratedLine['category'][]
  const category = categories[Math.floor(unit() * categories.length)]!
  const word = WORDS[category][Math.floor(unit() * WORDS[category].length)]!
  let pick = unit() * TOTAL
  const way = WAYS.find(([weight]) => {
    pick -= weight
    return pick < 0
  })![1]
  const bent = word.length > 1 ? way(word, unit) : word
  const words = carriers[Math.floor(unit() * carriers.length)]!.split(' ')
  const place = Math.floor(unit() * (words.length + 1))
  return { text: [...words.slice(0, place), bent, ...words.slice(place)].join(' '), category }
}
