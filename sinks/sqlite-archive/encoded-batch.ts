/**
 * A batch as it crosses to the writing thread: columns of plain values and one block of Avro. A structured clone of
 * the messages themselves would cost more than writing them.
 */
import type { AnalyzedMessage, AuthorOffence, SentimentLabel } from '#schemas/types.ts'
import type { Position } from '#topology'
import type { ArchiveBatch, UndecodableRecord } from '../archive.ts'
import type { ArchiveCodecs } from './codecs.ts'

export const SEVERITY_MASK = 0b11
export const SENTIMENT_SHIFT = 2
export const SENTIMENT_MASK = 0b11 << SENTIMENT_SHIFT
export const QUESTION = 1 << 4
export const PAID = 1 << 5
/** A viewer wrote it. */
export const COUNTED = 1 << 6
export const PROFANE_SEVERITY = 2

export const sentimentNumber: { readonly [label in SentimentLabel]: number } = { positive: 1, neutral: 2, negative: 3 }
export const NEGATIVE = sentimentNumber.negative << SENTIMENT_SHIFT

export interface MessageColumns {
  readonly channelId: readonly string[]
  readonly broadcastId: readonly string[]
  readonly source: readonly string[]
  readonly id: readonly string[]
  readonly authorId: readonly string[]
  readonly authorName: readonly string[]
  readonly text: readonly string[]
  readonly timestamp: readonly number[]
  readonly receivedAt: readonly number[]
  readonly flags: readonly number[]
  readonly bodies: Uint8Array
  /** Where each body ends in `bodies`. */
  readonly ends: readonly number[]
}

/** A moderator upstream took messages away: one, all of an author, or all; or gave one back. */
export interface Removal {
  readonly channelId: string
  readonly broadcastId: string
  readonly messageId: string | null
  readonly authorId: string | null
  readonly restores: boolean
  /** Of the event itself. */
  readonly id: string
  /** How long an author may not write; see PlatformSanction. */
  readonly seconds: number | null
  readonly at: number
}

export interface EncodedBatch {
  readonly messages: MessageColumns
  readonly removals: readonly Removal[]
  readonly windows: readonly {
    readonly channelId: string
    readonly broadcastId: string
    readonly size: number
    readonly start: number
    readonly revision: number
    readonly value: Uint8Array
  }[]
  readonly keywords: readonly {
    readonly channelId: string
    readonly broadcastId: string
    readonly at: number
    readonly revision: number
    readonly value: Uint8Array
  }[]
  readonly offences: readonly {
    readonly channelId: string
    readonly authorId: string
    readonly revision: number
    readonly rank: number
    readonly lastAt: number
    readonly value: Uint8Array
  }[]
  readonly alerts: readonly {
    readonly channelId: string
    readonly broadcastId: string
    readonly id: string
    readonly revision: number
    readonly since: number
    readonly at: number
    readonly fired: number
    /** Whom it is about, or ''. */
    readonly subject: string
    readonly value: Uint8Array
  }[]
  readonly states: readonly {
    readonly channelId: string
    readonly broadcastId: string
    readonly source: string
    readonly startedAt: number
    readonly at: number
    readonly value: Uint8Array
  }[]
  readonly rules: readonly {
    readonly channelId: string
    readonly version: number
    readonly updatedAt: number
    readonly updatedBy: string
    readonly rules: number
    readonly allowedAuthors: readonly string[]
    readonly value: Uint8Array
  }[]
  readonly actions: readonly {
    readonly id: string
    readonly at: number
    readonly kind: string
    readonly by: string
    readonly channelId: string
    readonly broadcastId: string
    readonly authorId: string
    readonly messageId: string
    readonly value: Uint8Array
  }[]
  readonly undecodable: readonly UndecodableRecord[]
  readonly positions: readonly Position[]
}

const HALF_LIFE_MS = 7 * 24 * 60 * 60 * 1000

/** Orders offences by what their halving strikes are worth at any one moment, without a clock. */
export const offenceRank = ({ strikes, lastAt }: AuthorOffence): number =>
  strikes > 0 ? Math.log2(strikes) + lastAt / HALF_LIFE_MS : -1e9

export const isRemoval = ({ message }: AnalyzedMessage): boolean =>
  message.kind === 'delete' || message.kind === 'clear' || message.kind === 'restore'
/** What the analysis counts as well; gifts, notices and the like are stored and found, not counted. */
export const isWritten = ({ message }: AnalyzedMessage): boolean => message.kind === 'text' || message.kind === 'paid'

