import type { TaskGroup, TopicPartition } from '../../broker.ts'
import { type TaskId, taskName } from '../state/task-states.ts'
import { type BalanceRules, balance } from './balance.ts'
import type { MemberData } from './member-data.ts'

export interface AssignorMember {
  readonly memberId: string
  /** What it is called after a restart, too: the group instance id where it has one. */
  readonly name: string
  readonly data: MemberData
  readonly owned: readonly TopicPartition[]
  /** In which `owned` was assigned. */
  readonly generation: number
}

export interface MemberAssignment {
  readonly partitions: readonly TopicPartition[]
  readonly standby: readonly TaskId[]
}

interface Unit extends TaskId {
  readonly name: string
  readonly partitions: readonly TopicPartition[]
  readonly stateful: boolean
  /** Members whose topology has this group. */
  readonly able: ReadonlySet<string>
  /** undefined: nobody has it. Null: two say that they do, so nobody gets it before both have given it up. */
  readonly owner: AssignorMember | undefined | null
}

/**
 * Who gets which task. The unit is one partition of one group: all topics of the group that have this partition go
 * together. Every process gets its share (by its threads), every thread of a process its share of that, rounded down or
 * up; what can stay stays, what cannot goes where the freshest copy of its stores lies. A task that changes hands is
 * given to nobody until its owner has given it up and joined again (KIP-429). Copies to be kept warm lie on other
 * processes than the task. The same members in any order give the same answer.
 */
export function assignTasks(
  members: readonly AssignorMember[],
  partitionCount: (topic: string) => number,
): ReadonlyMap<string, MemberAssignment> {
  const sorted = [...members].sort((a, b) => compare(a.name, b.name) || compare(a.memberId, b.memberId))
  const byId = new Map(sorted.map((member) => [member.memberId, member]))
  const units = unitsOf(sorted, partitionCount)
  const stock = copies(sorted)
  const processOf = (memberId: string | undefined) =>
    memberId === undefined ? undefined : byId.get(memberId)?.data.process

  const target = place(units, sorted, {
    current: (unit) => unit.owner?.memberId,
    stock: (unit, process) => stock.get(unit.name)?.get(process),
    mayCarry: () => true,
  })
  const partitions = new Map<string, TopicPartition[]>(sorted.map(({ memberId }) => [memberId, []]))
  const standby = new Map<string, TaskId[]>(sorted.map(({ memberId }) => [memberId, []]))
  for (const unit of units) {
    const memberId = target.get(unit)
    if (memberId === undefined) continue
    if (unit.owner === undefined || unit.owner?.memberId === memberId)
      partitions.get(memberId)!.push(...unit.partitions)
    // Until the task comes its copy stays warm.
    else
      for (const id of warm(unit, sorted)) if (processOf(id) === processOf(memberId)) standby.get(id)!.push(idOf(unit))
  }

  for (const [copy, memberId] of placeCopies(units, target, sorted, stock)) standby.get(memberId)!.push(idOf(copy))
  return new Map(
    sorted.map(({ memberId }) => [
      memberId,
      { partitions: partitions.get(memberId)!, standby: standby.get(memberId)! },
    ]),
  )
}

/** One of the copies of a task; not the first of them, nor any: they are alike. */
interface Copy extends Unit {
  readonly original: Unit
  readonly current: string | undefined
}

function placeCopies(
  units: readonly Unit[],
  target: ReadonlyMap<Unit, string>,
  members: readonly AssignorMember[],
  stock: Stock,
): ReadonlyMap<Copy, string> {
  const processOf = new Map(members.map(({ memberId, data }) => [memberId, data.process]))
  const others = new Set(processOf.values()).size - 1
  const replicas = Math.min(others, Math.max(0, ...members.map(({ data }) => data.standbyReplicas)))
  const owner = (unit: Unit) => processOf.get(target.get(unit)!)!
  const copies = units
    .filter((unit) => unit.stateful && target.has(unit))
    .flatMap((original) => {
      const warmAt = new Map(warm(original, members).map((memberId) => [processOf.get(memberId), memberId]))
      warmAt.delete(owner(original))
      const current = [...warmAt.values()]
      return Array.from({ length: replicas }, (_, i): Copy => ({ ...original, original, current: current[i] }))
    })
  return place(copies, members, {
    current: (copy) => copy.current,
    stock: (copy, process) => stock.get(copy.name)?.get(process),
    mayCarry: ({ original }, process, beside) =>
      owner(original) !== process && beside.every((other) => other.original !== original),
  })
}

interface PlaceRules<U extends Unit> {
  /** The member that has it. */
  current(unit: U): string | undefined
  stock(unit: U, process: string): number | undefined
  mayCarry(unit: U, process: string, beside: readonly U[]): boolean
}

