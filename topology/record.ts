/**
 * A record inside a task: immutable, decoded once at the source and encoded once at a sink.
 * Nodes make new records instead of changing the one they got.
 */
export interface StreamRecord<K = unknown, V = unknown> {
  readonly key: K
  readonly value: V
  /** Event time, epoch ms. */
  readonly timestamp: number
  readonly headers: Headers
}

export type Headers = readonly Header[]
export interface Header {
  readonly key: string
  readonly value: Uint8Array
}

/** What a log takes as a record's time. */
export const isTimestamp = (ms: number): boolean => Number.isSafeInteger(ms) && ms >= 0

export const noHeaders: Headers = Object.freeze([])

export const withValue = <K, VR>(record: StreamRecord<K, unknown>, value: VR): StreamRecord<K, VR> => ({
  key: record.key,
  value,
  timestamp: record.timestamp,
  headers: record.headers,
})

export const withKey = <V, KR>(record: StreamRecord<unknown, V>, key: KR): StreamRecord<KR, V> => ({
  key,
  value: record.value,
  timestamp: record.timestamp,
  headers: record.headers,
})
