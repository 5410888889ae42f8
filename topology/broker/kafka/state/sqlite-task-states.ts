import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Position, StoreChange, TaskGroup } from '../../broker.ts'
import { BrokerError, LogError } from '../../errors.ts'
import { changelogTopic } from '../../log/internal-topics.ts'
import type { SessionEvent } from '../kafka-session-options.ts'
import type { Time } from '../rpc.ts'
import { removeTaskFile, TaskFile } from './task-file.ts'
import { type ChangelogId, type LocalState, type TaskId, type TaskStates, taskName } from './task-states.ts'

export interface SqliteTaskStatesOptions {
  /** Of this application alone; made when it is not there. */
  readonly folder: string
  readonly applicationId: string
  readonly time: Time
  /** A task's file may not grow beyond this. Default: as far as the disk goes. */
  readonly maxBytes?: number
  /**
   * How long rows of certain commits may wait to be written together with later ones. A crash leaves the stores behind by
   * as much; the changelog has it. 0: none waits. Default 1,000 ms.
   */
  readonly flushIntervalMs?: number
  /** How long another thread may take to let go of a task's file. Default 5,000 ms. */
  readonly lockWaitMs?: number
  readonly onEvent?: (event: SessionEvent) => void
}

/** What one commit changes in one file. */
interface Changed {
  readonly changes: StoreChange[]
  /** With their partition, which is the same for all stores of a task. */
  readonly stores: Map<string, number>
}

const LOCK_RETRY_MS = 50
/** Of tasks; a store that is in no task has a file of its own, which only its session knows. */
const TASK_FILE = /^(?!~)(.+)_(\d+)\.db$/

/** `<folder>/<group>_<partition>.db`, a file for each task. */
export class SqliteTaskStates implements TaskStates {
  readonly #options: SqliteTaskStatesOptions
  readonly #folder: string
  readonly #open = new Map<string, { readonly task: TaskId; readonly file: TaskFile }>()
  readonly #alone = new Map<string, TaskFile>()
  readonly #groupOf = new Map<string, string>()
  /** Of closed files, to be told again without opening them. */
  readonly #positions = new Map<string, { readonly stamp: string; readonly position: number }>()
  readonly #idleSince = new Map<string, number>()
  /** Within `snapshot`: the files that were read so far, each on its own snapshot. */
  #snapshots: Set<TaskFile> | undefined

  constructor(options: SqliteTaskStatesOptions) {
    this.#options = options
    this.#folder = options.folder
    try {
      // People's words lie in it.
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    } catch (cause) {
      throw new LogError('LOG_CANNOT_OPEN', `the state directory ${this.#folder} cannot be made`, { cause })
    }
  }