/** Processes first, then the threads of each. */
function place<U extends Unit>(
  units: readonly U[],
  members: readonly AssignorMember[],
  rules: PlaceRules<U>,
): ReadonlyMap<U, string> {
  const threads = Map.groupBy(members, ({ data }) => data.process)
  const processOf = new Map(members.map(({ memberId, data }) => [memberId, data.process]))
  const currentProcess = (unit: U) => processOf.get(rules.current(unit) ?? '')
  const kind = ({ group }: U) => group
  const isAble = (unit: U, process: string) => threads.get(process)!.some(({ memberId }) => unit.able.has(memberId))

  const byProcess: BalanceRules<U> = {
    kind,
    part: rules.current,
    current: currentProcess,
    stock: rules.stock,
    mayCarry: (unit, process, beside) => isAble(unit, process) && rules.mayCarry(unit, process, beside),
  }
  const processes = [...threads].map(([name, { length: weight }]) => ({ name, weight }))
  const placed = balance(units, processes, byProcess)

  const result = new Map<U, string>()
  for (const [process, mine] of threads) {
    const here = units.filter((unit) => placed.get(unit) === process)
    const wasWarm = new Map(mine.map(({ memberId, data }) => [memberId, new Set(data.standby.map(taskName))]))
    const byThread: BalanceRules<U> = {
      kind,
      current: (unit) => (currentProcess(unit) === process ? rules.current(unit) : undefined),
      // All threads share the process' disk; the one that kept the copy warm has it open.
      stock: (unit, memberId) => (wasWarm.get(memberId)!.has(unit.name) ? 1 : undefined),
      mayCarry: (unit, memberId) => unit.able.has(memberId),
    }
    const bins = mine.map(({ memberId }) => ({ name: memberId, weight: 1 }))
    for (const [unit, memberId] of balance(here, bins, byThread)) result.set(unit, memberId)
  }
  return result
}

function unitsOf(members: readonly AssignorMember[], partitionCount: (topic: string) => number): readonly Unit[] {
  const claims = ownership(members)
  return agreedGroups(members).flatMap(({ group, able }) => {
    const counts = group.topics.map((topic) => ({ topic, count: partitionCount(topic) }))
    return Array.from({ length: Math.max(0, ...counts.map(({ count }) => count)) }, (_, partition) => {
      const partitions = counts.flatMap(({ topic, count }) => (partition < count ? [{ topic, partition }] : []))
      const id = { group: group.id, partition }
      return {
        ...id,
        name: taskName(id),
        partitions,
        stateful: group.stores.length > 0,
        able,
        owner: ownerOf(partitions, claims),
      }
    })
  })
}

/**
 * While a new topology is rolled out, members may differ in how topics are grouped. A partition must never have two
 * owners, so of groups that overlap the one that most members have counts, and goes to these only.
 */
function agreedGroups(
  members: readonly AssignorMember[],
): readonly { readonly group: TaskGroup; readonly able: ReadonlySet<string> }[] {
  const found = new Map<string, { readonly group: TaskGroup; readonly able: Set<string> }>()
  for (const { memberId, data } of members)
    for (const group of data.groups) {
      const key = JSON.stringify([group.id, [...group.topics].sort()])
      const known = found.get(key) ?? { group, able: new Set() }
      known.able.add(memberId)
      found.set(key, known)
    }
  const names = new Set<string>()
  const topics = new Set<string>()
  return [...found]
    .sort(([a, { able: m }], [b, { able: n }]) => n.size - m.size || compare(a, b))
    .map(([, known]) => known)
    .filter(({ group }) => {
      if (names.has(group.id) || group.topics.some((topic) => topics.has(topic))) return false
      names.add(group.id)
      for (const topic of group.topics) topics.add(topic)
      return true
    })
    .sort((a, b) => compare(a.group.id, b.group.id))
}

/** By partition: of those who say they own it, those of the newest generation. */
function ownership(members: readonly AssignorMember[]): ReadonlyMap<string, readonly AssignorMember[]> {
  const claims = new Map<string, AssignorMember[]>()
  for (const member of members)
    for (const partition of member.owned) {
      const key = partitionKey(partition)
      const known = claims.get(key)
      if (!known || known[0]!.generation < member.generation) claims.set(key, [member])
      else if (known[0]!.generation === member.generation) known.push(member)
    }
  return claims
}

function ownerOf(
  partitions: readonly TopicPartition[],
  claims: ReadonlyMap<string, readonly AssignorMember[]>,
): AssignorMember | undefined | null {
  const owners = new Set(partitions.flatMap((partition) => claims.get(partitionKey(partition)) ?? []))
  if (owners.size > 1) return null
  return [...owners][0]
}

/** By task and process: how far the freshest copy is. */
type Stock = ReadonlyMap<string, ReadonlyMap<string, number>>

function copies(members: readonly AssignorMember[]): Stock {
  const stock = new Map<string, Map<string, number>>()
  for (const { data } of members)
    for (const local of data.local) {
      const name = taskName(local)
      const processes = stock.get(name) ?? new Map<string, number>()
      processes.set(data.process, Math.max(processes.get(data.process) ?? 0, local.position))
      stock.set(name, processes)
    }
  return stock
}

/** Members that were keeping a copy warm. */
const warm = (unit: Unit, members: readonly AssignorMember[]): readonly string[] =>
  members
    .filter(({ data }) => data.standby.some((task) => taskName(task) === unit.name))
    .map(({ memberId }) => memberId)

const idOf = ({ group, partition }: Unit): TaskId => ({ group, partition })
const partitionKey = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
