/**
 * Keys of stores that hold several rows of one channel: the parts joined by U+0000, which no part may hold, so that the
 * rows of a prefix lie together and no two keys are one.
 */
const SEPARATOR = '\u0000'

/** @param parts platform ids and the like; a U+0000 in one becomes U+FFFD */
export function storeKey(...parts: readonly string[]): string {
  let key = clean(parts[0]!)
  for (let i = 1; i < parts.length; i++) key += SEPARATOR + clean(parts[i]!)
  return key
}

const clean = (part: string) => (part.includes(SEPARATOR) ? part.replaceAll(SEPARATOR, '\ufffd') : part)

/** First key of the rows whose parts begin with these, and the first key behind them. */
export function prefixRange(...parts: readonly string[]): readonly [from: string, to: string] {
  const prefix = storeKey(...parts)
  return [`${prefix}${SEPARATOR}`, `${prefix}\u0001`]
}

export const keyParts = (key: string): string[] => key.split(SEPARATOR)

/** A number as text in the order of numbers. */
export const ordered = (value: number): string => Math.max(0, Math.floor(value)).toString().padStart(16, '0')
