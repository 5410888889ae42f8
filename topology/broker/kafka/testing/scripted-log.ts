import type { RawRecord } from '../../broker.ts'
import { attributes, CRC_FROM, readBatches } from '../record-batch.ts'
import { type BatchOptions, encodeBatch } from '../record-batch-encode.ts'
import type { FetchPartitionResponse } from '../rpc.ts'
import { crc32c } from '../wire/crc32c.ts'

/** One partition as a broker keeps it, for tests of reading: batches, markers, aborted transactions, a beginning and an end. */
export class ScriptedLog {
  readonly #batches: { readonly base: number; readonly last: number; readonly bytes: Uint8Array }[] = []
  readonly #aborted: { readonly producerId: number; readonly firstOffset: number; readonly lastOffset: number }[] = []
  readonly #open = new Map<number, number>()
  start = 0
  end = 0
  leaderEpoch = 3

  /** A batch of these values. Transactional when it has a producer id. */
  append(values: readonly (string | RawRecord)[], options: BatchOptions = {}): void {
    const { producerId } = options
    const records = values.map((value) =>
      typeof value === 'string' ? { key: null, value: Buffer.from(value), timestamp: 5, headers: [] } : value,
    )
    const transactional = producerId !== undefined
    if (transactional && !this.#open.has(producerId)) this.#open.set(producerId, this.end)
    this.#add(encodeBatch(records, { transactional, producerEpoch: 0, baseSequence: 0, ...options }), records.length)
  }

  /** Ends the producer's transaction. */
  marker(producerId: number, kind: 'commit' | 'abort'): void {
    const key = Uint8Array.of(0, 0, 0, kind === 'commit' ? 1 : 0)
    const record = { key, value: new Uint8Array(6), timestamp: 5, headers: [] }
    const bytes = encodeBatch([record], { producerId, producerEpoch: 0, transactional: true })
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    view.setInt16(21, view.getInt16(21) | attributes.control)
    view.setUint32(17, crc32c(bytes.subarray(CRC_FROM)))
    const firstOffset = this.#open.get(producerId)
    if (kind === 'abort' && firstOffset !== undefined)
      this.#aborted.push({ producerId, firstOffset, lastOffset: this.end })
    this.#open.delete(producerId)
    this.#add(bytes, 1)
  }

  /** Offsets that compaction took: a batch whose last record is gone keeps its end. */
  skip(count: number): void {
    this.end += count
  }

  get stable(): number {
    return Math.min(this.end, ...this.#open.values())
  }

  /** From the batch in which `offset` lies, up to `maxBytes` but for the first batch. `only`: that many batches. */
  fetch(
    offset: number,
    maxBytes: number,
    committed: boolean,
    only = Number.POSITIVE_INFINITY,
  ): Omit<FetchPartitionResponse, 'topicId' | 'partition'> {
    const limit = committed ? this.stable : this.end
    const batches: Uint8Array[] = []
    let bytes = 0
    let last = offset
    for (const batch of this.#batches) {
      if (batch.last < offset || batch.base >= limit || batches.length >= only) continue
      if (batches.length > 0 && bytes + batch.bytes.length > maxBytes) {
        // The broker cuts the answer where its size is reached, in the middle of a batch.
        batches.push(batch.bytes.subarray(0, Math.min(batch.bytes.length, maxBytes - bytes)))
        break
      }
      batches.push(batch.bytes)
      bytes += batch.bytes.length
      last = batch.last
    }
    return {
      errorCode: 0,
      highWatermark: this.end,
      lastStableOffset: this.stable,
      logStartOffset: this.start,
      abortedTransactions: this.#aborted
        .filter(({ firstOffset, lastOffset }) => committed && firstOffset <= last && lastOffset >= offset)
        .map(({ producerId, firstOffset }) => ({ producerId, firstOffset })),
      records: Buffer.concat(batches),
    }
  }

  #add(bytes: Uint8Array, records: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    view.setBigInt64(0, BigInt(this.end))
    view.setInt32(12, this.leaderEpoch)
    readBatches(bytes, 'log', 0)
    this.#batches.push({ base: this.end, last: this.end + records - 1, bytes })
    this.end += records
  }
}
