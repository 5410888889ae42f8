import type { Serde } from '../serde.ts'

/** An update of a table's row; undefined stands for no row. */
export interface Change<V> {
  readonly newValue: V | undefined
  readonly oldValue: V | undefined
}

const LENGTH_BYTES = 4
const ABSENT = 0xffffffff

/** Both values behind each other, the new one with its length (0xffffffff: none) in front of it. */
export const changeSerde = <V>(value: Serde<V>): Serde<Change<V>> => ({
  bind(registry, subject) {
    const codec = value.bind(registry, subject)
    return {
      encode({ newValue, oldValue }) {
        const after = newValue === undefined ? undefined : codec.encode(newValue)
        const before = oldValue === undefined ? undefined : codec.encode(oldValue)
        const afterBytes = after?.length ?? 0
        const bytes = new Uint8Array(LENGTH_BYTES + afterBytes + (before ? 1 + before.length : 0))
        new DataView(bytes.buffer).setUint32(0, after ? afterBytes : ABSENT)
        if (after) bytes.set(after, LENGTH_BYTES)
        // The byte in between tells an empty old value from none.
        if (before) bytes.set(before, LENGTH_BYTES + afterBytes + 1)
        return bytes
      },
      decode(bytes) {
        const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0)
        const end = LENGTH_BYTES + (length === ABSENT ? 0 : length)
        if (end > bytes.length) throw new RangeError(`change of ${bytes.length} bytes cuts its value of ${length}`)
        return {
          newValue: length === ABSENT ? undefined : codec.decode(bytes.subarray(LENGTH_BYTES, end)),
          oldValue: bytes.length > end ? codec.decode(bytes.subarray(end + 1)) : undefined,
        }
      },
    }
  },
})