  get opened(): readonly TaskId[] {
    return [...this.#open.values()].map(({ task }) => task)
  }

  setGroups(groups: readonly TaskGroup[]): void {
    this.#groupOf.clear()
    for (const { id, stores } of groups) for (const store of stores) this.#groupOf.set(store, id)
  }

  async open(task: TaskId, changelogs: readonly ChangelogId[], signal: AbortSignal): Promise<void> {
    const name = taskName(task)
    if (this.#open.has(name)) return
    const { time, lockWaitMs = 5_000, onEvent } = this.#options
    const deadline = time.now() + lockWaitMs
    for (;;) {
      // A session that is closing has let go of everything, and opens nothing any more.
      const file = signal.aborted ? undefined : this.#tryOpen(name)
      if (file) {
        this.#open.set(name, { task, file })
        this.#idleSince.delete(name)
        const foreign = file.adopt(changelogs, task.partition)
        if (foreign.length > 0)
          onEvent?.({ kind: 'state-dropped', task: name, reason: `other changelog topics than before: ${foreign}` })
        return
      }
      if (time.now() >= deadline || signal.aborted)
        throw new BrokerError(
          'STATE_IN_USE',
          `${this.#path(name)} is in use by another process or thread: stop that one, or choose another state directory`,
          { retriable: true },
        )
      await time.sleep(LOCK_RETRY_MS, signal)
    }
  }

  close(task: TaskId): void {
    const name = taskName(task)
    const held = this.#open.get(name)
    if (!held) return
    this.#open.delete(name)
    this.#idleSince.set(name, this.#options.time.now())
    this.#letGo(held.file)
  }

  snapshot<T>(work: () => T): T {
    if (this.#snapshots) return work()
    this.#snapshots = new Set()
    try {
      return work()
    } finally {
      for (const file of this.#snapshots) file.endSnapshot()
      this.#snapshots = undefined
    }
  }

  get(store: string, partition: number, key: Uint8Array): Uint8Array | undefined {
    return this.#reading(store, partition).get(store, partition, key)
  }

  range(store: string, partition: number, from: Uint8Array | undefined, to: Uint8Array | undefined) {
    return this.#reading(store, partition).range(store, partition, from, to)
  }

  changelogOffset(store: string, partition: number): number | undefined {
    return this.#file(store, partition).changelogOffset(store, partition)
  }

  restore(
    store: string,
    partition: number,
    rows: readonly { readonly key: Uint8Array; readonly value: Uint8Array | null }[],
    changelogOffset: number,
    options: { readonly reset?: boolean } = {},
  ): void {
    this.#file(store, partition).restore(store, partition, rows, changelogOffset, options)
  }

  apply(changes: readonly StoreChange[], next: readonly Position[]): void {
    const { applicationId } = this.#options
    const ends = new Map(next.map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]))
    const byFile = new Map<TaskFile, Changed>()
    // Changes of one store come one after the other.
    let last: StoreChange | undefined
    let mine: Changed | undefined
    for (const change of changes) {
      if (change.store !== last?.store || change.partition !== last.partition) mine = this.#changed(change, byFile)
      last = change
      mine?.changes.push(change)
    }
    for (const [file, { changes: rows, stores }] of byFile) {
      const offsets = [...stores].flatMap(([store, partition]) => {
        const end = ends.get(`${changelogTopic(applicationId, store)}/${partition}`)
        // A store without a changelog stands at its beginning, which is its end.
        const known = end ?? (file.changelogOffset(store, partition) === undefined ? 0 : undefined)
        return known === undefined ? [] : [[store, partition, known] as const]
      })
      file.apply(rows, offsets)
    }
  }

  local(): readonly LocalState[] {
    const open = [...this.#open.values()].map(({ task, file }) => ({ ...task, position: file.position }))
    const others = this.#others().flatMap(({ name, task }) => {
      const position = this.#positionOf(name)
      return position === undefined ? [] : [{ ...task, position }]
    })
    return [...open, ...others]
  }

  cleanUp(delayMs: number): readonly TaskId[] {
    const now = this.#options.time.now()
    const removed: TaskId[] = []
    for (const { name, task } of this.#others()) {
      const since = this.#idleSince.get(name) ?? now
      this.#idleSince.set(name, since)
      if (now - since < delayMs) continue
      const file = this.#tryOpen(name)
      // Another thread of this process works on it.
      if (!file) this.#idleSince.delete(name)
      else {
        file.close()
        removeTaskFile(this.#path(name))
        this.#idleSince.delete(name)
        removed.push(task)
      }
    }
    return removed
  }

  end(): void {
    for (const task of this.opened) this.close(task)
    for (const file of this.#alone.values()) this.#letGo(file)
    this.#alone.clear()
  }

  /** A copy that could not be brought up to date is behind, no more: that must not hold up whoever lets go of it. */
  #letGo(file: TaskFile): void {
    try {
      file.close()
    } catch (error) {
      this.#options.onEvent?.({ kind: 'failed', error })
    }
  }

  /** undefined: its task is not open. */
  #changed({ store, partition }: StoreChange, byFile: Map<TaskFile, Changed>): Changed | undefined {
    const file = this.#find(store, partition)
    if (!file) return undefined
    const changed = byFile.get(file) ?? { changes: [], stores: new Map() }
    byFile.set(file, changed)
    changed.stores.set(store, partition)
    return changed
  }

  #path(name: string): string {
    return join(this.#folder, `${encodeURIComponent(name)}.db`)
  }

  /** undefined: somebody else has it. */
  #tryOpen(name: string): TaskFile | undefined {
    const { applicationId, maxBytes = null, flushIntervalMs = 1_000, time, onEvent } = this.#options
    try {
      return new TaskFile({
        path: this.#path(name),
        applicationId,
        maxBytes,
        flushIntervalMs,
        now: () => time.now(),
        onMovedAside: (path, reason) => onEvent?.({ kind: 'state-moved-aside', task: name, path, reason }),
      })
    } catch (error) {
      if (error instanceof LogError && error.code === 'LOG_BUSY') return undefined
      throw error
    }
  }

  #reading(store: string, partition: number): TaskFile {
    const file = this.#file(store, partition)
    if (this.#snapshots && !this.#snapshots.has(file)) {
      file.beginSnapshot()
      this.#snapshots.add(file)
    }
    return file
  }

  #file(store: string, partition: number): TaskFile {
    const file = this.#find(store, partition)
    if (file) return file
    throw new BrokerError(
      'STATE_NOT_ASSIGNED',
      `store ${store}, partition ${partition}: its task is not, or no longer, with this session`,
    )
  }

  #find(store: string, partition: number): TaskFile | undefined {
    const group = this.#groupOf.get(store)
    if (group !== undefined) return this.#open.get(taskName({ group, partition }))?.file
    const name = `~${store}_${partition}`
    let file = this.#alone.get(name)
    if (!file) {
      file = this.#tryOpen(name)
      if (file) this.#alone.set(name, file)
    }
    return file
  }

  /** Copies in the folder that this session has not open. */
  #others(): readonly { readonly name: string; readonly task: TaskId }[] {
    return readdirSync(this.#folder).flatMap((entry) => {
      const [, group, partition] = TASK_FILE.exec(decodeURIComponent(entry)) ?? []
      if (group === undefined) return []
      const task = { group, partition: Number(partition) }
      const name = taskName(task)
      return this.#open.has(name) ? [] : [{ name, task }]
    })
  }

  #positionOf(name: string): number | undefined {
    const path = this.#path(name)
    try {
      const known = this.#positions.get(name)
      if (known && known.stamp === stampOf(path)) return known.position
      const file = this.#tryOpen(name)
      if (!file) return undefined
      const { position } = file
      file.close()
      // Closing may have moved what a killed process left in the write-ahead log.
      this.#positions.set(name, { stamp: stampOf(path), position })
      return position
    } catch {
      // A copy that cannot be read is none.
      return undefined
    }
  }
}

function stampOf(path: string): string {
  const { size, mtimeMs } = statSync(path)
  return `${size} ${mtimeMs}`
}
