import type { Client } from '@elastic/elasticsearch'
import type { AnalyzedMessage } from '#schemas/types.ts'
import type { Position } from '#topology'
import type { ArchiveBatch, ArchivedMessage, ArchiveWriter, ErasedPerson } from '../archive.ts'
import { ArchiveError } from '../archive-error.ts'
import type { ExpiryRule } from '../expiry.ts'
import { requireTexts } from '../require-texts.ts'
import { withoutErased } from '../without-erased.ts'
import { isRemoval, messageDocuments, valueOperations } from './batch-operations.ts'
import { Bulk, type BulkAnswer, type BulkOperation, type RefusedItem } from './bulk.ts'
import { documentId } from './document-id.ts'
import { type MessageDocument, messageId } from './documents.ts'
import { eraseBroadcast, eraseLeftovers } from './erase.ts'
import { eraseLeftoversOfPeople, erasePerson } from './erase-person.ts'
import { ErasedPeople } from './erased-people.ts'
import { Erasures } from './erasures.ts'
import { countExpired, expire } from './expire.ts'
import type { IndexNames } from './index-names.ts'
import { Positions } from './positions.ts'
import { Pseudonyms } from './pseudonyms.ts'
import { marked, Removals } from './removals.ts'

export interface ElasticsearchWriterOptions {
  readonly client: Client
  readonly names: IndexNames
  readonly pseudonymKey: string
  /** The clock of erasures, epoch ms. */
  readonly now?: () => number
  /** The names are aliases: an index that is not there must not be made of whatever comes first. Default true. */
  readonly requireAlias?: boolean
  /** A document that the server will never take was put aside. */
  readonly onRefused?: (item: RefusedItem) => void
}

const BULK_MS = 60_000
/** Of an answer only what is looked at: most items have nothing but a status. */
const ANSWER = 'items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason'
const ORDERS_PER_MS = 1_024
/** Characters of a refused document that are kept. */
const MAX_REFUSED = 30_000

/**
 * Writes batches into the index: data first, then the positions. A crash in between means that the data is written again,
 * which changes nothing: ids are deterministic, messages are only ever created, and what counts up goes by its revision.
 */
export class ElasticsearchWriter implements ArchiveWriter {
  readonly #client: Client
  readonly #names: IndexNames
  readonly #now: () => number
  readonly #onRefused: (item: RefusedItem) => void
  readonly #bulk: Bulk
  readonly #positions: Positions
  readonly #pseudonyms: Pseudonyms
  readonly #erasures: Erasures
  readonly #erasedPeople: ErasedPeople
  readonly #removals: Removals
  #last: Promise<unknown> = Promise.resolve()
  #isOpen = false
  #isClosed = false
  #order = 0
  readonly #pseudonymOf = (channelId: string, authorId: string) => this.#pseudonyms.of(channelId, authorId)

