/**
 * Text to n-gram features. Training and scoring both run this file, so they cannot disagree.
 *
 * A text is normalised, cut into pieces (a word, or at most `pieceLength` characters of it), and read as n-grams of
 * characters (with word boundaries), of jamo (letters of the syllables, without spaces, so that spelling variants
 * share features), as words and as word pairs. Every n-gram belongs to the piece it starts in and is named by a
 * bucket: a hash of `bucketBits` bits.
 */
export interface FeatureConfig {
  /** Longest character n-gram; all lengths from 1 are read. */
  readonly characters: number
  /** Shortest and longest jamo n-gram. */
  readonly jamo: readonly [number, number]
  /** Longest piece, in UTF-16 units. */
  readonly pieceLength: number
  /** Pieces beyond this one are counted as part of it. */
  readonly maxPieces: number
  /** Bits of a bucket number. */
  readonly bucketBits: number
  /** Normalised text beyond this many UTF-16 units is not read. */
  readonly maxUnits: number
}

/** What normalising may shrink (decomposed Hangul, runs, invisible marks) is bounded too: nothing past this is looked at. */
export const MAX_RAW_UNITS = 1200

const SPACE = 32
const CHARACTER_SEED = 0x811c9dc5 | 0
const JAMO_SEED = 0x9e3779b9 | 0
const WORD_SEED = 0xabcdef01 | 0
const FNV_PRIME = 0x01000193

/** Spreads a hash over all bits (a two-round multiply-xorshift finaliser). */
function spread(hash: number): number {
  let h = hash ^ (hash >>> 15)
  h = Math.imul(h, 0x2c1b3c6d)
  h ^= h >>> 12
  h = Math.imul(h, 0x297a2d39)
  return h ^ (h >>> 15)
}

function step(hash: number, unit: number): number {
  const h = Math.imul(hash ^ unit, FNV_PRIME)
  return h ^ (h >>> 13)
}

/** Zero-width, soft hyphen, bidirectional controls, fillers: they change nothing a reader sees. */
function isInvisible(u: number): boolean {
  return (
    (u >= 0x200b && u <= 0x200f) ||
    (u >= 0x202a && u <= 0x202e) ||
    (u >= 0x2060 && u <= 0x206f) ||
    (u >= 0xfe00 && u <= 0xfe0f) ||
    u === 0xfeff ||
    u === 0xad ||
    u === 0x115f ||
    u === 0x1160 ||
    u === 0x3164 ||
    u === 0xffa0
  )
}

function isSpace(u: number): boolean {
  return (
    u <= SPACE ||
    (u >= 0x7f && u <= 0xa0) ||
    u === 0x3000 ||
    u === 0x1680 ||
    (u >= 0x2000 && u <= 0x200a) ||
    (u >= 0x2028 && u <= 0x2029)
  )
}

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u
/** Laughter and the Hangul fillers, which count as letters but show nothing. */
const SAYS_NOTHING = /[ㅋㅎ\u115f\u1160\u3164\uffa0]/g

/**
 * Whether there is a letter or a digit to judge by. Laughter alone (ㅋㅋㅋ, ㅎㅎ) takes no side: film reviews, most of the
 * training texts, use it in scorn as often as in joy. Only what the scorer reads is looked at.
 */
export function hasWords(text: string): boolean {
  const read = text.length > MAX_RAW_UNITS ? text.slice(0, MAX_RAW_UNITS) : text
  return LETTER_OR_DIGIT.test(read.replace(SAYS_NOTHING, ''))
}

/**
 * Extracts the features of one text at a time into buffers that are reused: `bucket[i]` and `piece[i]` for
 * i < `count`. `next[i]` is the first feature that is not a longer n-gram from the same start: a longer n-gram is never more
 * frequent than a shorter one, so a reader that does not know feature i may go on at next[i].
 */
export class FeatureExtractor {
  readonly config: FeatureConfig
  readonly bucket: Int32Array
  readonly piece: Uint8Array
  readonly next: Int32Array
  count = 0
  readonly #units: Uint16Array
  readonly #unitPiece: Uint8Array
  readonly #jamo: Uint16Array
  readonly #jamoPiece: Uint8Array
  readonly #words: Int32Array
  readonly #wordPiece: Uint8Array
  readonly #mask: number

  constructor(config: FeatureConfig) {
    this.config = config
    this.#mask = 2 ** config.bucketBits - 1
    const units = config.maxUnits + 2
    const most = units * config.characters + units * 3 * (config.jamo[1] - config.jamo[0] + 1) + units * 2
    this.bucket = new Int32Array(most)
    this.piece = new Uint8Array(most)
    this.next = new Int32Array(most)
    this.#units = new Uint16Array(units)
    this.#unitPiece = new Uint8Array(units)
    this.#jamo = new Uint16Array(units * 3)
    this.#jamoPiece = new Uint8Array(units * 3)
    this.#words = new Int32Array(units)
    this.#wordPiece = new Uint8Array(units)
  }

