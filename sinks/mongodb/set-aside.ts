/** Records that could not be read, and documents that the server will never take: kept within bounds, with the reason. */
import type { UndecodableRecord } from '../archive.ts'
import type { Bulk } from './bulk.ts'
import type { Collections, SetAsideDocument } from './collections.ts'
import { documentId, partsOf } from './document-id.ts'

const MAX_BYTES = 16 * 1024 * 1024
const MAX_VALUE_BYTES = 64 * 1024
const MAX_REASON = 500
const DROPPED_AT_ONCE = 100

/** A document that was refused, in a form that says what it was. */
export function refusedRecord(
  collection: string,
  document: { readonly _id: string },
  reason: string,
): SetAsideDocument {
  const text = JSON.stringify(document, (_, value: unknown) =>
    typeof value === 'string' && value.length > 4_096 ? `${value.slice(0, 4_096)}…` : value,
  )
  return asideOf(documentId(collection, document._id), {
    topic: collection,
    partition: -1,
    offset: -1,
    timestamp: Date.now(),
    // As the records of the log: by this an erasure finds it.
    key: Buffer.from(channelOf(document)),
    value: Buffer.from(text),
    code: 'ARCHIVE_REFUSED',
    message: reason,
  })
}

/** An id begins with the channel. */
const channelOf = ({ _id }: { readonly _id: string }): string => partsOf(_id)[0]!

export const undecodableRecord = (record: UndecodableRecord): SetAsideDocument => asideOf(undecodableId(record), record)

export const undecodableId = ({ topic, partition, offset }: UndecodableRecord): string =>
  documentId(topic, partition, offset)

export async function setAside(
  records: readonly SetAsideDocument[],
  collections: Collections,
  bulk: Bulk,
): Promise<void> {
  if (records.length === 0) return
  await bulk.insert(collections.setAside, records)
  for (;;) {
    const [total] = await collections.setAside
      .aggregate<{ bytes: number }>([{ $group: { _id: null, bytes: { $sum: '$bytes' } } }])
      .toArray()
    if ((total?.bytes ?? 0) <= MAX_BYTES) return
    const oldest = await collections.setAside
      .find({}, { projection: { _id: 1 } })
      .sort({ storedAt: 1 })
      .limit(DROPPED_AT_ONCE)
      .toArray()
    await collections.setAside.deleteMany({ _id: { $in: oldest.map(({ _id }) => _id) } })
  }
}

function asideOf(_id: string, record: UndecodableRecord): SetAsideDocument {
  const { topic, partition, offset, timestamp, code } = record
  const key = record.key && Buffer.from(record.key.subarray(0, MAX_VALUE_BYTES))
  const value = record.value && Buffer.from(record.value.subarray(0, MAX_VALUE_BYTES))
  return {
    _id,
    topic,
    partition,
    offset,
    timestamp,
    key,
    value,
    bytes: (key?.length ?? 0) + (value?.length ?? 0) + 200,
    code,
    message: record.message.slice(0, MAX_REASON),
    storedAt: new Date(),
  }
}
