/**
 * The archive as CSV (RFC 4180), a line a message. Chat is hostile: what a spreadsheet would take for a formula is
 * made text with a leading apostrophe.
 */
import type { ArchivedMessage } from './archive.ts'
import { type MaskSegments, maskedText } from './mask-segments.ts'

export interface CsvOptions {
  /** A byte order mark first: Excel reads UTF-8 with it only. Default false. */
  readonly bom?: boolean
  /** Masks texts with these segments; without it originals are written. */
  readonly masked?: MaskSegments
}

/** The columns, in order; new ones are added at the end. */
export const csvColumns = [
  'channel_id',
  'broadcast_id',
  'id',
  'kind',
  'time',
  'timestamp',
  'author_id',
  'author_name',
  'text',
  'severity',
  'spans',
  'sentiment',
  'positive',
  'neutral',
  'negative',
  'confidence',
  'model',
  'amount',
  'currency',
  'question',
  'deleted_at',
  'source',
] as const

/** Lines with their CRLF, in blocks. Pulls from `messages` only as fast as it is read itself. */
export async function* exportCsv(
  messages: AsyncIterable<ArchivedMessage>,
  options: CsvOptions = {},
): AsyncGenerator<string> {
  let block = `${options.bom ? '\uFEFF' : ''}${csvColumns.join(',')}\r\n`
  for await (const message of messages) {
    block += csvLine(message, options.masked)
    if (block.length >= BLOCK) {
      yield block
      block = ''
    }
  }
  if (block) yield block
}

const BLOCK = 64 * 1024

function csvLine(archived: ArchivedMessage, masked: MaskSegments | undefined): string {
  const { message, profanity, severity, sentiment, tokens, deletedAt } = archived
  return `${[
    message.channelId,
    message.broadcastId,
    message.id,
    message.kind,
    isoTime(message.timestamp),
    message.timestamp,
    message.author.id,
    message.author.name,
    masked ? maskedText(archived, masked) : message.text,
    severity,
    // Rules may name the word itself: a masked export tells where and how severe, no more.
    profanity
      .map(({ start, end, severity, technique, rule }) =>
        masked ? `${start}..${end}:${severity}` : `${start}..${end}:${severity}:${technique}:${rule}`,
      )
      .join(' '),
    sentiment?.label ?? '',
    sentiment?.positive ?? '',
    sentiment?.neutral ?? '',
    sentiment?.negative ?? '',
    sentiment?.confidence ?? '',
    sentiment?.model ?? '',
    message.amount?.value ?? '',
    message.amount?.currency ?? '',
    tokens.question ? 'true' : 'false',
    deletedAt === null ? '' : isoTime(deletedAt),
    message.source,
  ]
    .map(csvField)
    .join(',')}\r\n`
}

const isoTime = (timestamp: number): string =>
  Number.isFinite(timestamp) && Math.abs(timestamp) < 8.64e15 ? new Date(timestamp).toISOString() : ''

/** A field as a spreadsheet shows it. Numbers of ours stay numbers, texts never become formulas. */
export function csvField(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const text = isFormula(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) || /^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * Spreadsheets look behind leading white space and invisible characters, take full-width signs for the ASCII ones, and
 * begin a new cell behind a tab or line break that stands first.
 */
const isFormula = (text: string): boolean => /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]/u.test(text) || /^[\t\r\n]/.test(text)
