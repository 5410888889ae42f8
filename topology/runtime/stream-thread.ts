import type { Reader, Session, TopicPartition } from '../broker/broker.ts'
import { IllegalStateError } from '../errors.ts'
import { type Subtopology, subtopologies } from '../subtopologies.ts'
import { channels, logEvents } from '../telemetry.ts'
import type { Topology } from '../topology.ts'
import { AssignedTasks } from './assigned-tasks.ts'
import { Bell } from './bell.ts'
import { Committer } from './committer.ts'
import { settledWithin } from './deadline.ts'
import { distribute } from './distribute.ts'
import type { Environment } from './environment.ts'
import { pollOrWake } from './poll-or-wake.ts'
import { RepartitionTrimmer } from './repartition-trimmer.ts'
import { StandbyTasks } from './standby-tasks.ts'
import type { StreamThreadOptions } from './stream-thread-options.ts'
import type { Task } from './task.ts'
import { taskGroup } from './task-groups.ts'
import { TaskTurns } from './task-turns.ts'

/** A waiting poll ends at the latest after this: the rhythm at which a quiet thread looks at its clocks. */
const MAX_WAIT_MS = 100
/** A commit that waits longer than this for async nodes no longer counts as a sign of life. */
const STUCK_AFTER_MS = 1_000
/** What leaving gets at the least when a close is late already. */
const LEAVE_MS = 500
const MAX_TIMER_MS = 2 ** 31 - 1

/**
 * The poll loop: reads for all its tasks, lets each work off what it has, punctuates, commits. One call at a time; the
 * commit itself runs beside the work for the next one, and so do restores and changes of the assignment.
 */
export class StreamThread {
  readonly assigned: AssignedTasks
  readonly standby: StandbyTasks
  readonly #environment: Environment
  readonly #options: StreamThreadOptions
  readonly #topology: Topology
  readonly #parts: readonly Subtopology[]
  readonly #committer: Committer
  readonly #trimmer: RepartitionTrimmer
  readonly #turns: TaskTurns
  /** Rings when a waiting poll has something better to do. */
  readonly #bell = new Bell()
  #session: Session | undefined
  #reader: Reader | undefined
  #failure: { readonly error: unknown } | undefined
  #isClosing = false
  /** Something about the assignment has changed. */
  onChange: () => void = () => {}

