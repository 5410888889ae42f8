import { ClusterLayout, type CoordinatorSlot } from './cluster-layout.ts'
import { FetchService } from './fetch-service.ts'
import { GroupCoordinator } from './group-coordinator.ts'
import type { PartitionLog } from './partition-log.ts'
import { ProduceService } from './produce-service.ts'
import type { Random } from './random.ts'
import { TransactionService } from './transaction-service.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface ClusterSettings {
  readonly nodes: number
  readonly topics: Readonly<Record<string, number>>
  /** Transactions by KIP-890 (epoch raised by every end), or as they were before. */
  readonly isTv2: boolean
  readonly timeoutCheckMs: number
  /** Share of the markers that come late, and by how much at most. */
  readonly lateMarkers: number
  readonly lateMarkerMs: number
  readonly initialRebalanceDelayMs: number
}

export interface ClusterCounts {
  committed: number
  aborted: number
  timedOut: number
  rebalances: number
}

/** Brokers of a Kafka cluster, as far as clients can tell: what each answers, and what may happen to it. */
export class SimulatedCluster {
  readonly layout: ClusterLayout
  readonly groups: GroupCoordinator
  readonly transactions: TransactionService
  readonly fetches: FetchService
  readonly produces: ProduceService
  readonly settings: ClusterSettings
  readonly counts: ClusterCounts = { committed: 0, aborted: 0, timedOut: 0, rebalances: 0 }
  /** Told when a broker dies: connections to it end. */
  onStop: (node: number) => void = () => {}

  constructor(time: VirtualTime, random: Random, settings: ClusterSettings) {
    this.settings = settings
    this.layout = new ClusterLayout(time, random, settings.nodes)
    for (const [name, partitions] of Object.entries(settings.topics)) this.layout.createTopic(name, partitions)
    this.groups = new GroupCoordinator(time, {
      initialDelayMs: settings.initialRebalanceDelayMs,
      onRebalance: () => {
        this.counts.rebalances += 1
      },
    })
    this.fetches = new FetchService(this.layout)
    const onProgress = () => this.fetches.wake()
    this.transactions = new TransactionService(this.layout, this.groups, {
      isTv2: settings.isTv2,
      timeoutCheckMs: settings.timeoutCheckMs,
      markerDelayMs: () =>
        random.chance(settings.lateMarkers) ? random.between(5, settings.lateMarkerMs) : random.between(0.1, 2),
      onEnd: (commit) => {
        this.counts[commit ? 'committed' : 'aborted'] += 1
      },
      onTimeout: () => {
        this.counts.timedOut += 1
      },
      onProgress,
    })
    this.produces = new ProduceService(this.layout, this.transactions, onProgress)
  }

  get isTv2(): boolean {
    return this.settings.isTv2
  }

  moveLeader(log: PartitionLog, withoutLeaderMs: number, toldAfterMs: number): void {
    if (log.leader === -1) return
    this.layout.moveLeader(log, withoutLeaderMs, toldAfterMs, () => this.fetches.wake())
    this.fetches.wake()
  }

  moveCoordinator(slot: CoordinatorSlot, loadingMs: number): void {
    this.layout.moveSlot(slot, loadingMs)
    if (slot.kind === 'transaction') this.transactions.moved(slot)
    else for (const group of this.groups.groups) if (this.layout.slot('group', group.groupId) === slot) group.moved()
  }

  /** A broker dies and comes back: what it led and coordinated goes elsewhere. */
  restart(node: number, downMs: number): void {
    const { layout } = this
    if (!layout.isUp(node) || layout.upNodes.length === 1) return
    layout.stop(node)
    this.onStop(node)
    this.fetches.forget(node, true)
    for (const log of layout.logs.values())
      if (log.leader === node) this.moveLeader(log, layout.random.between(1, 30), layout.random.between(0, 30))
    for (const kind of ['group', 'transaction'] as const)
      for (const slot of layout.slots(kind))
        if (slot.node === node) this.moveCoordinator(slot, layout.random.between(0, 40))
    layout.time.after(downMs, () => layout.start(node))
  }
}
