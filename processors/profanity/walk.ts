/** The walk of a text's letters through the trie of spellings, from one letter at a time. */
import { finalIndex, medialIndex } from '../korean/jamo.ts'
import { Gap, Kind, MAX_TEXT_UNITS } from '../korean/normalize.ts'
import { withBlanks } from './blanked.ts'
import { english } from './english.ts'
import { grownFrom, grownTo } from './grown-on.ts'
import { isMeant } from './is-meant.ts'
import { korean } from './korean.ts'
import {
  BLANK,
  buildTrie,
  finalSymbol,
  initialSymbol,
  isLatinSymbol,
  isVowelSymbol,
  latinSymbol,
  type PatternTrie,
  vowelSymbol,
} from './pattern-trie.ts'
import type { Rule } from './rule.ts'
import { pastRepeats, type TextSymbols } from './text-symbols.ts'
import { techniqueOf, Via } from './via.ts'

/** Steps a walk from one position may take: longer than any spelling with all its gaps, small against hostile runs. */
const MAX_STEPS = 100
/** Letters between two letters of a word that may be left out. */
const MAX_SKIPPED = 5
/** What a drawn-out letter takes of that: 25 of them are one word still. */
const STRETCH_COST = 0.2

/** The built-in words. */
export const builtIn = buildTrie(withBlanks([...korean, ...english]))
/** Ids of the rules whose words have an innocent sense as well. */
export const ambiguousRules: ReadonlySet<string> = new Set(
  [...korean, ...english].filter(({ ambiguous }) => ambiguous).map(({ id }) => id),
)

/** A match in the original text, UTF-16 units. */
export interface Match {
  readonly start: number
  readonly end: number
  readonly rule: Rule
  /** How it was spelled around, `plain` when it was not. */
  readonly technique: string
}

/** Digits and marks read as letters of an English word. */
const LEET: { readonly [mark: number]: string } = {
  48: 'o', 49: 'il', 51: 'e', 52: 'a', 53: 's', 55: 't', 56: 'b', 64: 'a', 36: 's', 33: 'i', 124: 'il', 43: 't',
} // biome-ignore format: pairs

const CLOSING = ')]}>）］｝＞〉》」』】〕〗〙〛'

/** The vowel that a stretched one ends on: 병 is drawn out as 벼엉. */
const STRETCHES: { readonly [vowel: number]: readonly number[] } = Object.fromEntries(
  Object.entries({ ㅏ: 'ㅏ', ㅐ: 'ㅐㅔ', ㅑ: 'ㅑㅏ', ㅓ: 'ㅓ', ㅔ: 'ㅔㅐ', ㅕ: 'ㅕㅓ', ㅗ: 'ㅗ', ㅚ: 'ㅚㅔㅣ', ㅛ: 'ㅛㅗ', ㅜ: 'ㅜㅡ', ㅝ: 'ㅝㅓ', ㅟ: 'ㅟㅣ', ㅠ: 'ㅠㅜ', ㅡ: 'ㅡㅜ', ㅢ: 'ㅢㅣㅡ', ㅣ: 'ㅣ' })
    .map(([vowel, ends]) => [vowelSymbol(medialIndex(vowel.charCodeAt(0))), [...ends].map((end) => vowelSymbol(medialIndex(end.charCodeAt(0))))]),
) // biome-ignore format: pairs
const SILENT = initialSymbol(11) // ㅇ

const finals = new Int16Array(30)
for (let i = 0; i < 30; i++) {
  const final = finalIndex(0x3131 + i)
  if (final > 0) finals[i] = finalSymbol(final)
}
/** The final symbol of a single consonant, 0 for ㄸ ㅃ ㅉ. */
const finalOfLone = (code: number): number => finals[code - 0x3131] ?? 0

