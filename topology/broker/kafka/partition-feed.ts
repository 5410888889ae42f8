import type { FetchedRecord, Position } from '../broker.ts'
import { AbortedFilter } from './aborted-filter.ts'
import { type RecordBatch, readBatches } from './record-batch.ts'
import { decodeRecords } from './record-batch-decode.ts'
import type { FetchPartitionResponse } from './rpc.ts'

/** A batch with records to be shown, or only the offsets of what is not. */
interface Segment {
  readonly batch: RecordBatch | undefined
  /** The position after it. */
  readonly next: number
}

/** What has been fetched of one partition and where its reader stands. Records are decoded when they are wanted. */
export class PartitionFeed {
  readonly topic: string
  readonly partition: number
  /** Next offset to hand out. */
  position: number
  /** Next offset to fetch. */
  fetchOffset: number
  /** Leader epoch of the last batch fetched; -1: none yet, so that a cut log cannot be found out. */
  fetchedEpoch = -1
  /** Of the last record handed out. */
  leaderEpoch = -1
  paused = false
  /** Nothing has been fetched from here yet. */
  fresh = true
  /** Not read any more: an answer that is still on its way is of the past. */
  retired = false
  /** What a reader has to be told instead of records. */
  error: Error | undefined
  /** `Time.now()` before which it is not fetched. */
  notBefore = 0
  /** Fetches in a row that were refused. */
  failures = 0
  /** The topic's id while it was read; another one later is another topic. */
  topicId: string | undefined
  readonly #committedOnly: boolean
  #segments: Segment[] = []
  #nextSegment = 0
  #records: FetchedRecord[] = []
  #used = 0
  #epoch = -1
  #bytes = 0

  constructor({ topic, partition, offset }: Position, committedOnly: boolean) {
    this.topic = topic
    this.partition = partition
    this.position = offset
    this.fetchOffset = offset
    this.#committedOnly = committedOnly
  }

  /** Fetched, and not decoded yet. */
  get bufferedBytes(): number {
    return this.#bytes
  }

  /** Takes in what was fetched from `fetchOffset`. Throws LogCorruptError. */
  add({ records, abortedTransactions }: Pick<FetchPartitionResponse, 'records' | 'abortedTransactions'>): void {
    if (records.length === 0) return
    const filter = new AbortedFilter(abortedTransactions)
    for (const batch of readBatches(records, this.topic, this.partition)) {
      // An answer begins with the whole batch in which the offset lies.
      const next = Math.max(this.fetchOffset, batch.lastOffset + 1)
      const shown = (this.#committedOnly ? filter.shows(batch) : !batch.control) && batch.lastOffset >= this.fetchOffset
      this.#segments.push({ batch: shown ? batch : undefined, next })
      if (shown) this.#bytes += batch.end - batch.start
      this.fetchOffset = next
      this.fetchedEpoch = batch.leaderEpoch
    }
  }

  /**
   * Whether there is a record to hand out. Decodes the next batch when the last one is used up, and moves the position
   * over what is not shown. Throws LogCorruptError.
   */
  ready(): boolean {
    while (this.#used === this.#records.length) {
      const segment = this.#segments[this.#nextSegment]
      if (!segment) return false
      const { batch, next } = segment
      const records: FetchedRecord[] = []
      // Before anything moves: what cannot be decoded is refused again, not skipped.
      if (batch) decodeRecords(batch, this.topic, this.partition, this.position, records)
      this.#advance()
      if (batch) {
        this.#bytes -= batch.end - batch.start
        this.#epoch = batch.leaderEpoch
      }
      this.#records = records
      this.#used = 0
      this.#after = next
      if (records.length === 0) this.position = next
    }
    return true
  }

  /** Position after the decoded records. */
  #after = 0

  /** The decoded records that are left. */
  get records(): readonly FetchedRecord[] {
    return this.#records
  }

  /** Index of the first of `records` that was not handed out. */
  get used(): number {
    return this.#used
  }

  /** Hands out at most `count` of the decoded records. */
  take(count: number, out: FetchedRecord[]): number {
    const records = this.#records
    const from = this.#used
    const to = Math.min(records.length, from + count)
    for (let i = from; i < to; i++) out.push(records[i]!)
    if (to === from) return 0
    this.#used = to
    this.leaderEpoch = this.#epoch
    this.position = to === records.length ? this.#after : records[to]!.offset
    return to - from
  }

  #advance(): void {
    this.#nextSegment++
    if (this.#nextSegment < this.#segments.length) return
    this.#segments = []
    this.#nextSegment = 0
  }
}
