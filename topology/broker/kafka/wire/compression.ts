/** The codecs of record batches, framed the way the Java client frames and reads them. */
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { compressionsAlgorithms } from '@platformatic/kafka'

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

/** By the number in a batch's attributes. */
export const compressions: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

/** What one batch may become: a few bytes that unfold into gigabytes are refused. */
const MAX_DECOMPRESSED_BYTES = 512 * 1024 * 1024

const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])
const XERIAL_HEADER = Buffer.concat([XERIAL_MAGIC, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])])
/** As the Java client's. */
const XERIAL_BLOCK_BYTES = 32 * 1024

const asBuffer = (bytes: Uint8Array) =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export function compress(kind: Compression, bytes: Uint8Array): Uint8Array {
  switch (kind) {
    case 'none':
      return bytes
    case 'gzip':
      return gzipSync(bytes)
    case 'zstd':
      return zstdCompressSync(bytes)
    case 'lz4':
      return compressionsAlgorithms.lz4.compressSync(asBuffer(bytes))
    case 'snappy':
      return compressXerial(asBuffer(bytes))
  }
}

/** Throws whatever the codec throws when the bytes are damaged. */
export function decompress(kind: Compression, bytes: Uint8Array): Uint8Array {
  switch (kind) {
    case 'none':
      return bytes
    case 'gzip':
      return gunzipSync(bytes, { maxOutputLength: MAX_DECOMPRESSED_BYTES })
    case 'zstd':
      return zstdDecompressSync(bytes, { maxOutputLength: MAX_DECOMPRESSED_BYTES })
    case 'lz4':
      return compressionsAlgorithms.lz4.decompressSync(asBuffer(bytes))
    case 'snappy':
      return compressionsAlgorithms.snappy.decompressSync(asBuffer(bytes))
  }
}

/** A header, then blocks that each stand behind their length. */
function compressXerial(bytes: Buffer): Uint8Array {
  const parts: Uint8Array[] = [XERIAL_HEADER]
  for (let at = 0; at < bytes.length; at += XERIAL_BLOCK_BYTES) {
    const block = compressionsAlgorithms.snappy.compressSync(bytes.subarray(at, at + XERIAL_BLOCK_BYTES))
    const length = Buffer.allocUnsafe(4)
    length.writeUInt32BE(block.length)
    parts.push(length, block)
  }
  return Buffer.concat(parts)
}
