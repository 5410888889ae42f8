/** The one place where a message is made ready for a browser: masked here, on the server. */
import { maskSegments } from '#processors/mask.ts'
import type { Abuse, AnalyzedMessage, Badge, ProfanitySpan, Run } from '#schemas/types.ts'
import type { Segment, SuspectReason, WireBadge, WireMessage } from '../app/wire.ts'
import { pictureKey } from '../pictures/picture-key.ts'

const ABOUT_WORDS = 8
/** More would push what was said out of the row. */
const MOST_BADGES = 4

export function toWire(analyzed: AnalyzedMessage, maskSeverity: number, deletedAt: number | null = null): WireMessage {
  const { message, sentiment } = analyzed
  const badges = picturedBadges(message.author.badges)
  return {
    id: message.id,
    kind: message.kind,
    at: message.timestamp,
    receivedAt: message.receivedAt,
    authorId: message.author.id,
    author: message.author.name,
    roles: message.author.roles,
    months: message.author.months,
    ...(badges.length > 0 && { badges }),
    segments: segmentsOf(message.text, message.runs, analyzed.profanity, maskSeverity),
    amount: message.amount?.raw ?? null,
    sentiment: sentiment?.label ?? null,
    confidence: sentiment ? Math.round(sentiment.confidence * 1000) / 1000 : 0,
    severity: analyzed.severity,
    suspect: suspectReason(analyzed.abuse),
    question: analyzed.tokens.question,
    ...(analyzed.tokens.question && { about: analyzed.tokens.words.slice(0, ABOUT_WORDS) }),
    history: message.history,
    target: message.target,
    deletedAt,
  }
}

const picturedBadges = (badges: readonly Badge[]): readonly WireBadge[] =>
  badges
    .flatMap(({ label, url }) => {
      const picture = pictureKey(url)
      return picture === null ? [] : [{ label, picture }]
    })
    .slice(0, MOST_BADGES)

/** The likeliest of the three, of a suspect. */
function suspectReason(abuse: Abuse | null): SuspectReason | null {
  if (!abuse?.suspect) return null
  const { profanity, hate, sexual } = abuse
  if (sexual >= Math.max(profanity, hate)) return 'sexual'
  return hate >= profanity ? 'hate' : 'profanity'
}

/**
 * Cuts `text` into plain pieces, emotes and masks. A mask wins over an emote that it overlaps.
 * @param runs joined they are `text`; where they are not, emotes stay plain text
 */
export function segmentsOf(
  text: string,
  runs: readonly Run[],
  spans: readonly ProfanitySpan[],
  maskSeverity: number,
): readonly Segment[] {
  const segments: Segment[] = []
  let at = 0
  for (const piece of maskSegments(text, spans, maskSeverity)) {
    if (piece.masked) segments.push({ mask: piece.masked })
    else for (const part of emotesBetween(text, runs, at, at + piece.text!.length)) segments.push(part)
    at += piece.masked?.length ?? piece.text!.length
  }
  return segments
}

/** What stands under the masks of a message, in the order of `segmentsOf`. For a moderator's explicit request only. */
export function hiddenTexts({ message, profanity }: AnalyzedMessage, maskSeverity: number): readonly string[] {
  const hidden: string[] = []
  let at = 0
  for (const { text, masked } of maskSegments(message.text, profanity, maskSeverity)) {
    if (masked) hidden.push(message.text.slice(at, at + masked.length))
    at += masked?.length ?? text!.length
  }
  return hidden
}

function emoteSegment(emote: string, url: string | null): Segment {
  const picture = pictureKey(url)
  return picture === null ? { emote } : { emote, picture }
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
    if (a < b)
      yield run.emote && a === start && b === end ? emoteSegment(run.text, run.emote.url) : { text: text.slice(a, b) }
    start = end
  }
}
