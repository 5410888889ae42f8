/**
 * One step of a channel's own rules: from the version in force to the next. Pure; who writes it to the topic says when
 * and by whom.
 */

import type { ChannelRule, ChannelRules, DictionaryWord } from '#schemas/types.ts'
import { MOST_REGEXES } from '../profanity/channel-rules/compile-rules.ts'

/** What a person asks for. Times, names and ids are filled in by `changeRules`. */
export type RulesChange =
  | { readonly kind: 'add'; readonly rules: readonly NewRule[] }
  | { readonly kind: 'remove'; readonly ids: readonly string[] }
  | { readonly kind: 'allow-author'; readonly authorId: string }
  | { readonly kind: 'flag-author'; readonly authorId: string }
  | { readonly kind: 'dictionary'; readonly words: readonly DictionaryWord[] }
  /** Back to what stood in an earlier version: a new version with its content. */
  | { readonly kind: 'restore'; readonly from: ChannelRules }

export type NewRule = Pick<ChannelRule, 'list' | 'form' | 'pattern'> &
  Partial<Pick<ChannelRule, 'severity' | 'category' | 'note'>>

/** A list is typed or pasted by people; more than this is somebody else's list. */
export const MOST_RULES = 10_000
export const MOST_ALLOWED_AUTHORS = 1_000
export const MOST_DICTIONARY_WORDS = 1_000
const MOST_VARIANTS = 20
const LONGEST_ID = 200
const LONGEST_WORD = 40
const LONGEST_NOTE = 200

export type RulesErrorCode = 'RULES_TOO_MANY' | 'RULE_INVALID' | 'RULES_CHANGED' | 'RULES_UNKNOWN'

/** Why a change was not made. `place` is the position in the list that was given, from 0. */
export class RulesError extends Error {
  override readonly name = 'RulesError'
  readonly code: RulesErrorCode
  readonly place: number | null

  constructor(code: RulesErrorCode, message: string, place: number | null = null) {
    super(message)
    this.code = code
    this.place = place
  }
}

export interface ChangeContext {
  readonly channelId: string
  readonly by: string
  /** Epoch ms UTC. */
  readonly at: number
  /** A new unique id for a rule. */
  readonly newId: () => string
  /** What is wrong with a rule, in one sentence, or null. */
  readonly problemOf: (rule: NewRule) => string | null
}

/** What holds for a channel that nobody has set up. */
export const noRules = (channelId: string): ChannelRules => ({
  channelId,
  version: 0,
  rules: [],
  allowedAuthors: [],
  dictionary: [],
  updatedAt: 0,
  updatedBy: '',
})

/**
 * The next version, or `current` itself when the change changes nothing.
 * @throws {RulesError} and changes nothing
 */
export function changeRules(current: ChannelRules | null, change: RulesChange, context: ChangeContext): ChannelRules {
  const { channelId, by, at } = context
  const before = current ?? noRules(channelId)
  const content = contentAfter(before, change, context)
  if (content === null) return before
  return { ...before, ...content, channelId, version: before.version + 1, updatedAt: at, updatedBy: by }
}

type Content = Partial<Pick<ChannelRules, 'rules' | 'allowedAuthors' | 'dictionary'>>

function contentAfter(before: ChannelRules, change: RulesChange, context: ChangeContext): Content | null {
  switch (change.kind) {
    case 'add': {
      const added = newRules(before.rules, change.rules, context)
      if (added.length === 0) return null
      const rules = [...before.rules, ...added]
      if (rules.length > MOST_RULES)
        throw new RulesError(
          'RULES_TOO_MANY',
          `a channel may have ${MOST_RULES} rules; this would make ${rules.length}`,
        )
      if (rules.filter(({ form }) => form === 'regex').length > MOST_REGEXES)
        throw new RulesError('RULES_TOO_MANY', `a channel may have ${MOST_REGEXES} regular expressions`)
      return { rules }
    }
    case 'remove': {
      const gone = new Set(change.ids)
      const rules = before.rules.filter(({ id }) => !gone.has(id))
      return rules.length === before.rules.length ? null : { rules }
    }
    case 'allow-author': {
      const { authorId } = change
      if (authorId === '' || authorId.length > LONGEST_ID)
        throw new RulesError('RULE_INVALID', `an author id has 1 to ${LONGEST_ID} characters`)
      if (before.allowedAuthors.includes(authorId)) return null
      if (before.allowedAuthors.length >= MOST_ALLOWED_AUTHORS)
        throw new RulesError('RULES_TOO_MANY', `a channel may allow ${MOST_ALLOWED_AUTHORS} authors`)
      return { allowedAuthors: [...before.allowedAuthors, authorId] }
    }
    case 'flag-author':
      return before.allowedAuthors.includes(change.authorId)
        ? { allowedAuthors: before.allowedAuthors.filter((id) => id !== change.authorId) }
        : null
    case 'dictionary':
      return { dictionary: dictionaryOf(change.words) }
    case 'restore': {
      const { rules, allowedAuthors, dictionary } = change.from
      return { rules, allowedAuthors, dictionary }
    }
  }
}

/** The rules of `given` that do not stand in the list already, checked. */
function newRules(
  standing: readonly ChannelRule[],
  given: readonly NewRule[],
  { by, at, newId, problemOf }: ChangeContext,
): ChannelRule[] {
  const keyOf = ({ list, form, pattern }: NewRule) => `${list} ${form} ${pattern}`
  const known = new Set(standing.map(keyOf))
  const added: ChannelRule[] = []
  for (const [place, raw] of given.entries()) {
    const rule = { ...raw, pattern: raw.pattern.normalize('NFC').trim() }
    const problem = problemOf(rule) ?? problemWith(rule)
    if (problem !== null) throw new RulesError('RULE_INVALID', problem, place)
    if (known.has(keyOf(rule))) continue
    known.add(keyOf(rule))
    const { list, form, pattern, severity = 2, category = 'custom', note = '' } = rule
    added.push({ id: newId(), list, form, pattern, severity, category, note, addedBy: by, addedAt: at })
  }
  return added
}

function problemWith({ severity = 2, category = 'custom', note = '' }: NewRule): string | null {
  if (![1, 2, 3].includes(severity)) return 'severity is 1, 2 or 3'
  if (!/^[a-z][a-z-]{0,29}$/.test(category)) return 'a category is a short lower-case name'
  return note.length > LONGEST_NOTE ? `a note has at most ${LONGEST_NOTE} characters` : null
}

function dictionaryOf(words: readonly DictionaryWord[]): DictionaryWord[] {
  if (words.length > MOST_DICTIONARY_WORDS)
    throw new RulesError('RULES_TOO_MANY', `a dictionary may have ${MOST_DICTIONARY_WORDS} words`)
  const seen = new Set<string>()
  return words.map((raw, place) => {
    const word = raw.word.normalize('NFC').trim()
    const variants = [...new Set(raw.variants.map((variant) => variant.normalize('NFC').trim()))].filter(
      (variant) => variant !== '' && variant !== word,
    )
    const isLong = [word, ...variants].some((text) => text.length > LONGEST_WORD)
    if (word === '' || isLong || variants.length > MOST_VARIANTS)
      throw new RulesError(
        'RULE_INVALID',
        `a word and its variants (at most ${MOST_VARIANTS}) have 1 to ${LONGEST_WORD} characters`,
        place,
      )
    if (seen.has(word)) throw new RulesError('RULE_INVALID', `"${word}" stands in the dictionary twice`, place)
    seen.add(word)
    return { word, variants }
  })
}
