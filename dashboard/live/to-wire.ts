/** The one place where a message is made ready for a browser: masked here, on the server. */
import type { AnalyzedMessage, ProfanitySpan, Run } from '#schemas/types.ts'
import type { Segment, WireMessage } from '../app/wire.ts'

/** Spans of this severity or more are masked where a channel has not said otherwise. */
export const DEFAULT_MASK_SEVERITY = 1

export function toWire(analyzed: AnalyzedMessage, maskSeverity: number, deletedAt: number | null = null): WireMessage {
  const { message, sentiment } = analyzed
  return {
    id: message.id,
    kind: message.kind,
    at: message.timestamp,
    receivedAt: message.receivedAt,
    authorId: message.author.id,
    author: message.author.name,
    roles: message.author.roles,
    months: message.author.months,
    segments: segmentsOf(message.text, message.runs, analyzed.profanity, maskSeverity),
    amount: message.amount?.raw ?? null,
    sentiment: sentiment?.label ?? null,
    confidence: sentiment ? Math.round(sentiment.confidence * 1000) / 1000 : 0,
    severity: analyzed.severity,
    question: analyzed.tokens.question,
    history: message.history,
    target: message.target,
    deletedAt,
  }
}

/**
 * Cuts `text` into plain pieces, emotes and masks. A mask wins over an emote that it overlaps. Spans that overlap
 * become one mask of the highest severity, so that the gap between two rules never shows a letter.
 * @param runs joined they are `text`; where they are not, emotes stay plain text
 */
export function segmentsOf(
  text: string,
  runs: readonly Run[],
  spans: readonly ProfanitySpan[],
  maskSeverity: number,
): readonly Segment[] {
  const masks = mergeSpans(text, spans, maskSeverity)
  const segments: Segment[] = []
  const plain = (from: number, to: number) => {
    for (const piece of emotesBetween(text, runs, from, to)) segments.push(piece)
  }
  let at = 0
  for (const { start, end, severity, category, technique, rule } of masks) {
    plain(at, start)
    segments.push({ mask: { length: end - start, severity, category, technique, rule } })
    at = end
  }
  plain(at, text.length)
  return segments
}

/** What stands under the masks of a message, in the order of `segmentsOf`. For a moderator's explicit request only. */
export function hiddenTexts({ message, profanity }: AnalyzedMessage, maskSeverity: number): readonly string[] {
  return mergeSpans(message.text, profanity, maskSeverity).map(({ start, end }) => message.text.slice(start, end))
}

function mergeSpans(text: string, spans: readonly ProfanitySpan[], maskSeverity: number): readonly ProfanitySpan[] {
  const merged: ProfanitySpan[] = []
  const hidden = spans
    .filter((span) => span.severity >= maskSeverity && span.end > span.start)
    .map((span) => ({ ...span, start: Math.max(0, span.start), end: Math.min(text.length, span.end) }))
    .sort((left, right) => left.start - right.start || right.end - left.end)
  for (const span of hidden) {
    const last = merged.at(-1)
    if (!last || span.start >= last.end) merged.push(span)
    else {
      const worst = span.severity > last.severity ? span : last
      merged[merged.length - 1] = { ...worst, start: last.start, end: Math.max(last.end, span.end) }
    }
  }
  return merged
}

function* emotesBetween(text: string, runs: readonly Run[], from: number, to: number): Generator<Segment> {
  if (to <= from) return
  if (runs.every((run) => !run.emote) || runs.map((run) => run.text).join('') !== text) {
    yield { text: text.slice(from, to) }
    return
  }
  let start = 0
  for (const run of runs) {
    const end = start + run.text.length
    const a = Math.max(start, from)
    const b = Math.min(end, to)
    // An emote cut by a mask is shown as what is left of its code.
    if (a < b) yield run.emote && a === start && b === end ? { emote: run.text } : { text: text.slice(a, b) }
    start = end
  }
}
