import type { Reader, TopicPartition } from '../broker/broker.ts'
import type { Subtopology } from '../subtopologies.ts'
import type { RestoreProgress } from './restore-progress.ts'
import type { Task } from './task.ts'
import { isSamePartition, sourceTopics, taskId } from './task-groups.ts'
import { TaskOpener, type TaskOpenerOptions, type TaskSlot } from './task-opener.ts'
import { newRebalanceMetrics } from './thread-metrics.ts'

export interface AssignedTasksOptions extends Omit<TaskOpenerOptions, 'isBusy' | 'onReady'> {
  readonly parts: readonly Subtopology[]
  /** A task is ready, or gone: there is something for `takeIn`. */
  readonly onChange: () => void
}

/**
 * The tasks that this thread owns, from their assignment to their end.
 *
 *     assigned --> opening (restores its stores, beside the work of the others) --> ready --> running --> closed
 *                     ^                                                                        |
 *                     +-------- the commit that held its work did not happen ------------------+
 *
 * What the reader reads changes in `takeIn` only, between two polls: what a poll brought for a task that was closed
 * meanwhile finds no task and is dropped, and the next life of the task begins with positions of its own.
 */
export class AssignedTasks {
  /** At work, or finishing their last commit. */
  running: readonly Task[] = []
  readonly rebalances = newRebalanceMetrics()
  readonly #options: AssignedTasksOptions
  readonly #slots = new Map<string, TaskSlot>()
  readonly #opener: TaskOpener
  #read: readonly TopicPartition[] = []
  #readerIsBehind = true
  #rebalanceStarted: number | undefined

  constructor(options: AssignedTasksOptions) {
    this.#options = options
    const isBusy = () => this.running.length > 0
    this.#opener = new TaskOpener({ ...options, isBusy, onReady: options.onChange })
  }

  /** At work, and ours. */
  get staying(): readonly Task[] {
    return this.running.filter(({ isWorking }) => isWorking)
  }

