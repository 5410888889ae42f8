import { type Headers, noHeaders } from '../record.ts'
import type { Serde } from '../serde.ts'

/** A result that a suppress node holds back. */
export interface Held<V> {
  readonly value: V
  readonly timestamp: number
  readonly headers: Headers
  /** What the buffer is ordered by: the window's end, or the timestamp of the first result held for this key. */
  readonly time: number
  /** Stream time when it came in: what remains of stream time after a restart. */
  readonly seen: number
  /** What a windowed key says of its result, which its bytes leave out; 0 and false for any other key. */
  readonly revision: number
  readonly isFinal: boolean
  /** Encoded size; 0 where nothing is bounded by it. */
  readonly bytes: number
}

const FIXED_BYTES = 3 * 8 + 4 + 1 + 4

/** timestamp, time, seen (doubles), revision, whether it is final, the headers as JSON behind their length, the value; headers are rare and small. */
export const heldSerde = <V>(value: Serde<V>): Serde<Held<V>> => ({
  bind(registry, subject) {
    const codec = value.bind(registry, subject)
    return {
      encode(held) {
        const body = held.value === undefined ? undefined : codec.encode(held.value)
        const headers =
          held.headers.length === 0
            ? ''
            : JSON.stringify(held.headers.map(({ key, value }) => [key, Buffer.from(value).toString('base64')]))
        const headerBytes = Buffer.byteLength(headers)
        const out = Buffer.alloc(FIXED_BYTES + headerBytes + (body ? 1 + body.length : 0))
        out.writeDoubleBE(held.timestamp, 0)
        out.writeDoubleBE(held.time, 8)
        out.writeDoubleBE(held.seen, 16)
        out.writeUInt32BE(held.revision, 24)
        out[28] = held.isFinal ? 1 : 0
        out.writeUInt32BE(headerBytes, 29)
        out.write(headers, FIXED_BYTES)
        // The byte in between tells an empty value from none.
        if (body) out.set(body, FIXED_BYTES + headerBytes + 1)
        return out
      },
      decode(bytes) {
        const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
        const end = FIXED_BYTES + buffer.readUInt32BE(29)
        const headers = buffer.toString('utf8', FIXED_BYTES, end)
        return {
          timestamp: buffer.readDoubleBE(0),
          time: buffer.readDoubleBE(8),
          seen: buffer.readDoubleBE(16),
          revision: buffer.readUInt32BE(24),
          isFinal: buffer[28] === 1,
          headers: headers === '' ? noHeaders : parseHeaders(headers),
          bytes: bytes.length,
          value: (bytes.length > end ? codec.decode(bytes.subarray(end + 1)) : undefined) as V,
        }
      },
    }
  },
})

const parseHeaders = (json: string): Headers =>
  (JSON.parse(json) as [string, string][]).map(([key, value]) => ({ key, value: Buffer.from(value, 'base64') }))
