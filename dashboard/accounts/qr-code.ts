/** QR codes of short texts (ISO/IEC 18004: bytes, correction level M, versions 1 to 10). */

/** By version: codewords of correction in a block, and how many data codewords each block has. */
const blocks: readonly (readonly [correction: number, data: readonly number[]])[] = [
  [10, [16]],
  [16, [28]],
  [26, [44]],
  [18, [32, 32]],
  [24, [43, 43]],
  [16, [27, 27, 27, 27]],
  [18, [31, 31, 31, 31]],
  [22, [38, 38, 39, 39]],
  [22, [36, 36, 36, 37, 37]],
  [26, [43, 43, 43, 43, 44]],
]
const alignment: readonly (readonly number[])[] = [
  [],
  [6, 18],
  [6, 22],
  [6, 26],
  [6, 30],
  [6, 34],
  [6, 22, 38],
  [6, 24, 42],
  [6, 26, 46],
  [6, 28, 50],
]

/** Rows of modules, true is dark. @throws RangeError for more than 213 bytes */
export function qrCode(text: string): readonly (readonly boolean[])[] {
  const bytes = Buffer.from(text, 'utf8')
  const version = 1 + blocks.findIndex(([, data], at) => bytes.length + (at < 9 ? 2 : 3) <= sum(data))
  if (version === 0) throw new RangeError('too long for a QR code of version 10')
  const codewords = interleaved(dataCodewords(bytes, version), version)
  let best: boolean[][] | null = null
  let least = Number.POSITIVE_INFINITY
  for (let mask = 0; mask < 8; mask += 1) {
    const drawn = draw(version, codewords, mask)
    const cost = penalty(drawn)
    if (cost < least) [best, least] = [drawn, cost]
  }
  return best!
}

/** The dark modules as one path, in a square of the returned size that includes the quiet zone. */
export function qrPath(text: string): { readonly size: number; readonly path: string } {
  const rows = qrCode(text)
  const quiet = 4
  let path = ''
  for (const [y, row] of rows.entries())
    for (const [x, isDark] of row.entries()) if (isDark) path += `M${x + quiet} ${y + quiet}h1v1h-1z`
  return { size: rows.length + 2 * quiet, path }
}

const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0)

/** Mode, length, the bytes, and filling up to what the version holds. */
function dataCodewords(bytes: Buffer, version: number): number[] {
  const bits: number[] = []
  const add = (value: number, count: number) => {
    for (let bit = count - 1; bit >= 0; bit -= 1) bits.push((value >>> bit) & 1)
  }
  add(0b0100, 4)
  add(bytes.length, version < 10 ? 8 : 16)
  for (const byte of bytes) add(byte, 8)
  const room = sum(blocks[version - 1]![1]) * 8
  add(0, Math.min(4, room - bits.length))
  while (bits.length % 8 !== 0) bits.push(0)
  for (let fill = 0xec; bits.length < room; fill ^= 0xec ^ 0x11) add(fill, 8)
  return Array.from({ length: room / 8 }, (_, at) => Number.parseInt(bits.slice(at * 8, at * 8 + 8).join(''), 2))
}

function interleaved(data: readonly number[], version: number): number[] {
  const [corrections, sizes] = blocks[version - 1]!
  let at = 0
  const parts = sizes.map((size) => {
    const part = data.slice(at, at + size)
    at += size
    return { part, correction: correctionOf(part, corrections) }
  })
  const all: number[] = []
  for (let place = 0; place < Math.max(...sizes); place += 1)
    for (const { part } of parts) if (place < part.length) all.push(part[place]!)
  for (let place = 0; place < corrections; place += 1) for (const { correction } of parts) all.push(correction[place]!)
  return all
}

/** Multiplication in GF(256) with x^8 + x^4 + x^3 + x^2 + 1. */
function times(one: number, other: number): number {
  let product = 0
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d)
    product ^= ((other >>> bit) & 1) * one
  }
  return product
}

/** Reed-Solomon: the remainder of the data by the generator polynomial. */
function correctionOf(data: readonly number[], count: number): number[] {
  const generator = [...Array<number>(count - 1).fill(0), 1]
  for (let root = 1, power = 0; power < count; power += 1, root = times(root, 2))
    for (let at = 0; at < count; at += 1) generator[at] = times(generator[at]!, root) ^ (generator[at + 1] ?? 0)
  const rest = Array<number>(count).fill(0)
  for (const byte of data) {
    const factor = byte ^ rest.shift()!
    rest.push(0)
    for (let at = 0; at < count; at += 1) rest[at] = rest[at]! ^ times(generator[at]!, factor)
  }
  return rest
}

