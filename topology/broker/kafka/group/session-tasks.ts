import type { AssignmentListener, StoreChange, TaskGroup, TopicPartition } from '../../broker.ts'
import { TopicUnknownError } from '../../errors.ts'
import { changelogTopic } from '../../log/internal-topics.ts'
import type { KafkaSessionContext } from '../kafka-session-options.ts'
import { type ChangelogId, type TaskId, taskName } from '../state/task-states.ts'
import { assignTasks } from './assign-tasks.ts'
import type {
  AssignedAnswer,
  JoinedMember,
  MemberHandlers,
  MemberProfile,
  MemberState,
  MemberTask,
} from './group-member-options.ts'
import {
  decodeAssignmentData,
  decodeMemberData,
  encodeAssignmentData,
  encodeMemberData,
  groupsId,
} from './member-data.ts'

export interface SessionTasksOptions {
  readonly context: KafkaSessionContext
  readonly groups: readonly TaskGroup[]
  readonly listener: AssignmentListener
  readonly signal: AbortSignal
  /** What the member has now. */
  readonly owned: () => readonly TopicPartition[]
  /** Before partitions are handed to the listener that it did not have. */
  readonly onNewPartitions: () => Promise<void>
  readonly fenced: () => Error
}

/** Half a minute of waits for another thread, or a process that is being killed. */
const MAX_DECLINES = 6

/** What a membership means for tasks: whose they are, which files are open, what the listener is told. */
export class SessionTasks implements MemberHandlers {
  readonly #options: SessionTasksOptions
  readonly #groupOf: ReadonlyMap<string, TaskGroup>
  #standby: readonly TaskId[] = []
  #isFirst = true
  /** How often in a row a task was in use by others. */
  readonly #declines = new Map<string, number>()

  constructor(options: SessionTasksOptions) {
    this.#options = options
    this.#groupOf = new Map(options.groups.flatMap((group) => group.topics.map((topic) => [topic, group])))
  }

  /** What of a commit belongs to a task that is not ours; undefined when all is. */
  stray(offsets: readonly TopicPartition[], changes: readonly StoreChange[]): string | undefined {
    const owned = this.#options.owned()
    const partitions = new Set(owned.map(({ topic, partition }) => `${topic}-${partition}`))
    const foreign = offsets.find(({ topic, partition }) => !partitions.has(`${topic}-${partition}`))
    if (foreign) return `${foreign.topic}-${foreign.partition}`
    if (changes.length === 0) return undefined
    const stores = new Set(
      this.#tasksOf(owned).flatMap(({ group, partition }) =>
        this.#group(group).stores.map((store) => `${store}-${partition}`),
      ),
    )
    const known = new Set(this.#options.groups.flatMap((group) => group.stores))
    const change = changes.find(({ store, partition }) => known.has(store) && !stores.has(`${store}-${partition}`))
    return change && `store ${change.store}-${change.partition}`
  }

