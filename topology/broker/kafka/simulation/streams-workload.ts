import type { Processor, ProcessorContext } from '../../../processor.ts'
import type { StreamRecord } from '../../../record.ts'
import { silentLogger } from '../../../runtime/logger.ts'
import { Streams } from '../../../runtime/streams.ts'
import { jsonSerde, stringSerde } from '../../../serde.ts'
import { keyValueStore } from '../../../state/declaration.ts'
import type { KeyValueStore } from '../../../state/state-store.ts'
import { type Topic, Topology } from '../../../topology.ts'
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
import type { WorkloadOptions } from './transactions-workload.ts'
import { installVirtualGlobals } from './virtual-globals.ts'
import type { SimulatedProcess } from './virtual-time.ts'

export const PARTITIONS = 3
export const APPLICATION = 'app'
export const STORE = 'sums'
const SESSION_TIMEOUT_MS = 900
const TRANSACTION_TIMEOUT_MS = 1_500
const KEYS_A_PARTITION = 3

const textTopic = (name: string): Topic<string> => ({
  ...{ name, partitions: PARTITIONS, cleanupPolicy: 'delete', retentionMs: null, value: stringSerde },
})
const input = textTopic('in')
const output = textTopic('out')

/** What an input record stands for: `id` is unique, `amount` is added to the sum of its key. */
export interface Entry {
  readonly key: string
  readonly id: number
  readonly amount: number
}

/** Reads, adds to a running sum per key in state, writes the sum: a mistake anywhere shows in all that comes after. */
function summingTopology(): Topology {
  return new Topology()
    .addSource('in', { topic: input, key: stringSerde })
    .addStateStore(keyValueStore(STORE, { key: stringSerde, value: jsonSerde<number>() }))
    .addProcessor('sum', () => new Summing(), ['in'], [STORE])
    .addSink('out', { topic: output, key: stringSerde }, ['sum'])
}

class Summing implements Processor<string, string, string, string> {
  #context!: ProcessorContext<string, string>
  #sums!: KeyValueStore<string, number>

  init(context: ProcessorContext<string, string>): void {
    this.#context = context
    this.#sums = context.getStateStore<KeyValueStore<string, number>>(STORE)
  }

  process(record: StreamRecord<string, string>): void {
    const [id, amount] = record.value.split(' ').map(Number)
    const sum = (this.#sums.get(record.key) ?? 0) + amount!
    this.#sums.put(record.key, sum)
    this.#context.forward({ ...record, value: `${id} ${sum}` })
  }
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
  readonly #slots: Slot[] = []
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

  #newSlot(worker: number): Slot {
    const disk = new MemoryDisk()
    this.#disks.add(disk)
    return new Slot(worker, disk, this.#simulation, (client, process, slot) => this.#work(client, process, slot))
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

  async #work(client: Client, process: SimulatedProcess, slot: Slot): Promise<void> {
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
      } else if (faults.strikes('rebalance storm', 0.08)) void slot.bounce(random.between(0, 100))
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

/** A place where a worker runs: when one dies, another comes. */
class Slot {
  readonly worker: number
  disk: MemoryDisk
  process: SimulatedProcess | undefined
  broker: SimulatedBroker | undefined
  streams: Streams | undefined
  isClosed = false
  readonly #simulation: Simulation
  readonly #main: (client: Client, process: SimulatedProcess, slot: Slot) => Promise<void>
  #life = 0
  #isClosing = false

  constructor(
    worker: number,
    disk: MemoryDisk,
    simulation: Simulation,
    main: (client: Client, process: SimulatedProcess, slot: Slot) => Promise<void>,
  ) {
    this.worker = worker
    this.disk = disk
    this.#simulation = simulation
    this.#main = main
  }

  start(delayMs: number): void {
    const life = ++this.#life
    this.#simulation.time.after(delayMs, () => {
      if (life !== this.#life) return
      if (this.#isClosing) {
        this.isClosed = true
        return
      }
      this.broker = undefined
      this.streams = undefined
      this.process = this.#simulation.spawn(
        `w${this.worker}.${life}`,
        (client, process) => this.#main(client, process, this),
        (error) => {
          if (error !== undefined) this.#simulation.failed(error)
          if (life !== this.#life) return
          this.broker?.died()
          this.#forget()
          // Whoever runs the workers starts them again.
          this.start(this.#simulation.random.between(5, 150))
        },
      )
    })
  }

  crash(): void {
    const { process, broker } = this
    if (!process) return
    this.#simulation.kill(process)
    // Its locks go with it; at once, but not while its last turn still runs.
    this.#simulation.time.after(0, () => broker?.died())
    this.#forget()
    this.start(this.#simulation.random.between(0.1, 300))
  }

  /** The old one stays, stalled; the new one has its name and another disk. */
  replace(disk: MemoryDisk, delayMs: number): void {
    this.disk = disk
    this.process = undefined
    this.start(delayMs)
  }

  /** A rolling restart. */
  async bounce(delayMs: number): Promise<void> {
    const { streams, process } = this
    if (!streams || !process) return
    this.#simulation.time.after(0, () => void streams.close(), process)
    void delayMs
  }

  close(): void {
    this.#isClosing = true
    const { streams, process } = this
    if (process && streams) this.#simulation.time.after(0, () => void streams.close(), process)
    else this.start(0)
  }

  #forget(): void {
    this.process = undefined
    this.broker = undefined
    this.streams = undefined
  }
}
