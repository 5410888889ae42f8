/** Chat is hostile: every string from outside passes here before it becomes part of a message. */

export const MAX_TEXT = 2_000
export const MAX_RAW = 8_192

/** At most `limit` UTF-16 units, never half of a surrogate pair. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text
  const last = text.charCodeAt(limit - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit)
}

/**
 * Well-formed (a lone surrogate becomes U+FFFD), NFC, without control characters except tab and line feed,
 * at most `limit` UTF-16 units. Anything that is not a string becomes ''.
 */
export function boundedText(value: unknown, limit: number = MAX_TEXT): string {
  if (typeof value !== 'string') return ''
  // Cut before normalising as well: normalising 100 kB of combining marks is slow, and NFC may grow a text.
  const cleaned = cut(value, limit * 2)
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
  return cut(cleaned.normalize('NFC'), limit)
}

/** The platform's own form, kept for people who look for the cause: well-formed and bounded, otherwise untouched. */
export function boundedRaw(value: string): string {
  return cut(cut(value, MAX_RAW * 2).toWellFormed(), MAX_RAW)
}
