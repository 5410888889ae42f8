import { backoff, CONCURRENT_BACKOFF_MS } from './backoff.ts'
import type { Client } from './client-options.ts'
import { errors, tooLarge } from './error-codes.ts'
import { type BatchResult, MAX_IN_FLIGHT, type OutgoingBatch, PartitionLane, type Sent } from './partition-lane.ts'
import { judge } from './produce-verdict.ts'
import { refusal, tooLate } from './refusal.ts'
import { type ProducePartitionResponse, type ProduceRequest, type ProducerIdAndEpoch, RpcLostError } from './rpc.ts'

const MAX_REQUEST_BYTES = 8 * 1024 * 1024

export interface BatchSenderOptions extends Client {
  /** Null outside transactions. */
  readonly transactionalId: string | null
  /** How long the leader may wait for its replicas. */
  readonly acknowledgeTimeoutMs: number
  /**
   * Gives a partition a producer id of its own after a batch was refused, so that what stands behind it can go on. Without
   * it (in a transaction) nothing goes on after a refusal.
   */
  readonly renew?: (node: number) => Promise<ProducerIdAndEpoch>
}

/**
 * Sends batches to the leaders of their partitions: at most five requests in flight a broker, one batch of a partition in
 * each, in order within a partition whatever is lost, refused or moved on the way. What is sent again is the same batch
 * with the same sequence, never split or partitioned anew.
 */
export class BatchSender {
  readonly #options: BatchSenderOptions
  readonly #lanes = new Map<string, PartitionLane>()
  /** Lanes with something to send. */
  readonly #active = new Set<PartitionLane>()
  readonly #requests = new Map<number, number>()
  #identity: ProducerIdAndEpoch = { producerId: -1, producerEpoch: -1 }
  #tv2 = false
  #unsettled = 0
  #idle: (() => void)[] = []
  #refreshing = false
  #refreshes = 0
  #lost = 0
  #stopped = new AbortController()

  constructor(options: BatchSenderOptions) {
    this.#options = options
  }

  /** From the next batch on. A new identity starts every partition at sequence 0. */
  identify(identity: ProducerIdAndEpoch, tv2: boolean): void {
    this.#tv2 = tv2
    const { producerId, producerEpoch } = this.#identity
    if (identity.producerId !== producerId || identity.producerEpoch !== producerEpoch) this.#identity = identity
  }

  /** Batches that are neither written nor given up. */
  get unsettled(): number {
    return this.#unsettled
  }

  /** Attempts so far whose answer never came. */
  get lost(): number {
    return this.#lost
  }

  /** Goes out with the next `flush`. */
  add(batch: OutgoingBatch): void {
    const lane = this.#lane(batch.topic, batch.partition)
    lane.queue.push(batch)
    this.#active.add(lane)
    this.#unsettled++
  }

