import type { Reader, Session, TopicPartition } from '../broker/broker.ts'
import { CommitError, FencedError, IllegalStateError } from '../errors.ts'
import type { StoreDeclaration } from '../state/declaration.ts'
import { type Subtopology, subtopologies } from '../subtopologies.ts'
import { channels, logEvents } from '../telemetry.ts'
import type { Topology } from '../topology.ts'
import { commitTasks } from './commit.ts'
import { distribute, resumeDrained } from './distribute.ts'
import type { Environment } from './environment.ts'
import { isSamePartition, openTasks, taskGroup } from './open-tasks.ts'
import { pollOrWake } from './poll-or-wake.ts'
import type { RecordQueue } from './record-queue.ts'
import type { StreamThreadOptions } from './stream-thread-options.ts'
import type { Task } from './task.ts'
import type { TaskMetrics } from './task-metrics.ts'
import { type CommitMetrics, newCommitMetrics } from './thread-metrics.ts'

/** A waiting poll ends at the latest after this: the rhythm at which a quiet thread looks at its clocks. */
const MAX_WAIT_MS = 100
const MAX_BACKOFF_MS = 1_000
/** How soon to ask again whether an empty partition has nothing more, while another one waits for the answer. */
const AWAITED_MS = 5

/**
 * The poll loop: reads for all its tasks, lets each work off what it has, punctuates, commits. One call at a time; the
 * commit itself runs beside the work for the next one.
 */
export class StreamThread {
  tasks: readonly Task[] = []
  readonly commits: CommitMetrics = newCommitMetrics()
  readonly #environment: Environment
  readonly #options: StreamThreadOptions
  readonly #parts: readonly Subtopology[]
  readonly #stores: ReadonlyMap<string, StoreDeclaration>
  readonly #taskMetrics = new Map<string, TaskMetrics>()
  #session: Session | undefined
  #reader: Reader | undefined
  #assigned: readonly TopicPartition[] = []
  #needsRebuild = false
  #committing: Promise<void> | undefined
  #failure: { readonly error: unknown } | undefined
  #lastCommit = performance.now()
  #workSinceCommit = 0
  #refusedCommits = 0

  constructor(environment: Environment, topology: Topology, options: StreamThreadOptions) {
    this.#environment = { ...environment, onTaskFailure: (task, error) => task.isClosed || this.#fail(error) }
    this.#options = options
    this.#parts = subtopologies(topology)
    this.#stores = topology.stores
  }

