/** Builds a request in the protocol's flexible encoding. Large pieces are passed on, not copied. */
import { Buffer } from 'node:buffer'

const CHUNK_BYTES = 512

export class WireWriter {
  readonly #parts: Uint8Array[] = []
  #chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  #from = 0
  #at = 0

  int8(value: number): this {
    this.#room(1)
    this.#at = this.#chunk.writeInt8(value, this.#at)
    return this
  }

  bool(value: boolean): this {
    return this.int8(value ? 1 : 0)
  }

  int16(value: number): this {
    this.#room(2)
    this.#at = this.#chunk.writeInt16BE(value, this.#at)
    return this
  }

  int32(value: number): this {
    this.#room(4)
    this.#at = this.#chunk.writeInt32BE(value, this.#at)
    return this
  }

  /** A safe integer. */
  int64(value: number): this {
    const high = Math.floor(value / 0x1_0000_0000)
    this.#room(8)
    this.#at = this.#chunk.writeInt32BE(high, this.#at)
    this.#at = this.#chunk.writeUInt32BE(value - high * 0x1_0000_0000, this.#at)
    return this
  }

  uvarint(value: number): this {
    this.#room(5)
    let rest = value
    while (rest > 127) {
      this.#chunk[this.#at++] = (rest & 127) | 128
      rest >>>= 7
    }
    this.#chunk[this.#at++] = rest
    return this
  }

  string(value: string | null): this {
    if (value === null) return this.uvarint(0)
    const bytes = Buffer.from(value)
    return this.uvarint(bytes.length + 1).raw(bytes)
  }

  bytes(value: Uint8Array | null): this {
    if (value === null) return this.uvarint(0)
    return this.uvarint(value.length + 1).raw(value)
  }

  /** As APIs write it that never became flexible. */
  oldString(value: string): this {
    const bytes = Buffer.from(value)
    return this.int16(bytes.length).raw(bytes)
  }

  /** 32 hexadecimal digits, dashes allowed. */
  uuid(value: string): this {
    return this.raw(Buffer.from(value.replaceAll('-', ''), 'hex'))
  }

  array<T>(items: readonly T[] | null, write: (item: T) => void): this {
    if (items === null) return this.uvarint(0)
    this.uvarint(items.length + 1)
    for (const item of items) write(item)
    return this
  }

  /** No tagged fields. */
  tags(): this {
    return this.uvarint(0)
  }

  raw(bytes: Uint8Array): this {
    if (bytes.length <= 64) {
      this.#room(bytes.length)
      this.#chunk.set(bytes, this.#at)
      this.#at += bytes.length
    } else {
      this.#cut()
      this.#parts.push(bytes)
    }
    return this
  }

  /** What was written, in pieces; none is empty. */
  parts(): readonly Uint8Array[] {
    this.#cut()
    return this.#parts
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#chunk.length) return
    this.#cut()
    this.#chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    this.#from = 0
    this.#at = 0
  }

  #cut(): void {
    if (this.#at > this.#from) this.#parts.push(this.#chunk.subarray(this.#from, this.#at))
    this.#from = this.#at
  }
}
