/** What is wrong with a rule of a channel's own list, before it is taken. */
import { RE2JS } from 're2js'
import type { ChannelRule } from '#schemas/types.ts'

export const LONGEST_PATTERN = 100
/** Steps of a compiled regular expression; every unit of a text may cost that many. */
const LARGEST_PROGRAM = 500
const MOST_PIECES = 5
/** Shorter than this a literal would hide half of the chat. */
const LEAST_LETTERS = 1

export type RuleProblemCode =
  | 'RULE_EMPTY'
  | 'RULE_TOO_LONG'
  | 'RULE_WILDCARD_BARE'
  | 'RULE_REGEX_SYNTAX'
  | 'RULE_REGEX_TOO_LARGE'
  | 'RULE_REGEX_EMPTY_MATCH'

export interface RuleProblem {
  readonly code: RuleProblemCode
  /** A sentence that says what to do. */
  readonly message: string
}

export type RulePattern = Pick<ChannelRule, 'form' | 'pattern'>

/** Null when the rule can be taken. */
export function checkRule({ form, pattern }: RulePattern): RuleProblem | null {
  const problem = (code: RuleProblemCode, message: string): RuleProblem => ({ code, message })
  if (pattern.trim() === '') return problem('RULE_EMPTY', 'write at least one letter')
  if (pattern.length > LONGEST_PATTERN)
    return problem('RULE_TOO_LONG', `a pattern has at most ${LONGEST_PATTERN} characters, this one ${pattern.length}`)
  if (form === 'regex') return checkRegex(pattern)
  const letters = form === 'wildcard' ? pattern.replace(/[*?\s]/g, '') : pattern.replace(/\s/g, '')
  if (letters.length < LEAST_LETTERS || !/[\p{L}\p{N}\p{S}\p{P}]/u.test(letters))
    return form === 'wildcard'
      ? problem('RULE_WILDCARD_BARE', 'a wildcard needs a letter beside * and ?')
      : problem('RULE_EMPTY', 'write at least one letter')
  if (form === 'wildcard' && pattern.split('*').filter(Boolean).length > MOST_PIECES)
    return problem('RULE_TOO_LONG', `a wildcard has at most ${MOST_PIECES} pieces between its *`)
  return null

  function checkRegex(source: string): RuleProblem | null {
    let compiled: RE2JS
    try {
      compiled = compileRegex(source)
    } catch (cause) {
      return problem('RULE_REGEX_SYNTAX', `this is not RE2 syntax: ${(cause as Error).message}`)
    }
    if (compiled.programSize() > LARGEST_PROGRAM)
      return problem('RULE_REGEX_TOO_LARGE', 'this expression is too large: shorten it or split it into several')
    if (compiled.matcher('').matches())
      return problem('RULE_REGEX_EMPTY_MATCH', 'this expression fits nothing at all: it would fit everywhere')
    return null
  }
}

/** Linear in the text whatever the expression is. @throws on what RE2 does not know */
export const compileRegex = (pattern: string): RE2JS => RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE)
