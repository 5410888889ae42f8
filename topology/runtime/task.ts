import type { FetchedRecord, StateStorage } from '../broker/broker.ts'
import { StreamsError } from '../errors.ts'
import type { Punctuation, PunctuationType } from '../processor.ts'
import type { CacheScope } from '../state/record-cache.ts'
import type { StateStore } from '../state/state-store.ts'
import { stages } from '../subtopologies.ts'
import { AsyncRuntime } from './async-runtime.ts'
import { BatchRunner } from './batch-runner.ts'
import { Ending } from './ending.ts'
import type { Environment } from './environment.ts'
import { Epoch } from './epoch.ts'
import { PartitionGroup } from './partition-group.ts'
import { ProcessorRuntime } from './processor-runtime.ts'
import type { Due } from './punctuation-queue.ts'
import type { Taken } from './record-queue.ts'
import type { RuntimeNode } from './runtime-node.ts'
import { Skips } from './skips.ts'
import { Deferred, type Moment, type Tape } from './tape.ts'
import { TaskClocks } from './task-clocks.ts'
import { newTaskMetrics, noteTaken, type TaskMetrics } from './task-metrics.ts'
import type { TaskOptions } from './task-options.ts'
import { TaskStores } from './task-stores.ts'
import { wireNodes } from './wire-nodes.ts'

/**
 * One subtopology on one partition: its own processors, stores, clocks and buffers, shared with nobody.
 *
 *     created --> running --> closed
 *
 * A task never goes back: after an aborted commit it is closed, and a new one starts from what is committed. So whatever
 * a processor, a store or a buffer had in memory from the aborted transaction cannot leak into the next one.
 *
 * Records go through a stage one at a time, depth first; only async nodes see batches. Stages and tapes: `tape.ts`.
 */
export class Task {
  readonly id: string
  readonly partition: number
  readonly applicationId: string
  readonly sessionEpoch: number
  readonly metrics: TaskMetrics
  readonly group: PartitionGroup
  readonly skips: Skips
  readonly nodes: readonly RuntimeNode[]
  readonly recordCache: CacheScope | undefined
  /** As `metrics-snapshot.ts` found it last. */
  lag = 0
  /** Of the results made since the last seal. */
  outputBytes = 0
  /** The input being worked on. */
  input: FetchedRecord | undefined
  streamTime = -1
  /** Set by the thread around wall-clock punctuations. */
  isCaughtUp = false
  readonly ending = new Ending()
  /** Finishes its last commit and takes in nothing more. */
  isLeaving = false
  readonly #environment: Environment
  readonly #state: StateStorage
  readonly #processors: readonly ProcessorRuntime[]
  readonly #stores: TaskStores
  readonly #clocks = new TaskClocks()
  readonly #batches: BatchRunner
  #epoch = new Epoch()