  /** Sends what can be sent now; the rest follows by itself. */
  flush(): void {
    if (this.#active.size === 0) return
    const now = this.#options.time.now()
    const byNode = new Map<number, PartitionLane[]>()
    for (const lane of [...this.#active]) {
      this.#expire(lane, now)
      if (!lane.isSendable(now)) continue
      const leader = this.#options.cluster.known(lane.topic)?.leaders[lane.partition]
      if (!leader) this.#refresh()
      else if (lane.broken) this.#renew(lane, leader.node)
      else if (lane.inFlight.length === 0 || lane.node === leader.node) {
        lane.node = leader.node
        const lanes = byNode.get(leader.node)
        if (lanes) lanes.push(lane)
        else byNode.set(leader.node, [lane])
      }
    }
    for (const [node, lanes] of byNode) this.#fill(node, lanes, now)
  }

  /** Gives up what is not in flight. What is in flight settles by its answer; its repetition is given up, too. */
  cancel(cause: Error): void {
    this.#stopped.abort()
    this.#stopped = new AbortController()
    const given: [OutgoingBatch, BatchResult][] = []
    for (const lane of this.#lanes.values()) {
      for (const sent of lane.retry) given.push([sent.batch, giveUp(lane, sent, cause)])
      for (const batch of lane.queue) given.push([batch, { kind: 'refused', code: errors.NONE, cause }])
      lane.retry = []
      lane.queue.length = 0
      for (const sent of lane.inFlight) sent.attempts = Number.POSITIVE_INFINITY
      lane.notBefore = 0
    }
    this.#active.clear()
    // Last: whoever hears of it may cancel as well.
    for (const [batch, result] of given) this.#settle(batch, result)
  }

  /** Resolves when nothing is in flight and nothing waits. */
  async idle(): Promise<void> {
    if (this.#unsettled > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  #lane(topic: string, partition: number): PartitionLane {
    const name = `${topic} ${partition}`
    let lane = this.#lanes.get(name)
    if (!lane) {
      lane = new PartitionLane(topic, partition)
      this.#lanes.set(name, lane)
    }
    return lane
  }

  /** Sends requests to `node` until five are in flight or the lanes have nothing more to send now. */
  #fill(node: number, lanes: PartitionLane[], now: number): void {
    let waiting = lanes
    while (waiting.length > 0 && (this.#requests.get(node) ?? 0) < MAX_IN_FLIGHT) {
      const batches: [PartitionLane, Sent][] = []
      let bytes = 0
      for (const lane of waiting) {
        if (batches.length > 0 && bytes + lane.nextSize > MAX_REQUEST_BYTES) continue
        bytes += lane.nextSize
        // One that has an identity of its own keeps it.
        if (!this.#options.renew || !lane.identity) lane.identity = this.#identity
        batches.push([lane, lane.next()])
        if (lane.isEmpty) this.#active.delete(lane)
      }
      void this.#request(node, batches)
      waiting = waiting.filter((lane) => lane.isSendable(now))
    }
  }

  async #request(node: number, batches: readonly [PartitionLane, Sent][]): Promise<void> {
    this.#requests.set(node, (this.#requests.get(node) ?? 0) + 1)
    const request: ProduceRequest = {
      tv2: this.#tv2,
      transactionalId: this.#options.transactionalId,
      timeoutMs: this.#options.acknowledgeTimeoutMs,
      partitions: batches.map(([lane, sent]) => ({
        topic: lane.topic,
        partition: lane.partition,
        records: sent.bytes!,
      })),
    }
    try {
      const answers = await this.#options.rpc.produce(node, request)
      for (const [lane, sent] of batches) {
        const answer = answers.find((one) => one.partition === lane.partition && one.topic === lane.topic)
        if (answer) this.#answered(lane, sent, answer)
        else this.#unanswered(lane, sent, new RpcLostError(`no answer for ${lane.name}`))
      }
    } catch (error) {
      if (error instanceof RpcLostError) for (const [lane, sent] of batches) this.#unanswered(lane, sent, error)
      // A request that could not be made at all: a bug or a closed client.
      else for (const [lane, sent] of batches) this.#refused(lane, sent, errors.NONE, asError(error))
    } finally {
      this.#requests.set(node, this.#requests.get(node)! - 1)
    }
    this.flush()
  }

  #answered(lane: PartitionLane, sent: Sent, { errorCode, errorMessage, baseOffset }: ProducePartitionResponse): void {
    const { batch } = sent
    const cause = () =>
      refusal(errorCode, `${lane.name}: a batch of ${batch.records} records, ${batch.size} bytes`, errorMessage)
    const { verdict, mayBeWritten } = judge(errorCode, lane, sent, this.#options.renew !== undefined)
    if (mayBeWritten) sent.uncertain = true
    if (verdict === 'written') {
      lane.written(sent)
      this.#refreshes = 0
      this.#settle(batch, { kind: 'written', baseOffset })
    } else if (verdict === 'refused') {
      if (!(tooLarge.has(errorCode) && this.#split(lane, sent))) this.#refused(lane, sent, errorCode, cause())
    } else {
      if (verdict === 'renumber') {
        lane.broken = true
        sent.uncertain = false
      }
      const later = verdict === 'soon' ? CONCURRENT_BACKOFF_MS : backoff(sent.attempts)
      this.#again(lane, sent, cause(), verdict === 'behind' || verdict === 'renumber' ? 0 : later)
      if (verdict === 'moved') this.#refresh()
    }
  }

  /** Sends what is too large for its topic in parts; all that follows needs new numbers. */
  #split(lane: PartitionLane, sent: Sent): boolean {
    const parts = this.#options.renew && sent.batch.split?.()
    if (!parts) return false
    lane.landed(sent)
    lane.replace(sent, parts)
    lane.broken = true
    this.#unsettled += parts.length - 1
    this.#active.add(lane)
    return true
  }

  #unanswered(lane: PartitionLane, sent: Sent, cause: Error): void {
    this.#lost++
    sent.uncertain = true
    this.#again(lane, sent, cause, backoff(sent.attempts))
    this.#refresh()
  }

  #refused(lane: PartitionLane, sent: Sent, code: number, cause: Error): void {
    lane.landed(sent)
    lane.broken = this.#options.renew !== undefined
    if (lane.broken && !lane.isEmpty) this.#active.add(lane)
    this.#settle(sent.batch, { kind: 'refused', code, cause })
  }

  /** Takes `sent` back to be sent again, in its place. */
  #again(lane: PartitionLane, sent: Sent, cause: Error, wait: number): void {
    const now = this.#options.time.now()
    lane.landed(sent)
    if (sent.attempts === Number.POSITIVE_INFINITY || now + wait > sent.batch.deadline) {
      lane.broken = this.#options.renew !== undefined
      this.#settle(sent.batch, giveUp(lane, sent, tooLate(lane.name, cause)))
      return
    }
    lane.again(sent)
    this.#active.add(lane)
    if (wait === 0) return
    lane.notBefore = Math.max(lane.notBefore, now + wait)
    this.#wakeAfter(wait)
  }

  /** Gives up what has waited for too long to be sent. */
  #expire(lane: PartitionLane, now: number): void {
    const what = lane.name
    while (lane.inFlight.length === 0 && lane.retry.length > 0 && lane.retry[0]!.batch.deadline < now) {
      lane.broken = this.#options.renew !== undefined
      const sent = lane.retry.shift()!
      this.#settle(sent.batch, giveUp(lane, sent, tooLate(what)))
    }
    while (lane.retry.length === 0 && lane.queue.length > 0 && lane.queue[0]!.deadline < now)
      this.#settle(lane.queue.shift()!, { kind: 'refused', code: errors.REQUEST_TIMED_OUT, cause: tooLate(what) })
    if (lane.isEmpty) this.#active.delete(lane)
  }

