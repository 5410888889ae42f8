import type { RecordBatch } from './record-batch.ts'
import { controlKind } from './record-batch-decode.ts'

/**
 * Which batches of one fetch answer belong to aborted transactions; the Java client's rule (CompletedFetch): a transaction
 * counts from the first batch that reaches its first offset up to its producer's abort marker. An answer lists every
 * aborted transaction that reaches into it, so nothing is carried over to the next one.
 */
export class AbortedFilter {
  readonly #aborted: readonly { readonly producerId: number; readonly firstOffset: number }[]
  #next = 0
  readonly #producers = new Set<number>()

  constructor(aborted: readonly { readonly producerId: number; readonly firstOffset: number }[]) {
    this.#aborted =
      aborted.length < 2 ? aborted : [...aborted].sort((one, other) => one.firstOffset - other.firstOffset)
  }

  /** Whether `batch` has records to be shown. To be asked for every batch of the answer, in their order. */
  shows(batch: RecordBatch): boolean {
    for (
      let next = this.#aborted[this.#next];
      next && next.firstOffset <= batch.lastOffset;
      next = this.#aborted[this.#next]
    ) {
      this.#producers.add(next.producerId)
      this.#next++
    }
    if (batch.control) {
      if (controlKind(batch) === 'abort') this.#producers.delete(batch.producerId)
      return false
    }
    return !(batch.transactional && this.#producers.has(batch.producerId))
  }
}