  constructor({ client, names, pseudonymKey, now, requireAlias = true, onRefused }: ElasticsearchWriterOptions) {
    this.#client = client
    this.#names = names
    this.#now = now ?? Date.now
    this.#onRefused = onRefused ?? (() => {})
    this.#bulk = new Bulk({
      send: (lines) =>
        client.transport.request<BulkAnswer>(
          {
            method: 'POST',
            path: '/_bulk',
            bulkBody: lines,
            querystring: { filter_path: ANSWER, ...(requireAlias && { require_alias: true }) },
          },
          { requestTimeout: BULK_MS },
        ),
    })
    this.#positions = new Positions(client, names.positions, this.#now)
    this.#pseudonyms = new Pseudonyms(client, names.pseudonyms, pseudonymKey)
    this.#erasures = new Erasures(client, names.erasures)
    this.#erasedPeople = new ErasedPeople(client, names['erased-people'], this.#pseudonyms)
    this.#removals = new Removals(client, names, this.#bulk, this.#pseudonyms)
  }

  positions(): Promise<readonly Position[]> {
    return this.#inTurn(() => this.#positions.all())
  }

  apply(batch: ArchiveBatch): Promise<void> {
    return this.#inTurn(async () => {
      await this.#open()
      if (batch.positions.length > 0 && !(await this.#positions.isAhead(batch.positions))) return
      await this.#write(withoutErased(batch, this.#erasedPeople))
      if (batch.positions.length === 0 || (await this.#positions.advance(batch.positions))) return
      // Somebody else was here, perhaps to erase what we have just written of.
      this.#forget()
      await this.#open()
    })
  }

  /** Messages of the record as they stand there, marks and all; for a rebuild, in the order in which they are to be listed. */
  fill(messages: readonly ArchivedMessage[]): Promise<void> {
    return this.#inTurn(async () => {
      await this.#open()
      await this.#pseudonyms.prepare(messages.map(({ message }) => message.channelId))
      const documents = messageDocuments(messages, this.#pseudonymOf, () => this.#nextOrder())
      const operations = messages.map(({ message, deletedAt }): BulkOperation => {
        const id = messageId(message.channelId, message.id)
        const document = documents.get(id)!
        const asItStands = deletedAt === null ? document : marked(document, { removedAt: deletedAt })
        return { kind: 'create', index: this.#names.messages, id, document: asItStands }
      })
      const { refused } = await this.#bulk.write(operations)
      await this.#putAside(refused)
    })
  }

  /**
   * Values of the record, in which nobody who was erased is: also of the time before somebody was.
   * @param sweptAt when the record was read, epoch ms
   */
  fillValues(batch: ArchiveBatch, sweptAt: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.#open()
      await this.#write(batch, sweptAt)
    })
  }

  resetPositions(positions: readonly Position[]): Promise<void> {
    return this.#inTurn(() => this.#positions.reset(positions))
  }

  /** Offences of authors who wrote elsewhere too stay as they were until their next one: the record counts them again. */
  async deleteBroadcast(channelId: string, broadcastId: string): Promise<number> {
    requireTexts(channelId, broadcastId)
    return this.#inTurn(async () => {
      await this.#open()
      await this.#erasures.add(channelId, broadcastId, this.#now())
      this.#removals.forget()
      const removed = await eraseBroadcast(this.#client, this.#names, this.#bulk, channelId, broadcastId)
      await this.#positions.touch()
      return removed
    })
  }

  async erasePerson(channelId: string, authorId: string): Promise<ErasedPerson> {
    requireTexts(channelId, authorId)
    return this.#inTurn(async () => {
      if (authorId === '') return { messages: 0, others: 0 }
      await this.#open()
      await this.#pseudonyms.prepare([channelId])
      const person = { channelId, author: this.#pseudonyms.of(channelId, authorId)!, at: this.#now() }
      await this.#erasedPeople.add(person)
      this.#removals.forget()
      const erased = await erasePerson(this.#client, this.#names, this.#bulk, person, authorId)
      // Whoever moves the positions from now on looks for what it wrote; what was written until now we look for.
      await this.#positions.touch()
      await eraseLeftoversOfPeople(this.#client, this.#names, this.#bulk, this.#erasedPeople)
      return erased
    })
  }

  /** Batches go in between the steps. */
  async expire(rules: readonly ExpiryRule[]): Promise<readonly number[]> {
    const steps = expire(rules, this.#now(), { client: this.#client, names: this.#names, bulk: this.#bulk })
    for (;;) {
      const { done, value } = await this.#inTurn(() => steps.next())
      if (!done) continue
      await this.#inTurn(async () => this.#forget())
      return value
    }
  }

  countExpired(rules: readonly ExpiryRule[]): Promise<readonly number[]> {
    return this.#inTurn(() => countExpired(rules, { client: this.#client, names: this.#names }))
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#last
    await this.#client.close()
  }

  async #open(): Promise<void> {
    if (this.#isOpen) return
    const erasures = await this.#erasures.load()
    // An older process may have written of what was erased after it was erased.
    await eraseLeftovers(this.#client, this.#names, this.#bulk, erasures)
    await eraseLeftoversOfPeople(this.#client, this.#names, this.#bulk, this.#erasedPeople)
    this.#isOpen = true
  }

  async #write(batch: ArchiveBatch, sweptAt?: number): Promise<void> {
    const { messages, events } = await this.#welcome(batch.messages)
    const channels = [...messages, ...events].map(({ message }) => message.channelId)
    await this.#pseudonyms.prepare([...channels, ...batch.offences.map(({ channelId }) => channelId)])
    const documents = messageDocuments(messages, this.#pseudonymOf, () => this.#nextOrder())
    for (const [id, document] of documents) {
      const removedAt = await this.#removals.clearedAt(document)
      if (removedAt !== null) documents.set(id, marked(document, { removedAt }))
    }
    const creations = [...documents].map(
      ([id, document]): BulkOperation => ({ kind: 'create', index: this.#names.messages, id, document }),
    )
    const values = valueOperations(batch, this.#names, this.#pseudonymOf, this.#erasures, sweptAt)
    const { conflicts, refused } = await this.#bulk.write([...creations, ...values])
    await this.#merge(conflicts, documents)
    await this.#removals.apply(events.map(({ message }) => message))
    await this.#putAside(refused)
  }

  /** Without what was erased; a broadcast that is watched anew is welcome again. */
  async #welcome(messages: readonly AnalyzedMessage[]) {
    const welcome: AnalyzedMessage[] = []
    const events: AnalyzedMessage[] = []
    for (const analyzed of messages) {
      const { message } = analyzed
      const { channelId, broadcastId } = message
      if (isRemoval(message)) {
        if (this.#erasures.isWelcome(channelId, broadcastId)) events.push(analyzed)
        continue
      }
      if (message.receivedAt <= this.#erasures.at(channelId, broadcastId)) continue
      if (!this.#erasures.isWelcome(channelId, broadcastId)) await this.#erasures.markReturned(channelId, broadcastId)
      welcome.push(analyzed)
    }
    return { messages: welcome, events }
  }

  /** What conflicts is there already, as a replay's messages are, or a mark that waited for its message. */
  async #merge(conflicts: readonly BulkOperation[], documents: ReadonlyMap<string, MessageDocument>): Promise<void> {
    const existing = new Map<string, MessageDocument>()
    for (const { kind, id } of conflicts) if (kind === 'create') existing.set(id, documents.get(id)!)
    if (existing.size > 0) await this.#removals.merge(existing)
  }

  async #putAside(refused: readonly RefusedItem[]): Promise<void> {
    if (refused.length === 0) return
    const operations = refused.map(({ operation, status, type, reason }): BulkOperation => {
      const document = 'document' in operation ? (operation.document as Partial<MessageDocument>) : {}
      const { channelId, broadcastId, broadcast } = document
      return {
        kind: 'put',
        index: this.#names.refused,
        id: documentId('refused', operation.index, operation.id),
        document: {
          ...{ channelId, broadcastId, broadcast },
          ...{ at: this.#now(), index: operation.index, documentId: operation.id, status, type, reason },
          document: JSON.stringify(document).slice(0, MAX_REFUSED),
        },
      }
    })
    await this.#bulk.write(operations)
    for (const item of refused) this.#onRefused(item)
  }

  #forget(): void {
    this.#erasures.forget()
    this.#erasedPeople.forget()
    this.#removals.forget()
    this.#isOpen = false
  }

  /** Grows over restarts too, as long as the clock does. */
  #nextOrder(): number {
    this.#order = Math.max(this.#order + 1, Date.now() * ORDERS_PER_MS)
    return this.#order
  }

  /** One after the other. After an error nothing that was remembered is trusted. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      if (this.#isClosed) throw new ArchiveError('ARCHIVE_CLOSED', 'the Elasticsearch index is closed')
      try {
        return await work()
      } catch (cause) {
        this.#positions.forget()
        this.#forget()
        throw cause
      }
    })
    this.#last = turn.catch(() => {})
    return turn
  }
}
