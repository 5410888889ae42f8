import type { StreamRecord } from '../record.ts'
import type { Serde } from '../serde.ts'

/** How records become one value. Pure: the aggregate that comes in is never changed, a new one comes out. */
export interface Aggregation<K, V, A> {
  readonly initializer: () => A
  readonly aggregator: (aggregate: A, value: V, record: StreamRecord<K, V>) => A
  /** Joins two sessions' aggregates, the earlier one first; required for session windows, unused elsewhere. */
  readonly merger?: (left: A, right: A) => A
  readonly value: Serde<A>
}

/** Whole numbers as 8 bytes, big endian (IEEE 754 double): what `count` keeps. */
export const countSerde: Serde<number> = {
  bind: () => ({
    encode(value) {
      const bytes = new Uint8Array(8)
      new DataView(bytes.buffer).setFloat64(0, value)
      return bytes
    },
    decode(bytes) {
      return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0)
    },
  }),
}

/** Counts records. */
export const counting = <K, V>(): Aggregation<K, V, number> => ({
  initializer: () => 0,
  aggregator: (count) => count + 1,
  merger: (left, right) => left + right,
  value: countSerde,
})

/** A fold that starts from the first value. */
export const reducing = <K, V>(reducer: (left: V, right: V) => V, value: Serde<V>): Aggregation<K, V, V> => ({
  initializer: () => undefined as V,
  aggregator: (aggregate, next) => (aggregate === undefined ? next : reducer(aggregate, next)),
  merger: (left, right) => (left === undefined ? right : right === undefined ? left : reducer(left, right)),
  value,
})
