import { backoff, CONCURRENT_BACKOFF_MS } from './backoff.ts'
import type { Client } from './client-options.ts'
import { errors, fencing, leaderMoved, transient } from './error-codes.ts'
import { refusal, tooLate } from './refusal.ts'
import { type ProducePartitionResponse, type ProduceRequest, type ProducerIdAndEpoch, RpcLostError } from './rpc.ts'
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
}

/** written: acknowledged by all in-sync replicas. refused: it is not in the log. unsettled: nobody knows. */
export type BatchResult =
  | { readonly kind: 'written'; readonly baseOffset: number }
  | { readonly kind: 'refused'; readonly code: number; readonly cause: Error }
  | { readonly kind: 'unsettled'; readonly cause: Error }

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

/** As many as the broker remembers a partition: one more, and it could not tell a repeated batch from a new one. */
const MAX_IN_FLIGHT = 5
const MAX_REQUEST_BYTES = 8 * 1024 * 1024

/** A batch that has its place in the order of its partition. */
interface Entry {
  readonly batch: OutgoingBatch
  readonly order: number
  /** Of the encoding; a batch keeps it over all attempts under one identity, so that the broker recognises it. */
  sequence: number
  bytes: Uint8Array | undefined
  attempts: number
  /** An attempt was lost, so it may be in the log. */
  uncertain: boolean
}

/** The way to one partition. */
interface Lane {
  readonly topic: string
  readonly partition: number
  readonly queue: OutgoingBatch[]
  /** To be sent again, in order; nothing new goes before they are through. */
  retry: Entry[]
  inFlight: Entry[]
  node: number
  identity: ProducerIdAndEpoch | undefined
  nextSequence: number
  nextOrder: number
  notBefore: number
  /** A refused batch left a hole in the sequence: it needs a new identity once nothing is in flight. */
  broken: boolean
  renewing: boolean
}

/**
 * Sends batches to the leaders of their partitions: at most five requests in flight a broker, one batch of a partition in
 * each, in order within a partition whatever is lost, refused or moved on the way. What is sent again is the same batch
 * with the same sequence, never split or partitioned anew.
 */
export class BatchSender {
  readonly #options: BatchSenderOptions
  readonly #lanes = new Map<string, Lane>()
  /** Lanes with something to send. */
  readonly #active = new Set<Lane>()
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

