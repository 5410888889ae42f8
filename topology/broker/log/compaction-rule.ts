/** Which records of a compacted partition may go. */
import type { FetchedRecord } from '../broker.ts'

/** How long a tombstone stays, so that a reader that is behind still sees the deletion. Kafka's `delete.retention.ms`. */
export const TOMBSTONE_MS = 24 * 60 * 60 * 1000

/** A key as a map's key: one character a byte, and ordered as unsigned bytes are. */
export const keyText = (key: Uint8Array): string =>
  Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1')

/** @param lastOffsets last known offset of each key. @param tombstonesGo whether deletions of this batch are old enough */
export function survivesCompaction(
  record: FetchedRecord,
  lastOffsets: ReadonlyMap<string, number>,
  tombstonesGo: boolean,
): boolean {
  if (record.key === null) return true
  if (record.value === null && tombstonesGo) return false
  const last = lastOffsets.get(keyText(record.key))
  return last === undefined || last <= record.offset
}
