/**
 * Names of groups read as "사람" before a line is scored: who is spoken of must not change what is said of them. The names are those of
 * `groups.tsv`, as words of their own with the particles that they carry; 여자친구 and 아기자기 are other words and stay.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const NEUTRAL = '사람'
/** Particles behind a vowel, and what they are behind the final consonant of 사람. */
const PARTICLES: ReadonlyMap<string, string> = new Map([
  ...['', '은', '이', '을', '과', '의', '도', '만', '에게', '한테', '께', '이랑', '하고', '이나', '처럼', '보다', '까지', '부터', '마다', '인데', '인가요', '인가', '이라', '이라고', '이라서', '이라도', '이래요', '이래', '이에요', '이다', '이야', '이고', '이면', '이지만', '이니까', '인', '입니다', '이었다', '으로', '같은', '같아', '같다', '밖에', '조차', '마저'].map((form) => [form, form] as const),
  ['는', '은'], ['가', '이'], ['를', '을'], ['와', '과'], ['랑', '이랑'], ['나', '이나'], ['라', '이라'], ['라고', '이라고'],
  ['라서', '이라서'], ['라도', '이라도'], ['래요', '이래요'], ['래', '이래'], ['예요', '이에요'], ['다', '이다'], ['야', '이야'],
  ['고', '이고'], ['면', '이면'], ['니까', '이니까'], ['였다', '이었다'], ['로', '으로'],
]) // biome-ignore format: a table reads better as rows

const names = new Set(
  readFileSync(join(import.meta.dirname, 'groups.tsv'), 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .filter(([kind, name]) => kind !== 'control' && name)
    .map(([, name]) => name!),
)
const firstLetters = new Set([...names].map((name) => name.charCodeAt(0)))
const SHORTEST = 2
const longest = Math.max(...[...names].map((name) => name.length))

/** The text with every group's name in it replaced; the same text where there is none. */
export function withoutNames(text: string): string {
  let out = ''
  let kept = 0
  for (const match of text.matchAll(/[가-힣\d]{2,20}/g)) {
    const word = match[0]
    if (!firstLetters.has(word.charCodeAt(0))) continue
    const neutral = neutralWord(word)
    if (neutral === undefined) continue
    out += text.slice(kept, match.index) + neutral
    kept = match.index + word.length
  }
  return kept === 0 ? text : out + text.slice(kept)
}

function neutralWord(word: string): string | undefined {
  for (let length = Math.min(longest, word.length); length >= SHORTEST; length--) {
    if (!names.has(word.slice(0, length))) continue
    const isMany = word.startsWith('들', length)
    const rest = word.slice(length + (isMany ? 1 : 0))
    const particle = PARTICLES.get(rest)
    if (particle !== undefined) return isMany ? `${NEUTRAL}들${rest}` : NEUTRAL + particle
  }
  return undefined
}
