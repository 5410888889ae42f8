import type { FetchedRecord, ProducedRecord, Producer } from '../broker.ts'
import { BrokerError } from '../errors.ts'
import { checkRecord } from '../log/records.ts'
import { backoff } from './backoff.ts'
import { BatchSender } from './batch-sender.ts'
import { BatchSizes } from './batch-sizes.ts'
import type { KafkaProducerOptions } from './client-options.ts'
import { coordinatorMoved, errorName, errors, transient } from './error-codes.ts'
import { learnTopics, Partitioner } from './pack-records.ts'
import type { BatchResult, OutgoingBatch } from './partition-lane.ts'
import { readBatches } from './record-batch.ts'
import { decodeRecords } from './record-batch-decode.ts'
import { BatchBuilder } from './record-batch-encode.ts'
import { refusal, tooLate } from './refusal.ts'
import { type ProducerIdAndEpoch, RpcLostError } from './rpc.ts'

/** How long a batch that is not full waits for more while others are on their way, ms. */
const LINGER_MS = 5
/** How long the leader may wait for its replicas. */
const ACKNOWLEDGE_TIMEOUT_MS = 30_000

interface Call {
  readonly records: readonly ProducedRecord[]
  /** Batches that hold some of its records. */
  pending: number
  error: Error | undefined
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** A batch that still takes records. */
interface Open {
  readonly topic: string
  readonly partition: number
  readonly builder: BatchBuilder
  readonly calls: Set<Call>
}

/**
 * Idempotent, acknowledged by all in-sync replicas. Records go out at once while nothing is on its way, and are gathered
 * for some milliseconds while something is. What one call sends to one partition stays in order, and a lost answer or a
 * new leader neither doubles nor reorders it.
 */
export class KafkaProducer implements Producer {
  readonly #options: KafkaProducerOptions
  readonly #maxBufferedRecords: number
  readonly #sender: BatchSender
  readonly #partitioner = new Partitioner()
  readonly #sizes: BatchSizes
  readonly #waiting: Call[] = []
  readonly #open = new Map<string, Open>()
  #isIdentified = false
  #buffered = 0
  #admitting = false
  #flushing = false
  #lingering = false
  #idle: (() => void)[] = []
  #closed = false

