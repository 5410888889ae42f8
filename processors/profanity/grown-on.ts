/**
 * What is built onto a swear word and goes under the mask with it: 개-, 씹- before, -놈, -년 behind, the intensifier's -게.
 * Particles, 들 and 하다 are not. The word decides whether the place is meant; what grows on never does.
 */
import { Kind } from '../korean/normalize.ts'
import type { Rule } from './rule.ts'
import { followsSyllable, type TextSymbols, touches } from './text-symbols.ts'

const PREFIXES = '개씹쌉'
const PERSONS = '놈년넘뇬롬럼련'
/** By the beginning of the rule's id: syllables, and what must not follow them. */
const ENDINGS: readonly { readonly ids: RegExp; readonly ending: string; readonly notBefore?: string }[] = [
  { ids: /^ko\.jonna\./, ending: '게', notBefore: '임이시' },
  { ids: /^ko\.jiral\./, ending: '발광' },
  { ids: /^ko\.jiral\./, ending: '염병' },
  { ids: /^ko\.jiral\./, ending: '병' },
]
const isPerson = /^ko\.(?:sibal|byeongsin|jot|jiral|ssip|ssyang|insult|yeombyeong|body)\./

/** The first letter of the word with its prefix. @param floor letters before this belong to another match */
export function grownFrom({ letters }: TextSymbols, rule: Rule, start: number, floor: number): number {
  const before = start - 1
  if (before < floor || !rule.id.startsWith('ko.') || !touches(letters, start)) return start
  if (letters.kinds[before] !== Kind.SYLLABLE || followsSyllable(letters, before)) return start
  return PREFIXES.includes(String.fromCharCode(letters.codes[before]!)) ? before : start
}

/** One past the last letter of the word with its ending. */
export function grownTo({ letters }: TextSymbols, rule: Rule, endUnit: number): number {
  if (!rule.id.startsWith('ko.')) return endUnit
  const { codes, kinds } = letters
  const letterAt = (unit: number): string =>
    kinds[unit] === Kind.SYLLABLE && touches(letters, unit) ? String.fromCharCode(codes[unit]!) : ''
  const next = letterAt(endUnit)
  if (next === '') return endUnit
  if (isPerson.test(rule.id) && PERSONS.includes(next)) return endUnit + 1
  for (const { ids, ending, notBefore } of ENDINGS) {
    if (!ids.test(rule.id) || ![...ending].every((letter, i) => letterAt(endUnit + i) === letter)) continue
    const past = letterAt(endUnit + ending.length)
    if (past === '' || !notBefore?.includes(past)) return endUnit + ending.length
  }
  return endUnit
}
