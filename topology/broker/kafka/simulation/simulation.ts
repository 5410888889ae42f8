import type { Client } from '../client-options.ts'
import { MetadataCache } from '../metadata-cache.ts'
import { patiently } from '../patience.ts'
import type { KafkaRpc } from '../rpc.ts'
import { type FaultKind, FaultPlan } from './fault-plan.ts'
import { Random } from './random.ts'
import { type ClusterCounts, SimulatedCluster } from './simulated-cluster.ts'
import { SimulatedNetwork, type TraceLine } from './simulated-network.ts'
import { SimulatedProcess, VirtualTime } from './virtual-time.ts'

export interface SimulationOptions {
  readonly seed: number
  readonly topics: Readonly<Record<string, number>>
  /** Default: by the seed. */
  readonly isTv2?: boolean
  /** A bug planted between client and cluster. */
  readonly plant?: (rpc: KafkaRpc) => KafkaRpc
  readonly trace?: (line: TraceLine) => void
}

export interface SimulationReport {
  readonly seed: number
  /** What was promised and did not hold; none: all is well. */
  readonly violations: readonly string[]
  readonly faults: ReadonlyMap<FaultKind, number>
  readonly failures: ReadonlyMap<string, number>
  readonly counts: ClusterCounts
  readonly rpcs: number
  readonly events: number
  readonly virtualMs: number
}

const silent = { info() {}, warn() {}, error() {} }

/** Nothing may take longer, once all faults are over. */
const DRAIN_MS = 120_000
/** Stalls, session timeouts and transaction timeouts that began before the end of the faults. */
const CALM_AFTER_MS = 15_000

/** One run: a cluster, its clients, their bad luck, and the list of what should not have happened. */
export class Simulation {
  readonly seed: number
  readonly time = new VirtualTime()
  readonly random: Random
  readonly cluster: SimulatedCluster
  readonly faults: FaultPlan
  readonly network: SimulatedNetwork
  readonly violations: string[] = []
  /** How clients gave up, by the error's code; they are started again. */
  readonly failures = new Map<string, number>()
  /** Living processes that faults may hit. */
  readonly victims = new Set<SimulatedProcess>()
  /** After this nothing may fail: faults are over, and what they left behind as well. */
  #calmAt = Infinity
  readonly #plant: (rpc: KafkaRpc) => KafkaRpc

  constructor({ seed, topics, isTv2, plant, trace }: SimulationOptions) {
    this.seed = seed
    const random = new Random(seed)
    const branch = () => new Random(random.int(2 ** 31))
    this.#plant = plant ?? ((rpc) => rpc)
    this.faults = new FaultPlan(branch())
    this.cluster = new SimulatedCluster(this.time, branch(), {
      nodes: 1 + random.int(3),
      topics,
      isTv2: isTv2 ?? random.chance(0.5),
      timeoutCheckMs: 200,
      lateMarkers: random.chance(0.5) ? random.next() * 0.5 : 0,
      lateMarkerMs: random.between(10, 600),
      initialRebalanceDelayMs: random.between(0, 30),
    })
    this.network = new SimulatedNetwork(this.time, this.cluster, this.faults)
    this.network.trace = trace
    this.random = branch()
  }

  /** Runs `main` as a process of its own; `onEnd` hears how it ended, unless it was killed. */
  spawn(
    name: string,
    main: (client: Client, process: SimulatedProcess) => Promise<void>,
    onEnd: (error?: unknown) => void = () => {},
    isVictim = true,
  ): SimulatedProcess {
    const process = new SimulatedProcess(name, this.time)
    if (isVictim) this.victims.add(process)
    this.time.after(
      0,
      () => {
        this.network.say(name, () => 'starts')
        main(this.#client(process), process).then(
          () => {
            if (!process.isAlive) return
            this.victims.delete(process)
            this.network.say(name, () => 'ends')
            onEnd()
          },
          (error) => {
            if (!process.isAlive) return
            this.victims.delete(process)
            this.network.say(name, () => `ends with ${error}`)
            onEnd(error)
          },
        )
      },
      process,
    )
    return process
  }

