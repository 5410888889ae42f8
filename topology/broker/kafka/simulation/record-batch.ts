/**
 * Record batches (magic 2) as a broker sees them: the header by its byte places, markers, and a plain decoder for the
 * judges. Written from the protocol's description and on purpose not on the client's codec, which is under test here.
 */
export interface BatchHeader {
  readonly bytes: Uint8Array
  readonly leaderEpoch: number
  readonly isTransactional: boolean
  readonly isControl: boolean
  readonly lastOffsetDelta: number
  readonly maxTimestamp: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly lastSequence: number
  readonly baseOffset: number
}

export interface DecodedRecord {
  readonly offset: number
  readonly timestamp: number
  readonly key: string | null
  readonly value: string | null
}

const HEADER = 61
const TRANSACTIONAL = 0x10
const CONTROL = 0x20
const COMPRESSION = 0x07

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Splits what a Produce brought into batches; null when it is not whole or a checksum is wrong. */
export function readBatches(records: Uint8Array): BatchHeader[] | null {
  const batches: BatchHeader[] = []
  for (let at = 0; at < records.length; ) {
    if (records.length - at < HEADER) return null
    const length = viewOf(records).getInt32(at + 8) + 12
    if (length < HEADER || at + length > records.length) return null
    const bytes = records.slice(at, at + length)
    const view = viewOf(bytes)
    if (view.getInt8(16) !== 2 || view.getUint32(17) !== crc32c(bytes, 21)) return null
    batches.push(readHeader(bytes))
    at += length
  }
  return batches
}

function readHeader(bytes: Uint8Array): BatchHeader {
  const view = viewOf(bytes)
  const attributes = view.getInt16(21)
  const lastOffsetDelta = view.getInt32(23)
  const baseSequence = view.getInt32(53)
  return {
    bytes,
    baseOffset: Number(view.getBigInt64(0)),
    leaderEpoch: view.getInt32(12),
    isTransactional: (attributes & TRANSACTIONAL) !== 0,
    isControl: (attributes & CONTROL) !== 0,
    lastOffsetDelta,
    maxTimestamp: Number(view.getBigInt64(35)),
    producerId: Number(view.getBigInt64(43)),
    producerEpoch: view.getInt16(51),
    baseSequence,
    // Sequences wrap to 0 after 2^31 - 1.
    lastSequence: (baseSequence + lastOffsetDelta) % 0x80000000,
  }
}

/** Gives a batch its place in the log; neither field is under the checksum. */
export function placeBatch(batch: BatchHeader, baseOffset: number, leaderEpoch: number): BatchHeader {
  const view = viewOf(batch.bytes)
  view.setBigInt64(0, BigInt(baseOffset))
  view.setInt32(12, leaderEpoch)
  return { ...batch, baseOffset, leaderEpoch }
}

/** The control batch that ends a transaction. */
export function markerBatch(
  producerId: number,
  producerEpoch: number,
  commit: boolean,
  coordinatorEpoch: number,
  now: number,
): BatchHeader {
  // length 16, attributes, timestamp delta, offset delta, key length 4: version 0, type; value length 6: version 0, epoch; no headers
  const record = new Uint8Array(17)
  record.set([32, 0, 0, 0, 8, 0, 0, 0, commit ? 1 : 0, 12, 0, 0])
  viewOf(record).setInt32(12, coordinatorEpoch)
  const bytes = new Uint8Array(HEADER + record.length)
  bytes.set(record, HEADER)
  const view = viewOf(bytes)
  view.setInt32(8, bytes.length - 12)
  view.setInt8(16, 2)
  view.setInt16(21, TRANSACTIONAL | CONTROL)
  view.setBigInt64(27, BigInt(Math.floor(now)))
  view.setBigInt64(35, BigInt(Math.floor(now)))
  view.setBigInt64(43, BigInt(producerId))
  view.setInt16(51, producerEpoch)
  view.setInt32(53, -1)
  view.setInt32(57, 1)
  view.setUint32(17, crc32c(bytes, 21))
  return readHeader(bytes)
}

/** An uncompressed batch with its offsets left at 0: what a client sends. For the tests of the cluster itself. */
export function dataBatch(options: {
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly isTransactional: boolean
  readonly timestamp: number
  readonly records: readonly { readonly key: string; readonly value: string }[]
}): Uint8Array {
  const { records, timestamp } = options
  const body: number[] = []
  records.forEach(({ key, value }, delta) => {
    const record = [0, ...varint(0), ...varint(delta)]
    for (const text of [key, value]) {
      const bytes = Buffer.from(text)
      record.push(...varint(bytes.length), ...bytes)
    }
    record.push(0)
    body.push(...varint(record.length), ...record)
  })
  const bytes = new Uint8Array(HEADER + body.length)
  bytes.set(body, HEADER)
  const view = viewOf(bytes)
  view.setInt32(8, bytes.length - 12)
  view.setInt32(12, -1)
  view.setInt8(16, 2)
  view.setInt16(21, options.isTransactional ? TRANSACTIONAL : 0)
  view.setInt32(23, records.length - 1)
  view.setBigInt64(27, BigInt(timestamp))
  view.setBigInt64(35, BigInt(timestamp))
  view.setBigInt64(43, BigInt(options.producerId))
  view.setInt16(51, options.producerEpoch)
  view.setInt32(53, options.baseSequence)
  view.setInt32(57, records.length)
  view.setUint32(17, crc32c(bytes, 21))
  return bytes
}

/** What is in a data batch. Keys and values are text in every simulated workload. */
export function decodeBatch(batch: BatchHeader): DecodedRecord[] {
  const { bytes } = batch
  const view = viewOf(bytes)
  if ((view.getInt16(21) & COMPRESSION) !== 0) throw new Error('the simulation reads uncompressed batches only')
  const baseTimestamp = Number(view.getBigInt64(27))
  const records: DecodedRecord[] = []
  let at = HEADER
  const read = (): number => {
    let result = 0
    let factor = 1
    for (;;) {
      const byte = bytes[at++]!
      result += (byte & 0x7f) * factor
      if (byte < 0x80) break
      factor *= 128
    }
    // zigzag
    return result % 2 === 0 ? result / 2 : -(result + 1) / 2
  }
  const text = (): string | null => {
    const length = read()
    if (length < 0) return null
    at += length
    return Buffer.from(bytes.buffer, bytes.byteOffset + at - length, length).toString()
  }
  for (let count = view.getInt32(57); count > 0; count--) {
    const size = read()
    const end = at + size
    at += 1
    const timestamp = baseTimestamp + read()
    const offset = batch.baseOffset + read()
    records.push({ offset, timestamp, key: text(), value: text() })
    at = end
  }
  return records
}

function varint(value: number): number[] {
  let rest = value >= 0 ? value * 2 : -value * 2 - 1
  const bytes: number[] = []
  while (rest >= 128) {
    bytes.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  return [...bytes, rest]
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1
  return c
})

function crc32c(bytes: Uint8Array, from: number): number {
  let c = 0xffffffff
  for (let i = from; i < bytes.length; i++) c = (c >>> 8) ^ table[(c ^ bytes[i]!) & 0xff]!
  return (c ^ 0xffffffff) >>> 0
}