  constructor(options: KafkaProducerOptions) {
    this.#options = options
    this.#maxBufferedRecords = options.maxBufferedRecords ?? 50_000
    this.#sizes = new BatchSizes(options.maxBatchBytes ?? 1_000_000)
    this.#sender = new BatchSender({
      rpc: options.rpc,
      time: options.time,
      cluster: options.cluster,
      transactionalId: null,
      acknowledgeTimeoutMs: ACKNOWLEDGE_TIMEOUT_MS,
      renew: (node) => this.#newIdentity(node),
    })
  }

  async send(records: readonly ProducedRecord[]): Promise<void> {
    if (this.#closed) throw closed()
    if (records.length === 0) return
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, pending: 0, error: undefined, resolve, reject })
      if (!this.#admitting) void this.#admit()
    })
  }

  /** Waits for everything sent, for ten seconds at most: what is not acknowledged by then is rejected. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const over = new AbortController()
    const { time, closeTimeoutMs = 10_000 } = this.#options
    let isOver = false
    void time.sleep(closeTimeoutMs, over.signal).then(() => {
      isOver = true
      this.#settleIdle()
    })
    while (!isOver && (this.#waiting.length > 0 || this.#buffered > 0 || this.#admitting))
      await new Promise<void>((resolve) => this.#idle.push(resolve))
    if (isOver) this.#giveUp()
    over.abort()
    this.#options.onClose?.()
  }

  #giveUp(): void {
    const cause = tooLate('closing the producer')
    this.#sealAll()
    for (const { reject } of this.#waiting.splice(0)) reject(cause)
    this.#sender.cancel(cause)
  }

  /** Lets in what fits, in the order of the calls; one that alone exceeds the bound gets in when the buffer is empty. */
  async #admit(): Promise<void> {
    this.#admitting = true
    for (let call = this.#waiting[0]; call; call = this.#waiting[0]) {
      if (this.#buffered > 0 && this.#buffered + call.records.length > this.#maxBufferedRecords) break
      try {
        if (!this.#isKnown(call.records)) await learnTopics(this.#options.cluster, call.records)
        if (!this.#isIdentified) await this.#identify(call.records[0]!)
        // Given up meanwhile by `close`.
        if (this.#waiting[0] !== call) break
        this.#gather(call)
      } catch (error) {
        call.reject(error)
      }
      this.#waiting.shift()
    }
    this.#admitting = false
    this.#flushSoon()
    this.#settleIdle()
  }

  #isKnown(records: readonly ProducedRecord[]): boolean {
    let last: string | undefined
    for (const { topic } of records) {
      if (topic !== last && !this.#options.cluster.known(topic)) return false
      last = topic
    }
    return true
  }

  /** Misuse throws before anything of the call is taken. */
  #gather(call: Call): void {
    const { records } = call
    const partitions: number[] = []
    for (const record of records) {
      const count = this.#options.cluster.known(record.topic)!.leaders.length
      checkRecord(record, { partitions: count, cleanupPolicy: 'delete' })
      partitions.push(this.#partitioner.choose(record, count))
    }
    // Held until all are in: the first batch must not settle the call before its last one is counted.
    call.pending++
    for (let i = 0; i < records.length; i++) this.#append(records[i]!, partitions[i]!, call)
    this.#buffered += records.length
    this.#finish(call)
  }

  #append(record: ProducedRecord, partition: number, call: Call): void {
    const key = `${record.topic} ${partition}`
    let open = this.#open.get(key)
    if (open && open.builder.bytes + BatchBuilder.bound(record) > this.#sizes.limitOf(record.topic)) {
      this.#seal(key, open)
      open = undefined
    }
    if (!open) {
      open = { topic: record.topic, partition, builder: this.#sizes.builder(record.topic, partition), calls: new Set() }
      this.#open.set(key, open)
    }
    open.builder.append(record)
    if (open.calls.has(call)) return
    open.calls.add(call)
    call.pending++
  }

  /** Hands a batch to the sender; it goes with the next flush. */
  #seal(key: string, { topic, partition, builder, calls }: Open): void {
    this.#open.delete(key)
    this.#sizes.note(topic, partition, builder)
    const { deliveryTimeoutMs = 120_000, time } = this.#options
    this.#sender.add(this.#outgoing(topic, partition, builder, calls, time.now() + deliveryTimeoutMs))
  }

  #outgoing(
    topic: string,
    partition: number,
    builder: BatchBuilder,
    calls: ReadonlySet<Call>,
    deadline: number,
  ): OutgoingBatch {
    const { compression } = this.#options
    const { records, bytes } = builder
    const encode = (identity: ProducerIdAndEpoch, baseSequence: number) =>
      builder.finish({ ...identity, baseSequence, ...(compression && { compression }) })
    return {
      topic,
      partition,
      records,
      size: bytes,
      deadline,
      encode,
      settle: (result) => this.#settle(result, records, calls),
      split: () => {
        if (records === 1) return undefined
        // Its topic takes less than the cluster's default: the next ones begin smaller.
        this.#sizes.limit(topic, Math.floor(bytes / 2))
        for (const call of calls) call.pending++
        return halves(encode({ producerId: -1, producerEpoch: -1 }, -1)).map((half) =>
          this.#outgoing(topic, partition, half, calls, deadline),
        )
      },
    }
  }

  #settle(result: BatchResult, count: number, calls: ReadonlySet<Call>): void {
    this.#buffered -= count
    for (const call of calls) {
      if (result.kind !== 'written') call.error ??= result.cause
      this.#finish(call)
    }
    if (this.#waiting.length > 0 && !this.#admitting) void this.#admit()
    else this.#flushSoon()
    this.#settleIdle()
  }

  #finish(call: Call): void {
    if (--call.pending > 0) return
    if (call.error) call.reject(call.error)
    else call.resolve()
  }

  /** What is full goes when the turn is over; the rest, too, while nothing is on its way, else after the linger. */
  #flushSoon(): void {
    if (this.#flushing) return
    this.#flushing = true
    queueMicrotask(() => {
      this.#flushing = false
      if (this.#sender.unsettled === 0) this.#sealAll()
      else if (this.#open.size > 0) void this.#linger()
      this.#sender.flush()
    })
  }

  async #linger(): Promise<void> {
    if (this.#lingering) return
    this.#lingering = true
    await this.#options.time.sleep(LINGER_MS)
    this.#lingering = false
    this.#sealAll()
    this.#sender.flush()
  }

  #sealAll(): void {
    for (const [key, open] of this.#open) this.#seal(key, open)
  }

  #settleIdle(): void {
    const idle = this.#idle
    this.#idle = []
    for (const resolve of idle) resolve()
  }

  /** The producer id of all partitions. Any broker gives one; the leaders of the first topic are those we know. */
  async #identify({ topic }: ProducedRecord): Promise<void> {
    const { cluster, time, deliveryTimeoutMs = 120_000 } = this.#options
    const deadline = time.now() + deliveryTimeoutMs
    for (let attempt = 0; ; attempt++) {
      const leaders = cluster.known(topic)?.leaders.filter((leader) => leader !== undefined) ?? []
      const leader = leaders[attempt % leaders.length]
      try {
        if (!leader) throw new RpcLostError(`no partition of ${topic} has a leader`)
        this.#sender.identify(await this.#newIdentity(leader.node), false)
        this.#isIdentified = true
        return
      } catch (error) {
        const isPassing = error instanceof RpcLostError || (error as BrokerError).retriable
        if (!isPassing) throw error
        if (time.now() + backoff(attempt) > deadline) throw tooLate('producer id', error)
      }
      await time.sleep(backoff(attempt))
      await cluster.refresh([topic])
    }
  }

  async #newIdentity(node: number): Promise<ProducerIdAndEpoch> {
    const request = { transactionalId: null, transactionTimeoutMs: 60_000, producerId: -1, producerEpoch: -1 }
    const { errorCode, errorMessage, producerId, producerEpoch } = await this.#options.rpc.initProducerId(node, request)
    if (errorCode === errors.NONE) return { producerId, producerEpoch }
    if (transient.has(errorCode) || coordinatorMoved.has(errorCode)) throw new RpcLostError(errorName(errorCode))
    throw refusal(errorCode, 'producer id', errorMessage)
  }
}

const closed = () => new BrokerError('BROKER_CLOSED', 'the producer is closed')

/** The records of a batch in two. */
function halves(batch: Uint8Array): readonly BatchBuilder[] {
  const records: FetchedRecord[] = []
  for (const one of readBatches(batch, '', 0)) decodeRecords(one, '', 0, 0, records)
  const parts = [new BatchBuilder(batch.length), new BatchBuilder(batch.length)] as const
  for (const [i, record] of records.entries()) parts[i * 2 < records.length ? 0 : 1].append(record)
  return parts
}
