/** A batch as documents: of what is updated in place only the last version, and of a message only the first. */
import type { AnalyzedMessage, ChatMessage } from '#schemas/types.ts'
import type { ArchiveBatch } from '../archive.ts'
import type { BulkOperation } from './bulk.ts'
import {
  alertDocument,
  alertId,
  broadcastDocument,
  broadcastId,
  keywordsDocument,
  keywordsId,
  type MessageDocument,
  messageDocument,
  messageId,
  offenceDocument,
  offenceId,
  type PseudonymOf,
  windowDocument,
  windowId,
} from './documents.ts'
import type { Erasures } from './erasures.ts'
import type { IndexNames } from './index-names.ts'

export const isRemoval = ({ kind }: ChatMessage): boolean => kind === 'delete' || kind === 'clear' || kind === 'restore'

/** Documents of the batch's messages by their ids, without what was erased. */
export function messageDocuments(
  messages: readonly AnalyzedMessage[],
  pseudonymOf: PseudonymOf,
  nextOrder: () => number,
): Map<string, MessageDocument> {
  const documents = new Map<string, MessageDocument>()
  for (const analyzed of messages) {
    const id = messageId(analyzed.message.channelId, analyzed.message.id)
    if (!documents.has(id)) documents.set(id, messageDocument(analyzed, pseudonymOf, nextOrder()))
  }
  return documents
}

/**
 * What counts up, by revision.
 * @param sweptAt an erasure of that time has looked at it
 */
export function valueOperations(
  batch: ArchiveBatch,
  names: IndexNames,
  pseudonymOf: PseudonymOf,
  erasures: Erasures,
  sweptAt?: number,
): BulkOperation[] {
  const latest = new Map<string, BulkOperation & { readonly kind: 'version' }>()
  const put = (index: string, id: string, version: number, document: () => object) => {
    const before = latest.get(`${index} ${id}`)
    if (!before || version >= before.version)
      latest.set(`${index} ${id}`, { kind: 'version', index, id, version, document: document() })
  }
  const swept = sweptAt !== undefined && { sweptAt }
  const isWelcome = (value: { readonly channelId: string; readonly broadcastId: string }) =>
    erasures.isWelcome(value.channelId, value.broadcastId)

  for (const window of batch.windows)
    if (isWelcome(window)) put(names.windows, windowId(window), window.revision, () => windowDocument(window))
  for (const keywords of batch.keywords)
    if (isWelcome(keywords))
      put(names.keywords, keywordsId(keywords), keywords.revision, () => ({ ...keywordsDocument(keywords), ...swept }))
  // What is about a person is for moderators alone, and its id names them: it stays in the record.
  for (const alert of batch.alerts)
    if (alert.subject === '' && isWelcome(alert))
      put(names.alerts, alertId(alert), alert.revision, () => ({ ...alertDocument(alert), ...swept }))
  for (const offence of batch.offences) {
    const pseudonym = pseudonymOf(offence.channelId, offence.authorId)
    if (pseudonym !== null && isWelcome(offence))
      put(names.offences, offenceId(offence, pseudonym), offence.revision, () => offenceDocument(offence, pseudonym))
  }
  // An unresolved broadcast is nothing to search yet; the last word of a watch that the erasure ended is no new broadcast.
  for (const state of batch.states)
    if (state.broadcastId !== '' && state.startedAt > erasures.at(state.channelId, state.broadcastId))
      put(names.broadcasts, broadcastId(state), state.at, () => broadcastDocument(state))
  return [...latest.values()]
}
