import { silentLogger } from '../../../runtime/logger.ts'
import { Streams } from '../../../runtime/streams.ts'
import { changelogTopic } from '../../log/internal-topics.ts'
import { partitionOf } from '../../murmur2.ts'
import type { Client } from '../client-options.ts'
import { KafkaReader } from '../kafka-reader.ts'
import { sessionEpochsTopic } from '../session-epochs.ts'
import { MemoryDisk } from '../state/memory-task-states.ts'
import { dataBatch, readBatches } from './record-batch.ts'
import { SimulatedBroker } from './simulated-broker.ts'
import { Simulation, type SimulationReport } from './simulation.ts'
import { judgeStreams } from './streams-judge.ts'
import { PARTITIONS, STORE, summingTopology } from './summing-topology.ts'
import type { WorkloadOptions } from './transactions-workload.ts'
import { installVirtualGlobals } from './virtual-globals.ts'
import type { SimulatedProcess } from './virtual-time.ts'
import { WorkerSlot } from './worker-slot.ts'

export const APPLICATION = 'app'
const SESSION_TIMEOUT_MS = 900
const TRANSACTION_TIMEOUT_MS = 1_500
const KEYS_A_PARTITION = 3

/** What an input record stands for: `id` is unique, `amount` is added to the sum of its key. */
export interface Entry {
  readonly key: string
  readonly id: number
  readonly amount: number
}

/** Keys by the partition they belong to. */
const keys: readonly (readonly string[])[] = Array.from({ length: PARTITIONS }, (_, partition) => {
  const found: string[] = []
  for (let n = 0; found.length < KEYS_A_PARTITION; n++)
    if (partitionOf(Buffer.from(`k${n}`), PARTITIONS) === partition) found.push(`k${n}`)
  return found
})

/**
 * Workers run the real engine on the real client from one topic to another, while they die, stall, are replaced by
 * others of their name, and the group grows and shrinks. Afterwards outputs, changelogs, offsets and what lies on the
 * disks have to be as if one worker had read everything once.
 */
export async function simulateStreams(options: WorkloadOptions): Promise<SimulationReport> {
  const topics = {
    in: PARTITIONS,
    out: PARTITIONS,
    [changelogTopic(APPLICATION, STORE)]: PARTITIONS,
    [sessionEpochsTopic(APPLICATION).name]: 1,
  }
  const simulation = new Simulation({ ...options, topics })
  const restore = installVirtualGlobals(simulation.time)
  try {
    await new StreamsWorkload(simulation).run()
  } finally {
    restore()
  }
  return simulation.report()
}

class StreamsWorkload {
  readonly #simulation: Simulation
  readonly #inputs: Entry[][] = Array.from({ length: PARTITIONS }, () => [])
  /** One after the last record that counts, a partition. */
  readonly #needed: number[] = Array.from({ length: PARTITIONS }, () => 0)
  readonly #disks = new Set<MemoryDisk>()
  readonly #slots: WorkerSlot[] = []
  readonly #readBack: string[][] = Array.from({ length: PARTITIONS }, () => [])
  readonly #settings
  #isFed = false
  #isClosing = false
  #isReaderDone = false

