/**
 * Where the words of a rule are ambiguous, the rest of the line decides: 새끼 of a dog and of a man, 섹스 in talk about a film and as
 * harassment. What was spelled around is meant whatever stands beside it.
 */
import type { AbuseModel } from '#models/abuse/abuse-model.ts'
import type { ProfanitySpan } from '#schemas/types.ts'
import { ambiguousRules } from '../walk.ts'
import { ruleSignals } from './rule-signals.ts'

/**
 * A line whose probabilities, told by its letters alone, all lie below this is innocent. Chosen on rows that neither the model
 * nor an evaluation uses: docs/profanity.md has the table.
 */
const INNOCENT_BELOW = 0.1

const isAmbiguous = ({ rule, technique }: ProfanitySpan): boolean => technique === 'plain' && ambiguousRules.has(rule)

/** The spans, or none: of ambiguous rules alone, in a line that the model calls innocent. */
export function meantSpans(
  model: Pick<AbuseModel, 'score'>,
  text: string,
  spans: readonly ProfanitySpan[],
): readonly ProfanitySpan[] {
  if (spans.length === 0 || !spans.every(isAmbiguous)) return spans
  const { profanity, hate, sexual } = model.score(text, ruleSignals([]))
  return Math.max(profanity, hate, sexual) < INNOCENT_BELOW ? [] : spans
}
