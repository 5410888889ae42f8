import type { ArchivedMessage } from './archive.ts'
import { type MaskSegments, maskedText } from './mask-segments.ts'

export interface JsonLinesOptions {
  /** Masks texts with these segments, and leaves out what repeats them (words, runs, raw); without it all is written. */
  readonly masked?: MaskSegments
}

const BLOCK = 64 * 1024

/** The archive as JSON lines: each the archived message. Pulls only as fast as it is read itself. */
export async function* exportJsonLines(
  messages: AsyncIterable<ArchivedMessage>,
  options: JsonLinesOptions = {},
): AsyncGenerator<string> {
  let block = ''
  for await (const message of messages) {
    block += `${JSON.stringify(options.masked ? mask(message, options.masked) : message)}\n`
    if (block.length >= BLOCK) {
      yield block
      block = ''
    }
  }
  if (block) yield block
}

function mask(archived: ArchivedMessage, segments: MaskSegments): ArchivedMessage {
  const text = maskedText(archived, segments)
  return {
    ...archived,
    message: { ...archived.message, text, runs: [{ text, emote: null }], raw: null },
    tokens: { ...archived.tokens, words: [] },
    // Rules and techniques may name the word itself.
    profanity: archived.profanity.map((span) => ({ ...span, technique: '', rule: '' })),
  }
}
