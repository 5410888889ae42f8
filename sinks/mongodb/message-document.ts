import type { AnalyzedMessage } from '#schemas/types.ts'
import type { ArchivedMessage } from '../archive.ts'
import type { MessageDocument } from './collections.ts'
import { documentId } from './document-id.ts'
import { gramsOf } from './grams.ts'
import { type Origin, placeOf } from './place.ts'

export const messageIdOf = (channelId: string, id: string): string => documentId(channelId, id)

/** @param analyzed of another archive: with the mark that it has there */
export const messageDocument = (analyzed: AnalyzedMessage | ArchivedMessage, origin: Origin): MessageDocument => ({
  _id: messageIdOf(analyzed.message.channelId, analyzed.message.id),
  place: placeOf(analyzed.message.timestamp, origin),
  origin,
  grams: gramsOf(analyzed.message.text),
  deletedAt: null,
  markedBy: '',
  ...analyzed,
})

/** What of a document is the message: everything that is not ours. */
export function archivedMessage(document: MessageDocument): ArchivedMessage {
  const { _id, place, origin, grams, markedBy, ...message } = document
  return message
}