  /** What follows a hole gets a new identity and sequences from 0; nothing of it is in the log, the hole kept it out. */
  async #renew(lane: PartitionLane, node: number): Promise<void> {
    if (lane.renewing) return
    lane.renewing = true
    try {
      const identity = await this.#options.renew!(node)
      // What may be in the log cannot go again under another name.
      for (const sent of lane.retry)
        if (sent.uncertain || lane.isWritten(sent)) this.#settle(sent.batch, giveUp(lane, sent, tooLate(lane.name)))
      lane.retry = lane.retry.filter((sent) => !sent.uncertain && !lane.isWritten(sent))
      for (const sent of lane.retry) sent.bytes = undefined
      lane.identity = identity
      lane.broken = false
    } catch {
      lane.notBefore = this.#options.time.now() + backoff(3)
      this.#wakeAfter(backoff(3))
    } finally {
      lane.renewing = false
    }
    this.flush()
  }

  /** Asks for the leaders of everything that waits, one request at a time. */
  async #refresh(): Promise<void> {
    if (this.#refreshing) return
    this.#refreshing = true
    const topics = new Set<string>()
    for (const lane of this.#active) topics.add(lane.topic)
    await this.#options.cluster.refresh([...topics])
    await this.#options.time.sleep(backoff(this.#refreshes++), this.#stopped.signal)
    this.#refreshing = false
    this.flush()
  }

  async #wakeAfter(ms: number): Promise<void> {
    await this.#options.time.sleep(ms, this.#stopped.signal)
    this.flush()
  }

  #settle(batch: OutgoingBatch, result: BatchResult): void {
    this.#unsettled--
    batch.settle(result)
    if (this.#unsettled > 0) return
    const waiting = this.#idle
    this.#idle = []
    for (const resolve of waiting) resolve()
  }
}

function giveUp(lane: PartitionLane, sent: Sent, cause: Error): BatchResult {
  if (lane.isWritten(sent)) return { kind: 'written', baseOffset: -1 }
  return sent.uncertain ? { kind: 'unsettled', cause } : { kind: 'refused', code: errors.REQUEST_TIMED_OUT, cause }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
