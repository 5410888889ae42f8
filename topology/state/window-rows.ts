/**
 * The rows of an `OpenWindowsStore`. Keys:
 *
 *     0                                the partition's stream time
 *     1 key                            a key's stream time
 *     2 length(4) key start(8) end(8)  a window
 *
 * Times are doubles, big endian: exact for every safe integer, and they order as numbers do. A window's value is its
 * timestamp (8), revision (4), flags (1) and the aggregate.
 */
const PARTITION = 0
const KEY = 1
const WINDOW = 2
const WINDOW_HEADER_BYTES = 13
const CLOSED = 1

export const PARTITION_ROW: Uint8Array = Uint8Array.of(PARTITION)

export function keyRow(key: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + key.length)
  bytes[0] = KEY
  bytes.set(key, 1)
  return bytes
}

export function windowRow(key: Uint8Array, start: number, end: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(21 + key.length)
  bytes[0] = WINDOW
  bytes.writeUInt32BE(key.length, 1)
  bytes.set(key, 5)
  bytes.writeDoubleBE(start, 5 + key.length)
  bytes.writeDoubleBE(end, 13 + key.length)
  return bytes
}

type RowKey =
  | { readonly kind: 'partition' }
  | { readonly kind: 'key'; readonly key: Uint8Array }
  | { readonly kind: 'window'; readonly key: Uint8Array; readonly start: number; readonly end: number }

export function decodeRowKey(bytes: Uint8Array): RowKey {
  if (bytes[0] === PARTITION) return { kind: 'partition' }
  if (bytes[0] === KEY) return { kind: 'key', key: bytes.subarray(1) }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = 5 + view.getUint32(1)
  return { kind: 'window', key: bytes.subarray(5, end), start: view.getFloat64(end), end: view.getFloat64(end + 8) }
}

export function timeRow(time: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeDoubleBE(time, 0)
  return bytes
}

export const readTime = (row: Uint8Array): number =>
  new DataView(row.buffer, row.byteOffset, row.byteLength).getFloat64(0)

interface Header {
  readonly timestamp: number
  readonly revision: number
  readonly isClosed: boolean
}

export function windowValue(header: Header, value: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(WINDOW_HEADER_BYTES + value.length)
  bytes.writeDoubleBE(header.timestamp, 0)
  bytes.writeUInt32BE(header.revision, 8)
  bytes[12] = header.isClosed ? CLOSED : 0
  bytes.set(value, WINDOW_HEADER_BYTES)
  return bytes
}

export function readWindow(row: Uint8Array): Header & { readonly value: Uint8Array } {
  const view = new DataView(row.buffer, row.byteOffset, row.byteLength)
  const flags = row[12]!
  return {
    timestamp: view.getFloat64(0),
    revision: view.getUint32(8),
    isClosed: (flags & CLOSED) !== 0,
    value: row.subarray(WINDOW_HEADER_BYTES),
  }
}
