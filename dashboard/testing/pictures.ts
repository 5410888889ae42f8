/** Small pictures, made here piece by piece: nothing of the network is needed. */
import { crc32, deflateSync } from 'node:zlib'

function pngPart(name: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), body])
  const [size, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  size.writeUInt32BE(body.length)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([size, named, check])
}

/** Of one colour, `side` pixels square. */
export function squarePng(
  side: number,
  [red, green, blue]: readonly [number, number, number],
  more: readonly Buffer[] = [],
) {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(side, 0)
  head.writeUInt32BE(side, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const row = Buffer.concat([Buffer.of(0), ...Array.from({ length: side }, () => Buffer.of(red, green, blue))])
  const pixels = Buffer.concat(Array.from({ length: side }, () => row))
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngPart('IHDR', head),
    ...more,
    pngPart('IDAT', deflateSync(pixels)),
    pngPart('IEND', Buffer.alloc(0)),
  ])
}

export const dotPng = squarePng(1, [230, 120, 40])
export const animatedPng = squarePng(
  1,
  [230, 120, 40],
  [
    pngPart('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])),
    pngPart('fcTL', Buffer.alloc(26)),
    pngPart('fdAT', Buffer.alloc(12)),
  ],
)

const gifFrame = Buffer.from([0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, 2, 0, 1, 0, 0, 2, 2, 0x44, 0x01, 0])
/** 2 x 1 pixels, two frames. */
export const animatedGif = Buffer.concat([
  Buffer.from('GIF89a', 'latin1'),
  Buffer.from([2, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]),
  gifFrame,
  gifFrame,
  Buffer.of(0x3b),
])

function webpPart(name: string, body: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32LE(body.length)
  return Buffer.concat([Buffer.from(name, 'latin1'), size, body, Buffer.alloc(body.length & 1)])
}
const webpFrame = webpPart(
  'ANMF',
  Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 2, 0, 0, 1, 0, 0, 9, 0, 0, 0]), webpPart('VP8L', Buffer.alloc(9))]),
)
const webpBody = Buffer.concat([
  Buffer.from('WEBP', 'latin1'),
  webpPart('VP8X', Buffer.from([0x12, 0, 0, 0, 2, 0, 0, 1, 0, 0])),
  webpPart('ANIM', Buffer.alloc(6)),
  webpFrame,
  webpFrame,
])
/** 3 x 2 pixels, two frames. */
export const animatedWebp = Buffer.concat([webpPart('RIFF', webpBody).subarray(0, 8), webpBody])

/** In place of the platforms' servers: a square whose colour follows from the address; none where it says `missing`. */
export async function fixturePicture({ pathname }: URL): Promise<Buffer> {
  if (pathname.includes('missing')) throw new Error('not there')
  const hash = crc32(pathname)
  return squarePng(28, [96 + (hash & 127), 96 + ((hash >>> 8) & 127), 96 + ((hash >>> 16) & 127)])
}
