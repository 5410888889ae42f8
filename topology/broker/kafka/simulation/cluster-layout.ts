import type { CoordinatorKind, FindCoordinatorResponse, MetadataResponse, MetadataTopic } from '../rpc.ts'
import { codes } from './error-codes.ts'
import { PartitionLog } from './partition-log.ts'
import type { Random } from './random.ts'
import type { VirtualTime } from './virtual-time.ts'

/** A share of the groups or of the transactional ids: what moves between brokers as one. */
export interface CoordinatorSlot {
  readonly kind: CoordinatorKind
  node: number
  /** Grows with each move. */
  epoch: number
  loadingUntil: number
}

const SLOTS = 3

/** Which broker leads and coordinates what, and what clients are told about it. */
export class ClusterLayout {
  readonly time: VirtualTime
  readonly random: Random
  readonly nodes: readonly number[]
  readonly logs = new Map<string, PartitionLog>()
  readonly topics = new Map<string, { readonly id: string; readonly logs: readonly PartitionLog[] }>()
  readonly #down = new Set<number>()
  readonly #topicNames = new Map<string, string>()
  readonly #slots: Record<CoordinatorKind, CoordinatorSlot[]>

  constructor(time: VirtualTime, random: Random, nodes: number) {
    this.time = time
    this.random = random
    this.nodes = Array.from({ length: nodes }, (_, i) => i + 1)
    const slots = (kind: CoordinatorKind) =>
      Array.from({ length: SLOTS }, () => ({ kind, node: random.pick(this.nodes), epoch: 0, loadingUntil: 0 }))
    this.#slots = { group: slots('group'), transaction: slots('transaction') }
  }

  createTopic(name: string, partitions: number): void {
    const id = `00000000-0000-4000-8000-${String(this.topics.size + 1).padStart(12, '0')}`
    const logs = Array.from(
      { length: partitions },
      (_, partition) => new PartitionLog(name, id, partition, this.random.pick(this.nodes)),
    )
    for (const log of logs) this.logs.set(`${name}-${log.partition}`, log)
    this.topics.set(name, { id, logs })
    this.#topicNames.set(id, name)
  }

  log(topic: string, partition: number): PartitionLog | undefined {
    return this.logs.get(`${topic}-${partition}`)
  }

  topicOfId(id: string): string | undefined {
    return this.#topicNames.get(id)
  }

  isUp(node: number): boolean {
    return !this.#down.has(node)
  }

  get upNodes(): readonly number[] {
    return this.nodes.filter((node) => this.isUp(node))
  }

  /** undefined when the broker has no such partition, or does not lead it. */
  leaderError(log: PartitionLog | undefined, node: number): number {
    if (!log) return codes.UNKNOWN_TOPIC_OR_PARTITION
    return log.leader === node ? codes.NONE : codes.NOT_LEADER_OR_FOLLOWER
  }

  slot(kind: CoordinatorKind, key: string): CoordinatorSlot {
    let hash = 7
    for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) >>> 0
    return this.#slots[kind][hash % SLOTS]!
  }

  slots(kind: CoordinatorKind): readonly CoordinatorSlot[] {
    return this.#slots[kind]
  }

  coordinatorError(kind: CoordinatorKind, key: string, node: number): number {
    const slot = this.slot(kind, key)
    if (slot.node !== node) return codes.NOT_COORDINATOR
    return this.time.now < slot.loadingUntil ? codes.COORDINATOR_LOAD_IN_PROGRESS : codes.NONE
  }

  moveSlot(slot: CoordinatorSlot, loadingMs: number): void {
    const others = this.upNodes.filter((node) => node !== slot.node)
    slot.node = this.random.pick(others.length > 0 ? others : this.upNodes)
    slot.epoch += 1
    slot.loadingUntil = this.time.now + loadingMs
  }

  /** A leader elsewhere, after a while without any. What the old one alone had may be lost with it. */
  moveLeader(log: PartitionLog, withoutLeaderMs: number, toldAfterMs: number, settle: () => void): void {
    const old = log.leader
    log.leader = -1
    this.time.after(withoutLeaderMs, () => {
      const candidates = this.upNodes.filter((node) => node !== old)
      log.elect(this.random.pick(candidates.length > 0 ? candidates : this.upNodes), this.random.pick(log.cuts()))
      if (this.random.chance(0.5)) log.endUnknownUntil = this.time.now + this.random.between(0, 20)
      const { leader, leaderEpoch } = log
      this.time.after(toldAfterMs, () => {
        if (leaderEpoch > log.told.leaderEpoch) log.told = { leader, leaderEpoch }
      })
      settle()
    })
  }

  stop(node: number): void {
    this.#down.add(node)
  }

  start(node: number): void {
    this.#down.delete(node)
  }

  metadata(topics: readonly string[] | null): MetadataResponse {
    return {
      brokers: this.upNodes.map((node) => ({ node, host: `broker-${node}`, port: 9092 })),
      clusterId: 'simulated',
      controller: this.upNodes[0] ?? -1,
      topics: (topics ?? [...this.topics.keys()]).map((name) => this.#describe(name)),
    }
  }

  findCoordinator(kind: CoordinatorKind, key: string): FindCoordinatorResponse {
    const { node } = this.slot(kind, key)
    return this.isUp(node) ? { errorCode: codes.NONE, node } : { errorCode: codes.COORDINATOR_NOT_AVAILABLE, node: -1 }
  }

  #describe(name: string): MetadataTopic {
    const topic = this.topics.get(name)
    if (!topic)
      return {
        name,
        id: '00000000-0000-0000-0000-000000000000',
        errorCode: codes.UNKNOWN_TOPIC_OR_PARTITION,
        partitions: [],
      }
    return {
      name,
      id: topic.id,
      errorCode: codes.NONE,
      partitions: topic.logs.map(({ partition, leader, told }) => ({
        partition,
        errorCode: leader === -1 ? codes.LEADER_NOT_AVAILABLE : codes.NONE,
        leader: leader === -1 ? -1 : told.leader,
        leaderEpoch: told.leaderEpoch,
        replicas: this.nodes,
        isr: this.upNodes,
      })),
    }
  }
}
