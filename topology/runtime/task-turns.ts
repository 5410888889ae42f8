import type { Reader, TopicPartition } from '../broker/broker.ts'
import { resumeDrained } from './distribute.ts'
import type { Environment } from './environment.ts'
import type { RecordQueue } from './record-queue.ts'
import type { StreamThreadOptions } from './stream-thread-options.ts'
import type { Task } from './task.ts'

/** How soon to ask again whether an empty partition has nothing more, while another one waits for the answer. */
const AWAITED_MS = 5

export interface TaskTurnsOptions {
  readonly environment: Environment
  readonly limits: Pick<
    StreamThreadOptions,
    'batchSize' | 'commitEvery' | 'maxBufferedRecords' | 'maxUncommittedRecords' | 'maxUncommittedBytes'
  >
  /** Those at work. Any of them may be closed while something else is waited for. */
  readonly tasks: () => readonly Task[]
  readonly reader: () => Reader
  /** Next offset to read; undefined for what is not read at the moment. */
  readonly position: (partition: TopicPartition) => number | undefined
  /** The open transaction is as large as it may be. */
  readonly onFull: () => Promise<void>
}

/** Lets the tasks of a thread work, each in its turn. */
export class TaskTurns {
  readonly #options: TaskTurnsOptions
  /** Input records since the last commit began. */
  #work = 0

  constructor(options: TaskTurnsOptions) {
    this.#options = options
  }

  /** One batch of each task, so that clocks and commits have their turn in a long backlog, too. Returns whether there was any. */
  async process(): Promise<boolean> {
    const { tasks, reader, onFull, limits } = this.#options
    let any = false
    for (const task of tasks()) {
      await this.#findDrained(task)
      if (!task.isWorking) continue
      if (task.group.buffered > 0 && task.hasRoom) {
        const taken = task.processBatch(Math.min(limits.batchSize, limits.commitEvery - this.#work))
        any ||= taken > 0
        this.#work += taken
        if (this.#isFull()) await onFull()
      }
      if (task.isWorking) resumeDrained(task, reader(), limits.maxBufferedRecords >>> 1)
    }
    return any
  }

  /** The wall-clock punctuations that are due. Returns whether there were any. */
  async punctuate(): Promise<boolean> {
    const { clock } = this.#options.environment
    let any = false
    for (const task of this.#options.tasks()) {
      if (!task.isWorking) continue
      if (task.nextWallClockPunctuation > clock() || !task.hasRoomForClock) continue
      // Open batches are no backlog: whatever is in them comes before the punctuation, in every stage.
      const isWorkedOff = task.group.buffered === 0
      const ends = isWorkedOff ? await Promise.all(task.group.queues.map((queue) => this.#isAtEnd(queue))) : [false]
      if (!task.isWorking) continue
      task.isCaughtUp = ends.every(Boolean)
      any = task.punctuateWallClock(clock()) || any
      task.isCaughtUp = false
    }
    return any
  }

  /** A commit begins: what comes now is work for the next one. */
  committing(): void {
    this.#work = 0
  }

  /** ms until a task has something to do that no record brings; 0: at once. */
  msToNext(): number {
    const tasks = this.#options.tasks()
    if (tasks.some((task) => task.canProcess)) return 0
    const now = this.#options.environment.clock()
    let wait = Infinity
    for (const task of tasks) {
      if (task.hasRoomForClock) wait = Math.min(wait, task.nextWallClockPunctuation - now)
      if (task.group.awaited.length > 0) wait = Math.min(wait, AWAITED_MS)
    }
    return wait
  }

  async #findDrained(task: Task): Promise<void> {
    for (const queue of task.group.awaited) if (task.isWorking) queue.isDrained = await this.#isAtEnd(queue)
  }

  /** By a freshly fetched high watermark. */
  async #isAtEnd(queue: RecordQueue): Promise<boolean> {
    const { latest } = await this.#options.environment.broker.offsets(queue)
    const position = this.#options.position(queue)
    return queue.size === 0 && position !== undefined && position >= latest
  }

  #isFull(): boolean {
    const { commitEvery, maxUncommittedRecords, maxUncommittedBytes } = this.#options.limits
    if (this.#work >= commitEvery) return true
    let records = 0
    let bytes = 0
    for (const task of this.#options.tasks()) {
      records += task.uncommittedRecords
      bytes += task.uncommittedBytes
    }
    return records >= maxUncommittedRecords || bytes >= maxUncommittedBytes
  }
}
