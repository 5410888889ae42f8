/**
 * Flags the swearing of each written message after its channel's rules, keeps it out of the tokens, and adds what the abuse
 * model thinks of the whole line.
 */
import type { AnalyzedMessage, ChannelRules, ChannelSettings, ChatMessage, ProfanitySpan, Run } from '#schemas/types.ts'
import type { KeyValueStore, ProcessorContext, ProcessorSupplier } from '#topology'
import { channelRulesTable } from './channel-rules/channel-rules-table.ts'
import { channelSettingsTable } from './channel-settings.ts'
import { isWritten } from './is-written.ts'
import {
  flagText,
  hasAllowedWord,
  highestSeverity,
  type ProfanityWords,
  profanityWords,
} from './profanity/flag-text.ts'
import { type AbuseGrader, noAbuseGrader } from './profanity/model/abuse-grader.ts'
import { dictionaryFor, type Tokenize } from './tokenize.ts'

/**
 * The message with its spans and without its swear words among the tokens: word cloud, alerts and search suggestions
 * show tokens, and none of them may show a masked word.
 */
export function withProfanity(
  analyzed: AnalyzedMessage,
  words: ProfanityWords,
  tokens: Tokenize,
  grader: AbuseGrader = noAbuseGrader,
): AnalyzedMessage {
  const { message } = analyzed
  if (!isWritten(message.kind)) return analyzed
  const profanity = grader.meant(message.text, flagText(message.text, words))
  const graded = grader.grade(message.text, profanity)
  // What the channel allows makes nobody a suspect.
  const abuse = graded?.suspect && hasAllowedWord(message.text, words) ? { ...graded, suspect: false } : graded
  if (profanity.length === 0) return abuse === null ? analyzed : { ...analyzed, abuse }
  return {
    ...analyzed,
    profanity,
    abuse,
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

/** The node `flag-profanity`; reads the stores of `channel-settings` and `channel-rules`. */
export const flagProfanity =
  (
    tokens: Tokenize,
    grader: AbuseGrader = noAbuseGrader,
  ): ProcessorSupplier<string, AnalyzedMessage, string, AnalyzedMessage> =>
  () => {
    let context: ProcessorContext<string, AnalyzedMessage>
    let settings: KeyValueStore<string, ChannelSettings>
    let rules: KeyValueStore<string, ChannelRules>
    return {
      init: (given) => {
        context = given
        settings = given.getStateStore(channelSettingsTable)
        rules = given.getStateStore(channelRulesTable)
      },
      process: (record) => {
        const { channelId, author } = record.value.message
        const own = rules.get(channelId)
        // Whom the channel allows is never flagged, masked or counted.
        if (own?.allowedAuthors.includes(author.id)) return context.forward(record)
        const words = profanityWords(settings.get(channelId), own)
        const value = withProfanity(record.value, words, (message) => tokens(message, dictionaryFor(own)), grader)
        context.forward(value === record.value ? record : { ...record, value })
      },
    }
  }
