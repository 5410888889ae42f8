/**
 * Finds swear words in chat text however they are spelled around: the normalised letters walk the trie of spellings,
 * and between two letters the walk may leave out what evaders put there (digits, symbols, emoji, stretched vowels,
 * spaces between single syllables). Then the rule's context on the original text decides whether the place is innocent.
 *
 * Cost: letters x a bounded number of steps each. A hostile text costs what a long one costs.
 */

import {
  finalIndex,
  finalOfSyllable,
  initialOfSyllable,
  isSyllable,
  medialIndex,
  medialOfSyllable,
} from '../korean/jamo.ts'
import { hangulOfKeys } from '../korean/keyboard.ts'
import { Gap, Kind, type NormalizedText, normalize, Origin } from '../korean/normalize.ts'
import { english } from './english.ts'
import { korean } from './korean.ts'
import {
  BLANK,
  buildTrie,
  digitSymbol,
  FINGER,
  finalSymbol,
  initialSymbol,
  isLatinSymbol,
  isVowelSymbol,
  latinSymbol,
  loneSymbol,
  SYMBOLS,
  vowelSymbol,
} from './pattern-trie.ts'
import type { Rule } from './rule.ts'

/** A match in the original text, UTF-16 units. */
export interface Match {
  readonly start: number
  readonly end: number
  readonly rule: Rule
  /** How it was spelled around, `plain` when it was not. */
  readonly technique: string
}

const trie = buildTrie([...korean, ...english])

/** Steps a walk from one position may take: longer than any spelling with all its gaps, small against hostile runs. */
const MAX_STEPS = 160
/** Letters between two letters of a word that may be left out. */
const MAX_SKIPPED = 5
const CONTEXT_UNITS = 12
/** Syllables that make the next one worse and stand glued to it; not part of another word there. */
const INTENSIFIERS =
  /(?:^|[^가-힣])(?:개|쌉|씹|존나|졸라|진짜|아|와|이|야|저|그|걍|뭔|니|네|내|아니|어휴|에이|아오|왜|요|쓰레기|병신|미친|시발|씨발)$/
/** What may touch the end of a word that was spread over spaces. */
const SPREAD_TAIL = /^(?:놈|년|새|같|아|거|롬|들|련|럼|년|이|은|임|인|진|ㅋ|ㅎ|ㅠ|ㅜ|ㅡ)/

const Via = {
  GAP: 1,
  SPACE: 2,
  STRETCH: 4,
  EMOJI: 8,
  SPLIT: 16,
  LEET: 32,
  DIGIT: 64,
  SYMBOL: 128,
  MARK_EMOJI: 256,
  INVISIBLE: 512,
} as const

const LEET: { readonly [mark: number]: string } = {
  48: 'o', 49: 'il', 51: 'e', 52: 'a', 53: 's', 55: 't', 56: 'b', 64: 'a', 36: 's', 33: 'i', 124: 'il', 43: 't',
} // biome-ignore format: pairs

/** The text as trie symbols, `first[u]` the place of letter u's first symbol. */
interface Symbols {
  readonly letters: NormalizedText
  readonly symbols: number[]
  readonly unitOf: number[]
  readonly first: number[]
}

/**
 * Matches in order, not overlapping, the longest from the leftmost start.
 * @param text NFC; read up to `MAX_TEXT_UNITS`
 */
export function findProfanity(text: string): Match[] {
  const letters = normalize(text)
  const matches = scan(text, letters, false)
  const typed = findTyped(text, letters, matches)
  if (typed.length === 0) return matches
  return [...matches, ...typed].sort((a, b) => a.start - b.start)
}

/** Words typed with the keyboard in English, such as "tlqkf". */
function findTyped(text: string, letters: NormalizedText, found: readonly Match[]): Match[] {
  const matches: Match[] = []
  const count = letters.codes.length
  for (let i = 0; i < count; ) {
    if (letters.kinds[i] !== Kind.LATIN) {
      i++
      continue
    }
    let end = i + 1
    while (end < count && letters.kinds[end] === Kind.LATIN && (letters.gaps[end]! & ~Gap.INVISIBLE) === 0) end++
    const from = letters.starts[i]!
    const overlapsFound = found.some((match) => match.start < letters.ends[end - 1]! && match.end > from)
    if (end - i >= 4 && end - i <= 60 && !overlapsFound) matches.push(...findInKeys(text, letters, i, end))
    i = end
  }
  return matches
}