/** False where no walk can begin, which is nearly everywhere. */
export function canBegin(source: TextSymbols, unit: number, trie: PatternTrie): boolean {
  const { letters, symbols, first } = source
  if (trie.child(0, symbols[first[unit]!]!) !== 0) return true
  return LEET[letters.codes[unit]!] !== undefined && letters.kinds[unit + 1] === Kind.LATIN
}

export class Walk {
  endUnit = 0
  readonly #text: string
  readonly #source: TextSymbols
  readonly #isTyped: boolean
  readonly #trie: PatternTrie
  #start = 0
  #steps = 0
  #best: Rule | undefined
  #bestVia = 0

  /** Whether the message fits a pattern, asked once a pattern: a message full of one word must not be read as often. */
  readonly #known = new Map<RegExp, boolean>()
  readonly #isIn = (pattern: RegExp): boolean => {
    let isIn = this.#known.get(pattern)
    if (isIn === undefined) {
      isIn = pattern.test(this.#text.slice(0, MAX_TEXT_UNITS))
      this.#known.set(pattern, isIn)
    }
    return isIn
  }

  constructor(text: string, source: TextSymbols, isTyped: boolean, trie: PatternTrie) {
    this.#text = text
    this.#source = source
    this.#isTyped = isTyped
    this.#trie = trie
  }

  /** Looks for the longest match that starts at this letter. */
  from(unit: number): boolean {
    this.#start = unit
    this.#steps = MAX_STEPS
    this.#best = undefined
    this.endUnit = 0
    const { first, letters } = this.#source
    // An emoji may lead a word only by standing for its first syllable.
    this.#step(first[unit]!, 0, 0, letters.kinds[unit] === Kind.EMOJI ? Via.EMOJI : 0, 0)
    return this.#best !== undefined
  }

