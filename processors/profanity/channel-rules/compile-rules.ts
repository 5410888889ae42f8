/**
 * A channel's own block and allow lists, compiled into the same engine as the built-in words: literals walk a trie of
 * letters and are seen through evasions; wildcards and literals of other signs are found by their longest piece in a trie
 * of units; regular expressions run on RE2's linear-time machine.
 */
import type { RE2JS } from 're2js'
import type { ChannelRule } from '#schemas/types.ts'
import { foldText } from '../channel-words.ts'
import { findSpellings } from '../find-profanity.ts'
import { SYMBOLS, symbolsOf } from '../pattern-trie.ts'
import type { Category, Rule } from '../rule.ts'
import { SparseTrie } from '../sparse-trie.ts'
import type { TextSymbols } from '../text-symbols.ts'
import { checkRule, compileRegex } from './check-rule.ts'
import { readWildcard, type Stretch, type Wildcard, wildcardAt } from './wildcard.ts'

/** A place of a message that one of the channel's rules is about. */
export interface RuleMatch extends Stretch {
  readonly rule: ChannelRule
  readonly technique: string
}

/** Regular expressions cost some 10 µs a message each: more of them would slow the channel. */
export const MOST_REGEXES = 50
const MAX_TEXT_UNITS = 2_000

/** Compiled once a version of the rules. */
export interface CompiledRules {
  readonly block: RuleSet
  readonly allow: RuleSet
  /** Rules that could not be compiled, such as ones stored by an earlier version; the others hold. */
  readonly problems: readonly { readonly id: string; readonly code: string; readonly message: string }[]
}

export function compileRules(rules: readonly ChannelRule[]): CompiledRules {
  const problems: { id: string; code: string; message: string }[] = []
  const sets = { block: new RuleSet(rules.length), allow: new RuleSet(rules.length) }
  let regexes = 0
  for (const rule of rules) {
    const problem =
      checkRule(rule) ??
      (rule.form === 'regex' && ++regexes > MOST_REGEXES
        ? { code: 'RULES_TOO_MANY_REGEXES', message: `a channel may have ${MOST_REGEXES} regular expressions` }
        : null)
    if (problem) problems.push({ id: rule.id, ...problem })
    else sets[rule.list].add(rule)
  }
  return { ...sets, problems }
}

export class RuleSet {
  readonly #letters: SparseTrie<Rule>
  readonly #units: SparseTrie<{ readonly rule: ChannelRule; readonly wildcard: Wildcard }>
  readonly #regexes: { readonly rule: ChannelRule; readonly regex: RE2JS }[] = []
  readonly #byId = new Map<string, ChannelRule>()

  constructor(expected: number) {
    this.#letters = new SparseTrie(SYMBOLS, expected * 6)
    this.#units = new SparseTrie(0x10000)
  }

  get isEmpty(): boolean {
    return this.#letters.isEmpty && this.#units.isEmpty && this.#regexes.length === 0
  }

  add(rule: ChannelRule): void {
    if (rule.form === 'regex') {
      this.#regexes.push({ rule, regex: compileRegex(rule.pattern) })
      return
    }
    const pattern = foldText(rule.pattern.normalize('NFC').trim())
    const spelling = rule.form === 'literal' ? lettersOf(pattern) : null
    if (spelling === null) {
      const wildcard = readWildcard(rule.form === 'literal' ? pattern.replace(/[*?]/g, '') : pattern)
      if (wildcard.anchor !== '') this.#units.add(unitsOf(wildcard.anchor), { rule, wildcard })
      return
    }
    this.#byId.set(rule.id, rule)
    this.#letters.add(spelling, asEngineRule(rule, pattern))
  }

  /**
   * Every place of every rule, unsorted; places of one kind of rule do not overlap.
   * @param text NFC; read up to 2,000 units
   * @param source the text as the engine's symbols
   */
  find(text: string, source: TextSymbols): RuleMatch[] {
    const matches: RuleMatch[] = []
    if (!this.#letters.isEmpty)
      for (const { start, end, rule, technique } of findSpellings(text, source, this.#letters))
        matches.push({ start, end, rule: this.#byId.get(rule.id)!, technique })
    if (!this.#units.isEmpty) this.#findUnits(foldText(text.slice(0, MAX_TEXT_UNITS)), matches)
    for (const { rule, regex } of this.#regexes) {
      const matcher = regex.matcher(text.slice(0, MAX_TEXT_UNITS))
      for (let n = 0; n < 100 && matcher.find(); n++)
        if (matcher.end() > matcher.start())
          matches.push({ start: matcher.start(), end: matcher.end(), rule, technique: 'plain' })
    }
    return matches
  }

  #findUnits(folded: string, matches: RuleMatch[]): void {
    for (let place = 0; place < folded.length; place++) {
      let node = 0
      for (let at = place; at < folded.length; at++) {
        node = this.#units.child(node, folded.charCodeAt(at))
        if (node === 0) break
        for (const { rule, wildcard } of this.#units.ending(node) ?? []) {
          const stretch = wildcardAt(folded, place, wildcard)
          if (stretch) matches.push({ ...stretch, rule, technique: 'plain' })
        }
      }
    }
  }
}

const unitsOf = (text: string): number[] => Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))

/** The symbols of a literal's letters, or null where it holds a sign that is none. */
function lettersOf(pattern: string): number[] | null {
  const letters = pattern.replace(/\s+/g, '')
  return /^[가-힣ㄱ-ㅎㅏ-ㅣa-z0-9]+$/.test(letters) ? symbolsOf(letters) : null
}

/** A literal as the engine's own rules are: a Latin word on word boundaries, a Korean one with whatever follows it. */
function asEngineRule({ id, severity, category }: ChannelRule, pattern: string): Rule {
  const isLatin = /^[a-z0-9\s]+$/.test(pattern)
  return {
    id,
    category: category as Category,
    severity: Math.min(3, Math.max(1, severity)) as 1 | 2 | 3,
    technique: 'plain',
    patterns: '',
    ...(isLatin && { notBefore: /[a-z0-9]$/, notAfter: /^[a-z0-9]/ }),
  }
}
