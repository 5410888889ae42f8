import { codes } from './error-codes.ts'
import type { BatchHeader } from './record-batch.ts'

/** How many batches of a producer a partition can recognise as sent twice. */
const REMEMBERED_BATCHES = 5

/** What a partition knows of one producer: its epoch, its last batches, its open transaction. */
export class ProducerState {
  epoch = -1
  coordinatorEpoch = -1
  /** Offset of the first record of the open transaction. */
  firstOffset: number | undefined
  #batches: { readonly first: number; readonly last: number; readonly offset: number }[] = []

  /** The offset at which this very batch stands already. */
  duplicateOf(batch: BatchHeader): number | undefined {
    if (batch.producerEpoch !== this.epoch) return undefined
    return this.#batches.find(({ first, last }) => first === batch.baseSequence && last === batch.lastSequence)?.offset
  }

  /** Whether a client's batch may come next. */
  check(batch: BatchHeader): number {
    if (batch.producerEpoch < this.epoch) return codes.INVALID_PRODUCER_EPOCH
    if (this.epoch === -1) return codes.NONE
    if (batch.producerEpoch > this.epoch)
      return batch.baseSequence === 0 ? codes.NONE : codes.OUT_OF_ORDER_SEQUENCE_NUMBER
    const last = this.#batches.at(-1)?.last ?? -1
    const next = last === 0x7fffffff ? 0 : last + 1
    return batch.baseSequence === next ? codes.NONE : codes.OUT_OF_ORDER_SEQUENCE_NUMBER
  }

  append(batch: BatchHeader): void {
    this.#raise(batch.producerEpoch)
    this.#batches.push({ first: batch.baseSequence, last: batch.lastSequence, offset: batch.baseOffset })
    if (this.#batches.length > REMEMBERED_BATCHES) this.#batches.shift()
    if (batch.isTransactional) this.firstOffset ??= batch.baseOffset
  }

  /** Returns where the transaction that it ends began, if there was one. */
  marker(epoch: number, coordinatorEpoch: number): number | undefined {
    this.#raise(epoch)
    this.coordinatorEpoch = coordinatorEpoch
    const { firstOffset } = this
    this.firstOffset = undefined
    return firstOffset
  }

  /** With a new epoch the sequences begin anew. */
  #raise(epoch: number): void {
    if (epoch === this.epoch) return
    this.epoch = epoch
    this.#batches = []
  }
}
