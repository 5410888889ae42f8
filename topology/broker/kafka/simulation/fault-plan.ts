import type { KafkaRpc } from '../rpc.ts'
import { codes } from './error-codes.ts'
import type { Random } from './random.ts'

export type Api = Exclude<keyof KafkaRpc, 'close'>

export const faultKinds = [
  'lost before it was applied',
  'lost after it was applied',
  'applied late, when the sender had given up',
  'refused by a passing error',
  'applied, but answered with an error',
  'slow',
  'coordinator moved',
  'leader moved',
  'broker restarted',
  'fetch sessions forgotten',
  'client crashed',
  'client crashed during an RPC',
  'client stalled',
  'rebalance storm',
] as const
export type FaultKind = (typeof faultKinds)[number]

export type Fate =
  | { readonly kind: 'answered' | 'lost before' | 'lost after' | 'late' }
  | { readonly kind: 'refused' | 'answered wrongly'; readonly errorCode: number }

/** Errors a broker may give at any time before it does anything. */
const passing: Partial<Record<Api, readonly number[]>> = {
  findCoordinator: [codes.COORDINATOR_NOT_AVAILABLE],
  initProducerId: [codes.NOT_COORDINATOR, codes.COORDINATOR_LOAD_IN_PROGRESS, codes.CONCURRENT_TRANSACTIONS],
  addPartitionsToTxn: [codes.NOT_COORDINATOR, codes.COORDINATOR_LOAD_IN_PROGRESS, codes.CONCURRENT_TRANSACTIONS],
  addOffsetsToTxn: [codes.NOT_COORDINATOR, codes.COORDINATOR_NOT_AVAILABLE, codes.CONCURRENT_TRANSACTIONS],
  txnOffsetCommit: [codes.NOT_COORDINATOR, codes.COORDINATOR_LOAD_IN_PROGRESS, codes.COORDINATOR_NOT_AVAILABLE],
  endTxn: [
    codes.NOT_COORDINATOR,
    codes.COORDINATOR_LOAD_IN_PROGRESS,
    codes.COORDINATOR_NOT_AVAILABLE,
    codes.CONCURRENT_TRANSACTIONS,
  ],
  produce: [codes.NOT_LEADER_OR_FOLLOWER, codes.NOT_ENOUGH_REPLICAS, codes.UNKNOWN_TOPIC_OR_PARTITION],
  joinGroup: [codes.NOT_COORDINATOR, codes.COORDINATOR_LOAD_IN_PROGRESS],
  syncGroup: [codes.NOT_COORDINATOR, codes.REBALANCE_IN_PROGRESS],
  heartbeat: [codes.NOT_COORDINATOR, codes.COORDINATOR_NOT_AVAILABLE],
  leaveGroup: [codes.NOT_COORDINATOR],
  offsetFetch: [codes.NOT_COORDINATOR, codes.COORDINATOR_LOAD_IN_PROGRESS],
  listOffsets: [codes.NOT_LEADER_OR_FOLLOWER, codes.OFFSET_NOT_AVAILABLE],
}

/** Errors that do not mean that nothing was done: the write was in the log when the coordinator or leader went. */
const afterwards: Partial<Record<Api, readonly number[]>> = {
  addPartitionsToTxn: [codes.NOT_COORDINATOR],
  addOffsetsToTxn: [codes.NOT_COORDINATOR],
  txnOffsetCommit: [codes.NOT_COORDINATOR, codes.COORDINATOR_NOT_AVAILABLE, codes.REQUEST_TIMED_OUT],
  initProducerId: [codes.NOT_COORDINATOR],
  endTxn: [codes.NOT_COORDINATOR, codes.COORDINATOR_NOT_AVAILABLE],
  produce: [codes.NOT_LEADER_OR_FOLLOWER, codes.REQUEST_TIMED_OUT, codes.NOT_ENOUGH_REPLICAS_AFTER_APPEND],
}

/** Writes whose late arrival can do harm get lost more often than reads. */
const writes: ReadonlySet<Api> = new Set<Api>([
  'initProducerId',
  'addPartitionsToTxn',
  'addOffsetsToTxn',
  'txnOffsetCommit',
  'endTxn',
  'produce',
])

/**
 * Which faults one seed has, and how often. Each kind is on in about half of the seeds: a storm of everything hides what
 * a single fault at the right place shows.
 */
export class FaultPlan {
  readonly counts = new Map<FaultKind, number>()
  readonly #random: Random
  readonly #rates = new Map<FaultKind, number>()
  readonly #focus: Api | undefined
  #isOver = false

  constructor(random: Random) {
    this.#random = random
    for (const kind of faultKinds) if (random.chance(0.5)) this.#rates.set(kind, random.next() ** 1.5)
    // In some seeds one API has nearly all the bad luck.
    if (random.chance(0.3)) this.#focus = random.pick([...writes])
  }

  /** From now on all goes well. */
  end(): void {
    this.#isOver = true
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Whether this happens now, at most with this probability. */
  strikes(kind: FaultKind, atMost: number): boolean {
    if (this.#isOver || !this.#random.chance(atMost * (this.#rates.get(kind) ?? 0))) return false
    this.count(kind)
    return true
  }

  count(kind: FaultKind): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1)
  }

  fate(api: Api): Fate {
    if (this.#isOver || (this.#focus && api !== this.#focus && this.#random.chance(0.9))) return { kind: 'answered' }
    const weight = api === this.#focus ? 4 : writes.has(api) ? 2 : 0.6
    if (this.strikes('lost before it was applied', 0.08 * weight)) return { kind: 'lost before' }
    if (this.strikes('lost after it was applied', 0.08 * weight)) return { kind: 'lost after' }
    if (writes.has(api) && this.strikes('applied late, when the sender had given up', 0.1 * weight))
      return { kind: 'late' }
    const before = passing[api]
    if (before && this.strikes('refused by a passing error', 0.08 * weight))
      return { kind: 'refused', errorCode: this.#random.pick(before) }
    const after = afterwards[api]
    if (after && this.strikes('applied, but answered with an error', 0.06 * weight))
      return { kind: 'answered wrongly', errorCode: this.#random.pick(after) }
    return { kind: 'answered' }
  }

  /** ms: mostly so late that the sender has begun something new, and not so late that nobody is there any more. */
  lateness(): number {
    const random = this.#random
    return random.chance(0.6) ? random.between(20, 120) : random.between(1, 10) ** random.between(1, 3.5)
  }

  /** A connection that breaks tells at once; otherwise only the time does. */
  isQuickLoss(): boolean {
    return this.#random.chance(0.5)
  }

  /** ms on the way, one way. */
  latency(): number {
    if (this.strikes('slow', 0.05)) return this.#random.between(5, 150)
    return this.#random.between(0.1, 0.8)
  }
}
