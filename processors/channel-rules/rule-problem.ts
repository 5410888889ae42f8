/** What is wrong with a rule that somebody wants to add, in one sentence that says what to do, or null. */
import type { NewRule } from './change-rules.ts'

const LONGEST_PATTERN = 200

export function ruleProblem({ pattern }: NewRule): string | null {
  if (pattern.trim() === '') return 'a rule needs a pattern'
  if (pattern.length > LONGEST_PATTERN) return `a pattern has at most ${LONGEST_PATTERN} characters`
  return null
}