function findInKeys(text: string, letters: NormalizedText, from: number, to: number): Match[] {
  const isUpper = (i: number): boolean => {
    const code = text.charCodeAt(letters.starts[i]!)
    return (code >= 0x41 && code <= 0x5a) || (code >= 0xff21 && code <= 0xff3a)
  }
  let word = ''
  for (let i = from; i < to; i++) {
    const letter = String.fromCharCode(letters.codes[i]!)
    word += isUpper(i) ? letter.toUpperCase() : letter
  }
  const lower = word.toLowerCase()
  const covered = (matches: readonly Match[]): number =>
    matches.reduce((sum, match) => sum + match.end - match.start, 0)
  let best: Match[] = []
  for (const keys of word === lower ? [word] : [word, lower]) {
    const typed: NormalizedText = { codes: [], kinds: [], starts: [], ends: [], gaps: [], origins: [] }
    let place = from
    for (const unit of hangulOfKeys(keys)) {
      typed.codes.push(unit.code)
      typed.kinds.push(isSyllable(unit.code) ? Kind.SYLLABLE : unit.code >= 0x314f ? Kind.VOWEL : Kind.CONSONANT)
      typed.starts.push(letters.starts[place]!)
      typed.ends.push(letters.ends[place + unit.length - 1]!)
      typed.gaps.push(typed.codes.length === 1 ? Gap.SPACE : 0)
      typed.origins.push(0)
      place += unit.length
    }
    const matches = scan(text, typed, true)
    if (covered(matches) > covered(best)) best = matches
  }
  return best
}

function scan(text: string, letters: NormalizedText, typed: boolean): Match[] {
  const matches: Match[] = []
  const source = toSymbols(letters)
  const walk = new Walk(text, source, typed)
  const count = letters.codes.length
  for (let unit = 0; unit < count; ) {
    const symbol = source.symbols[source.first[unit]!]!
    const isLeet = LEET[letters.codes[unit]!] !== undefined && letters.kinds[unit + 1] === Kind.LATIN
    if ((trie.next[symbol] === 0 && !isLeet) || !walk.from(unit)) {
      unit++
      continue
    }
    matches.push(walk.match())
    unit = walk.endUnit
  }
  return matches
}

function toSymbols(letters: NormalizedText): Symbols {
  const symbols: number[] = []
  const unitOf: number[] = []
  const first: number[] = []
  const count = letters.codes.length
  for (let unit = 0; unit < count; unit++) {
    first.push(symbols.length)
    const code = letters.codes[unit]!
    switch (letters.kinds[unit]) {
      case Kind.SYLLABLE:
      case Kind.EMOJI: {
        symbols.push(initialSymbol(initialOfSyllable(code)), vowelSymbol(medialOfSyllable(code)))
        unitOf.push(unit, unit)
        const final = finalOfSyllable(code)
        if (final > 0) {
          symbols.push(finalSymbol(final))
          unitOf.push(unit)
        }
        break
      }
      case Kind.CONSONANT:
        symbols.push(loneSymbol(code))
        unitOf.push(unit)
        break
      case Kind.VOWEL:
        symbols.push(vowelSymbol(medialIndex(code)))
        unitOf.push(unit)
        break
      case Kind.LATIN:
        symbols.push(latinSymbol(code))
        unitOf.push(unit)
        break
      case Kind.DIGIT:
        symbols.push(digitSymbol(code))
        unitOf.push(unit)
        break
      case Kind.GESTURE:
        symbols.push(FINGER)
        unitOf.push(unit)
        break
      default:
        symbols.push(0)
        unitOf.push(unit)
    }
  }
  first.push(symbols.length)
  return { letters, symbols, unitOf, first }
}

/** The vowel that a stretched one ends on: 병 is drawn out as 벼엉. */
const STRETCHES: { readonly [vowel: number]: readonly number[] } = Object.fromEntries(
  Object.entries({ ㅏ: 'ㅏ', ㅐ: 'ㅐㅔ', ㅑ: 'ㅑㅏ', ㅓ: 'ㅓ', ㅔ: 'ㅔㅐ', ㅕ: 'ㅕㅓ', ㅗ: 'ㅗ', ㅚ: 'ㅚㅔㅣ', ㅛ: 'ㅛㅗ', ㅜ: 'ㅜㅡ', ㅝ: 'ㅝㅓ', ㅟ: 'ㅟㅣ', ㅠ: 'ㅠㅜ', ㅡ: 'ㅡㅜ', ㅢ: 'ㅢㅣㅡ', ㅣ: 'ㅣ' })
    .map(([vowel, ends]) => [vowelSymbol(medialIndex(vowel.charCodeAt(0))), [...ends].map((end) => vowelSymbol(medialIndex(end.charCodeAt(0))))]),
) // biome-ignore format: pairs
const SILENT = initialSymbol(11) // ㅇ

