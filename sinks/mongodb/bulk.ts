/**
 * Unordered bulk writes whose items fail one by one: a duplicate key means that the document is there already, what the
 * server will never take is told to `refused`, everything else is written. Any other error throws, and the whole bulk may
 * be sent again.
 */
import {
  type AnyBulkWriteOperation,
  BSON,
  type BulkWriteResult,
  type Collection,
  MongoBulkWriteError,
  MongoError,
  MongoInvalidArgumentError,
} from 'mongodb'
import { BulkSize } from './bulk-size.ts'
import { DUPLICATE_KEY, isPoison } from './mongo-error.ts'

/** Requests on their way: while the server works on one, the next one is written down. */
const AT_ONCE = 2
/** Smaller requests cost more by themselves than two at once save. */
const WORTH_SHARING = 500
const WRITE_CONCERN_FAILED = 64
/** What a document may be on the wire, less what a command adds to it. */
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024 - 16 * 1024

/** @param reason the server's or the driver's words */
export type Refused = (collection: string, document: { readonly _id: string }, reason: string) => void

interface Identified {
  readonly _id: string
}

/** An update of one document, which makes it when it is not there. */
export interface Upsert<T extends Identified> {
  readonly updateOne: {
    readonly filter: { readonly _id: string; readonly [condition: string]: unknown }
    readonly update: object
    readonly upsert: boolean
  }
  /** Never read: ties the operation to its collection. */
  readonly of?: T
}

export class Bulk {
  readonly #size = new BulkSize()
  readonly #refused: Refused

  constructor(refused: Refused) {
    this.#refused = refused
  }

  /** Inserts what is not there. Returns the ids of what was, and of what was refused. */
  async insert<T extends Identified>(
    collection: Collection<T>,
    documents: readonly T[],
  ): Promise<{ readonly existing: readonly T[]; readonly refused: ReadonlySet<string> }> {
    const existing: T[] = []
    const refused = new Set<string>()
    const insert = async (chunk: readonly T[]) => {
      const operations = chunk.map((document) => ({ insertOne: { document } }) as AnyBulkWriteOperation<T>)
      await this.#send(collection, operations, chunk, (document, code, reason) => {
        if (code === DUPLICATE_KEY) existing.push(document)
        else {
          refused.add(document._id)
          this.#refused(collection.collectionName, document, reason)
        }
      })
    }
    // Each of those on their way has something to do, however large a request may be.
    const share = Math.max(WORTH_SHARING, Math.ceil(documents.length / AT_ONCE))
    for (let at = 0; at < documents.length; ) {
      const size = Math.min(this.#size.size, share)
      const requests = Array.from({ length: AT_ONCE }, (_, index) => at + index * size)
      await Promise.all(requests.map((from) => insert(documents.slice(from, from + size))))
      at += AT_ONCE * size
    }
    return { existing, refused }
  }

  /**
   * Updates that say in their filter which versions they replace. What is refused as a duplicate is there in a newer
   * version, or was made by somebody else in the same moment: it is tried once more. Returns how many matched or were made.
   */
  async upsert<T extends Identified>(collection: Collection<T>, operations: readonly Upsert<T>[]): Promise<BulkCounts> {
    const first = await this.#upsertOnce(collection, operations)
    if (first.duplicates.length === 0) return first
    const second = await this.#upsertOnce(collection, first.duplicates)
    return { matched: first.matched + second.matched, made: [...first.made, ...second.made] }
  }

  async #upsertOnce<T extends Identified>(
    collection: Collection<T>,
    operations: readonly Upsert<T>[],
  ): Promise<BulkCounts & { readonly duplicates: readonly Upsert<T>[] }> {
    const duplicates: Upsert<T>[] = []
    const made: string[] = []
    let matched = 0
    for (let at = 0; at < operations.length; ) {
      const chunk = operations.slice(at, at + this.#size.size)
      at += chunk.length
      const plain = chunk.map(({ updateOne }) => ({ updateOne }) as unknown as AnyBulkWriteOperation<T>)
      const result = await this.#send(collection, plain, chunk, (operation, code, reason) => {
        const { filter, update } = operation.updateOne
        if (code === DUPLICATE_KEY) duplicates.push(operation)
        else this.#refused(collection.collectionName, { ...update, _id: filter._id }, reason)
      })
      matched += result.matched
      made.push(...result.made)
    }
    return { matched, made, duplicates }
  }

  /** One request; `items` are told one by one when they failed. */
  async #send<T extends Identified, Item extends object>(
    collection: Collection<T>,
    operations: readonly AnyBulkWriteOperation<T>[],
    items: readonly Item[],
    failed: (item: Item, code: number, reason: string) => void,
  ): Promise<BulkCounts> {
    if (operations.length === 0) return { matched: 0, made: [] }
    const start = performance.now()
    try {
      return countsOf(await collection.bulkWrite([...operations], { ordered: false }))
    } catch (cause) {
      // The driver writes documents down before it sends any: nothing of the request went out.
      if (cause instanceof MongoInvalidArgumentError || !(cause instanceof MongoError))
        return await this.#sendWithoutTooLarge(collection, operations, items, failed, cause)
      if (!(cause instanceof MongoBulkWriteError)) throw cause
      if (hasConcernError(cause)) throw asItsOwn(cause, WRITE_CONCERN_FAILED)
      const errors = [cause.writeErrors].flat()
      // No item failed: the request did, and whether anything of it was carried out nobody knows.
      if (errors.length === 0) throw cause
      for (const { code } of errors) if (code !== DUPLICATE_KEY && !isPoison(code)) throw asItsOwn(cause, Number(code))
      for (const { index, code, errmsg } of errors) failed(items[index]!, Number(code), errmsg ?? `code ${code}`)
      return countsOf(cause.result)
    } finally {
      this.#size.took(operations.length, performance.now() - start)
    }
  }

  async #sendWithoutTooLarge<T extends Identified, Item extends object>(
    collection: Collection<T>,
    operations: readonly AnyBulkWriteOperation<T>[],
    items: readonly Item[],
    failed: (item: Item, code: number, reason: string) => void,
    cause: unknown,
  ): Promise<BulkCounts> {
    const fits = operations.map((operation) => bytesOf(operation) <= MAX_DOCUMENT_BYTES)
    if (fits.every(Boolean)) throw cause
    fits.forEach((fit, index) => {
      if (!fit) failed(items[index]!, 0, 'larger than 16 MiB')
    })
    const keep = <X>(list: readonly X[]) => list.filter((_, index) => fits[index])
    return this.#send(collection, keep(operations), keep(items), failed)
  }
}

export interface BulkCounts {
  readonly matched: number
  /** Ids of what was not there before. */
  readonly made: readonly string[]
}

const countsOf = (result: BulkWriteResult): BulkCounts => ({
  matched: result.matchedCount,
  made: Object.values(result.upsertedIds) as string[],
})

/** Not that many have it yet: what is written may still be rolled back. */
const hasConcernError = (error: MongoBulkWriteError): boolean => error.result.getWriteConcernError() !== undefined

/** An error that bears the code of the item that failed, instead of that of the first one. */
const asItsOwn = (error: MongoBulkWriteError, code: number): Error => Object.assign(error, { code })

function bytesOf(operation: object): number {
  try {
    return BSON.calculateObjectSize(operation)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
