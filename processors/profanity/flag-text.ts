/**
 * Flags swearing in a text: the built-in rules, a channel's blocked words, and its allowed words over both.
 */
import type { ChannelSettings, ProfanitySpan } from '#schemas/types.ts'
import { type ChannelWords, findChannelWords, foldText, readChannelWords } from './channel-words.ts'
import { findProfanity } from './find-profanity.ts'

export interface ProfanityWords {
  readonly blocked: ChannelWords
  readonly allowed: ChannelWords
}

const BLOCKED_SEVERITY = 2
const none: ProfanityWords = { blocked: [], allowed: [] }
const read = new WeakMap<object, ProfanityWords>()

/** A channel's words ready to match; read once for each settings object. */
export function profanityWords(
  settings: Pick<ChannelSettings, 'blockedWords' | 'allowedWords'> | undefined,
): ProfanityWords {
  if (settings === undefined || (settings.blockedWords.length === 0 && settings.allowedWords.length === 0)) return none
  let words = read.get(settings)
  if (words === undefined) {
    words = { blocked: readChannelWords(settings.blockedWords), allowed: readChannelWords(settings.allowedWords) }
    read.set(settings, words)
  }
  return words
}

/**
 * The swearing in `text`: sorted, not overlapping, in UTF-16 units of `text`.
 * An allowed word always wins: over a rule and over a blocked word that it contains or is contained in.
 * @param text NFC, at most 2,000 units are read
 */
export function flagText(text: string, words: ProfanityWords = none): ProfanitySpan[] {
  const spans: ProfanitySpan[] = findProfanity(text).map(({ start, end, rule, technique }) => ({
    start,
    end,
    severity: rule.severity,
    technique,
    rule: rule.id,
    category: rule.category,
  }))
  if (words.blocked.length === 0 && (words.allowed.length === 0 || spans.length === 0)) return spans

  const folded = foldText(text.slice(0, 2_000))
  for (const { start, end } of findChannelWords(folded, words.blocked))
    spans.push({
      start,
      end,
      severity: BLOCKED_SEVERITY,
      technique: 'plain',
      rule: 'channel.blocked',
      category: 'custom',
    })
  const allowed = findChannelWords(folded, words.allowed)
  return withoutOverlaps(
    spans.filter(
      (span) =>
        !allowed.some(
          (word) =>
            (word.start <= span.start && word.end >= span.end) || (word.start >= span.start && word.end <= span.end),
        ),
    ),
  )
}

/** Of two that overlap the worse stays, then the longer; what stays covers both places. */
function withoutOverlaps(spans: ProfanitySpan[]): ProfanitySpan[] {
  const sorted = spans.sort((a, b) => a.start - b.start || b.end - a.end)
  const out: ProfanitySpan[] = []
  for (const span of sorted) {
    const last = out.at(-1)
    if (last === undefined || span.start >= last.end) {
      out.push(span)
      continue
    }
    const worse = span.severity > last.severity ? span : last
    out[out.length - 1] = { ...worse, start: last.start, end: Math.max(last.end, span.end) }
  }
  return out
}

/** The highest severity of the spans, 0 when there are none. */
export const highestSeverity = (spans: readonly ProfanitySpan[]): number =>
  spans.reduce((highest, span) => Math.max(highest, span.severity), 0)
