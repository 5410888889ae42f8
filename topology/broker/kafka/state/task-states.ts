import type { Position, StateStorage, StoreChange, TaskGroup } from '../../broker.ts'

/** A task: one partition of one group. */
export interface TaskId {
  readonly group: string
  readonly partition: number
}

/** How a task is named in files, metrics and the group's metadata. */
export const taskName = ({ group, partition }: TaskId): string => `${group}_${partition}`

/** A copy of a task's stores on this machine. */
export interface LocalState extends TaskId {
  /** Sum of the stores' changelog offsets: of two copies, the one with the higher sum lacks less. */
  readonly position: number
}

/** A store's changelog topic: the same name may come to stand for another topic, to which no stored offset belongs. */
export interface ChangelogId {
  readonly store: string
  /** The topic's UUID; '' when there is none. */
  readonly topicId: string
}

/**
 * The state of one session's tasks. Committed rows only; what a store shows is always as of some commit, never ahead of
 * the log. `SqliteTaskStates` keeps a file a task; `MemoryTaskStates` is for the simulation. Stores that are in no group
 * have no changelog: their rows live as long as the session.
 */
export interface TaskStates extends StateStorage {
  /** Which stores lie in which task. */
  setGroups(groups: readonly TaskGroup[]): void
  /**
   * Makes the task's stores ready; nothing to do when they are. Stores whose changelog is another topic now are emptied.
   * Waits while another thread or process still has them. Throws BrokerError STATE_IN_USE when that takes too long,
   * STATE_FOREIGN, and LogError.
   */
  open(task: TaskId, changelogs: readonly ChangelogId[], signal: AbortSignal): Promise<void>
  /** Lets go of them; what is there stays. Reads of its stores throw from now on. */
  close(task: TaskId): void
  /** Those between `open` and `close`. */
  readonly opened: readonly TaskId[]
  /**
   * What a commit changed, after it became certain: of each task, rows and where its changelogs stand (`next`, positions
   * of changelog topics among others) in one step. Tasks that are not open are left out: they are behind then.
   */
  apply(changes: readonly StoreChange[], next: readonly Position[]): void
  /** Copies that are here: of open tasks, and of tasks given away that nobody has open. */
  local(): readonly LocalState[]
  /** Removes the copies that were not open for `delayMs`. Returns which. */
  cleanUp(delayMs: number): readonly TaskId[]
  /** Closes all. */
  end(): void
}
