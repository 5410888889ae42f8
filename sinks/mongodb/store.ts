/** The layout of the database compared with what is there, and made. */

import { isDeepStrictEqual } from 'node:util'
import type { Db, IndexDescriptionInfo } from 'mongodb'
import { ArchiveError } from '../archive-error.ts'
import type { Store, StoreChange } from '../store.ts'
import type { Collections } from './collections.ts'
import { MongoConnection } from './connection.ts'
import { type CollectionLayout, type IndexLayout, LAYOUT_VERSION, layout } from './layout.ts'
import type { MongoConfig } from './mongo-config.ts'
import { serverFeatures } from './server-features.ts'

const LAYOUT_ID = 'javas'
const INDEX_OPTIONS_CONFLICT: ReadonlySet<unknown> = new Set([85, 86])

interface MongoChange extends StoreChange {
  make(): Promise<unknown>
}

export class MongoStore implements Store {
  readonly #connection: MongoConnection

  constructor(config: MongoConfig) {
    this.#connection = new MongoConnection(config)
  }

  describe(): Promise<string> {
    return this.#connection.run(async () => {
      const { version, transactions, expiry } = await serverFeatures(this.#connection.database)
      const has = [transactions && 'transactions', expiry && 'expiry'].filter(Boolean).join(', ')
      return `MongoDB ${version} at ${this.#connection.where}; has ${has || 'neither transactions nor expiry'}`
    })
  }

  plan(): Promise<readonly MongoChange[]> {
    return this.#connection.run(async (collections) => {
      const { database } = this.#connection
      await checkVersion(collections, this.#connection.where)
      const there = new Map((await database.listCollections().toArray()).map((one) => [one.name, one]))
      const { expiry } = await serverFeatures(database)
      const changes: MongoChange[] = []
      for (const wanted of layout) {
        const found = there.get(wanted.name)
        const options = (found as { options?: { validator?: unknown } } | undefined)?.options
        if (!found) changes.push(create(database, wanted))
        // A server that keeps no validators does not say one: there is nothing to compare.
        else if (expiry && !isDeepStrictEqual(options?.validator, validatorOf(wanted)))
          changes.push(check(database, wanted))
        const indexes = found ? await database.collection(wanted.name).indexes() : []
        for (const index of wanted.indexes) changes.push(...indexChanges(database, wanted.name, index, indexes))
      }
      const stored = await collections.layout.findOne({ _id: LAYOUT_ID })
      if (stored?.version !== LAYOUT_VERSION)
        changes.push({
          what: `layout: version ${LAYOUT_VERSION}`,
          make: () =>
            collections.layout.updateOne({ _id: LAYOUT_ID }, { $set: { version: LAYOUT_VERSION } }, { upsert: true }),
        })
      return changes
    })
  }

  async apply(change: StoreChange): Promise<void> {
    await this.#connection.run(() => (change as MongoChange).make())
  }

  close(): Promise<void> {
    return this.#connection.close()
  }
}

/** @throws ArchiveError ARCHIVE_MISSING, ARCHIVE_VERSION */
export async function checkLayout(collections: Collections, where: string): Promise<void> {
  const version = await checkVersion(collections, where)
  if (version === undefined || version < LAYOUT_VERSION)
    throw new ArchiveError(
      'ARCHIVE_MISSING',
      `${where}: the collections and indexes are not there yet: run "javas stores apply" first`,
    )
}

async function checkVersion({ layout: collection }: Collections, where: string): Promise<number | undefined> {
  const version = (await collection.findOne({ _id: LAYOUT_ID }))?.version
  if (version !== undefined && version > LAYOUT_VERSION)
    throw new ArchiveError(
      'ARCHIVE_VERSION',
      `${where} has the layout of a newer version (${version}, this one knows ${LAYOUT_VERSION}): update`,
    )
  return version
}

const validatorOf = ({ schema }: CollectionLayout) => ({ $jsonSchema: schema })

const create = (database: Db, wanted: CollectionLayout): MongoChange => ({
  what: `collection ${wanted.name}: create`,
  make: () => database.createCollection(wanted.name, { validator: validatorOf(wanted), validationAction: 'error' }),
})

const check = (database: Db, wanted: CollectionLayout): MongoChange => ({
  what: `collection ${wanted.name}: check documents`,
  make: () => database.command({ collMod: wanted.name, validator: validatorOf(wanted), validationAction: 'error' }),
})

function indexChanges(
  database: Db,
  collection: string,
  wanted: IndexLayout,
  there: readonly IndexDescriptionInfo[],
): MongoChange[] {
  const found = there.find(({ name }) => name === wanted.name)
  const isSame =
    found &&
    isDeepStrictEqual(Object.entries(found.key), Object.entries(wanted.key)) &&
    found.expireAfterSeconds === wanted.expireAfterSeconds
  if (isSame) return []
  const paths = Object.keys(wanted.key).join(', ')
  const make = async () => {
    try {
      await database.collection(collection).createIndexes([wanted])
    } catch (cause) {
      if (!INDEX_OPTIONS_CONFLICT.has((cause as { readonly code?: unknown }).code)) throw cause
      await database.collection(collection).dropIndex(wanted.name)
      await database.collection(collection).createIndexes([wanted])
    }
  }
  return [{ what: `index ${collection}.${wanted.name} (${paths}): ${found ? 'make anew' : 'create'}`, make }]
}
