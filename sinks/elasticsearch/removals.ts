/**
 * What moderators upstream took away and gave back. A message's document is read, marked and replaced only if nobody
 * changed it since. The marks are the latest times of both, so that it does not matter in which order, or how often, they
 * come. A mark for a message that has not come yet waits in a document of its own, at the message's place.
 */
import type { Client, estypes } from '@elastic/elasticsearch'
import type { ChatMessage } from '#schemas/types.ts'
import { ArchiveError } from '../archive-error.ts'
import type { Bulk, BulkOperation } from './bulk.ts'
import { Clears } from './clears.ts'
import { type MessageDocument, messageId, placeOf, withGrams } from './documents.ts'
import { guarded } from './elasticsearch-error.ts'
import type { IndexNames } from './index-names.ts'
import type { Pseudonyms } from './pseudonyms.ts'
import { scan } from './scan.ts'

interface Mark {
  readonly removedAt?: number | undefined
  readonly restoredAt?: number | undefined
}

interface Marked extends Mark {
  readonly message: ChatMessage
}

/** Another writer may change the same message at the same time, hardly ten times in a row. */
const MAX_ATTEMPTS = 10
const MARKED_AT_ONCE = 1_000

export class Removals {
  readonly #client: Client
  readonly #names: IndexNames
  readonly #bulk: Bulk
  readonly #pseudonyms: Pseudonyms
  readonly #clears: Clears

  constructor(client: Client, names: IndexNames, bulk: Bulk, pseudonyms: Pseudonyms) {
    this.#client = client
    this.#names = names
    this.#bulk = bulk
    this.#pseudonyms = pseudonyms
    this.#clears = new Clears(client, names.clears)
  }

  /** When what the author wrote then was cleared; null when it was not. */
  async clearedAt(document: MessageDocument): Promise<number | null> {
    return this.#clears.at(document)
  }

  /** Deletes, clears and restores of one batch, whose messages are written. */
  async apply(events: readonly ChatMessage[]): Promise<void> {
    const single = new Map<string, Marked>()
    for (const event of events) {
      if (event.kind === 'clear' || !event.target?.messageId) continue
      const id = messageId(event.channelId, event.target.messageId)
      single.set(id, { ...later(single.get(id) ?? {}, markOf(event)), message: event })
    }
    await this.#markAll(single)
    for (const event of events)
      if (event.target?.messageId == null && event.kind !== 'restore') await this.#clear(event)
  }

  /** Messages that could not be created, because something of that id is there: a waiting mark, or the message itself. */
  async merge(documents: ReadonlyMap<string, MessageDocument>): Promise<void> {
    await this.#change([...documents.keys()], (id, found) => {
      if (!found?.awaited) return null
      const { removedAt, restoredAt } = found
      return marked(documents.get(id)!, { removedAt: removedAt ?? undefined, restoredAt: restoredAt ?? undefined })
    })
  }

  async #markAll(marks: ReadonlyMap<string, Marked>): Promise<void> {
    await this.#change([...marks.keys()], (id, found) => {
      const mark = marks.get(id)!
      if (!found) {
        const { channelId, broadcastId, target } = mark.message
        const waiting = { ...placeOf({ channelId, broadcastId }), messageId: target!.messageId!, awaited: true }
        return marked(waiting as unknown as MessageDocument, mark)
      }
      const changed = marked(found, mark)
      const isSame =
        changed.removedAt === (found.removedAt ?? null) && changed.restoredAt === (found.restoredAt ?? null)
      return isSame ? null : changed
    })
  }

  async #clear(event: ChatMessage): Promise<void> {
    const { channelId, broadcastId, target, timestamp } = event
    const author = target?.authorId ? this.#pseudonyms.of(channelId, target.authorId) : null
    await this.#clears.add({ ...placeOf({ channelId, broadcastId }), author, at: timestamp })
    // Found by a search, which sees only what was refreshed.
    await guarded(() => this.#client.indices.refresh({ index: this.#names.messages }))
    const filter: estypes.QueryDslQueryContainer[] = [
      { term: { broadcast: placeOf({ channelId, broadcastId }).broadcast } },
      { range: { timestamp: { lte: timestamp } } },
      ...(author === null ? [] : [{ term: { author } }]),
    ]
    const query = { bool: { filter, must_not: [{ term: { deleted: true } }] } }
    const pages = scan({ client: this.#client, index: this.#names.messages, query, pageSize: MARKED_AT_ONCE })
    for await (const hits of pages)
      await this.#change(
        hits.map(({ _id }) => _id!),
        (_, found) => (found && !found.deleted ? marked(found, { removedAt: timestamp }) : null),
      )
  }

  /** Reads, changes, replaces; again for those that somebody else changed meanwhile. Null leaves a document as it is. */
  async #change(
    ids: readonly string[],
    change: (id: string, found: MessageDocument | null) => MessageDocument | null,
  ): Promise<void> {
    let waiting = ids
    for (let attempt = 1; waiting.length > 0; attempt++) {
      if (attempt > MAX_ATTEMPTS)
        throw new ArchiveError('ARCHIVE_BUSY', 'Elasticsearch: another writer changes the same messages all the time')
      const operations: BulkOperation[] = []
      for (let at = 0; at < waiting.length; at += MARKED_AT_ONCE) {
        const part = waiting.slice(at, at + MARKED_AT_ONCE)
        const { docs } = await guarded(() =>
          this.#client.mget<MessageDocument>({ index: this.#names.messages, ids: [...part] }),
        )
        for (const answer of docs) operations.push(...this.#operationOf(answer, change))
      }
      const { conflicts } = await this.#bulk.write(operations)
      waiting = conflicts.map(({ id }) => id)
    }
  }

  #operationOf(
    answer: estypes.MgetResponseItem<MessageDocument>,
    change: (id: string, found: MessageDocument | null) => MessageDocument | null,
  ): BulkOperation[] {
    const found = 'found' in answer && answer.found ? answer : null
    const document = change(answer._id, found?._source ? withGrams(found._source) : null)
    if (!document) return []
    const target = { index: this.#names.messages, id: answer._id, document }
    return found
      ? [{ ...target, kind: 'replace', seqNo: found._seq_no!, primaryTerm: found._primary_term! }]
      : [{ ...target, kind: 'create' }]
  }

  forget(): void {
    this.#clears.forget()
  }
}

const markOf = ({ kind, timestamp }: ChatMessage): Mark =>
  kind === 'restore' ? { restoredAt: timestamp } : { removedAt: timestamp }

const latest = (a: number | null | undefined, b: number | null | undefined): number | undefined =>
  a == null ? (b ?? undefined) : b == null ? a : Math.max(a, b)

const later = (a: Mark, b: Mark): Mark => ({
  removedAt: latest(a.removedAt, b.removedAt),
  restoredAt: latest(a.restoredAt, b.restoredAt),
})

/** Taken away after it was last given back. */
export function marked(document: MessageDocument, mark: Mark): MessageDocument {
  const removedAt = latest(document.removedAt, mark.removedAt) ?? null
  const restoredAt = latest(document.restoredAt, mark.restoredAt) ?? null
  return { ...document, removedAt, restoredAt, deleted: removedAt !== null && removedAt > (restoredAt ?? -1) }
}
