/** Filters as words of the full-text index, beside the text: any combination is then one intersection. */
import { PAID, QUESTION, SENTIMENT_MASK, SENTIMENT_SHIFT, SEVERITY_MASK } from './encoded-batch.ts'

export function facetsOf(channel: number, broadcast: number, author: number, flags: number): string {
  let facets = `c${channel} b${broadcast}`
  if (author !== 0) facets += ` a${author}`
  for (let severity = 1; severity <= (flags & SEVERITY_MASK); severity++) facets += ` v${severity}`
  const sentiment = (flags & SENTIMENT_MASK) >> SENTIMENT_SHIFT
  if (sentiment !== 0) facets += ` m${sentiment}`
  if (flags & QUESTION) facets += ' q'
  if (flags & PAID) facets += ' p'
  return facets
}

/** One of these facets. */
export const anyOf = (letter: string, keys: readonly number[]): string =>
  `(${keys.map((key) => `"${letter}${key}"`).join(' OR ')})`