  constructor(options: TaskOptions) {
    const { environment, session, subtopology, stores, partition, partitions } = options
    this.#environment = environment
    this.#state = session.state
    this.applicationId = environment.applicationId
    this.sessionEpoch = options.session.epoch
    this.id = `${subtopology.id}_${partition}`
    this.partition = partition
    this.metrics = options.metrics ?? newTaskMetrics()
    const { cacheRoom: room } = environment
    this.recordCache = room && { room, metrics: this.metrics.cache }
    this.skips = new Skips(environment, this)

    this.#stores = new TaskStores(environment, session, stores, partition)
    const stageOf = stages(subtopology.nodes)
    const { nodes, queues } = wireNodes(this, environment, subtopology, stageOf, partitions)
    this.nodes = nodes
    this.group = new PartitionGroup(queues)
    this.#processors = nodes.filter((node) => node instanceof ProcessorRuntime)
    const stageCount =
      1 + Math.max(...nodes.map((node) => (node instanceof AsyncRuntime ? node.stage + 1 : node.stage)))
    this.#batches = new BatchRunner({
      stages: stageCount,
      maxOpenBatches: environment.maxOpenBatches,
      isClosed: () => this.isClosed,
      moment: () => this.moment(),
      enter: (moment) => this.#enter(moment),
      snapshot: (work) => this.#state.snapshot(work),
      onFailure: (error) => environment.onTaskFailure(this, error),
    })
  }

  /** Calls `init` of every processor, and takes up the clocks where the last commit left them. */
  start(committed: readonly { readonly metadata: string }[]): void {
    const metadata = committed.map(({ metadata }) => metadata)
    // Where stream time stands is known in `init`; the schedules that are made there go on afterwards.
    this.#clocks.restore(metadata)
    this.streamTime = this.#clocks.streamTime
    for (const processor of this.#processors) processor.init()
    this.#clocks.restore(metadata)
  }

  /** Where finished outputs and holes go at this moment. */
  get tape(): Tape {
    return this.#batches.tape
  }

  /** Takes in records and punctuations. */
  get isWorking(): boolean {
    return !this.isClosed && !this.isLeaving
  }

  get isClosed(): boolean {
    return this.ending.hasCome
  }

  /** True when another batch may be begun. */
  get hasRoom(): boolean {
    return this.#batches.hasRoom
  }

  /** True when wall-clock punctuations may be run. */
  get hasRoomForClock(): boolean {
    return this.#batches.hasRoomForClock
  }

  /** Something is buffered that may be taken now. */
  get canProcess(): boolean {
    return this.group.buffered > 0 && this.hasRoom && this.group.awaited.length === 0
  }

  get openBatches(): number {
    return this.#batches.open
  }

  /** When a batch has come through its async nodes. */
  get nextRoom(): Promise<void> {
    return this.#batches.nextRoom
  }

  /** Something to commit: input, punctuations or their results. */
  get hasProgress(): boolean {
    return this.#epoch.work > 0
  }

  /** What would be lost with the open epoch, and is held in memory until then: outputs and changed entries of stores. */
  get uncommittedRecords(): number {
    return this.#epoch.outputs.length + this.#stores.uncommittedEntries
  }

  /** The same in bytes: outputs as they are written, entries by estimate. */
  get uncommittedBytes(): number {
    return this.outputBytes + this.#stores.uncommittedBytes
  }

  get nextWallClockPunctuation(): number {
    return this.#clocks.nextByWallClock
  }

  /** Takes at most `maxRecords` from the buffers and forwards each as far as it goes now. Returns how many it took. */
  processBatch(maxRecords: number): number {
    const endOfBatch = this.#batches.begin(this.#epoch)
    const taken = this.#state.snapshot(() => this.#processNext(maxRecords))
    this.input = undefined
    this.#epoch.work += taken
    endOfBatch()
    return taken
  }

  /** Runs the wall-clock punctuations that are due, as a batch of their own. */
  punctuateWallClock(now: number): boolean {
    const due = this.#clocks.dueByWallClock(now)
    if (due.length === 0) return false
    const endOfBatch = this.#batches.begin(this.#epoch)
    this.input = undefined
    this.#punctuate(due)
    this.#epoch.work += 1
    endOfBatch()
    return true
  }

  /**
   * Ends the epoch: what comes after belongs to the next commit. Processors flush, stores hand over their changes, both
   * stage by stage, so that batches running ahead stay out. Resolves when everything of the epoch is on its tape.
   */
  async seal(): Promise<Epoch> {
    const epoch = this.#epoch
    epoch.offsets = this.#offsets()
    this.outputBytes = 0
    const moment = this.moment()
    const endOfBatch = this.#batches.begin(epoch, (stage) => {
      this.#enter(moment)
      this.#sealStage(stage, epoch)
    })
    this.#sealStage(0, epoch)
    this.#epoch = new Epoch()
    await endOfBatch()
    return epoch
  }

  /** The commit of the oldest sealed epoch is durable. */
  committed(): void {
    this.#stores.committed()
  }

  close(): void {
    if (this.isClosed) return
    this.ending.come()
    for (const processor of this.#processors) processor.close()
  }

  now(): number {
    return this.#environment.clock()
  }

  moment(): Moment {
    return { input: this.input, streamTime: this.streamTime, isCaughtUp: this.isCaughtUp }
  }

  #enter({ input, streamTime, isCaughtUp }: Moment): void {
    this.input = input
    this.streamTime = streamTime
    this.isCaughtUp = isCaughtUp
  }

  store(name: string): StateStore | undefined {
    return this.#stores.get(name)
  }

  schedule(
    id: string,
    node: ProcessorRuntime,
    intervalMs: number,
    type: PunctuationType,
    callback: (timestamp: number) => void,
  ): Punctuation {
    const run = (timestamp: number) => {
      try {
        callback(timestamp)
      } catch (cause) {
        if (cause instanceof StreamsError) throw cause
        this.skips.failedProcessing(node.name, undefined, cause)
      }
    }
    return this.#clocks.schedule(type, id, node.stage, this.now(), intervalMs, run)
  }

  #processNext(maxRecords: number): number {
    for (let taken = 0; taken < maxRecords; taken++) {
      const next = this.group.take()
      if (!next) return taken
      if (taken === 0) this.#epoch.inputTimes.push(next.raw.timestamp)
      this.#processOne(next)
    }
    return maxRecords
  }

  #processOne({ queue, raw, record, problem }: Taken): void {
    this.input = raw
    if (!record) {
      this.skips.unreadable(queue.source.name, problem!)
      return
    }
    const { timestamp } = record
    const { farFuture } = queue.source
    if (farFuture && timestamp > this.now() + farFuture.toleranceMs) {
      const detail = `timestamp ${timestamp} is more than ${farFuture.toleranceMs} ms ahead`
      this.skips.drop(queue.source.name, 'future', detail)
      return
    }
    if (timestamp > this.streamTime) {
      this.streamTime = timestamp
      this.#clocks.streamTime = timestamp
    }
    noteTaken(this.metrics, this.streamTime - timestamp)
    queue.runtime.process(record)
    if (this.#clocks.isPunctuationDue) this.#punctuate(this.#clocks.dueByStreamTime())
  }

  /** A punctuation of a later stage waits on the tape, behind what the records before it made. */
  #punctuate(due: readonly Due[]): void {
    for (const { stage, run } of due) {
      this.metrics.punctuated += 1
      if (stage === this.#batches.stage) run()
      else this.tape.push(new Deferred(stage, this.moment(), run))
    }
  }

  #sealStage(stage: number, epoch: Epoch): void {
    const processors = this.#processors.filter((processor) => processor.stage === stage)
    this.#state.snapshot(() => {
      for (const processor of processors) processor.flush()
    })
    const stores = new Set(processors.flatMap((processor) => processor.stores))
    this.#stores.seal(stores, epoch, Math.max(0, this.streamTime))
  }

  #offsets() {
    const metadata = this.#clocks.save()
    return this.group.queues.flatMap(({ topic, partition, consumed }) =>
      consumed === undefined ? [] : [{ topic, partition, offset: consumed, metadata }],
    )
  }
}