  /** A client gave up with an error, which it may while things go wrong, and not any more when nothing does. */
  failed(error: unknown): void {
    const { code = 'UNKNOWN', message } = error as { code?: string; message: string }
    this.failures.set(code, (this.failures.get(code) ?? 0) + 1)
    const cause = (error as Error).cause
    this.network.say('cluster', () => `a client gave up: ${code} ${message}${cause ? ` because of ${cause}` : ''}`)
    if (this.time.now > this.#calmAt) this.violations.push(`a client gave up in calm: ${code} ${message}`)
    // What has no code is a bug, whenever it comes.
    else if (code === 'UNKNOWN') this.violations.push(`a client gave up: ${(error as Error).stack ?? error}`)
  }

  kill(process: SimulatedProcess): void {
    this.network.say(process.name, () => 'is killed')
    process.kill()
    this.victims.delete(process)
  }

  /** What happens to brokers, from now until `endMs`; then everything is well for good. */
  trouble(endMs: number): void {
    const { time, random, cluster, faults } = this
    const { layout } = cluster
    const next = () => {
      if (time.now >= endMs) return
      if (faults.strikes('leader moved', 0.2)) {
        const log = random.pick([...layout.logs.values()])
        this.network.say('cluster', () => `leader of ${log.topic}-${log.partition} moves`)
        cluster.moveLeader(log, random.between(0, 40), random.between(0, 60))
      }
      if (faults.strikes('coordinator moved', 0.2)) {
        const slot = random.pick(layout.slots(random.chance(0.6) ? 'transaction' : 'group'))
        this.network.say('cluster', () => `a ${slot.kind} coordinator moves`)
        cluster.moveCoordinator(slot, random.between(0, 60))
      }
      if (layout.upNodes.length > 1 && faults.strikes('broker restarted', 0.1))
        cluster.restart(random.pick(layout.upNodes), random.between(10, 400))
      if (faults.strikes('fetch sessions forgotten', 0.2)) cluster.fetches.forget(random.pick(layout.nodes), false)
      time.after(random.between(5, 60), next)
    }
    next()
    time.after(endMs, () => {
      faults.end()
      this.#calmAt = time.now + CALM_AFTER_MS
      this.network.say('cluster', () => 'all faults are over')
    })
  }

  /** Runs until `isDone` and no transaction is open any more. */
  async run(faultsEndMs: number, isDone: () => boolean): Promise<void> {
    const onRejection = (error: unknown) => {
      const whose = this.time.current?.name ?? 'nobody'
      this.violations.push(`nobody caught what ${whose} threw: ${(error as Error)?.stack ?? error}`)
    }
    process.on('unhandledRejection', onRejection)
    const end = await this.time.run(faultsEndMs + DRAIN_MS, () => isDone() && this.#isQuiet())
    process.off('unhandledRejection', onRejection)
    if (end === 'over') return
    this.violations.push(`did not come to its end (${end}) by ${Math.round(this.time.now)} ms`)
  }

  report(): SimulationReport {
    const { seed, violations, faults, failures, cluster, network, time } = this
    return {
      ...{ seed, violations, failures, faults: faults.counts, counts: cluster.counts },
      ...{ rpcs: network.calls, events: time.events, virtualMs: Math.round(time.now) },
    }
  }

  #client(process: SimulatedProcess): Client {
    const rpc = this.#plant(this.network.rpcOf(process))
    const cluster = new MetadataCache({
      rpc,
      time: process,
      patiently: (ask) => patiently({ time: process, bootstrap: [], forMs: 600_000, logger: silent }, ask),
    })
    return { rpc, time: process, cluster }
  }

  #isQuiet(): boolean {
    for (const { phase } of this.cluster.transactions.coordinator.transactions)
      if (phase === 'Ongoing' || phase === 'PrepareCommit' || phase === 'PrepareAbort') return false
    for (const log of this.cluster.layout.logs.values()) if (log.highWatermark < log.endOffset) return false
    return true
  }
}
