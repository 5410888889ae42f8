/**
 * A batch of records as bytes:
 *
 *     0  u8   format, 1          16 f64  base offset
 *     4  u32  CRC-32 of 8..end   24 f64  last offset covered
 *     8  u32  records            32 f64  lowest timestamp
 *    12  u32  partition id       40 f64  highest timestamp
 *    48  records: offsets skipped, timestamp - lowest, key length + 1, value length + 1 (0: null), headers, then
 *        key, value, and each header's name length, name, value length, value; numbers as LEB128
 *
 * Little endian. The checksum covers where the batch belongs, so a row that got into a wrong place is told too.
 */
import { crc32 } from 'node:zlib'
import { type Headers, noHeaders } from '../../record.ts'
import type { FetchedRecord, RawRecord } from '../broker.ts'
import { LogCorruptError } from '../errors.ts'

const FORMAT = 1
const HEADER_BYTES = 48
/** Five numbers of at most nine bytes. */
const RECORD_OVERHEAD = 45

/** Bytes whose place in the log is not known yet; `placeBatch` gives it. */
export interface EncodedBatch {
  readonly data: Uint8Array
  readonly records: number
  /** Offsets from the first to the last record. */
  readonly span: number
  readonly maxTimestamp: number
}

/** @param skipped offsets left out before record i; absent: none anywhere */
export function encodeBatch(records: readonly RawRecord[], skipped?: (i: number) => number): EncodedBatch {
  let bound = HEADER_BYTES
  let minTimestamp = Number.MAX_SAFE_INTEGER
  let maxTimestamp = 0
  for (const { key, value, timestamp, headers } of records) {
    bound += RECORD_OVERHEAD + (key?.length ?? 0) + (value?.length ?? 0)
    // A UTF-16 unit takes at most three bytes.
    for (const header of headers) bound += 18 + header.key.length * 3 + header.value.length
    if (timestamp < minTimestamp) minTimestamp = timestamp
    if (timestamp > maxTimestamp) maxTimestamp = timestamp
  }
  const data = Buffer.allocUnsafe(bound)
  let at = HEADER_BYTES
  let span = 0
  for (let i = 0; i < records.length; i++) {
    const { key, value, timestamp, headers } = records[i]!
    const skip = skipped?.(i) ?? 0
    span += skip + 1
    at = putNumber(data, at, skip)
    at = putNumber(data, at, timestamp - minTimestamp)
    at = putNumber(data, at, key === null ? 0 : key.length + 1)
    at = putNumber(data, at, value === null ? 0 : value.length + 1)
    at = putNumber(data, at, headers.length)
    if (key !== null) at = putBytes(data, at, key)
    if (value !== null) at = putBytes(data, at, value)
    for (const header of headers) {
      const name = Buffer.from(header.key)
      at = putBytes(data, putNumber(data, at, name.length), name)
      at = putBytes(data, putNumber(data, at, header.value.length), header.value)
    }
  }
  data.fill(0, 0, HEADER_BYTES)
  data[0] = FORMAT
  data.writeUInt32LE(records.length, 8)
  data.writeDoubleLE(records.length === 0 ? 0 : minTimestamp, 32)
  data.writeDoubleLE(maxTimestamp, 40)
  return { data: data.subarray(0, at), records: records.length, span, maxTimestamp }
}

/** Writes where the batch stands and its checksum. `last` may lie past the last record: offsets without one. */
export function placeBatch({ data }: EncodedBatch, partitionId: number, base: number, last: number): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  view.setUint32(12, partitionId, true)
  view.setFloat64(16, base, true)
  view.setFloat64(24, last, true)
  view.setUint32(4, crc32(data.subarray(8)), true)
}

export interface BatchRow {
  readonly base_offset: number
  readonly last_offset: number
  readonly records: number
  readonly data: Uint8Array
}

/** The records at or after `from`. Keys and values are views into `row.data`. Throws LogCorruptError. */
export function decodeBatch(
  row: BatchRow,
  topic: string,
  partition: number,
  partitionId: number,
  from = 0,
): FetchedRecord[] {
  const { data } = row
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  if (
    data.length < HEADER_BYTES ||
    data[0] !== FORMAT ||
    view.getUint32(4, true) !== crc32(data.subarray(8)) ||
    view.getUint32(8, true) !== row.records ||
    view.getUint32(12, true) !== partitionId ||
    view.getFloat64(16, true) !== row.base_offset ||
    view.getFloat64(24, true) !== row.last_offset
  )
    throw new LogCorruptError(
      `${topic}-${partition}: the batch of offsets ${row.base_offset}..${row.last_offset} is damaged`,
    )
  const minTimestamp = view.getFloat64(32, true)
  const { buffer, byteOffset } = data
  const out: FetchedRecord[] = []
  const cursor: Cursor = { data, at: HEADER_BYTES }
  let offset = row.base_offset - 1
  for (let i = 0; i < row.records; i++) {
    offset += 1 + takeNumber(cursor)
    const timestamp = minTimestamp + takeNumber(cursor)
    const keyLength = takeNumber(cursor) - 1
    const valueLength = takeNumber(cursor) - 1
    const headerCount = takeNumber(cursor)
    let key: Uint8Array | null = null
    if (keyLength >= 0) {
      key = new Uint8Array(buffer, byteOffset + cursor.at, keyLength)
      cursor.at += keyLength
    }
    let value: Uint8Array | null = null
    if (valueLength >= 0) {
      value = new Uint8Array(buffer, byteOffset + cursor.at, valueLength)
      cursor.at += valueLength
    }
    const headers = headerCount === 0 ? noHeaders : takeHeaders(cursor, headerCount)
    if (offset >= from) out.push({ topic, partition, offset, key, value, timestamp, headers })
  }
  return out
}

interface Cursor {
  readonly data: Uint8Array
  at: number
}

function takeHeaders(cursor: Cursor, count: number): Headers {
  return Array.from({ length: count }, () => {
    const name = takeBytes(cursor)
    return { key: Buffer.from(name.buffer, name.byteOffset, name.length).toString(), value: takeBytes(cursor) }
  })
}

function takeBytes(cursor: Cursor): Uint8Array {
  const length = takeNumber(cursor)
  const bytes = new Uint8Array(cursor.data.buffer, cursor.data.byteOffset + cursor.at, length)
  cursor.at += length
  return bytes
}

function takeNumber(cursor: Cursor): number {
  const { data } = cursor
  let byte = data[cursor.at++]!
  if (byte < 128) return byte
  let value = byte & 127
  // Multiplied, not shifted: numbers go beyond 32 bits.
  for (let scale = 128; ; scale *= 128) {
    byte = data[cursor.at++]!
    value += (byte & 127) * scale
    if (byte < 128) return value
  }
}

function putNumber(data: Uint8Array, at: number, number: number): number {
  let rest = number
  while (rest > 127) {
    data[at++] = (rest % 128) | 128
    rest = Math.floor(rest / 128)
  }
  data[at++] = rest
  return at
}

function putBytes(data: Uint8Array, at: number, bytes: Uint8Array): number {
  const { length } = bytes
  // A call into native code costs more than copying a short key here.
  if (length < 24) for (let i = 0; i < length; i++) data[at + i] = bytes[i]!
  else data.set(bytes, at)
  return at + length
}
