/**
 * Records out of batches. Keys, values and header values are views into what was fetched (or unpacked), not copies. This
 * and its counterpart are the hot path: numbers only, no closure and no BigInt a record.
 */
import { type Header, type Headers, noHeaders } from '../../record.ts'
import type { FetchedRecord } from '../broker.ts'
import { BATCH_HEADER_BYTES, corrupt, type RecordBatch } from './record-batch.ts'
import { decompress } from './wire/compression.ts'

/** Stands for a header without a value, which other clients may write; written again, it is one again. */
export const noHeaderValue: Uint8Array = new Uint8Array(0)

/**
 * Appends the batch's records at or after `from` to `out`. A control batch has none. Throws LogCorruptError when the bytes
 * are not what their lengths say.
 */
export function decodeRecords(
  batch: RecordBatch,
  topic: string,
  partition: number,
  from: number,
  out: FetchedRecord[],
): void {
  if (batch.control || batch.lastOffset < from) return
  const written = out.length
  try {
    decodeInto(batch, topic, partition, from, out)
  } catch (error) {
    out.length = written
    throw corrupt(topic, partition, batch.baseOffset, 'cannot be decoded', error)
  }
}

/** How a transaction of `batch.producerId` ended, or undefined for a marker of another kind. */
export function controlKind(batch: RecordBatch): 'commit' | 'abort' | undefined {
  if (!batch.control || batch.records < 1) return undefined
  const { data, end } = batch
  position = batch.start + BATCH_HEADER_BYTES
  readVarint(data)
  position++
  readVarlong(data)
  readVarint(data)
  const keyLength = readVarint(data)
  if (keyLength < 4 || position + 4 > end) return undefined
  const kind = (data[position + 2]! << 8) | data[position + 3]!
  return kind === 0 ? 'abort' : kind === 1 ? 'commit' : undefined
}

/** Where the reading functions below stand; decoding never waits, so one is enough. */
let position = 0

function decodeInto(batch: RecordBatch, topic: string, partition: number, from: number, out: FetchedRecord[]): void {
  const { baseOffset, baseTimestamp, logAppendTime, maxTimestamp, records } = batch
  const section = batch.data.subarray(batch.start + BATCH_HEADER_BYTES, batch.end)
  const data = decompress(batch.compression, section)
  const { buffer, byteOffset, length: size } = data
  position = 0
  for (let i = 0; i < records; i++) {
    const length = readVarint(data)
    const end = position + length
    if (length < 0 || end > size) throw new RangeError(`record ${i} of ${records} runs over the end`)
    position++
    const timestampDelta = readVarlong(data)
    const offset = baseOffset + readVarint(data)
    if (offset < from) {
      position = end
      continue
    }
    const keyLength = readVarint(data)
    let key: Uint8Array | null = null
    if (keyLength >= 0) {
      key = new Uint8Array(buffer, byteOffset + position, keyLength)
      position += keyLength
    }
    const valueLength = readVarint(data)
    let value: Uint8Array | null = null
    if (valueLength >= 0) {
      value = new Uint8Array(buffer, byteOffset + position, valueLength)
      position += valueLength
    }
    const headerCount = readVarint(data)
    const headers = headerCount === 0 ? noHeaders : readHeaders(data, headerCount, end)
    if (position !== end) throw new RangeError(`record ${i} of ${records} is not as long as it says`)
    const timestamp = logAppendTime ? maxTimestamp : baseTimestamp + timestampDelta
    out.push({ topic, partition, offset, key, value, timestamp, headers })
  }
}

function readHeaders(data: Uint8Array, count: number, end: number): Headers {
  const headers: Header[] = []
  for (let i = 0; i < count; i++) {
    const keyLength = readVarint(data)
    if (keyLength < 0 || position + keyLength > end) throw new RangeError('a header runs over the end')
    const key = Buffer.from(data.buffer, data.byteOffset + position, keyLength).toString()
    position += keyLength
    const valueLength = readVarint(data)
    if (position + valueLength > end) throw new RangeError('a header runs over the end')
    let value = noHeaderValue
    if (valueLength >= 0) {
      value = new Uint8Array(data.buffer, data.byteOffset + position, valueLength)
      position += valueLength
    }
    headers.push({ key, value })
  }
  return headers
}

/** Zigzag, 32 bits. */
function readVarint(data: Uint8Array): number {
  let byte = data[position++]!
  if (byte < 128) return (byte >>> 1) ^ -(byte & 1)
  let raw = byte & 127
  let shift = 7
  do {
    byte = data[position++]!
    raw |= (byte & 127) << shift
    shift += 7
  } while (byte > 127 && shift < 35)
  if (position > data.length || byte > 127) throw new RangeError('a number runs over its end')
  return (raw >>> 1) ^ -(raw & 1)
}

/** Zigzag, 64 bits, exact up to 2^53. The sign bit is taken off first: 2^53 doubled would be no safe integer. */
function readVarlong(data: Uint8Array): number {
  let byte = data[position++]!
  const negative = (byte & 1) === 1
  let magnitude = (byte & 127) >>> 1
  let scale = 64
  while (byte > 127) {
    byte = data[position++]!
    magnitude += (byte & 127) * scale
    scale *= 128
    if (scale > 2 ** 69) throw new RangeError('a number runs over its end')
  }
  return negative ? -magnitude - 1 : magnitude
}
