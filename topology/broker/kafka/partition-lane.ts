import type { ProducerIdAndEpoch } from './rpc.ts'
import { advance } from './sequence.ts'

/** One record batch on its way to one partition. */
export interface OutgoingBatch {
  readonly topic: string
  readonly partition: number
  readonly records: number
  /** About, on the wire. */
  readonly size: number
  /** `Time.now()` after which it is not sent again. */
  readonly deadline: number
  /** The finished batch; called again with another identity when the first one was given up. */
  encode(identity: ProducerIdAndEpoch, baseSequence: number): Uint8Array
  /** Called once. */
  settle(result: BatchResult): void
  /** Into smaller ones for a topic that takes none of this size; undefined when it cannot be. Nobody settles it then. */
  split?(): readonly OutgoingBatch[] | undefined
}

/** written: acknowledged by all in-sync replicas. refused: it is not in the log. unsettled: nobody knows. */
export type BatchResult =
  | {
      readonly kind: 'written'
      /** -1: it is not known any more; a later one of the partition is written, too. */
      readonly baseOffset: number
    }
  | { readonly kind: 'refused'; readonly code: number; readonly cause: Error }
  | { readonly kind: 'unsettled'; readonly cause: Error }

/** As many as the broker remembers a partition: one more, and it could not tell a repeated batch from a new one. */
export const MAX_IN_FLIGHT = 5

/** A batch that has its place in the order of its partition. */
export interface Sent {
  readonly batch: OutgoingBatch
  readonly order: number
  /** Kept over all attempts under one identity, so that the broker recognises it. */
  bytes: Uint8Array | undefined
  attempts: number
  /** An attempt was lost, so it may be in the log. */
  uncertain: boolean
}

/** The way to one partition: what waits, what is in flight, what has to be sent again, and under which numbers. */
export class PartitionLane {
  readonly topic: string
  readonly partition: number
  readonly queue: OutgoingBatch[] = []
  /** To be sent again, in order; nothing new goes before they are through. */
  retry: Sent[] = []
  readonly inFlight: Sent[] = []
  /** Where the last one went. */
  node = -1
  notBefore = 0
  /** A refused batch left a hole in the sequence: a new identity is needed once nothing is in flight. */
  broken = false
  renewing = false
  #identity: ProducerIdAndEpoch | undefined
  /** The partition has something of this producer id. Before, a leader takes whatever sequence comes first. */
  #isKnown = false
  #nextSequence = 0
  #nextOrder = 0
  /** Order of the last one that the leader has acknowledged under this identity. */
  #lastWritten = -1

  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
  }

  get name(): string {
    return `${this.topic}-${this.partition}`
  }

  get identity(): ProducerIdAndEpoch | undefined {
    return this.#identity
  }

  /** A new one begins at sequence 0. */
  set identity(identity: ProducerIdAndEpoch) {
    if (identity === this.#identity) return
    if (identity.producerId !== this.#identity?.producerId) this.#isKnown = false
    this.#identity = identity
    this.#nextSequence = 0
    this.#lastWritten = -1
  }

  get isEmpty(): boolean {
    return this.queue.length === 0 && this.retry.length === 0
  }

  /** Whether something can go now, to whoever leads. */
  isSendable(now: number): boolean {
    if (this.renewing || now < this.notBefore || this.isEmpty) return false
    if (this.broken || this.retry.length > 0) return this.inFlight.length === 0
    // Nothing may overtake the first one, should that be refused: the leader would not notice the gap.
    return this.inFlight.length < (this.#isKnown ? MAX_IN_FLIGHT : 1)
  }

  /** Of what goes next. */
  get nextSize(): number {
    return this.retry[0]?.batch.size ?? this.queue[0]!.size
  }

  /** Takes what goes next; it is in flight from now on. */
  next(): Sent {
    const sent = this.retry.shift() ?? {
      batch: this.queue.shift()!,
      order: this.#nextOrder++,
      bytes: undefined,
      attempts: 0,
      uncertain: false,
    }
    if (!sent.bytes) {
      sent.bytes = sent.batch.encode(this.#identity!, this.#nextSequence)
      this.#nextSequence = advance(this.#nextSequence, sent.batch.records)
    }
    this.inFlight.push(sent)
    return sent
  }

  /** It is in flight no more. */
  landed(sent: Sent): void {
    this.inFlight.splice(this.inFlight.indexOf(sent), 1)
  }

  /** The leader has acknowledged it. */
  written(sent: Sent): void {
    this.landed(sent)
    this.#isKnown = true
    this.#lastWritten = Math.max(this.#lastWritten, sent.order)
  }

  /**
   * A later one was acknowledged under the same numbers, and a leader takes them in order only: this one is in the log,
   * though its answer was lost and the leader, which remembers five, may no longer know it.
   */
  isWritten({ order }: Sent): boolean {
    return order < this.#lastWritten
  }

  /** Puts it back in its place. */
  again(sent: Sent): void {
    sent.attempts++
    this.#putBack(sent.order, [sent])
  }

  /** Puts parts in the place of what was too large. They share it: of what is sent again only one is in flight. */
  replace({ order }: Sent, parts: readonly OutgoingBatch[]): void {
    this.#putBack(
      order,
      parts.map((batch) => ({ batch, order, bytes: undefined, attempts: 0, uncertain: false })),
    )
  }

  #putBack(order: number, sent: readonly Sent[]): void {
    const at = this.retry.findIndex((other) => other.order >= order)
    this.retry.splice(at < 0 ? this.retry.length : at, 0, ...sent)
  }

  hasEarlier({ order }: Sent): boolean {
    return this.inFlight.some((other) => other.order < order) || this.retry.some((other) => other.order < order)
  }
}