class Walk {
  endUnit = 0
  private readonly text: string
  private readonly source: Symbols
  private readonly typed: boolean
  private start = 0
  private steps = 0
  private best: Rule | undefined
  private bestVia = 0

  constructor(text: string, source: Symbols, typed: boolean) {
    this.text = text
    this.source = source
    this.typed = typed
  }

  /** Looks for the longest match that starts at this letter. */
  from(unit: number): boolean {
    this.start = unit
    this.steps = MAX_STEPS
    this.best = undefined
    this.endUnit = 0
    const { first, letters } = this.source
    // An emoji may lead a word only by standing for its first syllable.
    this.step(first[unit]!, 0, 0, letters.kinds[unit] === Kind.EMOJI ? Via.EMOJI : 0, 0, 0)
    return this.best !== undefined
  }

  private step(
    place: number,
    node: number,
    lastSymbol: number,
    via: number,
    skipped: number,
    spacedPieces: number,
  ): void {
    if (--this.steps < 0) return
    const { symbols, unitOf, first, letters } = this.source
    const unit = place < symbols.length ? unitOf[place]! : letters.codes.length
    const atBoundary = place === first[unit]
    if (atBoundary && node !== 0) {
      const rules = trie.rules[node]
      if (rules !== undefined && unit > this.endUnit) this.offer(rules, unit, via)
    }
    if (place >= symbols.length) return

    let passed = via
    if (atBoundary && unit !== this.start) {
      const gap = letters.gaps[unit]!
      if (gap & Gap.BREAK) return
      if (gap !== 0) {
        if (gap & Gap.SPACE) {
          // Pieces between spaces are single letters, or the spread was no spelling-around ("접시 발로").
          passed |= Via.SPACE
        }
        if (gap & Gap.SYMBOL) passed |= Via.SYMBOL
        if (gap & Gap.EMOJI) passed |= Via.MARK_EMOJI
        if (gap & Gap.INVISIBLE) passed |= Via.INVISIBLE
      }
    }

    const symbol = symbols[place]!
    const row = node * SYMBOLS
    const kind = letters.kinds[unit]!
    const here = kind === Kind.EMOJI ? passed | Via.EMOJI : passed
    const child = symbol === 0 ? 0 : trie.next[row + symbol]!
    if (child !== 0) this.step(place + 1, child, symbol, here, 0, spacedPieces)
    if (kind === Kind.CONSONANT) {
      // "녀ㄴ": a single consonant as the final of the open syllable before it.
      const asFinal = isVowelSymbol(lastSymbol) ? finalOfLone(letters.codes[unit]!) : 0
      const closed = asFinal > 0 ? trie.next[row + asFinal]! : 0
      if (closed !== 0) this.step(place + 1, closed, asFinal, passed | Via.SPLIT, 0, spacedPieces)
    }
    if (kind === Kind.MARK || kind === Kind.DIGIT || kind === Kind.LATIN) {
      const code = letters.codes[unit]!
      if (code === 0x2a || code === 0x78) {
        const blank = trie.next[row + BLANK]!
        if (blank !== 0) this.step(place + 1, blank, BLANK, passed, 0, spacedPieces)
      }
      const leet = LEET[code]
      if (leet !== undefined) {
        for (const letter of leet) {
          const read = trie.next[row + latinSymbol(letter.charCodeAt(0))]!
          if (read !== 0)
            this.step(place + 1, read, latinSymbol(letter.charCodeAt(0)), passed | Via.LEET, 0, spacedPieces)
        }
      }
    }
    if (node === 0 || skipped >= MAX_SKIPPED) return

    if (atBoundary) {
      // Left out: a digit, a mark, an emoji between the letters ("존1나", "시*발").
      if (kind === Kind.DIGIT) this.step(place + 1, node, lastSymbol, passed | Via.DIGIT, skipped + 1, spacedPieces)
      else if (kind === Kind.MARK)
        this.step(place + 1, node, lastSymbol, passed | Via.SYMBOL, skipped + 1, spacedPieces)
      else if (kind === Kind.EMOJI)
        this.step(first[unit + 1]!, node, lastSymbol, passed | Via.MARK_EMOJI, skipped + 1, spacedPieces)
      else if (kind === Kind.LATIN && letters.codes[unit] === 0x78 && !isLatinSymbol(lastSymbol))
        this.step(place + 1, node, lastSymbol, passed | Via.SYMBOL, skipped + 1, spacedPieces)
      else if (kind === Kind.LATIN && symbol === lastSymbol)
        this.step(place + 1, node, lastSymbol, passed | Via.STRETCH, skipped, spacedPieces)
      else if (
        kind === Kind.SYLLABLE &&
        symbol === SILENT &&
        isVowelSymbol(lastSymbol) &&
        STRETCHES[lastSymbol]?.includes(symbols[place + 1]!)
      ) {
        // "시바아알": the vowel drawn out, the last one carrying the final.
        this.step(place + 2, node, lastSymbol, passed | Via.STRETCH, skipped, spacedPieces)
      } else if (kind === Kind.VOWEL && STRETCHES[lastSymbol]?.includes(symbol))
        this.step(place + 1, node, lastSymbol, passed | Via.STRETCH, skipped, spacedPieces)
      else if (kind === Kind.CONSONANT && (finalOfLone(letters.codes[unit]!) === lastSymbol || symbol === lastSymbol))
        this.step(place + 1, node, lastSymbol, passed | Via.STRETCH, skipped, spacedPieces)
    }
  }

