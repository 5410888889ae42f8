/** What a file is, by its own first bytes: neither its name nor what a server calls it counts. */
export interface PictureKind {
  readonly type: 'image/png' | 'image/gif' | 'image/webp' | 'image/jpeg'
  /** Pixels. */
  readonly width: number
  readonly height: number
}

/** Null for everything else; SVG among it, which may hold scripts. */
export function kindOf(bytes: Buffer): PictureKind | null {
  if (bytes.length < 30) return null
  const starts = (text: string, at = 0) => bytes.toString('latin1', at, at + text.length) === text
  if (starts('\x89PNG\r\n\x1a\n') && starts('IHDR', 12))
    return { type: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
  if (starts('GIF87a') || starts('GIF89a'))
    return { type: 'image/gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
  if (starts('RIFF') && starts('WEBP', 8)) return webpKind(bytes, bytes.toString('latin1', 12, 16))
  return starts('\xff\xd8\xff') ? jpegKind(bytes) : null
}

function webpKind(bytes: Buffer, chunk: string): PictureKind | null {
  const type = 'image/webp'
  if (chunk === 'VP8X') return { type, width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
  if (chunk === 'VP8 ') return { type, width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
  if (chunk !== 'VP8L' || bytes[20] !== 0x2f) return null
  const size = bytes.readUInt32LE(21)
  return { type, width: (size & 0x3fff) + 1, height: ((size >>> 14) & 0x3fff) + 1 }
}

/** Walks over the segments to the one that begins a frame. */
function jpegKind(bytes: Buffer): PictureKind | null {
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1]!
    const beginsFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (beginsFrame)
      return { type: 'image/jpeg', width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) }
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  return null
}
