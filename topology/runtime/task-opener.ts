import type { CommittedOffset, Session, TopicPartition } from '../broker/broker.ts'
import type { StoreDeclaration } from '../state/declaration.ts'
import type { Subtopology } from '../subtopologies.ts'
import type { Environment } from './environment.ts'
import { type OpenedTask, openTask } from './open-task.ts'
import type { RestoreProgress } from './restore-progress.ts'
import { retrying } from './retrying.ts'
import type { Task } from './task.ts'
import { newTaskMetrics, type TaskMetrics } from './task-metrics.ts'

/** Tasks that restore their stores at the same time; each holds a reader and a page of records. */
const OPENING_AT_ONCE = 4

export interface TaskOpenerOptions {
  readonly environment: Environment
  readonly stores: ReadonlyMap<string, StoreDeclaration>
  readonly startFrom: 'earliest' | 'latest'
  readonly transactionTimeoutMs: number | undefined
  /** How long a log that cannot answer is asked again before the thread fails. */
  readonly taskTimeoutMs: number
  readonly session: () => Session
  /** Tasks that are ready do their work beside this. */
  readonly isBusy: () => boolean
  /** A task is ready. */
  readonly onReady: () => void
  readonly onFailure: (error: unknown) => void
}

/** A task of ours: being opened, waiting to be taken in, or at work. */
export interface TaskSlot {
  readonly id: string
  readonly part: Subtopology
  readonly partition: number
  partitions: readonly TopicPartition[]
  /** Came with an assignment; otherwise it begins again where the last commit stood. */
  isNew: boolean
  opening: AbortController | undefined
  opened: OpenedTask | undefined
  task: Task | undefined
  restoring: RestoreProgress | undefined
}

/** Opens tasks, some at a time, beside whatever else the thread does. */
export class TaskOpener {
  readonly #options: TaskOpenerOptions
  /** Counts go on when a task is opened again. */
  readonly #metrics = new Map<string, TaskMetrics>()

  constructor(options: TaskOpenerOptions) {
    this.#options = options
  }

  /** Begins with these; each has `opened` when it is ready, unless its `opening` is aborted before. */
  open(slots: readonly TaskSlot[]): void {
    if (slots.length === 0) return
    const opening = slots.map((slot) => {
      slot.opening = new AbortController()
      return { slot, signal: slot.opening.signal }
    })
    this.#openAll(opening).catch((error) => {
      // What is not ours any more may fail as it likes.
      if (opening.some(({ signal }) => !signal.aborted)) this.#options.onFailure(error)
    })
  }

  async #openAll(opening: readonly { readonly slot: TaskSlot; readonly signal: AbortSignal }[]): Promise<void> {
    const forMs = this.#options.taskTimeoutMs
    const partitions = opening.flatMap(({ slot }) => slot.partitions)
    const isOver = () => opening.every(({ signal }) => signal.aborted)
    const committed = await retrying(() => this.#options.session().committed(partitions), { forMs, isOver })
    const waiting = [...opening]
    const worker = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const { slot, signal } = next
        if (signal.aborted) continue
        try {
          await retrying(() => this.#openOne(slot, committed, signal), { forMs, isOver: () => signal.aborted })
        } catch (error) {
          if (!signal.aborted) throw error
        }
      }
    }
    await Promise.all(Array.from({ length: OPENING_AT_ONCE }, worker))
  }

  async #openOne(slot: TaskSlot, committed: readonly CommittedOffset[], signal: AbortSignal): Promise<void> {
    const { environment, stores, startFrom, transactionTimeoutMs, session, isBusy, onReady } = this.#options
    const metrics = this.#metrics.get(slot.id) ?? newTaskMetrics()
    this.#metrics.set(slot.id, metrics)
    const opened = await openTask({
      environment,
      session: session(),
      id: slot.id,
      part: slot.part,
      stores: slot.part.stores.map((name) => stores.get(name)!),
      partitions: slot.partitions,
      committed,
      startFrom,
      transactionTimeoutMs,
      metrics,
      isBusy,
      onProgress: (progress) => {
        slot.restoring = progress
      },
      signal,
    })
    if (!opened) return
    if (signal.aborted) {
      opened.task.close()
      return
    }
    slot.opening = undefined
    slot.opened = opened
    onReady()
  }
}
