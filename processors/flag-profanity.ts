/**
 * Flags the swearing of each written message after its channel's rules, and keeps it out of the tokens.
 */
import type { AnalyzedMessage, ChannelSettings, ChatMessage, ProfanitySpan, Run } from '#schemas/types.ts'
import type { KeyValueStore, ProcessorContext, ProcessorSupplier } from '#topology'
import { channelSettingsTable } from './channel-settings.ts'
import { isWritten } from './is-written.ts'
import { flagText, highestSeverity, type ProfanityWords, profanityWords } from './profanity/flag-text.ts'
import type { Tokenize } from './tokenize.ts'

/**
 * The message with its spans and without its swear words among the tokens: word cloud, alerts and search suggestions
 * show tokens, and none of them may show a masked word.
 */
export function withProfanity(analyzed: AnalyzedMessage, words: ProfanityWords, tokens: Tokenize): AnalyzedMessage {
  const { message } = analyzed
  if (!isWritten(message.kind)) return analyzed
  const profanity = flagText(message.text, words)
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
export const flagProfanity =
  (tokens: Tokenize): ProcessorSupplier<string, AnalyzedMessage, string, AnalyzedMessage> =>
  () => {
    let context: ProcessorContext<string, AnalyzedMessage>
    let settings: KeyValueStore<string, ChannelSettings>
    return {
      init: (given) => {
        context = given
        settings = given.getStateStore(channelSettingsTable)
      },
      process: (record) => {
        const words = profanityWords(settings.get(record.value.message.channelId))
        const value = withProfanity(record.value, words, tokens)
        context.forward(value === record.value ? record : { ...record, value })
      },
    }
  }