  /** Requests on their way. */
  get requests(): number {
    let sum = 0
    for (const count of this.#requests.values()) sum += count
    return sum
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
    const byNode = new Map<number, Lane[]>()
    for (const lane of [...this.#active]) {
      this.#expire(lane, now)
      if (!sendable(lane, now)) continue
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
      for (const entry of lane.retry) given.push([entry.batch, giveUp(entry, cause)])
      for (const batch of lane.queue) given.push([batch, { kind: 'refused', code: errors.NONE, cause }])
      lane.retry = []
      lane.queue.length = 0
      for (const entry of lane.inFlight) entry.attempts = Number.POSITIVE_INFINITY
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

  #lane(topic: string, partition: number): Lane {
    const name = `${topic} ${partition}`
    let lane = this.#lanes.get(name)
    if (!lane) {
      lane = {
        topic,
        partition,
        queue: [],
        retry: [],
        inFlight: [],
        node: -1,
        identity: undefined,
        nextSequence: 0,
        nextOrder: 0,
        notBefore: 0,
        broken: false,
        renewing: false,
      }
      this.#lanes.set(name, lane)
    }
    return lane
  }

  /** Sends requests to `node` until five are in flight or the lanes have nothing more to send now. */
  #fill(node: number, lanes: Lane[], now: number): void {
    let waiting = lanes
    while (waiting.length > 0 && (this.#requests.get(node) ?? 0) < MAX_IN_FLIGHT) {
      const entries: [Lane, Entry][] = []
      let bytes = 0
      for (const lane of waiting) {
        const size = lane.retry[0]?.batch.size ?? lane.queue[0]!.size
        if (entries.length > 0 && bytes + size > MAX_REQUEST_BYTES) continue
        bytes += size
        entries.push([lane, this.#next(lane)])
      }
      void this.#request(node, entries)
      waiting = waiting.filter((lane) => sendable(lane, now))
    }
  }

  #next(lane: Lane): Entry {
    let entry = lane.retry.shift()
    if (!entry) {
      const batch = lane.queue.shift()!
      entry = { batch, order: lane.nextOrder++, sequence: 0, bytes: undefined, attempts: 0, uncertain: false }
    }
    if (!entry.bytes) {
      const identity = this.#identityOf(lane)
      entry.sequence = lane.nextSequence
      entry.bytes = entry.batch.encode(identity, entry.sequence)
      lane.nextSequence = advance(lane.nextSequence, entry.batch.records)
    }
    lane.inFlight.push(entry)
    if (lane.queue.length === 0 && lane.retry.length === 0) this.#active.delete(lane)
    return entry
  }

  #identityOf(lane: Lane): ProducerIdAndEpoch {
    const own = this.#options.renew && lane.identity
    if (!own && lane.identity !== this.#identity) {
      lane.identity = this.#identity
      lane.nextSequence = 0
    }
    return lane.identity!
  }

  async #request(node: number, entries: readonly [Lane, Entry][]): Promise<void> {
    this.#requests.set(node, (this.#requests.get(node) ?? 0) + 1)
    const request: ProduceRequest = {
      tv2: this.#tv2,
      transactionalId: this.#options.transactionalId,
      timeoutMs: this.#options.acknowledgeTimeoutMs,
      partitions: entries.map(([lane, entry]) => ({
        topic: lane.topic,
        partition: lane.partition,
        records: entry.bytes!,
      })),
    }
    try {
      const answers = await this.#options.rpc.produce(node, request)
      for (const [lane, entry] of entries) {
        const answer = answers.find((one) => one.partition === lane.partition && one.topic === lane.topic)
        if (answer) this.#answered(lane, entry, answer)
        else this.#unanswered(lane, entry, new RpcLostError(`no answer for ${lane.topic}-${lane.partition}`))
      }
    } catch (error) {
      if (error instanceof RpcLostError) for (const [lane, entry] of entries) this.#unanswered(lane, entry, error)
      // A request that could not be made at all: a bug or a closed client.
      else for (const [lane, entry] of entries) this.#refused(lane, entry, errors.NONE, asError(error))
    } finally {
      this.#requests.set(node, this.#requests.get(node)! - 1)
    }
    this.flush()
  }

  #answered(lane: Lane, entry: Entry, { errorCode, errorMessage, baseOffset }: ProducePartitionResponse): void {
    const { batch } = entry
    const what = `${lane.topic}-${lane.partition}: a batch of ${batch.records} records, ${batch.size} bytes`
    if (errorCode === errors.NONE || (errorCode === errors.DUPLICATE_SEQUENCE_NUMBER && this.#options.renew)) {
      remove(lane, entry)
      this.#refreshes = 0
      this.#settle(batch, { kind: 'written', baseOffset })
    } else if (leaderMoved.has(errorCode)) {
      this.#again(lane, entry, refusal(errorCode, what, errorMessage), backoff(entry.attempts))
      this.#refresh()
    } else if (transient.has(errorCode)) {
      // Not enough replicas after the append, or not in time: it stands in the leader's log already.
      if (errorCode === errors.REQUEST_TIMED_OUT || errorCode === errors.NOT_ENOUGH_REPLICAS_AFTER_APPEND)
        entry.uncertain = true
      const wait = errorCode === errors.CONCURRENT_TRANSACTIONS ? CONCURRENT_BACKOFF_MS : backoff(entry.attempts)
      this.#again(lane, entry, refusal(errorCode, what, errorMessage), wait)
    } else if (errorCode === errors.OUT_OF_ORDER_SEQUENCE_NUMBER && hasEarlier(lane, entry)) {
      // One before it was lost; it goes again behind that one.
      this.#again(lane, entry, refusal(errorCode, what, errorMessage), 0)
    } else if (this.#options.renew && (lane.broken || identityLost.has(errorCode) || fencing.has(errorCode))) {
      lane.broken = true
      entry.uncertain = false
      this.#again(lane, entry, refusal(errorCode, what, errorMessage), 0)
    } else this.#refused(lane, entry, errorCode, refusal(errorCode, what, errorMessage))
  }

  #unanswered(lane: Lane, entry: Entry, cause: Error): void {
    this.#lost++
    entry.uncertain = true
    this.#again(lane, entry, cause, backoff(entry.attempts))
    this.#refresh()
  }

  #refused(lane: Lane, entry: Entry, code: number, cause: Error): void {
    remove(lane, entry)
    lane.broken = this.#options.renew !== undefined
    if (lane.broken && (lane.retry.length > 0 || lane.queue.length > 0)) this.#active.add(lane)
    this.#settle(entry.batch, { kind: 'refused', code, cause })
  }

