/** What is wrong with a rule that somebody wants to add, in one sentence that says what to do, or null. */
import { checkRule } from '../profanity/channel-rules/check-rule.ts'
import type { NewRule } from './change-rules.ts'

export const ruleProblem = (rule: NewRule): string | null => checkRule(rule)?.message ?? null
