/**
 * The head of a record batch, magic 2 (Kafka protocol, "Record Batch"):
 *
 *      0  i64  base offset             23  i32  last offset - base offset
 *      8  i32  bytes from 12 on        27  i64  base timestamp
 *     12  i32  leader epoch            35  i64  highest timestamp
 *     16  i8   magic, 2                43  i64  producer id, -1 none
 *     17  u32  CRC-32C of 21..end      51  i16  producer epoch
 *     21  i16  attributes              53  i32  first sequence
 *                                      57  i32  records
 *     61  records, perhaps compressed
 */
import { LogCorruptError } from '../errors.ts'
import { type Compression, compressions } from './wire/compression.ts'
import { crc32c } from './wire/crc32c.ts'

export const BATCH_HEADER_BYTES = 61
/** What stands before the length ends: the length counts from here on. */
export const BATCH_LENGTH_END = 12
export const CRC_FROM = 21

export const attributes = { compression: 0x07, logAppendTime: 0x08, transactional: 0x10, control: 0x20 } as const

export interface RecordBatch {
  /** Whole batches as they came; this one stands at `start` up to `end`. */
  readonly data: Uint8Array
  readonly start: number
  readonly end: number
  readonly baseOffset: number
  /** Kept when compaction took the last record away: the position after this batch is one more. */
  readonly lastOffset: number
  readonly leaderEpoch: number
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  readonly logAppendTime: boolean
  readonly compression: Compression
  readonly transactional: boolean
  /** Holds a transaction marker and no record of anybody. */
  readonly control: boolean
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly records: number
}

const readInt64 = (view: DataView, at: number): number => view.getInt32(at) * 0x1_0000_0000 + view.getUint32(at + 4)

/**
 * The batches in what Fetch answered or Produce will carry. A last batch that was cut off is left out. Throws
 * LogCorruptError, naming the place, for a wrong checksum or another format.
 */
export function readBatches(data: Uint8Array, topic: string, partition: number): RecordBatch[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const batches: RecordBatch[] = []
  let start = 0
  while (start + BATCH_LENGTH_END <= data.length) {
    const baseOffset = readInt64(view, start)
    const length = view.getInt32(start + 8)
    const end = start + BATCH_LENGTH_END + length
    if (length < 0) throw corrupt(topic, partition, baseOffset, `has the length ${length}`)
    if (end > data.length) break
    const magic = length > 4 ? view.getInt8(start + 16) : -1
    if (magic !== 2) throw corrupt(topic, partition, baseOffset, `is of format ${magic}, only 2 is read`)
    if (length < BATCH_HEADER_BYTES - BATCH_LENGTH_END) throw corrupt(topic, partition, baseOffset, 'is too short')
    if (view.getUint32(start + 17) !== crc32c(data.subarray(start + CRC_FROM, end)))
      throw corrupt(topic, partition, baseOffset, 'is damaged: its checksum is wrong')
    const flags = view.getInt16(start + 21)
    const compression = compressions[flags & attributes.compression]
    if (!compression) throw corrupt(topic, partition, baseOffset, `is compressed by unknown codec ${flags & 7}`)
    batches.push({
      data,
      start,
      end,
      baseOffset,
      lastOffset: baseOffset + view.getInt32(start + 23),
      leaderEpoch: view.getInt32(start + 12),
      baseTimestamp: readInt64(view, start + 27),
      maxTimestamp: readInt64(view, start + 35),
      logAppendTime: (flags & attributes.logAppendTime) !== 0,
      compression,
      transactional: (flags & attributes.transactional) !== 0,
      control: (flags & attributes.control) !== 0,
      producerId: readInt64(view, start + 43),
      producerEpoch: view.getInt16(start + 51),
      baseSequence: view.getInt32(start + 53),
      records: view.getInt32(start + 57),
    })
    start = end
  }
  return batches
}

export const corrupt = (topic: string, partition: number, offset: number, what: string, cause?: unknown) =>
  new LogCorruptError(`${topic}-${partition}: the batch at offset ${offset} ${what}`, cause)
