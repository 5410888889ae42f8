import { maskText } from '#processors/mask.ts'
import type { AnalyzedMessage } from '#schemas/types.ts'

const LONGEST = 160

/** A message as a report may show it: masked, on one line, cut. */
export function maskedSample({ message, profanity }: AnalyzedMessage, maskSeverity: number): string {
  // Control and direction characters would let one line dress up as another.
  const text = maskText(message.text, profanity, maskSeverity)
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
  const characters = [...text.slice(0, 2 * LONGEST)]
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : characters.join('')
}
