import type { CommittedOffset, ProducedRecord, StoreChange } from '../broker/broker.ts'

/** What one commit takes from one task: everything between two seals. */
export class Epoch {
  readonly outputs: ProducedRecord[] = []
  readonly changes: StoreChange[] = []
  /** The same changes, as records for the changelog topics. */
  readonly changelog: ProducedRecord[] = []
  offsets: readonly CommittedOffset[] = []
  /** Timestamp of the first record of each batch, epoch ms. */
  readonly inputTimes: number[] = []
  /** Input records and punctuations in it. */
  work = 0
}