export function flagsOf(analyzed: AnalyzedMessage): number {
  const { message, severity, sentiment, tokens } = analyzed
  return (
    Math.min(Math.max(severity, 0), 3) |
    (sentiment ? sentimentNumber[sentiment.label] << SENTIMENT_SHIFT : 0) |
    (tokens.question ? QUESTION : 0) |
    // The amount of a gap is how much is missing.
    (message.kind === 'paid' || (message.amount !== null && message.kind !== 'status') ? PAID : 0) |
    (isWritten(analyzed) ? COUNTED : 0)
  )
}

export function encodeBatch(batch: ArchiveBatch, codecs: ArchiveCodecs): EncodedBatch {
  return {
    messages: encodeMessages(
      batch.messages.filter((analyzed) => !isRemoval(analyzed)),
      codecs,
    ),
    removals: batch.messages.filter(isRemoval).map(({ message }) => ({
      channelId: message.channelId,
      broadcastId: message.broadcastId,
      messageId: message.target?.messageId ?? null,
      authorId: message.target?.authorId ?? null,
      restores: message.kind === 'restore',
      id: message.id,
      seconds: message.target?.seconds ?? null,
      at: message.timestamp,
    })),
    windows: batch.windows.map((window) => ({
      channelId: window.channelId,
      broadcastId: window.broadcastId,
      size: window.windowEnd - window.windowStart,
      start: window.windowStart,
      revision: window.revision,
      value: codecs.window.encode(window),
    })),
    keywords: batch.keywords.map((keywords) => ({
      channelId: keywords.channelId,
      broadcastId: keywords.broadcastId,
      at: keywords.at,
      revision: keywords.revision,
      value: codecs.keywords.encode(keywords),
    })),
    offences: batch.offences.map((offence) => ({
      channelId: offence.channelId,
      authorId: offence.authorId,
      revision: offence.revision,
      rank: offenceRank(offence),
      lastAt: offence.lastAt,
      value: codecs.offence.encode(offence),
    })),
    alerts: batch.alerts.map((alert) => ({
      channelId: alert.channelId,
      broadcastId: alert.broadcastId,
      id: alert.id,
      revision: alert.revision,
      since: alert.since,
      at: alert.at,
      fired: alert.state === 'firing' || alert.state === 'recovering' ? 1 : 0,
      subject: alert.subject,
      value: codecs.alert.encode(alert),
    })),
    states: batch.states.map((state) => ({
      channelId: state.channelId,
      broadcastId: state.broadcastId,
      source: state.source,
      startedAt: state.startedAt,
      at: state.at,
      value: codecs.state.encode(state),
    })),
    rules: (batch.rules ?? []).map((rules) => ({
      channelId: rules.channelId,
      version: rules.version,
      updatedAt: rules.updatedAt,
      updatedBy: rules.updatedBy,
      rules: rules.rules.length,
      allowedAuthors: rules.allowedAuthors,
      value: codecs.rules.encode(rules),
    })),
    actions: (batch.actions ?? []).map((action) => ({
      id: action.id,
      at: action.at,
      kind: action.kind,
      by: action.by,
      channelId: action.channelId,
      broadcastId: action.broadcastId,
      authorId: action.authorId,
      messageId: action.messageId,
      value: codecs.action.encode(action),
    })),
    undecodable: batch.undecodable ?? [],
    positions: batch.positions,
  }
}

function encodeMessages(messages: readonly AnalyzedMessage[], codecs: ArchiveCodecs): MessageColumns {
  const bodies = messages.map((analyzed) => codecs.message.encode(analyzed))
  let end = 0
  const ends = bodies.map((body) => {
    end += body.length
    return end
  })
  return {
    channelId: messages.map(({ message }) => message.channelId),
    broadcastId: messages.map(({ message }) => message.broadcastId),
    source: messages.map(({ message }) => message.source),
    id: messages.map(({ message }) => message.id),
    authorId: messages.map(({ message }) => message.author.id),
    authorName: messages.map(({ message }) => message.author.name),
    text: messages.map(({ message }) => message.text),
    timestamp: messages.map(({ message }) => placeable(message.timestamp)),
    receivedAt: messages.map(({ message }) => message.receivedAt),
    flags: messages.map(flagsOf),
    bodies: Uint8Array.from(Buffer.concat(bodies)),
    ends,
  }
}

/** Places are timestamps * 1024 in a safe integer: a nonsense timestamp may not break that. */
const LAST_TIMESTAMP = 2 ** 43 - 1
const placeable = (timestamp: number): number => Math.min(Math.max(Math.trunc(timestamp) || 0, 0), LAST_TIMESTAMP)
