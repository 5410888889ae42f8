import type { Serde } from '../serde.ts'
import type { Windowed } from './windowed.ts'

const TIME_BYTES = 8

/**
 * The canonical bytes of a windowed key: the key, the start, the end (each 8 bytes, big endian). A result of the same
 * window has the same bytes whether it is final or not, so both halves of the flag and the revision stay out.
 */
export const windowedSerde = <K>(key: Serde<K>): Serde<Windowed<K>> => ({
  bind(registry, subject) {
    const codec = key.bind(registry, subject)
    return {
      encode(windowed) {
        const bytes = codec.encode(windowed.key)
        const out = new Uint8Array(bytes.length + 2 * TIME_BYTES)
        out.set(bytes)
        const view = new DataView(out.buffer)
        view.setBigInt64(bytes.length, BigInt(windowed.window.start))
        view.setBigInt64(bytes.length + TIME_BYTES, BigInt(windowed.window.end))
        return out
      },
      decode(bytes) {
        const at = bytes.length - 2 * TIME_BYTES
        if (at < 0) throw new RangeError(`${bytes.length} bytes are no windowed key`)
        const view = new DataView(bytes.buffer, bytes.byteOffset)
        return {
          key: codec.decode(bytes.subarray(0, at)),
          window: { start: Number(view.getBigInt64(at)), end: Number(view.getBigInt64(at + TIME_BYTES)) },
          isFinal: false,
          revision: 0,
        }
      },
    }
  },
})
