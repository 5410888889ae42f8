/** What is updated in place: a later revision replaces an earlier one, never the other way. */
import type { Alert } from '#schemas/types.ts'
import type { ArchiveBatch } from '../archive.ts'
import { offenceRank } from '../sqlite-archive/encoded-batch.ts'
import { putActions } from './actions.ts'
import type { Bulk, Upsert } from './bulk.ts'
import type { Collections } from './collections.ts'
import { documentId } from './document-id.ts'

type Welcome = (one: { readonly channelId: string; readonly broadcastId: string }) => boolean

export async function putValues(batch: ArchiveBatch, isWelcome: Welcome, collections: Collections, bulk: Bulk) {
  const windows = batch.windows.filter(isWelcome).map((value) => {
    const { channelId, broadcastId, windowStart: start, windowEnd: end, revision } = value
    const size = end - start
    return versioned(documentId(channelId, broadcastId, size, start), {
      ...{ channelId, broadcastId, size, start, end, revision, value },
    })
  })
  const keywords = batch.keywords.filter(isWelcome).map((value) => {
    const { channelId, broadcastId, at, revision } = value
    return versioned(documentId(channelId, broadcastId), { channelId, broadcastId, at, revision, value, sweptAt: 0 })
  })
  const offences = batch.offences.map((value) => {
    const { channelId, broadcastId, authorId, lastAt, revision } = value
    const rank = offenceRank(value)
    return versioned(documentId(channelId, authorId), {
      ...{ channelId, broadcastId, authorId, rank, lastAt, revision, value },
    })
  })
  await bulk.upsert(collections.windows, latest(windows))
  await bulk.upsert(collections.keywords, latest(keywords))
  await bulk.upsert(collections.offences, latest(offences))
  await bulk.upsert(collections.alerts, alertUpserts(batch.alerts.filter(isWelcome)))
  await putActions(batch.actions ?? [], collections, bulk)
  await bulk.insert(
    collections.rules,
    (batch.rules ?? []).map((value) => {
      const { channelId, version, updatedAt, updatedBy, rules } = value
      return {
        _id: documentId(channelId, version),
        channelId,
        version,
        updatedAt,
        updatedBy,
        rules: rules.length,
        value,
      }
    }),
  )
}

interface Revised {
  readonly revision: number
  readonly [name: string]: unknown
}

interface VersionedUpsert extends Upsert<never> {
  readonly revision: number
}

const versioned = (_id: string, set: Revised, more: object = {}): VersionedUpsert => ({
  revision: set.revision,
  updateOne: { filter: { _id, revision: { $lte: set.revision } }, update: { $set: set, ...more }, upsert: true },
})

/** One operation a document: an unordered bulk may turn two of them round. */
function latest(operations: readonly VersionedUpsert[]): VersionedUpsert[] {
  const last = new Map<string, VersionedUpsert>()
  for (const operation of operations) {
    const id = operation.updateOne.filter._id
    if (operation.revision >= (last.get(id)?.revision ?? Number.NEGATIVE_INFINITY)) last.set(id, operation)
  }
  return [...last.values()]
}

/** That an alert fired is kept, also when it is over within one batch. */
function alertUpserts(alerts: readonly Alert[]): VersionedUpsert[] {
  const firedOf = ({ state }: Alert) => (state === 'firing' || state === 'recovering' ? 1 : 0)
  const fired = new Map<string, number>()
  const idOf = ({ channelId, id }: Alert) => documentId(channelId, id)
  for (const alert of alerts) fired.set(idOf(alert), Math.max(fired.get(idOf(alert)) ?? 0, firedOf(alert)))
  return latest(
    alerts.map((value) => {
      const { channelId, broadcastId, since, at, revision } = value
      const set = { channelId, broadcastId, since, at, revision, value }
      return versioned(idOf(value), set, { $max: { fired: fired.get(idOf(value))! } })
    }),
  )
}
