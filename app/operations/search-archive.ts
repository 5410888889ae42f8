import { defaultSettings } from '#processors/channel-settings.ts'
import { maskText } from '#processors/mask.ts'
import type { ArchivedMessage, ArchiveQuery } from '#sinks/archive.ts'
import { printable } from '../printable.ts'
import type { Operation } from './operation.ts'

export interface SearchArgs {
  readonly query: ArchiveQuery
  readonly original: boolean
  readonly json: boolean
}

export const searchArchive: Operation<SearchArgs> = async function* ({ archive }, { query, original, json }) {
  const { messages, total, broadcasts, authors } = await archive.search(query)
  for (const message of messages) yield `${json ? asJson(message, original) : asLine(message, original)}\n`
  if (!json) yield `${messages.length} of ${total} messages, ${broadcasts} broadcasts, ${authors} people\n`
}

const textOf = ({ message, profanity }: ArchivedMessage, original: boolean) =>
  original ? message.text : maskText(message.text, profanity, defaultSettings.maskSeverity)

function asLine(found: ArchivedMessage, original: boolean): string {
  const { message, sentiment, severity } = found
  const mood = sentiment ? { positive: '+', neutral: '0', negative: '-' }[sentiment.label] : '?'
  const share = sentiment ? String(Math.round(sentiment.confidence * 100)).padStart(3) : '   '
  return [
    new Date(message.timestamp).toISOString().slice(0, 19),
    message.channelId,
    `${mood}${share}`,
    severity ? `!${severity}` : '  ',
    `${printable(message.author.name)}:`,
    printable(textOf(found, original)),
  ].join(' ')
}

function asJson(found: ArchivedMessage, original: boolean): string {
  const { message, sentiment, severity, profanity, deletedAt } = found
  const { channelId, broadcastId, id, timestamp, author } = message
  return JSON.stringify({
    channelId,
    broadcastId,
    id,
    timestamp,
    authorId: author.id,
    author: author.name,
    text: textOf(found, original),
    severity,
    profanity,
    sentiment,
    deletedAt,
  })
}
