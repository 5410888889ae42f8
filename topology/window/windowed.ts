import type { RecordMetadata } from '../processor.ts'
import type { StreamRecord } from '../record.ts'
import type { Window } from './windows.ts'

/** The key of a windowed result. */
export interface Windowed<K> {
  readonly key: K
  readonly window: Window
  /** The window is past its grace: this result will not change. */
  readonly isFinal: boolean
  /** Grows by one with every result of this window, across restarts. */
  readonly revision: number
}

/** A record that came after its window was closed. */
export interface LateRecord<K, V> {
  readonly record: StreamRecord<K, V>
  readonly at: RecordMetadata | undefined
  /** The closed window it belongs to. */
  readonly window: Window
  /** The stream time it was measured against: its key's, or its partition's. */
  readonly streamTime: number
  /** How long after the window closed, in stream time; 0 at the very moment. */
  readonly lateByMs: number
}
