import type { Broker } from '../broker/broker.ts'
import type { Faults } from '../broker/faults.ts'
import { MemoryBroker } from '../broker/memory-broker.ts'
import { applicationTopics } from '../runtime/application-topics.ts'
import { silentLogger } from '../runtime/logger.ts'
import { type StreamsMetrics, snapshot } from '../runtime/metrics-snapshot.ts'
import { StreamThread } from '../runtime/stream-thread.ts'
import { environmentOf, type StreamsOptions, threadOptionsOf } from '../runtime/streams-options.ts'
import { type Serde, stringSerde } from '../serde.ts'
import type { StateStore } from '../state/state-store.ts'
import type { Topic, Topology } from '../topology.ts'
import { ManualClock } from './manual-clock.ts'
import { TestInput } from './test-input.ts'
import { TestOutput } from './test-output.ts'

export interface TestDriverOptions
  extends Pick<
    StreamsOptions,
    | 'onError'
    | 'deadLetters'
    | 'logger'
    | 'startFrom'
    | 'measureNodes'
    | 'maxOpenBatches'
    | 'cacheMaxEntries'
    | 'cacheMaxBytes'
  > {
  readonly applicationId?: string
  /** Records that go through a task in one go. Default 512. */
  readonly batchSize?: number
  /** Input records after which a commit is made. Default: one commit when everything sent is processed. */
  readonly commitEvery?: number
  /** Where the wall clock starts, epoch ms. Default 0. */
  readonly startTimeMs?: number
  /** Default: a MemoryBroker of its own. */
  readonly broker?: Broker
  /** Faults for the MemoryBroker of its own. */
  readonly faults?: Faults
}

/**
 * Runs a topology as it runs in production, the same tasks and commits, on a broker in memory and a clock that stands
 * still. What was sent is processed and committed when the call returns; no sleep, no polling.
 *
 *     await using driver = new TopologyTestDriver(wordCount())
 *     await driver.input(topics.lines).send('k', 'a rose is a rose', 0)
 *     assert.deepEqual(await driver.output(topics.counts).values(), [1, 1, 1, 2, 2])
 */
export class TopologyTestDriver {
  readonly broker: Broker
  readonly clock: ManualClock
  readonly #topology: Topology
  readonly #options: StreamsOptions
  readonly #ownsBroker: boolean
  #thread: StreamThread | undefined

  constructor(topology: Topology, options: TestDriverOptions = {}) {
    this.#topology = topology.validate()
    this.clock = new ManualClock(options.startTimeMs)
    this.#ownsBroker = options.broker === undefined
    const { faults } = options
    this.broker = options.broker ?? new MemoryBroker({ clock: this.clock.now, ...(faults && { faults }) })
    this.#options = {
      applicationId: 'test',
      logger: silentLogger,
      freezeState: true,
      // Every update is seen, wherever commits fall.
      cacheMaxEntries: options.cacheMaxBytes === undefined ? 0 : 50_000,
      ...options,
      broker: this.broker,
      clock: this.clock.now,
      commitIntervalMs: Infinity,
      maxCommitAttempts: 1_000,
      commitBackoffMs: 0,
    }
  }

  /** A topic to send to. Default key: a string. */
  input<V>(topic: Topic<V>): TestInput<string, V>
  input<K, V>(topic: Topic<V>, key: Serde<K>): TestInput<K, V>
  input<V>(topic: Topic<V>, key: Serde<unknown> = stringSerde as Serde<unknown>): TestInput<unknown, V> {
    return new TestInput(this, topic, key)
  }

  /** A topic to read committed records from, each one once. Default key: a string. */
  output<V>(topic: Topic<V>): TestOutput<string, V>
  output<K, V>(topic: Topic<V>, key: Serde<K>): TestOutput<K, V>
  output<V>(topic: Topic<V>, key: Serde<unknown> = stringSerde as Serde<unknown>): TestOutput<unknown, V> {
    return new TestOutput(this, topic, key)
  }

  /** Lets time pass on the wall clock and does what has become due. */
  async advanceWallClock(ms: number): Promise<void> {
    await this.run()
    this.clock.advance(ms)
    await this.run()
  }

  /** Processes and commits everything there is. The inputs do it by themselves. */
  async run(): Promise<void> {
    const thread = await this.start()
    for (;;) {
      const worked = await thread.runOnce(0)
      if (worked || thread.isProcessing) continue
      if (!thread.isBusy) return
      await thread.commit()
    }
  }

  /** Works off the log without the final commit; `restart` then is a crash in the middle of a transaction. */
  async runWithoutCommit(): Promise<void> {
    const thread = await this.start()
    while ((await thread.runOnce(0)) || thread.isProcessing);
  }

  /** Drops everything that is not committed and starts again, as after kill -9. */
  async restart(): Promise<void> {
    await this.#thread?.close({ clean: false })
    this.#thread = undefined
    await this.start()
  }

  /** A store of the running task of `partition`. Read only. */
  async store<S extends StateStore>(name: string, partition = 0): Promise<S> {
    const thread = await this.start()
    const task = thread.tasks.find((one) => one.partition === partition && one.store(name))
    if (!task) throw new RangeError(`no task of partition ${partition} has a store "${name}"`)
    return task.store(name) as unknown as S
  }

  async metrics(): Promise<StreamsMetrics> {
    return snapshot(this.#options, 'RUNNING', await this.start())
  }

  async close(): Promise<void> {
    const thread = this.#thread
    this.#thread = undefined
    await thread?.close({ clean: false })
    if (this.#ownsBroker) await this.broker.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** For inputs and outputs: topics exist and tasks run after this. */
  async start(): Promise<StreamThread> {
    if (this.#thread) return this.#thread
    const environment = environmentOf(this.#options)
    const { deadLetters } = environment
    await this.broker.createTopics([
      ...applicationTopics(this.#topology, environment.applicationId),
      ...(deadLetters ? [deadLetters.topic] : []),
    ])
    const thread = new StreamThread(environment, this.#topology, threadOptionsOf(this.#options))
    this.#thread = thread
    await thread.start()
    return thread
  }
}