  private offer(rules: readonly Rule[], endUnit: number, via: number): void {
    for (const rule of rules) {
      if (!this.fits(rule, endUnit, via)) continue
      this.best = rule
      this.bestVia = via
      this.endUnit = endUnit
      return
    }
  }

  private fits(rule: Rule, endUnit: number, via: number): boolean {
    const { letters } = this.source
    const { start, text } = this
    const from = letters.starts[start]!
    const to = letters.ends[endUnit - 1]!
    const before = text.slice(Math.max(0, from - CONTEXT_UNITS), from)
    const after = text.slice(to, to + CONTEXT_UNITS)
    const isLatin = letters.kinds[start] === Kind.LATIN || letters.kinds[endUnit - 1] === Kind.LATIN

    if (this.typed) return this.typesWell(rule, endUnit)
    if (rule.onlyTyped) return false
    if (via & Via.STRETCH && rule.technique.endsWith('gesture')) return false
    if (via & (Via.SPACE | Via.SYMBOL | Via.DIGIT | Via.MARK_EMOJI)) {
      if (rule.noGap) return false
      // "ㅂ.ㅂ 신라면": a single consonant and a word are two things.
      if (via & Via.SPACE && (rule.noSpace ?? rule.technique === 'choseong-syllable')) return false
      const touchesLeft = start > 0 && touches(letters, start)
      if (touchesLeft && letters.kinds[start - 1] === Kind.DIGIT) return false
      if (touchesLeft && letters.kinds[start - 1] === Kind.SYLLABLE && !INTENSIFIERS.test(before)) return false
      if (via & Via.SPACE && !this.isSpreadOverSingles(endUnit, isLatin, after)) return false
      if (via & Via.DIGIT && !isLatin && /\d$/.test(before)) return false
    }
    if (rule.word || rule.strictWord) {
      const touchesLeft = start > 0 && touches(letters, start) && letters.kinds[start - 1] === Kind.SYLLABLE
      if (touchesLeft && (rule.strictWord || !INTENSIFIERS.test(before))) return false
    }
    if (
      rule.notGlued !== undefined &&
      start > 0 &&
      touches(letters, start) &&
      letters.kinds[start - 1] === Kind.SYLLABLE &&
      rule.notGlued.test(after)
    )
      return false
    if (rule.tail !== undefined) {
      const past = this.pastRepeats(endUnit)
      const touchesRight =
        past < letters.codes.length && touches(letters, past) && letters.kinds[past] === Kind.SYLLABLE
      if (touchesRight && !rule.tail.test(text.slice(letters.starts[past]!, letters.starts[past]! + CONTEXT_UNITS)))
        return false
    }
    const lowerBefore = isLatin ? before.toLowerCase() : before
    const lowerAfter = isLatin ? after.toLowerCase() : after
    if (rule.notBefore?.test(lowerBefore) || rule.notAfter?.test(lowerAfter)) return false
    if (rule.onlyBefore !== undefined && !rule.onlyBefore.test(lowerBefore)) return false
    if (rule.onlyAfter !== undefined && !rule.onlyAfter.test(lowerAfter)) return false
    return !rule.notIn?.test(text)
  }

