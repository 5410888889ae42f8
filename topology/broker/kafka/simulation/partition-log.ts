import { codes } from './error-codes.ts'
import { ProducerState } from './producer-state.ts'
import { type BatchHeader, markerBatch, placeBatch } from './record-batch.ts'

export interface StoredBatch extends BatchHeader {
  readonly lastOffset: number
  /** Set for markers. */
  readonly marker?: { readonly commit: boolean; readonly coordinatorEpoch: number }
}

export interface AbortedTransaction {
  readonly producerId: number
  readonly firstOffset: number
  readonly lastOffset: number
}

interface Waiter {
  readonly offset: number
  readonly settle: (isDurable: boolean) => void
}

/**
 * One partition, as its leader sees it: batches, producer states, the high watermark behind which nothing is ever lost,
 * the last stable offset, the index of aborted transactions. What lies above the high watermark may be cut off when the
 * leader changes; whoever waits for it hears that it is not certain.
 */
export class PartitionLog {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
  /** -1: none at the moment. */
  leader: number
  leaderEpoch = 0
  /** What clients are told, which lags behind a change. */
  told: { leader: number; leaderEpoch: number }
  batches: StoredBatch[] = []
  endOffset = 0
  highWatermark = 0
  /** Until then a new leader does not say where the log ends. */
  endUnknownUntil = 0
  readonly epochs: { epoch: number; startOffset: number }[] = [{ epoch: 0, startOffset: 0 }]
  #producers = new Map<number, ProducerState>()
  #aborted: AbortedTransaction[] = []
  /** Ended, but the marker is not yet below the high watermark. */
  #unreplicated: { readonly firstOffset: number; readonly markerOffset: number }[] = []
  #waiters: Waiter[] = []

  constructor(topic: string, topicId: string, partition: number, leader: number) {
    this.topic = topic
    this.topicId = topicId
    this.partition = partition
    this.leader = leader
    this.told = { leader, leaderEpoch: 0 }
  }