  /** Reads a text; any string is allowed. Returns its number of pieces (at least 1). */
  extract(text: string): number {
    this.count = 0
    const length = this.#normalise(text)
    const pieces = this.#cut(length)
    this.#grams(this.#units, this.#unitPiece, length, 1, this.config.characters, CHARACTER_SEED)
    this.#grams(this.#jamo, this.#jamoPiece, this.#split(length), this.config.jamo[0], this.config.jamo[1], JAMO_SEED)
    this.#wordFeatures(length)
    return pieces
  }

  /** NFC, lower case, full-width to ASCII, white space folded, runs of three or more to two. Returns the length, boundary spaces included. */
  #normalise(text: string): number {
    const units = this.#units
    const bounded = text.length > MAX_RAW_UNITS ? text.slice(0, MAX_RAW_UNITS) : text
    const raw = bounded.normalize('NFC').toLowerCase()
    const end = this.config.maxUnits + 1
    let n = 1
    units[0] = SPACE
    for (let i = 0; i < raw.length && n < end; i++) {
      let u = raw.charCodeAt(i)
      if (isSpace(u)) {
        if (units[n - 1] !== SPACE) units[n++] = SPACE
        continue
      }
      if (isInvisible(u)) continue
      if (u >= 0xff01 && u <= 0xff5e) {
        u -= 0xfee0
        if (u >= 65 && u <= 90) u += 32
      } else if (u === 0x315c) u = 0x3160 // ㅜ and ㅠ weep alike
      if (n >= 3 && units[n - 1] === u && units[n - 2] === u) continue
      units[n++] = u
      // a third equal surrogate pair (an emoji) in a row is dropped like a third equal unit
      if (
        n > 6 &&
        u >= 0xdc00 &&
        u <= 0xdfff &&
        units[n - 3] === u &&
        units[n - 5] === u &&
        units[n - 4] === units[n - 2] &&
        units[n - 6] === units[n - 2]
      )
        n -= 2
    }
    if (n === 1 || units[n - 1] !== SPACE) units[n++] = SPACE
    return n
  }

  #cut(length: number): number {
    const last = this.config.maxPieces - 1
    let piece = -1
    let run = 0
    for (let i = 0; i < length; i++) {
      if (this.#units[i] === SPACE) run = 0
      else {
        if (run === 0 || run >= this.config.pieceLength) {
          if (piece < last) piece++
          run = 0
        }
        run++
      }
      this.#unitPiece[i] = Math.max(piece, 0)
    }
    return piece + 1 || 1
  }

  /** Syllables to conjoining jamo, everything else as it is, spaces left out. Returns the number of units. */
  #split(length: number): number {
    const jamo = this.#jamo
    const owner = this.#jamoPiece
    let m = 0
    for (let i = 1; i < length - 1; i++) {
      const u = this.#units[i]!
      if (u === SPACE) continue
      const piece = this.#unitPiece[i]!
      const syllable = u - 0xac00
      if (syllable < 0 || syllable > 11171) {
        jamo[m] = u
        owner[m++] = piece
        continue
      }
      jamo[m] = 0x1100 + ((syllable / 588) | 0)
      owner[m++] = piece
      jamo[m] = 0x1161 + (((syllable % 588) / 28) | 0)
      owner[m++] = piece
      const final = syllable % 28
      if (final > 0) {
        jamo[m] = 0x11a7 + final
        owner[m++] = piece
      }
    }
    return m
  }

  #grams(units: Uint16Array, owner: Uint8Array, length: number, shortest: number, longest: number, seed: number): void {
    const { bucket, piece, next } = this
    const mask = this.#mask
    let n = this.count
    for (let i = 0; i < length; i++) {
      const most = Math.min(length - i, longest)
      const from = n
      const p = owner[i]!
      let h = seed
      for (let k = 0; k < most; k++) {
        h = step(h, units[i + k]!)
        if (k + 1 < shortest) continue
        bucket[n] = spread((h + k) | 0) & mask
        piece[n++] = p
      }
      for (let k = from; k < n; k++) next[k] = n
    }
    this.count = n
  }

  #wordFeatures(length: number): void {
    const words = this.#words
    let m = 0
    let h = WORD_SEED
    let inside = false
    for (let i = 1; i < length; i++) {
      const u = this.#units[i]!
      if (u === SPACE) {
        if (inside) words[m++] = h
        h = WORD_SEED
        inside = false
        continue
      }
      if (!inside) this.#wordPiece[m] = this.#unitPiece[i]!
      h = step(h, u)
      inside = true
    }
    for (let i = 0; i < m; i++) {
      this.#put(spread(words[i]!), this.#wordPiece[i]!)
      if (i + 1 < m) this.#put(spread((Math.imul(words[i]!, 31) + words[i + 1]!) | 0), this.#wordPiece[i]!)
    }
  }

  #put(hash: number, piece: number): void {
    const n = this.count++
    this.bucket[n] = hash & this.#mask
    this.piece[n] = piece
    this.next[n] = n + 1
  }
}