  constructor(environment: Environment, topology: Topology, options: StreamThreadOptions) {
    this.#environment = { ...environment, onTaskFailure: (task, error) => task.isClosed || this.#fail(error) }
    this.#options = options
    this.#topology = topology
    this.#parts = subtopologies(topology)
    const onFailure = (error: unknown) => this.#fail(error)
    const session = () => this.#session!
    const shared = { environment: this.#environment, session, onFailure }
    this.assigned = new AssignedTasks({
      ...shared,
      parts: this.#parts,
      stores: topology.stores,
      startFrom: options.startFrom,
      transactionTimeoutMs: options.session.transactionTimeoutMs,
      taskTimeoutMs: options.taskTimeoutMs,
      onChange: () => {
        this.#bell.ring()
        this.onChange()
      },
    })
    this.#committer = new Committer({
      ...shared,
      maxCommitAttempts: options.maxCommitAttempts,
      taskTimeoutMs: options.taskTimeoutMs,
      commitBackoffMs: options.commitBackoffMs,
      onCommitted: (offsets) => this.#trimmer.committed(offsets),
      onRefused: (tasks) => this.assigned.reopen(tasks),
      onFenced: () => this.assigned.closeAll(),
      onSettled: () => this.#bell.ring(),
    })
    this.#turns = new TaskTurns({
      environment,
      limits: options,
      tasks: () => this.assigned.staying,
      reader: () => this.#reader!,
      position: (partition) => this.position(partition),
      onFull: () => this.#startCommit(),
    })
    this.#trimmer = new RepartitionTrimmer(environment, topology)
    this.standby = new StandbyTasks({ ...shared, parts: this.#parts, stores: topology.stores })
  }

  get tasks(): readonly Task[] {
    return this.assigned.running
  }

  get commits(): Committer['metrics'] {
    return this.#committer.metrics
  }

  /** Joins and has its first assignment; its tasks restore their stores while `runOnce` works. */
  async join(): Promise<void> {
    const { applicationId, broker } = this.#environment
    const { thread, threads } = this.#options
    const session = await broker.session({ applicationId, thread, threads, ...this.#options.session })
    // Closed while it joined: nobody else knows of this session.
    if (this.#isClosing) return session.close()
    this.#session = session
    this.#reader = broker.reader()
    const groups = this.#parts.map((part) => taskGroup(part, this.#topology.stores, applicationId))
    await session.subscribe(groups, {
      onAssigned: async (partitions) => {
        this.#tell('assigned', partitions)
        this.standby.promote(partitions)
        this.assigned.assign(partitions)
      },
      onRevoked: (partitions) => {
        this.#tell('revoked', partitions)
        return this.#finish(partitions)
      },
      onLost: async (partitions) => {
        this.#tell('lost', partitions)
        this.assigned.close(this.assigned.revoke(partitions))
      },
      onStandby: async (tasks) => this.standby.assign(tasks),
    })
  }

  /** Joins, restores and is ready to work. */
  async start(): Promise<void> {
    await this.join()
    while (this.assigned.isRestoring && !this.#failure)
      await new Promise<void>((resolve) => {
        const unlisten = this.#bell.listen(() => {
          unlisten()
          resolve()
        })
      })
    this.#throwFailure()
    this.assigned.takeIn(this.#reader!)
  }

  /** One turn. Waits at most `maxWaitMs` for records when there is nothing else to do. Returns whether it did anything. */
  async runOnce(maxWaitMs = MAX_WAIT_MS, signal?: AbortSignal): Promise<boolean> {
    this.#throwFailure()
    this.#showLife()
    this.assigned.takeIn(this.#reader!)
    const records = await pollOrWake(this.#reader!, {
      maxRecords: this.#options.maxPollRecords,
      maxWaitMs: Math.max(0, Math.min(maxWaitMs, this.#msToNextDuty())),
      signal,
      // What a full task could do next, records or clocks, waits for room behind its async nodes.
      wake: this.tasks.filter((task) => !task.hasRoom).map((task) => task.nextRoom),
      bell: this.#bell,
    })
    this.#throwFailure()
    distribute(records, this.assigned.staying, this.#reader!, this.#options.maxBufferedRecords)
    const processed = await this.#turns.process()
    const punctuated = await this.#turns.punctuate()
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
    await this.#committer.settled()
    this.#throwFailure()
  }

  /** Records are buffered, on their way through async nodes, or not committed; or a task is not at work yet. */
  get isBusy(): boolean {
    return this.isProcessing || this.#committer.isCommitting || this.assigned.staying.some((task) => task.hasProgress)
  }

  get isProcessing(): boolean {
    return (
      this.assigned.isOpening || this.assigned.staying.some((task) => task.group.buffered > 0 || task.openBatches > 0)
    )
  }

  /** Next offset to read; undefined for what is not read at the moment. */
  position(partition: TopicPartition): number | undefined {
    return this.assigned.isRead(partition) ? this.#reader!.position(partition) : undefined
  }

  /** It cannot go on. */
  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  /**
   * `clean` commits first; otherwise everything since the last commit is discarded. What has not ended after `withinMs` is
   * left behind: the log then aborts what was open. Returns whether it ended in time.
   */
  async close(options: {
    readonly clean: boolean
    readonly withinMs?: number
    /** It will not come back under its name. */
    readonly leave?: boolean
  }): Promise<boolean> {
    this.#isClosing = true
    const until = performance.now() + (options.withinMs ?? Infinity)
    const left = () => Math.min(MAX_TIMER_MS, until - performance.now())
    let inTime = true
    try {
      // A task that still restores has nothing to commit.
      if (options.clean && !this.#failure) inTime = await settledWithin(this.commit(), left())
    } finally {
      this.assigned.closeAll()
      const rest = async () => {
        await this.#committer.settled()
        await this.standby.close()
        await this.#trimmer.close()
        await this.#reader?.close()
        await this.#session?.close({ leave: options.leave ?? false })
      }
      inTime = (await settledWithin(rest(), Math.max(left(), LEAVE_MS))) && inTime
    }
    return inTime
  }

  /**
   * Finishes what is open on these partitions, then gives them up. What has not come through its async nodes in time is
   * discarded: the next owner does it again from the committed offsets.
   */
  async #finish(partitions: readonly TopicPartition[]): Promise<void> {
    const leaving = this.assigned.revoke(partitions)
    if (leaving.length > 0 && !this.#failure) {
      const { revokeTimeoutMs } = this.#options
      const finished = this.#committer.start(() => leaving).then(() => this.#committer.settled())
      if (!(await settledWithin(finished, revokeTimeoutMs))) {
        const { applicationId, logger } = this.#environment
        const tasks = leaving.map(({ id }) => id)
        logger.warn(logEvents.revokeTimedOut, { applicationId, tasks, revokeTimeoutMs })
      }
    }
    this.assigned.close(leaving)
  }

  #tell(kind: 'assigned' | 'revoked' | 'lost', partitions: readonly TopicPartition[]): void {
    const { applicationId, logger } = this.#environment
    channels.rebalanced.publish({ applicationId, kind, partitions })
    // The first assignment is the start, which says so itself; without anything new it is a turn of the group, not of ours.
    const isFirst = this.assigned.rebalances.count === 0
    if (partitions.length === 0 || isFirst) return
    const names = partitions.map(({ topic, partition }) => `${topic}-${partition}`).join(' ')
    if (kind === 'lost') logger.warn(logEvents.lost, { applicationId, partitions: names })
    else logger.info(logEvents[kind], { applicationId, partitions: names })
  }

  #showLife(): void {
    if (this.#committer.sealingForMs >= STUCK_AFTER_MS) return
    try {
      this.#session!.polled()
    } catch (error) {
      // The membership has ended for good: asking again would not bring it back.
      this.#fail(error)
      throw error
    }
  }

  #isCommitDue(): boolean {
    if (this.#committer.isCommitting || !this.assigned.staying.some((task) => task.hasProgress)) return false
    return performance.now() - this.#committer.started >= this.#options.commitIntervalMs
  }

  #msToNextDuty(): number {
    const mayCommit = !this.#committer.isCommitting && this.assigned.staying.some((task) => task.hasProgress)
    const toCommit = mayCommit ? this.#committer.started + this.#options.commitIntervalMs - performance.now() : Infinity
    return Math.ceil(Math.min(this.#turns.msToNext(), toCommit))
  }

  /** Seals at once; the rest runs beside the work for the next commit. Waits for the commit before it. */
  async #startCommit(): Promise<void> {
    await this.#committer.start(() => {
      if (this.#failure) return []
      this.#turns.committing()
      return this.assigned.staying
    })
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
    this.#bell.ring()
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error
    if (!this.#session) throw new IllegalStateError('the thread was not started')
  }
}