  /** Takes `entry` back to be sent again, in its place. */
  #again(lane: Lane, entry: Entry, cause: Error, wait: number): void {
    const now = this.#options.time.now()
    remove(lane, entry)
    if (entry.attempts === Number.POSITIVE_INFINITY || now + wait > entry.batch.deadline) {
      lane.broken = this.#options.renew !== undefined
      this.#settle(entry.batch, giveUp(entry, tooLate(`${lane.topic}-${lane.partition}`, cause)))
      return
    }
    entry.attempts++
    const at = lane.retry.findIndex(({ order }) => order > entry.order)
    lane.retry.splice(at < 0 ? lane.retry.length : at, 0, entry)
    this.#active.add(lane)
    if (wait === 0) return
    lane.notBefore = Math.max(lane.notBefore, now + wait)
    this.#wakeAfter(wait)
  }

  /** Gives up what has waited for too long to be sent. */
  #expire(lane: Lane, now: number): void {
    const what = `${lane.topic}-${lane.partition}`
    while (lane.inFlight.length === 0 && lane.retry.length > 0 && lane.retry[0]!.batch.deadline < now) {
      lane.broken = this.#options.renew !== undefined
      const entry = lane.retry.shift()!
      this.#settle(entry.batch, giveUp(entry, tooLate(what)))
    }
    while (lane.retry.length === 0 && lane.queue.length > 0 && lane.queue[0]!.deadline < now)
      this.#settle(lane.queue.shift()!, { kind: 'refused', code: errors.REQUEST_TIMED_OUT, cause: tooLate(what) })
    if (lane.retry.length === 0 && lane.queue.length === 0) this.#active.delete(lane)
  }

  /** What follows a hole gets a new identity and sequences from 0; nothing of it is in the log, the hole kept it out. */
  async #renew(lane: Lane, node: number): Promise<void> {
    if (lane.renewing) return
    lane.renewing = true
    try {
      const identity = await this.#options.renew!(node)
      // What may be in the log cannot go again under another name.
      for (const entry of lane.retry)
        if (entry.uncertain) this.#settle(entry.batch, giveUp(entry, tooLate(`${lane.topic}-${lane.partition}`)))
      lane.retry = lane.retry.filter(({ uncertain }) => !uncertain)
      for (const entry of lane.retry) entry.bytes = undefined
      lane.identity = identity
      lane.nextSequence = 0
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

/** The broker no longer knows our numbers, and has not taken the batch. */
const identityLost: ReadonlySet<number> = new Set([
  errors.OUT_OF_ORDER_SEQUENCE_NUMBER,
  errors.UNKNOWN_PRODUCER_ID,
  errors.INVALID_PRODUCER_ID_MAPPING,
])

function sendable(lane: Lane, now: number): boolean {
  if (lane.renewing || now < lane.notBefore) return false
  if (lane.broken || lane.retry.length > 0) return lane.inFlight.length === 0
  return lane.queue.length > 0 && lane.inFlight.length < MAX_IN_FLIGHT
}

const hasEarlier = (lane: Lane, { order }: Entry) =>
  lane.inFlight.some((other) => other.order < order) || lane.retry.some((other) => other.order < order)

function remove(lane: Lane, entry: Entry): void {
  lane.inFlight.splice(lane.inFlight.indexOf(entry), 1)
}

const giveUp = ({ uncertain }: Entry, cause: Error): BatchResult =>
  uncertain ? { kind: 'unsettled', cause } : { kind: 'refused', code: errors.REQUEST_TIMED_OUT, cause }

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