  get lastStableOffset(): number {
    let stable = this.highWatermark
    for (const { firstOffset } of this.#producers.values())
      if (firstOffset !== undefined && firstOffset < stable) stable = firstOffset
    for (const { firstOffset } of this.#unreplicated) if (firstOffset < stable) stable = firstOffset
    return stable
  }

  hasOngoing(producerId: number, producerEpoch: number): boolean {
    const state = this.#producers.get(producerId)
    return state !== undefined && state.firstOffset !== undefined && state.epoch === producerEpoch
  }

  /** Transactions still open here, for the judges. */
  get open(): readonly number[] {
    return [...this.#producers].flatMap(([id, { firstOffset }]) => (firstOffset === undefined ? [] : [id]))
  }

  /** Appends what a client sent, or says why not. Answers the offset that has to be durable first. */
  append(batches: readonly BatchHeader[]): { errorCode: number; baseOffset: number; durableAt: number } {
    const refuse = (errorCode: number) => ({ errorCode, baseOffset: -1, durableAt: -1 })
    let baseOffset = -1
    for (const batch of batches) {
      if (batch.isControl) return refuse(codes.CORRUPT_MESSAGE)
      if (batch.producerId >= 0) {
        const state = this.#producers.get(batch.producerId)
        const duplicate = state?.duplicateOf(batch)
        if (duplicate !== undefined) {
          if (baseOffset < 0) baseOffset = duplicate
          continue
        }
        const errorCode = state?.check(batch) ?? codes.NONE
        if (errorCode !== codes.NONE) return refuse(errorCode)
      }
      const placed = this.#store(batch)
      if (baseOffset < 0) baseOffset = placed.baseOffset
    }
    return { errorCode: codes.NONE, baseOffset, durableAt: this.endOffset }
  }

  /** Ends a producer's transaction here. A marker of a coordinator that was replaced meanwhile changes nothing. */
  appendMarker(producerId: number, producerEpoch: number, commit: boolean, coordinatorEpoch: number, now: number) {
    const state = this.#producers.get(producerId)
    if (state && (producerEpoch < state.epoch || coordinatorEpoch < state.coordinatorEpoch))
      return { errorCode: codes.INVALID_PRODUCER_EPOCH, durableAt: -1 }
    this.#store(markerBatch(producerId, producerEpoch, commit, coordinatorEpoch, now), { commit, coordinatorEpoch })
    return { errorCode: codes.NONE, durableAt: this.endOffset }
  }

  /** Calls back when everything below `offset` is durable, or when the leader changes before. */
  whenDurable(offset: number, settle: (isDurable: boolean) => void): void {
    if (offset <= this.highWatermark) settle(true)
    else this.#waiters.push({ offset, settle })
  }

  /** All replicas have everything below `offset`. */
  replicatedTo(offset: number): void {
    if (offset <= this.highWatermark) return
    this.highWatermark = offset
    this.#unreplicated = this.#unreplicated.filter(({ markerOffset }) => markerOffset >= offset)
    const done = this.#waiters.filter((waiter) => waiter.offset <= offset)
    if (done.length === 0) return
    this.#waiters = this.#waiters.filter((waiter) => waiter.offset > offset)
    for (const { settle } of done) settle(true)
  }

  /** A new leader, which has what is below `keep`; what is above was on the old one only. */
  elect(leader: number, keep: number): void {
    this.leader = leader
    this.leaderEpoch += 1
    if (keep < this.endOffset) this.#truncate(keep)
    this.epochs.push({ epoch: this.leaderEpoch, startOffset: this.endOffset })
    const waiters = this.#waiters
    this.#waiters = []
    this.replicatedTo(this.endOffset)
    for (const { settle } of waiters) settle(false)
  }

  /** Batches from the one that holds `offset`, as many as fit, at least one. */
  read(offset: number, below: number, maxBytes: number): readonly StoredBatch[] {
    let at = this.#indexOf(offset)
    const found: StoredBatch[] = []
    let bytes = 0
    for (; at < this.batches.length; at++) {
      const batch = this.batches[at]!
      if (batch.baseOffset >= below || (found.length > 0 && bytes + batch.bytes.length > maxBytes)) break
      found.push(batch)
      bytes += batch.bytes.length
    }
    return found
  }

  /** Every aborted transaction that has something between: also those that began before or end after what is read. */
  abortedBetween(from: number, below: number): readonly AbortedTransaction[] {
    return this.#aborted.filter(({ firstOffset, lastOffset }) => lastOffset >= from && firstOffset < below)
  }

  /** Where the given leader epoch ended, by KIP-320. */
  endOfEpoch(leaderEpoch: number): { readonly leaderEpoch: number; readonly endOffset: number } {
    if (leaderEpoch === this.leaderEpoch) return { leaderEpoch, endOffset: this.endOffset }
    const next = this.epochs.findIndex(({ epoch }) => epoch > leaderEpoch)
    if (next <= 0) return { leaderEpoch: -1, endOffset: -1 }
    return { leaderEpoch: this.epochs[next - 1]!.epoch, endOffset: this.epochs[next]!.startOffset }
  }

  /** The places at which the log may be cut: ends of batches, from the high watermark on. */
  cuts(): readonly number[] {
    const ends = this.batches.filter(({ lastOffset }) => lastOffset >= this.highWatermark)
    return [this.highWatermark, ...ends.map(({ lastOffset }) => lastOffset + 1)]
  }

  #store(batch: BatchHeader, marker?: StoredBatch['marker']): StoredBatch {
    const placed = placeBatch(batch, this.endOffset, this.leaderEpoch)
    const stored = { ...placed, lastOffset: placed.baseOffset + placed.lastOffsetDelta, marker }
    this.batches.push(stored)
    this.endOffset = stored.lastOffset + 1
    this.#learn(stored)
    return stored
  }

  #learn(batch: StoredBatch): void {
    if (batch.producerId < 0) return
    let state = this.#producers.get(batch.producerId)
    if (!state) {
      state = new ProducerState()
      this.#producers.set(batch.producerId, state)
    }
    if (!batch.marker) {
      state.append(batch)
      return
    }
    const firstOffset = state.marker(batch.producerEpoch, batch.marker.coordinatorEpoch)
    if (firstOffset === undefined) return
    const { producerId, lastOffset } = batch
    if (!batch.marker.commit) this.#aborted.push({ producerId, firstOffset, lastOffset })
    if (lastOffset >= this.highWatermark) this.#unreplicated.push({ firstOffset, markerOffset: lastOffset })
  }

  #truncate(keep: number): void {
    this.batches = this.batches.filter(({ lastOffset }) => lastOffset < keep)
    this.endOffset = keep
    this.#producers = new Map()
    this.#aborted = []
    this.#unreplicated = []
    for (const batch of this.batches) this.#learn(batch)
  }

  #indexOf(offset: number): number {
    let low = 0
    let high = this.batches.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.batches[middle]!.lastOffset < offset) low = middle + 1
      else high = middle
    }
    return low
  }
}