  /** Some task is not at work yet. */
  get isOpening(): boolean {
    for (const { task } of this.#slots.values()) if (!task) return true
    return false
  }

  /** Some task is not ready yet. */
  get isRestoring(): boolean {
    for (const { task, opened } of this.#slots.values()) if (!task && !opened) return true
    return false
  }

  /** Some task that came with an assignment is not at work yet. */
  get isRebalancing(): boolean {
    for (const { task, isNew } of this.#slots.values()) if (!task && isNew) return true
    return false
  }

  /** Something for `takeIn`. */
  get hasChanged(): boolean {
    if (this.#readerIsBehind) return true
    for (const { opened } of this.#slots.values()) if (opened) return true
    return false
  }

  /** Whether the reader reads it now; between an assignment and `takeIn` it does not. */
  isRead(partition: TopicPartition): boolean {
    return this.#read.some((one) => isSamePartition(one, partition))
  }

  /** Ids of those that are not at work yet. */
  get opening(): readonly string[] {
    return [...this.#slots.values()].flatMap(({ id, task }) => (task ? [] : [id]))
  }

  get restoring(): readonly RestoreProgress[] {
    return [...this.#slots.values()].flatMap(({ restoring, task }) => (restoring && !task ? [restoring] : []))
  }

  /** Opens what is new beside the work of the others. */
  assign(partitions: readonly TopicPartition[]): void {
    this.#rebalanceStarted ??= performance.now()
    this.rebalances.count += 1
    const added: TaskSlot[] = []
    for (const part of this.#options.parts) {
      const topics = sourceTopics(part, this.#options.environment.applicationId)
      const mine = partitions.filter(({ topic }) => topics.includes(topic))
      for (const partition of new Set(mine.map((one) => one.partition)))
        added.push(
          this.#slot(
            part,
            partition,
            mine.filter((one) => one.partition === partition),
          ),
        )
    }
    this.#opener.open(added)
    this.#noteReady()
    this.#options.onChange()
  }

  /**
   * These partitions are not ours any more. The tasks that were at work on them are returned for their last commit; they
   * take in nothing more, and `close` ends them.
   */
  revoke(partitions: readonly TopicPartition[]): readonly Task[] {
    this.rebalances.count += 1
    const leaving: Task[] = []
    for (const slot of [...this.#slots.values()]) {
      if (!slot.partitions.some((one) => partitions.some((other) => isSamePartition(one, other)))) continue
      this.#slots.delete(slot.id)
      slot.opening?.abort()
      slot.opened?.task.close()
      if (!slot.task) continue
      slot.task.isLeaving = true
      leaving.push(slot.task)
    }
    this.#readerIsBehind = true
    this.#options.onChange()
    this.#noteReady()
    return leaving
  }

  /** Ends these: what they did since their last commit is discarded. */
  close(tasks: readonly Task[]): void {
    if (tasks.length === 0) return
    for (const task of tasks) task.close()
    this.running = this.running.filter((task) => !task.isClosed)
    for (const slot of this.#slots.values()) if (slot.task?.isClosed) slot.task = undefined
    this.#readerIsBehind = true
    this.#options.onChange()
  }

  /** Ends these, and begins those that are still ours anew from what is committed. */
  reopen(tasks: readonly Task[]): void {
    this.close(tasks)
    const slots = [...this.#slots.values()].filter(({ task, opening, opened }) => !task && !opening && !opened)
    for (const slot of slots) slot.isNew = false
    this.#opener.open(slots)
  }

  closeAll(): void {
    for (const { opening, opened } of this.#slots.values()) {
      opening?.abort()
      opened?.task.close()
    }
    this.#slots.clear()
    this.close(this.running)
  }

  /** Between two polls: lets ready tasks begin and reads exactly what belongs to the tasks at work. */
  takeIn(reader: Reader): void {
    if (!this.hasChanged) return
    const positions = this.staying.flatMap(({ group }) =>
      group.queues.map(({ topic, partition }) => {
        return { topic, partition, offset: reader.position({ topic, partition }) }
      }),
    )
    for (const slot of this.#slots.values()) {
      if (!slot.opened) continue
      slot.task = slot.opened.task
      positions.push(...slot.opened.positions)
      slot.opened = undefined
      slot.restoring = undefined
    }
    // By subtopology and partition, whatever became ready first.
    this.running = [
      ...[...this.#slots.values()].flatMap(({ task }) => (task ? [task] : [])),
      ...this.running.filter(({ isLeaving, isClosed }) => isLeaving && !isClosed),
    ]
    reader.assign(positions)
    this.#read = positions
    const paused = this.staying.flatMap(({ group }) => group.queues.filter(({ isPaused }) => isPaused))
    if (paused.length > 0) reader.pause(paused)
    this.#readerIsBehind = false
    this.#noteReady()
    this.#options.onChange()
  }

  #slot(part: Subtopology, partition: number, partitions: readonly TopicPartition[]): TaskSlot {
    const id = taskId(part, partition)
    const known = this.#slots.get(id)
    if (known) {
      // More partitions of a task that is ours already: it begins anew with all of them.
      known.opening?.abort()
      known.opened?.task.close()
      known.opened = undefined
      if (known.task) this.close([known.task])
      const more = partitions.filter((one) => !known.partitions.some((other) => isSamePartition(one, other)))
      known.partitions = [...known.partitions, ...more]
      known.isNew = true
      return known
    }
    const slot: TaskSlot = {
      id,
      part,
      partition,
      partitions,
      isNew: true,
      opening: undefined,
      opened: undefined,
      task: undefined,
      restoring: undefined,
    }
    this.#slots.set(id, slot)
    const inOrder = [...this.#slots.values()].sort((a, b) => a.part.id - b.part.id || a.partition - b.partition)
    this.#slots.clear()
    for (const one of inOrder) this.#slots.set(one.id, one)
    return slot
  }

  #noteReady(): void {
    if (this.#rebalanceStarted === undefined || this.isRebalancing) return
    const tookMs = performance.now() - this.#rebalanceStarted
    this.#rebalanceStarted = undefined
    this.rebalances.lastMs = tookMs
    this.rebalances.totalMs += tookMs
  }
}
