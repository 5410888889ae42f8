/**
 * Flags swearing in a text: the built-in rules, a channel's blocked words, and its allowed words over both.
 */
import type { ChannelRules, ChannelSettings, ProfanitySpan } from '#schemas/types.ts'
import { normalize } from '../korean/normalize.ts'
import { type CompiledRules, compileRules } from './channel-rules/compile-rules.ts'
import { type ChannelWords, findChannelWords, foldText, readChannelWords } from './channel-words.ts'
import { findProfanity } from './find-profanity.ts'
import { textSymbols } from './text-symbols.ts'

export interface ProfanityWords {
  readonly blocked: ChannelWords
  readonly allowed: ChannelWords
  /** The channel's own lists; undefined while it has none. */
  readonly rules?: CompiledRules
}

const BLOCKED_SEVERITY = 2
const none: ProfanityWords = { blocked: [], allowed: [] }
const read = new WeakMap<object, ProfanityWords>()
const compiled = new WeakMap<object, CompiledRules>()

/** A channel's words and rules ready to match; each is read once for its settings or rules object. */
export function profanityWords(
  settings: Pick<ChannelSettings, 'blockedWords' | 'allowedWords'> | undefined,
  rules?: Pick<ChannelRules, 'rules'>,
): ProfanityWords {
  const words = settingsWords(settings)
  if (rules === undefined || rules.rules.length === 0) return words
  let own = compiled.get(rules)
  if (own === undefined) {
    own = compileRules(rules.rules)
    compiled.set(rules, own)
  }
  return { ...words, rules: own }
}

function settingsWords(settings: Pick<ChannelSettings, 'blockedWords' | 'allowedWords'> | undefined): ProfanityWords {
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
 * An allowed word always wins: over a rule and over a blocked word that it contains or is contained in. Spans that touch
 * are one.
 * @param text NFC, at most 2,000 units are read
 */
export function flagText(text: string, words: ProfanityWords = none): ProfanitySpan[] {
  const letters = normalize(text)
  const source = textSymbols(letters)
  const spans: ProfanitySpan[] = findProfanity(text, letters, source).map(({ start, end, rule, technique }) => ({
    start,
    end,
    severity: rule.severity,
    technique,
    rule: rule.id,
    category: rule.category,
  }))
  const { rules } = words
  for (const { start, end, rule, technique } of rules?.block.isEmpty === false ? rules.block.find(text, source) : [])
    spans.push({ start, end, severity: rule.severity, technique, rule: rule.id, category: rule.category })
  const hasWords = words.blocked.length > 0 || (words.allowed.length > 0 && spans.length > 0)
  const hasAllowed = spans.length > 0 && rules?.allow.isEmpty === false
  if (!hasWords && !hasAllowed) return rules ? withoutOverlaps(spans) : joined(spans)

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
  const allowed: { readonly start: number; readonly end: number }[] = findChannelWords(folded, words.allowed)
  if (hasAllowed) allowed.push(...rules!.allow.find(text, source))
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

/** Whether a word that the channel allows stands in the text, flagged or not. */
export function hasAllowedWord(text: string, { allowed, rules }: ProfanityWords): boolean {
  if (allowed.length > 0 && findChannelWords(foldText(text.slice(0, 2_000)), allowed).length > 0) return true
  return rules?.allow.isEmpty === false && rules.allow.find(text, textSymbols(normalize(text))).length > 0
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
    out[out.length - 1] = over(last, span)
  }
  return joined(out)
}

/** One span over both; what it says is the worse one's. */
const over = (first: ProfanitySpan, second: ProfanitySpan): ProfanitySpan => ({
  ...(second.severity > first.severity ? second : first),
  start: first.start,
  end: Math.max(first.end, second.end),
})

const isGesture = ({ technique }: ProfanitySpan): boolean => technique.endsWith('gesture')

/** Spans that touch as one, such as "씨발" and "새끼" in 씨발새끼. Every gesture stands alone. */
function joined(spans: ProfanitySpan[]): ProfanitySpan[] {
  let out: ProfanitySpan[] | undefined
  for (let i = 1; i < spans.length; i++) {
    const last = out ? out.at(-1)! : spans[i - 1]!
    if (spans[i]!.start === last.end && !isGesture(spans[i]!)) {
      out ??= spans.slice(0, i)
      out[out.length - 1] = over(last, spans[i]!)
    } else out?.push(spans[i]!)
  }
  return out ?? spans
}

/** The highest severity of the spans, 0 when there are none. */
export const highestSeverity = (spans: readonly ProfanitySpan[]): number =>
  spans.reduce((highest, span) => Math.max(highest, span.severity), 0)
