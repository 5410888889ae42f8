import type { Headers } from '../record.ts'
import type { Topic } from '../topology.ts'

/** Where in a record's life it was taken out. */
export type DeadLetterStage = 'deserialization' | 'processing' | 'production' | 'late' | 'future'

/**
 * A record that left the stream before its time, as it was read, and why. Where the letter would be too large for the
 * log, it goes without key, value and headers: they are still where the coordinates say.
 */
export interface DeadLetter {
  readonly stage: DeadLetterStage
  /** Absent coordinates: the record was made by a punctuation. */
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: Headers
  readonly application: string
  readonly task: string
  readonly node: string
  readonly code: string
  readonly message: string
  readonly stack: string
  /** When it was taken out, epoch ms. */
  readonly at: number
}

/** Where dead letters go, and what they look like there; written in the transaction of the record they stand for. */
export interface DeadLetterQueue<D = unknown> {
  readonly topic: Topic<D>
  readonly toValue: (letter: DeadLetter) => D
}

/** Lets a queue of any value type stand where the type does not matter. */
export const deadLetterQueue = <D>(queue: DeadLetterQueue<D>): DeadLetterQueue => queue as unknown as DeadLetterQueue

/** `continue` takes the record out with a dead letter; `fail` stops the application before the record is lost. */
export type ErrorPolicy = 'continue' | 'fail'

export interface ErrorPolicies {
  readonly deserialization?: ErrorPolicy
  readonly processing?: ErrorPolicy
  readonly production?: ErrorPolicy
}