const masks: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
]

function draw(version: number, codewords: readonly number[], mask: number): boolean[][] {
  const size = 17 + 4 * version
  const modules = Array.from({ length: size }, () => Array<boolean | null>(size).fill(null))
  const set = (x: number, y: number, isDark: boolean) => {
    if (x >= 0 && y >= 0 && x < size && y < size) modules[y]![x] = isDark
  }
  for (let at = 0; at < size; at += 1) {
    set(6, at, at % 2 === 0)
    set(at, 6, at % 2 === 0)
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    for (let dy = -4; dy <= 4; dy += 1)
      for (let dx = -4; dx <= 4; dx += 1) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy))
        set(x + dx, y + dy, ring !== 2 && ring !== 4)
      }
  const places = alignment[version - 1]!
  const last = places.at(-1)
  for (const y of places)
    for (const x of places) {
      const isFinder = (x === 6 && y === 6) || (x === 6 && y === last) || (x === last && y === 6)
      if (isFinder) continue
      for (let dy = -2; dy <= 2; dy += 1)
        for (let dx = -2; dx <= 2; dx += 1) set(x + dx, y + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1)
    }
  // Level M is 0: what is left of the format is the mask.
  const format = (withRest(mask, 10, 0x537, 5) ^ 0x5412) & 0x7fff
  for (let at = 0; at < 15; at += 1) {
    const isDark = ((format >>> at) & 1) === 1
    if (at < 6) set(8, at, isDark)
    else if (at < 8) set(8, at + 1, isDark)
    else if (at === 8) set(7, 8, isDark)
    else set(14 - at, 8, isDark)
    if (at < 8) set(size - 1 - at, 8, isDark)
    else set(8, size - 15 + at, isDark)
  }
  set(8, size - 8, true)
  if (version >= 7) {
    const told = withRest(version, 12, 0x1f25, 6)
    for (let at = 0; at < 18; at += 1) {
      const [near, far] = [Math.floor(at / 3), size - 11 + (at % 3)]
      set(far, near, ((told >>> at) & 1) === 1)
      set(near, far, ((told >>> at) & 1) === 1)
    }
  }
  let bit = 0
  for (let right = size - 1; right >= 1; right -= 2) {
    // The column of the timing pattern is left out.
    if (right === 6) right = 5
    for (let step = 0; step < size; step += 1)
      for (const x of [right, right - 1]) {
        const y = ((right + 1) & 2) === 0 ? size - 1 - step : step
        if (modules[y]![x] !== null) continue
        const isDark = (((codewords[bit >>> 3] ?? 0) >>> (7 - (bit & 7))) & 1) === 1
        modules[y]![x] = isDark !== masks[mask]!(x, y)
        bit += 1
      }
  }
  return modules as boolean[][]
}

/** `value` with the remainder of its BCH code behind it. */
function withRest(value: number, bits: number, polynomial: number, length: number): number {
  let rest = value << bits
  for (let bit = length + bits - 1; bit >= bits; bit -= 1) if ((rest >>> bit) & 1) rest ^= polynomial << (bit - bits)
  return (value << bits) | rest
}

/** How hard it is to read; the mask with the least is taken. */
function penalty(rows: readonly (readonly boolean[])[]): number {
  const size = rows.length
  const columns = rows.map((_, x) => rows.map((row) => row[x]!))
  let cost = 0
  for (const line of [...rows, ...columns]) {
    let run = 1
    for (let at = 1; at <= size; at += 1) {
      if (at < size && line[at] === line[at - 1]) run += 1
      else {
        if (run >= 5) cost += run - 2
        run = 1
      }
    }
    const text = line.map((isDark) => (isDark ? '1' : '0')).join('')
    for (let at = 0; at + 11 <= size; at += 1)
      if (['10111010000', '00001011101'].includes(text.slice(at, at + 11))) cost += 40
  }
  for (let y = 1; y < size; y += 1)
    for (let x = 1; x < size; x += 1)
      if ([rows[y - 1]![x], rows[y]![x - 1], rows[y - 1]![x - 1]].every((one) => one === rows[y]![x])) cost += 3
  const dark = sum(rows.map((row) => row.filter(Boolean).length))
  return cost + 10 * Math.floor(Math.abs((dark * 100) / (size * size) - 50) / 5)
}
