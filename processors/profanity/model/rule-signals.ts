/** What the span engine found in a line, as numbers for the abuse model. */
import type { ProfanitySpan } from '#schemas/types.ts'

const CATEGORIES = ['vulgar', 'insult', 'family', 'sexual', 'hate', 'threat'] as const
export const SIGNALS = CATEGORIES.length + 3

/** Whether each category occurs, then whether there is a span of severity 1, of 2, of 3. */
export function ruleSignals(spans: readonly ProfanitySpan[]): number[] {
  const signals = new Array<number>(SIGNALS).fill(0)
  for (const { category, severity } of spans) {
    const at = CATEGORIES.indexOf(category as (typeof CATEGORIES)[number])
    if (at >= 0) signals[at] = 1
    if (severity >= 1 && severity <= 3) signals[CATEGORIES.length + severity - 1] = 1
  }
  return signals
}
