/**
 * How many different strings were added, in at most 4 KiB: HyperLogLog with 2^12 registers (Flajolet et al. 2007;
 * standard error 1.04 / sqrt(4096) = 1.6 %), read out by Ertl's estimator, which needs no bias tables and holds from
 * zero on (O. Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", 2017, algorithm 6).
 * Few values are kept as a list of the registers that are set, so that a quiet window costs some bytes only.
 */
const PRECISION = 12
const REGISTERS = 1 << PRECISION
const RANK_BITS = 64 - PRECISION
/** Three bytes a register: beyond this the dense form is the smaller one. */
const SPARSE_LIMIT = 1_000
const VERSION = 1
const SPARSE = 0
const DENSE = 1
const ALPHA_INFINITY = 1 / (2 * Math.LN2)

export class HyperLogLog {
  #sparse: Map<number, number> | undefined = new Map()
  #dense: Uint8Array | undefined

  /** @throws RangeError when the bytes are no sketch of this version */
  static from(bytes: Uint8Array): HyperLogLog {
    const sketch = new HyperLogLog()
    if (bytes.length === 0) return sketch
    if (bytes[0] !== VERSION) throw new RangeError(`HyperLogLog version ${bytes[0]}, expected ${VERSION}`)
    if (bytes[1] === DENSE && bytes.length === 2 + REGISTERS) {
      sketch.#sparse = undefined
      sketch.#dense = bytes.slice(2)
    } else if (bytes[1] === SPARSE && (bytes.length - 2) % 3 === 0) {
      for (let i = 2; i < bytes.length; i += 3) {
        const register = (bytes[i]! << 8) | bytes[i + 1]!
        if (register >= REGISTERS) throw new RangeError(`HyperLogLog register ${register} of ${REGISTERS}`)
        sketch.#sparse!.set(register, bytes[i + 2]!)
      }
    } else throw new RangeError(`HyperLogLog of ${bytes.length} bytes`)
    return sketch
  }

  /** The sketch with `value` in it: this one when that changes nothing, which soon is the rule, else a changed copy. */
  with(value: string): HyperLogLog {
    const { register, rank } = placeOf(value)
    if ((this.#dense ? this.#dense[register]! : (this.#sparse!.get(register) ?? 0)) >= rank) return this
    const copy = new HyperLogLog()
    copy.#dense = this.#dense?.slice()
    copy.#sparse = this.#sparse && new Map(this.#sparse)
    copy.#raise(register, rank)
    return copy
  }

  /** Returns true when the sketch changed. */
  add(value: string): boolean {
    const { register, rank } = placeOf(value)
    return this.#raise(register, rank)
  }

  /** Becomes the sketch of both. */
  merge(other: HyperLogLog): void {
    if (other.#dense) for (let i = 0; i < REGISTERS; i++) if (other.#dense[i]! > 0) this.#raise(i, other.#dense[i]!)
    for (const [register, rank] of other.#sparse ?? []) this.#raise(register, rank)
  }

  /** Estimated number of different values. */
  count(): number {
    const histogram = new Float64Array(RANK_BITS + 2)
    if (this.#dense) for (const rank of this.#dense) histogram[rank]!++
    else {
      histogram[0] = REGISTERS - this.#sparse!.size
      for (const rank of this.#sparse!.values()) histogram[rank]!++
    }
    let z = REGISTERS * tau(1 - histogram[RANK_BITS + 1]! / REGISTERS)
    for (let rank = RANK_BITS; rank >= 1; rank--) z = 0.5 * (z + histogram[rank]!)
    z += REGISTERS * sigma(histogram[0]! / REGISTERS)
    return Math.round((ALPHA_INFINITY * REGISTERS * REGISTERS) / z)
  }

  /** A version byte, the form, then the registers; at most 4,098 bytes. */
  toBytes(): Uint8Array {
    if (this.#dense) {
      const bytes = new Uint8Array(2 + REGISTERS)
      bytes[0] = VERSION
      bytes[1] = DENSE
      bytes.set(this.#dense, 2)
      return bytes
    }
    const entries = [...this.#sparse!].sort((a, b) => a[0] - b[0])
    const bytes = new Uint8Array(2 + entries.length * 3)
    bytes[0] = VERSION
    bytes[1] = SPARSE
    entries.forEach(([register, rank], i) => {
      bytes[2 + i * 3] = register >> 8
      bytes[3 + i * 3] = register & 0xff
      bytes[4 + i * 3] = rank
    })
    return bytes
  }

  #raise(register: number, rank: number): boolean {
    if (this.#dense) {
      if (this.#dense[register]! >= rank) return false
      this.#dense[register] = rank
      return true
    }
    const sparse = this.#sparse!
    if ((sparse.get(register) ?? 0) >= rank) return false
    sparse.set(register, rank)
    if (sparse.size > SPARSE_LIMIT) {
      this.#dense = new Uint8Array(REGISTERS)
      for (const [at, value] of sparse) this.#dense[at] = value
      this.#sparse = undefined
    }
    return true
  }
}

/** The register that `value` counts in, and its rank: leading zeros of the 52 bits behind the register's 12, plus one. */
function placeOf(value: string): { readonly register: number; readonly rank: number } {
  const high = murmur3(value, 0x9747b28c)
  const low = murmur3(value, 0x3c6ef372)
  const rest = (high << PRECISION) | (low >>> (32 - PRECISION))
  const tail = low << PRECISION
  const rank = rest !== 0 ? Math.clz32(rest) + 1 : tail !== 0 ? 33 + Math.clz32(tail) : RANK_BITS + 1
  return { register: high >>> (32 - PRECISION), rank: Math.min(rank, RANK_BITS + 1) }
}

function sigma(x: number): number {
  if (x === 1) return Number.POSITIVE_INFINITY
  let y = 1
  let z = x
  for (let previous = -1; z !== previous; ) {
    x *= x
    previous = z
    z += x * y
    y += y
  }
  return z
}

function tau(x: number): number {
  if (x === 0 || x === 1) return 0
  let y = 1
  let z = 1 - x
  for (let previous = -1; z !== previous; ) {
    x = Math.sqrt(x)
    previous = z
    y *= 0.5
    z -= (1 - x) ** 2 * y
  }
  return z / 3
}

/** MurmurHash3 x86 32 (A. Appleby, public domain) over UTF-16 units, two units a block. */
function murmur3(text: string, seed: number): number {
  let hash = seed
  const mix = (block: number): number => {
    let k = Math.imul(block, 0xcc9e2d51)
    k = (k << 15) | (k >>> 17)
    return Math.imul(k, 0x1b873593)
  }
  let i = 0
  for (; i + 1 < text.length; i += 2) {
    hash ^= mix(text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16))
    hash = (hash << 13) | (hash >>> 19)
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0
  }
  if (i < text.length) hash ^= mix(text.charCodeAt(i))
  hash ^= text.length * 2
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  hash ^= hash >>> 16
  return hash >>> 0
}
