/**
 * Flags swearing in a message: the built-in rules, the channel's blocked words, and its allowed words over both.
 */
import type { AnalyzedMessage, ChannelSettings, ChatMessage, ProfanitySpan, Run } from '#schemas/types.ts'
import type { KeyValueStore, ProcessorContext, ProcessorSupplier } from '#topology'
import { channelSettingsStore } from './channel-settings.ts'
import { isWritten } from './is-written.ts'
import { type ChannelWords, findChannelWords, foldText, readChannelWords } from './profanity/channel-words.ts'
import { findProfanity } from './profanity/find-profanity.ts'
import type { Tokenize } from './tokenize.ts'

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
export function flagProfanity(text: string, words: ProfanityWords = none): ProfanitySpan[] {
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

/**
 * The message with its spans and without its swear words among the tokens: word cloud, alerts and search suggestions
 * show tokens, and none of them may show a masked word.
 */
export function withProfanity(analyzed: AnalyzedMessage, words: ProfanityWords, tokens: Tokenize): AnalyzedMessage {
  const { message } = analyzed
  if (!isWritten(message.kind)) return analyzed
  const profanity = flagProfanity(message.text, words)
  if (profanity.length === 0) return analyzed
  return {
    ...analyzed,
    profanity,
    severity: highestSeverity(profanity),
    tokens: { ...tokens(withoutSpans(message, profanity)), question: analyzed.tokens.question },
  }
}

/** Text and runs with spaces in place of the spans. An emote whose code overlaps a span is left out. */
function withoutSpans(message: ChatMessage, spans: readonly ProfanitySpan[]): Pick<ChatMessage, 'text' | 'runs'> {
  const blank = (text: string, from: number): string => {
    let out = text
    for (const { start, end } of spans) {
      const a = Math.max(0, start - from)
      const b = Math.min(text.length, end - from)
      if (b > a) out = out.slice(0, a) + ' '.repeat(b - a) + out.slice(b)
    }
    return out
  }
  let place = 0
  const runs: Run[] = []
  for (const run of message.runs) {
    const text = blank(run.text, place)
    place += run.text.length
    if (run.emote === null || text === run.text) runs.push({ ...run, text })
  }
  return { text: blank(message.text, 0), runs }
}

/** The node `flag-profanity`; reads the store of `channel-settings`. */
export const flagProfanityNode =
  (tokens: Tokenize): ProcessorSupplier<string, AnalyzedMessage, string, AnalyzedMessage> =>
  () => {
    let context: ProcessorContext<string, AnalyzedMessage>
    let settings: KeyValueStore<string, ChannelSettings>
    return {
      init: (given) => {
        context = given
        settings = given.getStateStore(channelSettingsStore.name)
      },
      process: (record) => {
        const words = profanityWords(settings.get(record.value.message.channelId))
        const value = withProfanity(record.value, words, tokens)
        context.forward(value === record.value ? record : { ...record, value })
      },
    }
  }