  /** Joins, restores and is ready to work. */
  async start(): Promise<void> {
    const { applicationId, broker } = this.#environment
    const { thread, threads } = this.#options
    this.#session = await broker.session({ applicationId, thread, threads })
    this.#reader = broker.reader()
    const groups = this.#parts.map((part) => taskGroup(part, this.#stores, applicationId))
    await this.#session.subscribe(groups, {
      onAssigned: async (partitions) => {
        this.#assigned = [...this.#assigned, ...partitions]
        this.#needsRebuild = true
      },
      onRevoked: async (partitions) => {
        await this.commit()
        this.#giveUp(partitions)
      },
      onLost: async (partitions) => this.#giveUp(partitions),
    })
    await this.#rebuild()
  }

  /** One turn. Waits at most `maxWaitMs` for records when there is nothing else to do. Returns whether it did anything. */
  async runOnce(maxWaitMs = MAX_WAIT_MS, signal?: AbortSignal): Promise<boolean> {
    this.#throwFailure()
    this.#session!.polled()
    if (this.#needsRebuild) await this.#rebuild()
    const records = await pollOrWake(this.#reader!, {
      maxRecords: this.#options.maxPollRecords,
      maxWaitMs: Math.max(0, Math.min(maxWaitMs, this.#msToNextDuty())),
      signal,
      // What a full task could do next, records or clocks, waits for room behind its async nodes.
      wake: this.tasks.filter((task) => !task.hasRoom).map((task) => task.nextRoom),
    })
    this.#throwFailure()
    // A commit that did not happen came in between: these are read again, from the committed offsets.
    if (this.#needsRebuild) return true
    distribute(records, this.tasks, this.#reader!, this.#options.maxBufferedRecords)
    const processed = await this.#process()
    const punctuated = await this.#punctuate()
    if (this.#isCommitDue()) await this.#startCommit()
    this.#throwFailure()
    return records.length > 0 || processed || punctuated
  }

  /**
   * Commits what is there and waits for the outcome. Throws what has failed; after an aborted commit everything is done
   * again from the committed offsets.
   */
  async commit(): Promise<void> {
    await this.#startCommit()
    await this.#committing
    this.#throwFailure()
  }

  /** Records are buffered, on their way through async nodes, or not committed. */
  get isBusy(): boolean {
    return (
      this.#needsRebuild ||
      this.#committing !== undefined ||
      this.tasks.some((task) => task.group.buffered > 0 || task.openBatches > 0 || task.hasProgress)
    )
  }

  get isProcessing(): boolean {
    return this.#needsRebuild || this.tasks.some((task) => task.group.buffered > 0 || task.openBatches > 0)
  }

  position(partition: TopicPartition): number {
    return this.#reader!.position(partition)
  }

  /** `clean` commits first; otherwise everything since the last commit is discarded. */
  async close(options: { readonly clean: boolean }): Promise<void> {
    try {
      if (options.clean && !this.#failure && !this.#needsRebuild) await this.commit()
    } finally {
      this.#discardTasks()
      await this.#committing?.catch(() => {})
      await this.#reader?.close()
      await this.#session?.close()
    }
  }

  #giveUp(partitions: readonly TopicPartition[]): void {
    const isGone = (one: TopicPartition) => partitions.some((other) => isSamePartition(one, other))
    this.#assigned = this.#assigned.filter((one) => !isGone(one))
    this.#needsRebuild = true
  }

  #discardTasks(): void {
    for (const task of this.tasks) task.close()
    this.tasks = []
  }

  /** All tasks anew from what is committed: at the start, after a rebalance, after a commit that did not happen. */
  async #rebuild(): Promise<void> {
    // What the commit under way decides is where the new tasks begin; after a refused one this is the pause before the next try.
    await this.#committing
    this.#throwFailure()
    this.#discardTasks()
    this.#needsRebuild = false
    this.#workSinceCommit = 0
    const { tasks, positions } = await openTasks({
      environment: this.#environment,
      session: this.#session!,
      parts: this.#parts,
      stores: this.#stores,
      assigned: this.#assigned,
      startFrom: this.#options.startFrom,
      metrics: this.#taskMetrics,
    })
    this.#reader!.assign(positions)
    this.tasks = tasks
  }

  /** One batch of each task, so that clocks and commits have their turn in a long backlog, too. */
  async #process(): Promise<boolean> {
    const { batchSize, commitEvery } = this.#options
    let any = false
    for (const task of this.tasks) {
      await this.#findDrained(task)
      if (!task.isClosed && task.group.buffered > 0 && task.hasRoom) {
        const taken = task.processBatch(Math.min(batchSize, commitEvery - this.#workSinceCommit))
        any ||= taken > 0
        this.#workSinceCommit += taken
        if (this.#isFull()) await this.#startCommit()
      }
      resumeDrained(task, this.#reader!, this.#options.maxBufferedRecords >>> 1)
    }
    return any
  }

  async #findDrained(task: Task): Promise<void> {
    for (const queue of task.group.awaited) queue.isDrained = await this.#isAtEnd(queue)
  }

  /** By a freshly fetched high watermark. */
  async #isAtEnd(queue: RecordQueue): Promise<boolean> {
    const { latest } = await this.#environment.broker.offsets(queue)
    return queue.size === 0 && this.#reader!.position(queue) >= latest
  }

  async #punctuate(): Promise<boolean> {
    let any = false
    for (const task of this.tasks) {
      if (task.nextWallClockPunctuation > this.#environment.clock() || !task.hasRoomForClock) continue
      // Open batches are no backlog: whatever is in them comes before the punctuation, in every stage.
      const isWorkedOff = task.group.buffered === 0
      const ends = isWorkedOff ? await Promise.all(task.group.queues.map((queue) => this.#isAtEnd(queue))) : [false]
      if (task.isClosed) continue
      task.isCaughtUp = ends.every(Boolean)
      any = task.punctuateWallClock(this.#environment.clock()) || any
      task.isCaughtUp = false
    }
    return any
  }

  #isFull(): boolean {
    const { commitEvery, maxUncommittedRecords } = this.#options
    if (this.#workSinceCommit >= commitEvery) return true
    let uncommitted = 0
    for (const task of this.tasks) uncommitted += task.uncommittedRecords
    return uncommitted >= maxUncommittedRecords
  }

  #isCommitDue(): boolean {
    if (this.#committing || !this.tasks.some((task) => task.hasProgress)) return false
    return performance.now() - this.#lastCommit >= this.#options.commitIntervalMs
  }

  #msToNextDuty(): number {
    if (this.#needsRebuild || this.tasks.some((task) => task.canProcess)) return 0
    const now = this.#environment.clock()
    let wait = Infinity
    for (const task of this.tasks) {
      if (task.hasRoomForClock) wait = Math.min(wait, task.nextWallClockPunctuation - now)
      if (task.group.awaited.length > 0) wait = Math.min(wait, AWAITED_MS)
      if (task.hasProgress && !this.#committing)
        wait = Math.min(wait, this.#lastCommit + this.#options.commitIntervalMs - performance.now())
    }
    return Math.ceil(wait)
  }

  /** Seals at once; the rest runs beside the work for the next commit. Waits for the commit before it. */
  async #startCommit(): Promise<void> {
    await this.#committing
    if (this.#needsRebuild || this.#failure) return
    const tasks = this.tasks.filter((task) => task.hasProgress)
    if (tasks.length === 0) return
    this.#workSinceCommit = 0
    this.#committing = this.#commit(tasks)
      .catch((error) => this.#fail(error))
      .finally(() => {
        this.#committing = undefined
      })
  }

  async #commit(tasks: readonly Task[]): Promise<void> {
    const { applicationId, logger } = this.#environment
    const started = performance.now()
    this.#lastCommit = started
    const { outcome, records } = await commitTasks(this.#session!, tasks)
    const latencyMs = performance.now() - started
    this.commits.add(outcome.kind, latencyMs)
    if (channels.committed.hasSubscribers)
      channels.committed.publish({ applicationId, records, tasks: tasks.length, latencyMs, outcome: outcome.kind })

    switch (outcome.kind) {
      case 'committed':
        this.#refusedCommits = 0
        return
      case 'fenced':
        // Another one owns these partitions now: whatever we still hold would be written twice.
        this.#discardTasks()
        throw new FencedError(`application ${applicationId} was taken over`, { cause: outcome.cause })
      case 'aborted':
      case 'unknown': {
        // Aborted: nothing happened. Unknown: perhaps it did; only the committed offsets can tell. Both ways the tasks
        // are ahead of what is certain, and start again from there.
        logger.warn(outcome.kind === 'aborted' ? logEvents.commitAborted : logEvents.commitUnknown, {
          applicationId,
          message: outcome.cause.message,
        })
        this.#discardTasks()
        this.#needsRebuild = true
        this.#refusedCommits += 1
        if (this.#refusedCommits >= this.#options.maxCommitAttempts)
          throw new CommitError(`${this.#refusedCommits} commits in a row were refused`, { cause: outcome.cause })
        await this.#backOff()
      }
    }
  }

  async #backOff(): Promise<void> {
    const ms = Math.min(MAX_BACKOFF_MS, this.#options.commitBackoffMs * 2 ** (this.#refusedCommits - 1))
    if (ms > 0) await new Promise((go) => setTimeout(go, ms))
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error
    if (!this.#session) throw new IllegalStateError('the thread was not started')
  }
}