  /** From English keys only what no English word types by accident: two syllables or more, clear forms. */
  private typesWell(rule: Rule, endUnit: number): boolean {
    const { letters } = this.source
    if (rule.onlyTyped) return true
    if (rule.keyboard !== undefined) return rule.keyboard
    if (endUnit - this.start < 2 || (rule.technique !== 'plain' && rule.technique !== 'phonetic')) return false
    if (!rule.strictWord) return true
    // What is a word of its own must be all that was typed, and long enough not to be an English one.
    const keys = letters.ends[endUnit - 1]! - letters.starts[this.start]!
    return (
      this.start === 0 &&
      endUnit === letters.codes.length &&
      (keys >= 5 || /[A-Z]/.test(this.text.slice(letters.starts[0]!, letters.ends[endUnit - 1]!)))
    )
  }

  private isSpreadOverSingles(endUnit: number, isLatin: boolean, after: string): boolean {
    const { letters } = this.source
    let pieceLength = 0
    let pieces = 0
    for (let unit = this.start; unit < endUnit; unit++) {
      if (unit > this.start && letters.gaps[unit]! & Gap.SPACE) {
        // Korean: the first piece alone must be single; a whole word after it is fine ("개 새끼").
        if (pieceLength > 1 && (isLatin || pieces === 0))
          return pieces === 0 && !isLatin && pieceLength >= 2 && endUnit - this.start >= 3
        pieces++
        pieceLength = 0
      }
      pieceLength++
    }
    if (isLatin) return pieceLength === 1 && !/^[a-z0-9]/i.test(after)
    const touchesRight =
      endUnit < letters.codes.length && touches(letters, endUnit) && letters.kinds[endUnit] === Kind.SYLLABLE
    return !touchesRight || SPREAD_TAIL.test(after)
  }

  match(): Match {
    const { letters } = this.source
    const rule = this.best!
    this.extendOverRepeats()
    let end = letters.ends[this.endUnit - 1]!
    end = this.closeBracket(end)
    return { start: letters.starts[this.start]!, end, rule, technique: this.technique(rule) }
  }

  /** "시발발발", "ㅅㅂㅂㅂ": the drawn-out end belongs to the word. Not for gestures, where each one is its own. */
  private extendOverRepeats(): void {
    if (this.endUnit - this.start < 2) return
    const past = this.pastRepeats(this.endUnit)
    if (past > this.endUnit) this.bestVia |= Via.STRETCH
    this.endUnit = past
  }

  /** Past what repeats the letter before `endUnit`. */
  private pastRepeats(endUnit: number): number {
    const { codes, kinds } = this.source.letters
    let past = endUnit
    if (kinds[endUnit - 1] === Kind.LATIN) return past
    while (past < codes.length && touches(this.source.letters, past) && codes[past] === codes[endUnit - 1]) past++
    return past
  }

  /** "시(발)": the bracket opened inside the word closes with it. */
  private closeBracket(end: number): number {
    const { letters } = this.source
    for (let unit = this.start + 1; unit < this.endUnit; unit++)
      if (letters.gaps[unit]! & Gap.BRACKET && ')]}>'.includes(this.text[end] ?? ' ')) return end + 1
    return end
  }

  private technique(rule: Rule): string {
    if (this.typed) return 'keyboard'
    const { letters } = this.source
    let origin = 0
    for (let unit = this.start; unit < this.endUnit; unit++) origin |= letters.origins[unit]!
    const via = this.bestVia
    if (origin & Origin.STRUCK) return 'combining-mark'
    if (origin & Origin.LOOK_ALIKE) return 'look-alike'
    if (origin & Origin.FOLDED) return 'enclosed'
    if (via & Via.EMOJI) return 'emoji-syllable'
    if (via & Via.MARK_EMOJI) return 'emoji-insert'
    if (origin & (Origin.COMPOSED | Origin.JOINED) || via & Via.SPLIT) return 'jamo-split'
    if (via & Via.LEET) return 'leet'
    if (via & Via.SPACE) return 'space-insert'
    if (via & Via.DIGIT) return 'digit-insert'
    if (via & Via.SYMBOL) return 'symbol-insert'
    if (via & Via.INVISIBLE) return 'zero-width'
    if (via & Via.STRETCH) return 'stretch'
    return rule.technique
  }
}

const touches = (letters: NormalizedText, unit: number): boolean => (letters.gaps[unit]! & ~Gap.INVISIBLE) === 0

const finals = new Int16Array(30)
for (let i = 0; i < 30; i++) {
  const final = finalIndex(0x3131 + i)
  if (final > 0) finals[i] = finalSymbol(final)
}
/** The final symbol of a single consonant, 0 for ㄸ ㅃ ㅉ. */
const finalOfLone = (code: number): number => finals[code - 0x3131] ?? 0