  profile(): MemberProfile {
    const { context, groups } = this.#options
    const { instanceId, standbyReplicas = 0 } = context.options
    const topics = groups.flatMap((group) => group.topics)
    const local = context.states.local()
    const data = { process: instanceId, groups, standbyReplicas, local, standby: this.#standby }
    return { topics, userData: encodeMemberData(data) }
  }

  async assign(members: readonly JoinedMember[]): Promise<ReadonlyMap<string, MemberTask>> {
    const known = members.map((member) => ({
      memberId: member.memberId,
      name: member.groupInstanceId ?? member.memberId,
      data: decodeMemberData(member.userData),
      owned: member.owned,
      generation: member.generation,
    }))
    const counts = await this.#partitionCounts(known.flatMap(({ data }) => data.groups.flatMap(({ topics }) => topics)))
    const told = assignTasks(known, (topic) => counts.get(topic) ?? 0)
    return new Map(
      known.map(({ memberId, data }) => {
        const { partitions, standby } = told.get(memberId)!
        return [memberId, { partitions, userData: encodeAssignmentData({ standby, groups: groupsId(data.groups) }) }]
      }),
    )
  }

  async assigned(given: readonly TopicPartition[], userData: Uint8Array): Promise<AssignedAnswer> {
    const { context, groups, listener, onNewPartitions } = this.#options
    const data = decodeAssignmentData(userData)
    const copies = (data?.standby ?? []).filter(({ group }) => groups.some(({ id }) => id === group))
    // Let go first: another thread of this process may wait for what was a copy here, and have what is to be one. A copy
    // that becomes the task itself stops being one before the task begins.
    await this.#follow(this.#standby.filter((task) => has(copies, task)))
    this.release()
    const inUse = await this.#open([...this.#tasksOf(given), ...copies])
    const isInUse = (one: TopicPartition) => this.#tasksOf([one]).some((task) => has(inUse, task))
    const added = given.filter((one) => !isInUse(one))
    const declined = given.filter(isInUse)
    await this.#follow(copies.filter((task) => !has(inUse, task)))
    if (added.length > 0) {
      await onNewPartitions()
      context.onEvent?.({ kind: 'assigned', partitions: added })
    }
    // The first one is an answer to `subscribe`, even when it is empty.
    if (added.length > 0 || this.#isFirst) await listener.onAssigned(added)
    this.#isFirst = false
    const isOfOthers = data !== undefined && data.groups !== groupsId(groups)
    if (declined.length > 0) return { declined, rejoin: 'another thread still has a task' }
    return { declined, rejoin: isOfOthers ? 'the assignment was made from other groups' : undefined }
  }

  async revoked(partitions: readonly TopicPartition[]): Promise<void> {
    const { context, listener } = this.#options
    context.onEvent?.({ kind: 'revoked', partitions })
    try {
      await listener.onRevoked(partitions)
    } catch (error) {
      // Whatever was open is not committed, and will not be: the partitions go either way.
      context.onEvent?.({ kind: 'failed', error })
    }
  }

  async lost(partitions: readonly TopicPartition[]): Promise<void> {
    const { context, listener } = this.#options
    context.onEvent?.({ kind: 'lost', partitions })
    try {
      await this.#follow([])
      await listener.onLost(partitions)
    } catch (error) {
      context.onEvent?.({ kind: 'failed', error })
    }
  }

  release(): void {
    const { states } = this.#options.context
    const needed = new Set([...this.#tasksOf(this.#options.owned()), ...this.#standby].map(taskName))
    for (const task of states.opened) if (!needed.has(taskName(task))) states.close(task)
  }

  fenced(): Error {
    return this.#options.fenced()
  }

  changed(to: MemberState, reason: string): void {
    this.#options.context.onEvent?.({ kind: 'membership', state: to, reason })
  }

  /**
   * Opens the stores of these. Returns those that another thread has and does not let go of: that one may wait for a
   * rebalance which in turn waits for us, so the task is declined for a round. Throws STATE_IN_USE when it goes on.
   */
  async #open(tasks: readonly TaskId[]): Promise<readonly TaskId[]> {
    const { context, signal } = this.#options
    const inUse: TaskId[] = []
    const open = async (task: TaskId) => {
      const name = taskName(task)
      try {
        await context.states.open(task, await this.#changelogs(task), signal)
        this.#declines.delete(name)
      } catch (error) {
        const times = (this.#declines.get(name) ?? 0) + 1
        if ((error as { code?: string }).code !== 'STATE_IN_USE' || times > MAX_DECLINES) throw error
        this.#declines.set(name, times)
        inUse.push(task)
      }
    }
    await Promise.all(tasks.filter(({ group }) => this.#group(group).stores.length > 0).map(open))
    return inUse
  }

  /** Keeps copies of exactly these warm from now on. */
  async #follow(standby: readonly TaskId[]): Promise<void> {
    const isSame = standby.length === this.#standby.length && standby.every((task) => has(this.#standby, task))
    this.#standby = standby
    if (!isSame) await this.#options.listener.onStandby?.(standby)
  }

  #tasksOf(partitions: readonly TopicPartition[]): readonly TaskId[] {
    const tasks = new Map<string, TaskId>()
    for (const { topic, partition } of partitions) {
      const group = this.#groupOf.get(topic)
      if (!group) continue
      const task = { group: group.id, partition }
      tasks.set(taskName(task), task)
    }
    return [...tasks.values()]
  }

  #group(id: string): TaskGroup {
    return this.#options.groups.find((group) => group.id === id)!
  }

  async #partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { cluster } = this.#options.context
    const unique = [...new Set(topics)]
    await cluster.refresh(unique)
    const counts = new Map<string, number>()
    // A topic that only a newer version of the application reads, and nobody has made yet, has no partitions.
    for (const topic of unique) counts.set(topic, (await orUnknown(cluster.topic(topic)))?.leaders.length ?? 0)
    return counts
  }

  async #changelogs({ group }: TaskId): Promise<readonly ChangelogId[]> {
    const { cluster, options } = this.#options.context
    return Promise.all(
      this.#group(group).stores.map(async (store) => {
        const view = await orUnknown(cluster.topic(changelogTopic(options.applicationId, store)))
        return { store, topicId: view?.id ?? '' }
      }),
    )
  }
}

const has = (tasks: readonly TaskId[], one: TaskId) =>
  tasks.some(({ group, partition }) => group === one.group && partition === one.partition)

async function orUnknown<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof TopicUnknownError) return undefined
    throw error
  }
}
