import { BatchBuilder } from './record-batch-encode.ts'

/** How large batches get: what their topics take, and what the last ones came to. */
export class BatchSizes {
  readonly #maxBytes: number
  readonly #limits = new Map<string, number>()
  readonly #last = new Map<string, number>()

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Bytes of one batch of this topic at most. */
  limitOf(topic: string): number {
    return this.#limits.get(topic) ?? this.#maxBytes
  }

  /** The topic refused a larger one. */
  limit(topic: string, bytes: number): void {
    this.#limits.set(topic, Math.min(bytes, this.limitOf(topic)))
  }

  /** An empty one with as much memory as the last one of this partition came to, so that it need not grow. */
  builder(topic: string, partition: number): BatchBuilder {
    return new BatchBuilder(this.#last.get(`${topic} ${partition}`))
  }

  note(topic: string, partition: number, { bytes }: BatchBuilder): void {
    // A little more than last time still fits; never less than what one record may take.
    this.#last.set(`${topic} ${partition}`, Math.max(SMALLEST, Math.ceil(bytes * 1.125)))
  }
}

const SMALLEST = 1024
