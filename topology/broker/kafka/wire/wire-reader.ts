/** Reads a response in the protocol's flexible encoding, out of one piece of memory. */
export class WireReader {
  readonly #data: Buffer
  #at: number

  constructor(data: Buffer, at = 0) {
    this.#data = data
    this.#at = at
  }

  int8(): number {
    return this.#data.readInt8(this.#at++)
  }

  bool(): boolean {
    return this.int8() !== 0
  }

  int16(): number {
    this.#at += 2
    return this.#data.readInt16BE(this.#at - 2)
  }

  int32(): number {
    this.#at += 4
    return this.#data.readInt32BE(this.#at - 4)
  }

  int64(): number {
    this.#at += 8
    return this.#data.readInt32BE(this.#at - 8) * 0x1_0000_0000 + this.#data.readUInt32BE(this.#at - 4)
  }

  uvarint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#data.readUInt8(this.#at++)
      value |= (byte & 127) << shift
      if (byte < 128) return value >>> 0
    }
    throw new RangeError('a number runs over its end')
  }

  string(): string {
    return this.nullableString() ?? ''
  }

  nullableString(): string | null {
    const length = this.uvarint() - 1
    return length < 0 ? null : this.#text(length)
  }

  oldString(): string {
    return this.#text(this.int16())
  }

  /** A view; empty for null. */
  bytes(): Uint8Array {
    const length = this.uvarint() - 1
    return length <= 0 ? EMPTY : this.#take(length)
  }

  uuid(): string {
    const hex = this.#take(16).toString('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  }

  /** Empty for null. */
  array<T>(read: () => T): T[] {
    return this.items(this.uvarint() - 1, read)
  }

  items<T>(count: number, read: () => T): T[] {
    const items: T[] = []
    for (let i = 0; i < count; i++) items.push(read())
    return items
  }

  /** Reads the tagged fields that somebody asks for and skips the others. */
  tags(known?: (tag: number) => void): void {
    for (let count = this.uvarint(); count > 0; count--) {
      const tag = this.uvarint()
      const end = this.uvarint() + this.#at
      known?.(tag)
      this.#at = end
    }
  }

  #text(length: number): string {
    return this.#take(length).toString()
  }

  #take(length: number): Buffer {
    const end = this.#at + length
    if (length < 0 || end > this.#data.length) throw new RangeError('a field runs over the end of the answer')
    const view = this.#data.subarray(this.#at, end)
    this.#at = end
    return view
  }
}

const EMPTY = Buffer.alloc(0)
