/**
 * The first frame of an animated picture, for those who asked for no motion. Nothing is decoded: frames are whole pieces of
 * the file, and the later ones are left out.
 */
import type { PictureKind } from './picture-type.ts'

/** The bytes themselves where nothing moves; null for a file that cannot be taken apart. */
export function stillOf(bytes: Buffer, type: PictureKind['type']): Buffer | null {
  try {
    if (type === 'image/gif') return stillGif(bytes)
    if (type === 'image/png') return stillPng(bytes)
    if (type === 'image/webp') return stillWebp(bytes)
    return bytes
  } catch (cause) {
    // A length in the file led out of it.
    if (cause instanceof RangeError) return null
    throw cause
  }
}

/** Header, colour table and blocks up to the end of the first image, then the end of the file. */
function stillGif(bytes: Buffer): Buffer | null {
  const tableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)
  const afterBlocks = (from: number) => {
    let at = from
    while (bytes.readUInt8(at) !== 0) at += bytes.readUInt8(at) + 1
    return at + 1
  }
  let at = 13 + tableBytes(bytes.readUInt8(10))
  while (bytes.readUInt8(at) === 0x21) at = afterBlocks(at + 2)
  if (bytes.readUInt8(at) !== 0x2c) return null
  at = afterBlocks(at + 10 + tableBytes(bytes.readUInt8(at + 9)) + 1)
  return Buffer.concat([bytes.subarray(0, at), Buffer.of(0x3b)])
}

/** An animated PNG is a plain one with further pieces that plain readers skip. */
function stillPng(bytes: Buffer): Buffer {
  const kept = [bytes.subarray(0, 8)]
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at)
    const name = bytes.toString('latin1', at + 4, at + 8)
    if (!['acTL', 'fcTL', 'fdAT'].includes(name)) kept.push(bytes.subarray(at, end))
    if (name === 'IEND') break
    at = end
  }
  return Buffer.concat(kept)
}

/** The pieces of the first frame become those of a picture of one frame. */
function stillWebp(bytes: Buffer): Buffer | null {
  if (bytes.toString('latin1', 12, 16) !== 'VP8X' || (bytes.readUInt8(20) & 0x02) === 0) return bytes
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32LE(at + 4)
    if (bytes.toString('latin1', at, at + 4) === 'ANMF') {
      const frame = bytes.subarray(at + 8 + 16, at + 8 + size)
      const head = Buffer.from(bytes.subarray(12, 30))
      // Of its kind only transparency is left; a frame may be smaller than the whole, and is the whole now.
      head.writeUInt8(head.readUInt8(8) & 0x10, 8)
      bytes.copy(head, 12, at + 8 + 6, at + 8 + 12)
      const riff = Buffer.from('RIFF    WEBP', 'latin1')
      riff.writeUInt32LE(4 + head.length + frame.length, 4)
      return Buffer.concat([riff, head, frame])
    }
    at += 8 + size + (size & 1)
  }
  return null
}
