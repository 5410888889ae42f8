import type { Position, StoreChange, TaskGroup } from '../../broker.ts'
import { BrokerError } from '../../errors.ts'
import { changelogTopic } from '../../log/internal-topics.ts'
import { MemoryState } from '../../memory/memory-state.ts'
import type { Time } from '../rpc.ts'
import { type ChangelogId, type LocalState, type TaskId, type TaskStates, taskName } from './task-states.ts'

interface Copy {
  readonly task: TaskId
  readonly state: MemoryState
  readonly topicIds: Map<string, string>
  readonly offsets: Map<string, number>
  holder: MemoryTaskStates | undefined
}

/** What survives the end of a session: the disk of one simulated machine. */
export class MemoryDisk {
  readonly copies = new Map<string, Copy>()
}

const LOCK_WAIT_MS = 5_000
const LOCK_RETRY_MS = 50

/** `SqliteTaskStates` without files. A session that dies without `end` leaves its tasks locked: call `end` for it. */
export class MemoryTaskStates implements TaskStates {
  readonly #disk: MemoryDisk
  readonly #applicationId: string
  readonly #time: Time
  readonly #groupOf = new Map<string, string>()
  readonly #alone = new MemoryState()

  constructor(disk: MemoryDisk, applicationId: string, time: Time) {
    this.#disk = disk
    this.#applicationId = applicationId
    this.#time = time
  }

  get opened(): readonly TaskId[] {
    return [...this.#disk.copies.values()].filter(({ holder }) => holder === this).map(({ task }) => task)
  }

  setGroups(groups: readonly TaskGroup[]): void {
    this.#groupOf.clear()
    for (const { id, stores } of groups) for (const store of stores) this.#groupOf.set(store, id)
  }

  async open(task: TaskId, changelogs: readonly ChangelogId[], signal: AbortSignal): Promise<void> {
    const name = taskName(task)
    const { copies } = this.#disk
    if (copies.get(name)?.holder === this) return
    const deadline = this.#time.now() + LOCK_WAIT_MS
    while (signal.aborted || copies.get(name)?.holder) {
      if (this.#time.now() >= deadline || signal.aborted)
        throw new BrokerError('STATE_IN_USE', `${name} is in use by another session`, { retriable: true })
      await this.#time.sleep(LOCK_RETRY_MS, signal)
    }
    const known = copies.get(name)
    const isForeign = changelogs.some(({ store, topicId }) => (known?.topicIds.get(store) ?? topicId) !== topicId)
    if (known && !isForeign) {
      known.holder = this
      return
    }
    const topicIds = new Map(changelogs.map(({ store, topicId }) => [store, topicId]))
    copies.set(name, { task, state: new MemoryState(), topicIds, offsets: new Map(), holder: this })
  }

  close(task: TaskId): void {
    const copy = this.#disk.copies.get(taskName(task))
    if (copy?.holder === this) copy.holder = undefined
  }

  snapshot<T>(work: () => T): T {
    return work()
  }

  get(store: string, partition: number, key: Uint8Array): Uint8Array | undefined {
    return this.#state(store, partition).get(store, partition, key)
  }

  range(store: string, partition: number, from: Uint8Array | undefined, to: Uint8Array | undefined) {
    return this.#state(store, partition).range(store, partition, from, to)
  }

  changelogOffset(store: string, partition: number): number | undefined {
    return this.#state(store, partition).changelogOffset(store, partition)
  }

  restore(
    store: string,
    partition: number,
    rows: readonly { readonly key: Uint8Array; readonly value: Uint8Array | null }[],
    changelogOffset: number,
    options: { readonly reset?: boolean } = {},
  ): void {
    this.#state(store, partition).restore(store, partition, rows, changelogOffset, options)
    this.#copy(store, partition)?.offsets.set(store, changelogOffset)
  }

  apply(changes: readonly StoreChange[], next: readonly Position[]): void {
    for (const change of changes) {
      const { store, partition } = change
      const state = this.#find(store, partition)
      if (!state) continue
      state.apply(change)
      const topic = changelogTopic(this.#applicationId, store)
      const end = next.findLast((one) => one.topic === topic && one.partition === partition)?.offset
      const offset = end ?? state.changelogOffset(store, partition) ?? 0
      state.advance(store, partition, offset)
      this.#copy(store, partition)?.offsets.set(store, offset)
    }
  }

  local(): readonly LocalState[] {
    return [...this.#disk.copies.values()]
      .filter(({ holder }) => holder === this || holder === undefined)
      .map(({ task, offsets }) => ({ ...task, position: [...offsets.values()].reduce((a, b) => a + b, 0) }))
  }

  cleanUp(): readonly TaskId[] {
    return []
  }

  end(): void {
    for (const task of this.opened) this.close(task)
  }

  #state(store: string, partition: number): MemoryState {
    const state = this.#find(store, partition)
    if (state) return state
    throw new BrokerError('STATE_NOT_ASSIGNED', `store ${store}, partition ${partition}: not with this session`)
  }

  #find(store: string, partition: number): MemoryState | undefined {
    return this.#groupOf.has(store) ? this.#copy(store, partition)?.state : this.#alone
  }

  #copy(store: string, partition: number): Copy | undefined {
    const group = this.#groupOf.get(store)
    const copy = group === undefined ? undefined : this.#disk.copies.get(taskName({ group, partition }))
    return copy?.holder === this ? copy : undefined
  }
}
