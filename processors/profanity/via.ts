/** What a walk passed on its way, and the technique that it shows. */
import { type NormalizedText, Origin } from '../korean/normalize.ts'
import type { Rule } from './rule.ts'

export const Via = {
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

/** How the letters from `start` to `endUnit` spell the word around; the rule's own technique when they do not. */
export function techniqueOf(rule: Rule, letters: NormalizedText, start: number, endUnit: number, via: number): string {
  let origin = 0
  for (let unit = start; unit < endUnit; unit++) origin |= letters.origins[unit]!
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