  constructor(simulation: Simulation) {
    this.#simulation = simulation
    const { random } = simulation
    this.#settings = {
      workers: 1 + random.int(3),
      staticMembership: random.chance(0.5),
      commitIntervalMs: random.between(5, 80),
      records: 10 + random.int(60),
      troubleMs: random.between(300, 4_000),
      standbyReplicas: random.chance(0.3) ? 1 : 0,
    }
  }

  async run(): Promise<void> {
    const simulation = this.#simulation
    const { workers, troubleMs } = this.#settings
    simulation.network.onCall = (process) => {
      if (!simulation.victims.has(process) || !simulation.faults.strikes('client crashed during an RPC', 0.004)) return
      this.#slots.find((slot) => slot.process === process)?.crash()
    }
    simulation.trouble(troubleMs)
    for (let worker = 0; worker < workers; worker++) this.#slots.push(this.#newSlot(worker))
    // Some come later, when the others have begun.
    for (const slot of this.#slots)
      slot.start(simulation.random.between(0, simulation.random.chance(0.2) ? troubleMs / 2 : 50))
    this.#feed(0)
    this.#watch()
    this.#readOutput()
    await simulation.run(troubleMs, () => this.#isOver())
    judgeStreams(simulation, this.#inputs, [...this.#disks], this.#readBack)
  }

  #newSlot(worker: number): WorkerSlot {
    const disk = new MemoryDisk()
    this.#disks.add(disk)
    return new WorkerSlot(worker, disk, this.#simulation, (client, process, slot) => this.#work(client, process, slot))
  }

  /** Records come while everything runs; some in transactions, of which some are aborted. */
  #feed(id: number): void {
    const { random, time, cluster } = this.#simulation
    const { records, troubleMs } = this.#settings
    if (id >= records) {
      this.#isFed = true
      return
    }
    const partition = random.int(PARTITIONS)
    const log = cluster.layout.log('in', partition)!
    const entry = { key: random.pick(keys[partition]!), id, amount: 1 + random.int(9) }
    const isTransactional = random.chance(0.3)
    const isCommitted = !isTransactional || random.chance(0.5)
    const producerId = cluster.transactions.newProducerId()
    const bytes = dataBatch({
      ...{ producerId, producerEpoch: 0, baseSequence: 0, isTransactional, timestamp: 1_000 + id },
      records: [{ key: entry.key, value: `${entry.id} ${isCommitted ? entry.amount : 1_000_000}` }],
    })
    log.append(readBatches(bytes)!)
    if (isCommitted) {
      this.#inputs[partition]!.push(entry)
      this.#needed[partition] = log.endOffset
    }
    const end = () => {
      if (log.leader === -1) return void time.after(5, end)
      if (isTransactional && log.hasOngoing(producerId, 0)) log.appendMarker(producerId, 0, isCommitted, 0, 0)
      log.replicatedTo(log.endOffset)
      cluster.fetches.wake()
    }
    // Straight into the log, which therefore must not lose it with a leader.
    log.replicatedTo(log.endOffset)
    cluster.fetches.wake()
    if (isTransactional) time.after(random.between(0, 60), end)
    time.after(random.between(0, (troubleMs / records) * 1.6), () => this.#feed(id + 1))
  }

  async #work(client: Client, process: SimulatedProcess, slot: WorkerSlot): Promise<void> {
    const { network, random, cluster } = this.#simulation
    const broker = new SimulatedBroker({
      client,
      disk: slot.disk,
      createTopic: (name, partitions) => {
        if (!cluster.layout.topics.has(name)) cluster.layout.createTopic(name, partitions)
      },
      session: {
        instanceId: `w${slot.worker}`,
        staticMembership: this.#settings.staticMembership,
        sessionTimeoutMs: SESSION_TIMEOUT_MS,
        heartbeatIntervalMs: 200,
        rebalanceTimeoutMs: 1_200,
        transactionTimeoutMs: TRANSACTION_TIMEOUT_MS,
      },
      onEvent: (event) => network.say(process.name, () => JSON.stringify(event)),
    })
    slot.broker = broker
    const streams = new Streams(summingTopology(), {
      applicationId: APPLICATION,
      broker,
      commitIntervalMs: this.#settings.commitIntervalMs,
      batchSize: 1 + random.int(8),
      standbyReplicas: this.#settings.standbyReplicas,
      logger: silentLogger,
    })
    slot.streams = streams
    await streams.start()
    await streams.ended()
    await broker.close()
  }

  /** Crashes, stalls and comings and goings of workers. */
  #watch(): void {
    const { random, time, faults, network } = this.#simulation
    if (faults.isOver) return
    for (const slot of this.#slots) {
      if (!slot.process?.isAlive) continue
      if (faults.strikes('client crashed', 0.06)) slot.crash()
      else if (!slot.process.isStalled && faults.strikes('client stalled', 0.06)) {
        const ms = random.between(50, SESSION_TIMEOUT_MS * 2.5)
        network.say(slot.process.name, () => `stalls for ${Math.round(ms)} ms`)
        slot.process.stall(ms)
        // The scheduler of the machines takes it for dead and starts it again elsewhere.
        if (random.chance(0.3)) {
          const disk = new MemoryDisk()
          this.#disks.add(disk)
          slot.replace(disk, random.between(0, ms))
        }
      } else if (faults.strikes('rebalance storm', 0.08)) slot.bounce()
    }
    time.after(random.between(20, 80), () => this.#watch())
  }

  /** An outside reader that sees what is committed and nothing else, while it happens. */
  #readOutput(): void {
    this.#simulation.spawn(
      'reader',
      async (client) => {
        const reader = new KafkaReader(client)
        reader.assign(Array.from({ length: PARTITIONS }, (_, partition) => ({ topic: 'out', partition, offset: 0 })))
        const expected = () => this.#inputs.reduce((sum, list) => sum + list.length, 0)
        let seen = 0
        while (!this.#isFed || seen < expected()) {
          for (const { partition, value } of await reader.poll({ maxRecords: 100, maxWaitMs: 200 })) {
            this.#readBack[partition]!.push(Buffer.from(value!).toString())
            seen += 1
          }
        }
        await reader.close()
      },
      (error) => {
        this.#isReaderDone = true
        if (error !== undefined) this.#simulation.violations.push(`the reader threw ${error}`)
      },
      false,
    )
  }

  #isOver(): boolean {
    const { faults } = this.#simulation
    if (!this.#isFed || !faults.isOver) return false
    if (!this.#isClosing) {
      if (!this.#isCaughtUp()) return false
      this.#isClosing = true
      for (const slot of this.#slots) slot.close()
      return false
    }
    return this.#isReaderDone && this.#slots.every(({ isClosed }) => isClosed)
  }

  #isCaughtUp(): boolean {
    const { groups } = this.#simulation.cluster
    return this.#needed.every((offset, partition) => {
      const committed = groups.committed(APPLICATION, 'in', partition)
      return offset === 0 || (committed.isStable && (committed.offset?.offset ?? 0) >= offset)
    })
  }
}
