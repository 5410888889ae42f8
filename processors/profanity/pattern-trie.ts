/**
 * All spellings of all rules as one trie over jamo, so that a position of the text costs a table look-up however many
 * rules there are. Symbols: initial, vowel and final of a syllable are told apart, so that 창녕 never reads as 창녀.
 */
import {
  finalOfSyllable,
  initialOfSyllable,
  isConsonant,
  isSyllable,
  isVowel,
  medialIndex,
  medialOfSyllable,
} from '../korean/jamo.ts'
import { type Rule, spellings } from './rule.ts'

const INITIAL = 1
const VOWEL = 20
const FINAL = 41
const LONE = 69
const LATIN = 99
const DIGIT = 125
/** A blanking mark: x, * or a circle. */
export const BLANK = 135
export const FINGER = 136
export const SYMBOLS = 137

export const initialSymbol = (index: number): number => INITIAL + index
export const vowelSymbol = (index: number): number => VOWEL + index
/** @param index 1..27 */
export const finalSymbol = (index: number): number => FINAL + index
export const loneSymbol = (code: number): number => LONE + code - 0x3131
export const latinSymbol = (code: number): number => LATIN + code - 0x61
export const digitSymbol = (code: number): number => DIGIT + code - 0x30
export const isVowelSymbol = (symbol: number): boolean => symbol >= VOWEL && symbol < FINAL
export const isLatinSymbol = (symbol: number): boolean => symbol >= LATIN && symbol < DIGIT

/** Spellings as symbols; node 0 is the root. `SparseTrie` is another one. */
export interface PatternTrie {
  /** The node behind `symbol`, 0 for none. */
  child(node: number, symbol: number): number
  /** Rules whose spelling ends at the node. */
  ending(node: number): readonly Rule[] | undefined
}

/** The symbols of one spelling. */
export function symbolsOf(spelling: string): number[] {
  const symbols: number[] = []
  for (const char of spelling) {
    const code = char.codePointAt(0)!
    if (isSyllable(code)) {
      symbols.push(initialSymbol(initialOfSyllable(code)), vowelSymbol(medialOfSyllable(code)))
      if (finalOfSyllable(code) > 0) symbols.push(finalSymbol(finalOfSyllable(code)))
    } else if (isConsonant(code)) symbols.push(loneSymbol(code))
    else if (isVowel(code)) symbols.push(vowelSymbol(medialIndex(code)))
    else if (code >= 0x61 && code <= 0x7a) symbols.push(latinSymbol(code))
    else if (code >= 0x30 && code <= 0x39) symbols.push(digitSymbol(code))
    else if (char === 'X') symbols.push(BLANK)
    else if (char === '🖕') symbols.push(FINGER)
    else throw new TypeError(`no symbol for ${JSON.stringify(char)} in the spelling ${spelling}`)
  }
  return symbols
}

export function buildTrie(rules: readonly Rule[]): PatternTrie {
  const children: Map<number, number>[] = [new Map()]
  const ending: (Rule[] | undefined)[] = [undefined]
  for (const rule of rules) {
    for (const spelling of spellings(rule.patterns)) {
      let node = 0
      for (const symbol of symbolsOf(spelling)) {
        let child = children[node]!.get(symbol)
        if (child === undefined) {
          child = children.length
          children.push(new Map())
          ending.push(undefined)
          children[node]!.set(symbol, child)
        }
        node = child
      }
      const here = ending[node]
      if (here === undefined) ending[node] = [rule]
      else if (!here.includes(rule)) here.push(rule)
    }
  }
  if (children.length > 0xffff) throw new RangeError(`${children.length} trie nodes, more than 65,535`)
  const next = new Uint16Array(children.length * SYMBOLS)
  children.forEach((edges, node) => {
    for (const [symbol, child] of edges) next[node * SYMBOLS + symbol] = child
  })
  return { child: (node, symbol) => next[node * SYMBOLS + symbol]!, ending: (node) => ending[node] }
}
