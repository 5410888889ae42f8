/** Records into a batch, as one growing piece of memory: what a batch costs is known before it is closed. */
import type { RawRecord } from '../broker.ts'
import { attributes, BATCH_HEADER_BYTES, BATCH_LENGTH_END, CRC_FROM } from './record-batch.ts'
import { noHeaderValue } from './record-batch-decode.ts'
import { type Compression, compress, compressions } from './wire/compression.ts'
import { crc32c } from './wire/crc32c.ts'

export interface BatchOptions {
  /** Default none. */
  readonly compression?: Compression
  /** -1, the default: neither idempotent nor transactional. */
  readonly producerId?: number
  readonly producerEpoch?: number
  /** Of the first record. */
  readonly baseSequence?: number
  readonly transactional?: boolean
}

/** Attributes, timestamp delta, offset delta, key and value length, header count and the record's own length at their longest. */
const RECORD_OVERHEAD = 1 + 10 + 5 * 5
const HEADER_OVERHEAD = 10

export class BatchBuilder {
  #data: Buffer
  #at = BATCH_HEADER_BYTES
  #records = 0
  #baseTimestamp = 0
  #maxTimestamp = 0

  constructor(initialBytes = 16 * 1024) {
    this.#data = Buffer.allocUnsafeSlow(Math.max(initialBytes, BATCH_HEADER_BYTES))
  }

  get records(): number {
    return this.#records
  }

  /** Of the batch so far, uncompressed. */
  get bytes(): number {
    return this.#at
  }

  /** What `record` adds at most. */
  static bound(record: RawRecord): number {
    let bound = RECORD_OVERHEAD + (record.key?.length ?? 0) + (record.value?.length ?? 0)
    // A UTF-16 unit takes at most three bytes.
    for (const header of record.headers) bound += HEADER_OVERHEAD + header.key.length * 3 + header.value.length
    return bound
  }

  append(record: RawRecord): void {
    const { key, value, timestamp, headers } = record
    const bound = BatchBuilder.bound(record)
    if (this.#at + bound > this.#data.length) this.#grow(bound)
    if (this.#records === 0) {
      this.#baseTimestamp = timestamp
      this.#maxTimestamp = timestamp
    } else if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp
    const data = this.#data
    const delta = timestamp - this.#baseTimestamp
    const keyLength = key === null ? -1 : key.length
    const valueLength = value === null ? -1 : value.length
    const names = headers.length === 0 ? undefined : headers.map((header) => Buffer.from(header.key))
    let size =
      1 +
      varlongBytes(delta) +
      varintBytes(this.#records) +
      varintBytes(keyLength) +
      varintBytes(valueLength) +
      varintBytes(headers.length)
    if (keyLength > 0) size += keyLength
    if (valueLength > 0) size += valueLength
    if (names)
      for (let i = 0; i < names.length; i++) {
        const name = names[i]!.length
        const held = headerBytes(headers[i]!.value)
        size += varintBytes(name) + name + varintBytes(held) + Math.max(held, 0)
      }
    let at = putVarint(data, this.#at, size)
    data[at++] = 0
    at = putVarlong(data, at, delta)
    at = putVarint(data, at, this.#records)
    at = putVarint(data, at, keyLength)
    if (key !== null) at = putBytes(data, at, key)
    at = putVarint(data, at, valueLength)
    if (value !== null) at = putBytes(data, at, value)
    at = putVarint(data, at, headers.length)
    if (names)
      for (let i = 0; i < names.length; i++) {
        const { value: held } = headers[i]!
        at = putBytes(data, putVarint(data, at, names[i]!.length), names[i]!)
        at = putBytes(data, putVarint(data, at, headerBytes(held)), held)
      }
    this.#at = at
    this.#records++
  }

  /** The batch. The builder is spent afterwards: its memory is the batch's. */
  finish(options: BatchOptions = {}): Uint8Array {
    const { compression = 'none', producerId = -1, producerEpoch = -1, baseSequence = -1 } = options
    let data = this.#data.subarray(0, this.#at)
    if (compression !== 'none') {
      const packed = compress(compression, data.subarray(BATCH_HEADER_BYTES))
      const whole = Buffer.allocUnsafeSlow(BATCH_HEADER_BYTES + packed.length)
      whole.set(packed, BATCH_HEADER_BYTES)
      data = whole
    }
    const flags = compressions.indexOf(compression) | (options.transactional ? attributes.transactional : 0)
    putInt64(data, 0, 0)
    data.writeInt32BE(data.length - BATCH_LENGTH_END, 8)
    data.writeInt32BE(-1, 12)
    data.writeInt8(2, 16)
    data.writeInt16BE(flags, 21)
    data.writeInt32BE(this.#records - 1, 23)
    putInt64(data, 27, this.#baseTimestamp)
    putInt64(data, 35, this.#maxTimestamp)
    putInt64(data, 43, producerId)
    data.writeInt16BE(producerEpoch, 51)
    data.writeInt32BE(baseSequence, 53)
    data.writeInt32BE(this.#records, 57)
    data.writeUInt32BE(crc32c(data.subarray(CRC_FROM)), 17)
    return data
  }

  #grow(bound: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#data.length * 2, this.#at + bound))
    this.#data.copy(larger, 0, 0, this.#at)
    this.#data = larger
  }
}

/** One batch of all these records. */
export function encodeBatch(records: readonly RawRecord[], options?: BatchOptions): Uint8Array {
  const builder = new BatchBuilder()
  for (let i = 0; i < records.length; i++) builder.append(records[i]!)
  return builder.finish(options)
}

const headerBytes = (value: Uint8Array): number => (value === noHeaderValue ? -1 : value.length)

function varintBytes(value: number): number {
  const raw = ((value << 1) ^ (value >> 31)) >>> 0
  return raw < 0x80 ? 1 : raw < 0x4000 ? 2 : raw < 0x20_0000 ? 3 : raw < 0x1000_0000 ? 4 : 5
}

function putVarint(data: Uint8Array, at: number, value: number): number {
  let raw = ((value << 1) ^ (value >> 31)) >>> 0
  while (raw > 127) {
    data[at++] = (raw & 127) | 128
    raw >>>= 7
  }
  data[at++] = raw
  return at
}

function varlongBytes(value: number): number {
  let rest = Math.floor((value < 0 ? -value - 1 : value) / 64)
  let bytes = 1
  while (rest > 0) {
    bytes++
    rest = Math.floor(rest / 128)
  }
  return bytes
}

/** The sign goes apart from the magnitude: 2^53 doubled would be no safe integer. */
function putVarlong(data: Uint8Array, at: number, value: number): number {
  const magnitude = value < 0 ? -value - 1 : value
  let rest = Math.floor(magnitude / 64)
  let byte = ((magnitude % 64) << 1) | (value < 0 ? 1 : 0)
  while (rest > 0) {
    data[at++] = byte | 128
    byte = rest % 128
    rest = Math.floor(rest / 128)
  }
  data[at++] = byte
  return at
}

function putBytes(data: Uint8Array, at: number, bytes: Uint8Array): number {
  const { length } = bytes
  // A call into native code costs more than copying a short key here.
  if (length < 24) for (let i = 0; i < length; i++) data[at + i] = bytes[i]!
  else data.set(bytes, at)
  return at + length
}

function putInt64(data: Buffer, at: number, value: number): void {
  data.writeInt32BE(Math.floor(value / 0x1_0000_0000), at)
  data.writeUInt32BE(value < 0 ? value + 0x1_0000_0000 : value % 0x1_0000_0000, at + 4)
}
