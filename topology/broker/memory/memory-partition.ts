import type { FetchedRecord, RawRecord } from '../broker.ts'
import { OffsetOutOfRangeError } from '../errors.ts'
import { keyText, survivesCompaction, TOMBSTONE_MS } from '../log/compaction-rule.ts'
import type { Page } from '../log/log-storage.ts'
import { recordBytes } from '../log/records.ts'

interface Batch {
  readonly last: number
  readonly appendedAt: number
  records: readonly FetchedRecord[]
  bytes: number
}

/** One partition: batches in offset order, the last one never touched by retention and compaction. */
export class MemoryPartition {
  readonly topic: string
  readonly partition: number
  earliest = 0
  latest = 0
  #batches: Batch[] = []

  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
  }

  /** @returns one past the last record */
  append(records: readonly RawRecord[], appendedAt: number): number {
    const fetched = records.map(
      (record, i): FetchedRecord => ({
        topic: this.topic,
        partition: this.partition,
        offset: this.latest + i,
        // Copies: a caller may use its buffer again, as with a log on disk.
        key: record.key && Uint8Array.from(record.key),
        value: record.value && Uint8Array.from(record.value),
        timestamp: record.timestamp,
        headers: record.headers.map(({ key, value }) => ({ key, value: Uint8Array.from(value) })),
      }),
    )
    this.latest += fetched.length
    this.#batches.push({ last: this.latest - 1, appendedAt, records: fetched, bytes: sizeOf(fetched) })
    return this.latest
  }

  /** Uses up offsets without a record: a batch of its own, as on disk. */
  skip(offsets: number, appendedAt: number): void {
    if (offsets === 0) return
    this.latest += offsets
    this.#batches.push({ last: this.latest - 1, appendedAt, records: [], bytes: 0 })
  }

  read(position: number, maxBytes: number): Page {
    if (position < this.earliest || position > this.latest)
      throw new OffsetOutOfRangeError(this.topic, this.partition, position, this.earliest, this.latest)
    const records: FetchedRecord[] = []
    let bytes = 0
    for (let i = this.#find(position); i < this.#batches.length; i++) {
      const batch = this.#batches[i]!
      if (records.length > 0 && bytes + batch.bytes > maxBytes)
        return { records, next: records[records.length - 1]!.offset + 1, bytes }
      bytes += batch.bytes
      for (const record of batch.records) if (record.offset >= position) records.push(record)
    }
    return { records, next: this.latest, bytes }
  }

  offsetForTimestamp(timestamp: number): number {
    for (const { records } of this.#batches)
      for (const record of records) if (record.timestamp >= timestamp) return record.offset
    return this.latest
  }

  get records(): number {
    return this.#batches.reduce((sum, batch) => sum + batch.records.length, 0)
  }

  get bytes(): number {
    return this.#batches.reduce((sum, batch) => sum + batch.bytes, 0)
  }

  /** Whole batches from the front, by age since the append and by size. */
  retain(appendedBefore: number, maxBytes: number): void {
    let bytes = this.bytes
    let gone = 0
    while (gone < this.#batches.length - 1) {
      const batch = this.#batches[gone]!
      if (batch.appendedAt >= appendedBefore && bytes <= maxBytes) break
      bytes -= batch.bytes
      gone++
      this.earliest = batch.last + 1
    }
    this.#batches.splice(0, gone)
  }

  compact(now: number): void {
    const lastOffsets = new Map<string, number>()
    for (const { records } of this.#batches)
      for (const { key, offset } of records) if (key) lastOffsets.set(keyText(key), offset)
    const tail = this.#batches[this.#batches.length - 1]
    for (const batch of this.#batches) {
      if (batch === tail) continue
      const tombstonesGo = batch.appendedAt < now - TOMBSTONE_MS
      rewrite(batch, (record) => survivesCompaction(record, lastOffsets, tombstonesGo))
    }
    this.#batches = this.#batches.filter((batch) => batch === tail || batch.records.length > 0)
  }

  erase(matches: (record: FetchedRecord) => boolean): number {
    const before = this.records
    for (const batch of this.#batches) rewrite(batch, (record) => !matches(record))
    return before - this.records
  }

  /** Index of the first batch that ends at or after `position`. */
  #find(position: number): number {
    let low = 0
    let high = this.#batches.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#batches[middle]!.last < position) low = middle + 1
      else high = middle
    }
    return low
  }
}

const sizeOf = (records: readonly RawRecord[]): number => records.reduce((sum, record) => sum + recordBytes(record), 0)

function rewrite(batch: Batch, keep: (record: FetchedRecord) => boolean): void {
  const kept = batch.records.filter(keep)
  if (kept.length === batch.records.length) return
  batch.records = kept
  batch.bytes = sizeOf(kept)
}