  #step(place: number, node: number, lastSymbol: number, via: number, skipped: number): void {
    if (--this.#steps < 0) return
    const trie = this.#trie
    const { symbols, unitOf, first, letters } = this.#source
    const unit = place < symbols.length ? unitOf[place]! : letters.codes.length
    const atBoundary = place === first[unit]
    if (atBoundary && node !== 0) {
      const rules = trie.ending(node)
      if (rules !== undefined && unit > this.endUnit) this.#offer(rules, unit, via)
    }
    if (place >= symbols.length) return

    let passed = via
    if (atBoundary && unit !== this.#start) {
      const gap = letters.gaps[unit]!
      if (gap & Gap.BREAK) return
      if (gap !== 0) {
        if (gap & Gap.SPACE) passed |= Via.SPACE
        if (gap & Gap.SYMBOL) passed |= Via.SYMBOL
        if (gap & Gap.EMOJI) passed |= Via.MARK_EMOJI
        if (gap & Gap.INVISIBLE) passed |= Via.INVISIBLE
      }
    }

    const symbol = symbols[place]!
    const kind = letters.kinds[unit]!
    const here = kind === Kind.EMOJI ? passed | Via.EMOJI : passed
    const child = symbol === 0 ? 0 : trie.child(node, symbol)
    if (child !== 0) this.#step(place + 1, child, symbol, here, 0)
    if (kind === Kind.CONSONANT) {
      // "녀ㄴ": a single consonant as the final of the open syllable before it.
      const asFinal = isVowelSymbol(lastSymbol) ? finalOfLone(letters.codes[unit]!) : 0
      const closed = asFinal > 0 ? trie.child(node, asFinal) : 0
      if (closed !== 0) this.#step(place + 1, closed, asFinal, passed | Via.SPLIT, 0)
    }
    if (kind === Kind.MARK || kind === Kind.DIGIT || kind === Kind.LATIN) {
      const code = letters.codes[unit]!
      if (code === 0x2a || code === 0x78) {
        const blank = trie.child(node, BLANK)
        if (blank !== 0) this.#step(place + 1, blank, BLANK, passed, 0)
      }
      const leet = LEET[code]
      if (leet !== undefined) {
        for (const letter of leet) {
          const read = trie.child(node, latinSymbol(letter.charCodeAt(0)))
          if (read !== 0) this.#step(place + 1, read, latinSymbol(letter.charCodeAt(0)), passed | Via.LEET, 0)
        }
      }
    }
    if (node === 0 || skipped >= MAX_SKIPPED) return

    if (atBoundary) {
      // Left out: a digit, a mark, an emoji between the letters ("존1나", "시*발").
      if (kind === Kind.DIGIT) this.#step(place + 1, node, lastSymbol, passed | Via.DIGIT, skipped + 1)
      else if (kind === Kind.MARK) this.#step(place + 1, node, lastSymbol, passed | Via.SYMBOL, skipped + 1)
      else if (kind === Kind.EMOJI) this.#step(first[unit + 1]!, node, lastSymbol, passed | Via.MARK_EMOJI, skipped + 1)
      else if (kind === Kind.LATIN && letters.codes[unit] === 0x78 && !isLatinSymbol(lastSymbol))
        this.#step(place + 1, node, lastSymbol, passed | Via.SYMBOL, skipped + 1)
      else if (kind === Kind.LATIN && symbol === lastSymbol)
        this.#step(place + 1, node, lastSymbol, passed | Via.STRETCH, skipped + STRETCH_COST)
      else if (
        kind === Kind.SYLLABLE &&
        symbol === SILENT &&
        isVowelSymbol(lastSymbol) &&
        STRETCHES[lastSymbol]?.includes(symbols[place + 1]!)
      ) {
        // "시바아알": the vowel drawn out, the last one carrying the final.
        this.#step(place + 2, node, lastSymbol, passed | Via.STRETCH, skipped + STRETCH_COST)
      } else if (kind === Kind.VOWEL && STRETCHES[lastSymbol]?.includes(symbol))
        this.#step(place + 1, node, lastSymbol, passed | Via.STRETCH, skipped + STRETCH_COST)
      else if (kind === Kind.CONSONANT && (finalOfLone(letters.codes[unit]!) === lastSymbol || symbol === lastSymbol))
        this.#step(place + 1, node, lastSymbol, passed | Via.STRETCH, skipped + STRETCH_COST)
    }
  }

  #offer(rules: readonly Rule[], endUnit: number, via: number): void {
    const place = {
      text: this.#text,
      letters: this.#source.letters,
      start: this.#start,
      endUnit,
      via,
      isTyped: this.#isTyped,
    }
    const rule = rules.find((each) => isMeant(each, place, this.#isIn))
    if (rule === undefined) return
    this.#best = rule
    this.#bestVia = via
    this.endUnit = endUnit
  }

  /** What `from` found, with its drawn-out end, what is grown onto it and its closing bracket. @param floor where the match before ended */
  match(floor: number): Match {
    const { letters } = this.#source
    const rule = this.#best!
    if (this.endUnit - this.#start >= 2) {
      const past = pastRepeats(letters, this.endUnit)
      if (past > this.endUnit) this.#bestVia |= Via.STRETCH
      this.endUnit = past
    }
    const start = grownFrom(this.#source, rule, this.#start, floor)
    this.endUnit = grownTo(this.#source, rule, this.endUnit)
    const technique = this.#isTyped ? 'keyboard' : techniqueOf(rule, letters, this.#start, this.endUnit, this.#bestVia)
    const end = this.#closeBracket(letters.ends[this.endUnit - 1]!)
    return { start: letters.starts[start]!, end, rule, technique }
  }

  /** "시(발)": the bracket opened inside the word closes with it. */
  #closeBracket(end: number): number {
    const { letters } = this.#source
    for (let unit = this.#start + 1; unit < this.endUnit; unit++)
      if (letters.gaps[unit]! & Gap.BRACKET && CLOSING.includes(this.#text[end] ?? ' ')) return end + 1
    return end
  }
}
