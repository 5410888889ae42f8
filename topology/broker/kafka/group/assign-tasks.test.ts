import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { TaskGroup, TopicPartition } from '../../broker.ts'
import { taskName } from '../state/task-states.ts'
import { type AssignorMember, assignTasks, type MemberAssignment } from './assign-tasks.ts'

/** A group as the coordinator would lead it: members join with what they have, and do what they are told. */
class Group {
  readonly counts: Readonly<Record<string, number>>
  readonly groups: readonly TaskGroup[]
  readonly replicas: number
  members: AssignorMember[] = []
  #generation = 0

  constructor(groups: readonly TaskGroup[], counts: Readonly<Record<string, number>>, replicas = 0) {
    this.groups = groups
    this.counts = counts
    this.replicas = replicas
  }

  join(process: string, threads = 1): void {
    for (let thread = 0; thread < threads; thread++) {
      const name = `${process}-${thread}`
      const data = { process, groups: this.groups, standbyReplicas: this.replicas, local: [], standby: [] }
      this.members.push({ memberId: name, name, data, owned: [], generation: -1 })
    }
  }

  leave(process: string): void {
    this.members = this.members.filter(({ data }) => data.process !== process)
  }

  round(): ReadonlyMap<string, MemberAssignment> {
    this.#generation += 1
    const told = assignTasks(this.members, (topic) => this.counts[topic]!)
    this.members = this.members.map((member) => {
      const { partitions, standby } = told.get(member.memberId)!
      const had = new Map(member.data.local.map((local) => [taskName(local), local]))
      for (const { topic, partition } of partitions) {
        const group = this.groups.find(({ topics }) => topics.includes(topic))!
        if (group.stores.length > 0)
          had.set(taskName({ group: group.id, partition }), { group: group.id, partition, position: this.#generation })
      }
      for (const task of standby) had.set(taskName(task), { ...task, position: this.#generation })
      const data = { ...member.data, local: [...had.values()], standby }
      return { ...member, data, owned: partitions, generation: this.#generation }
    })
    return told
  }

  /** Until nobody has anything to give up. Returns how many rounds it took. */
  settle(): number {
    for (let rounds = 1; ; rounds++) {
      const before = owners(this.members)
      this.round()
      const after = owners(this.members)
      if ([...before.keys()].every((key) => after.has(key))) return rounds
      assert.ok(rounds < 10, 'the group does not come to rest')
    }
  }

  get tasks(): number {
    return this.groups.reduce((sum, { topics }) => sum + Math.max(...topics.map((topic) => this.counts[topic]!)), 0)
  }
}

const key = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`
function owners(members: readonly AssignorMember[]): Map<string, string> {
  const all = new Map<string, string>()
  for (const { memberId, owned } of members)
    for (const partition of owned) {
      assert.equal(all.has(key(partition)), false, `${key(partition)} has two owners`)
      all.set(key(partition), memberId)
    }
  return all
}
const groupOf = (group: Group, topic: string) => group.groups.find(({ topics }) => topics.includes(topic))!.id
function tasksOf(group: Group, of: (member: AssignorMember) => string): Map<string, Set<string>> {
  const tasks = new Map<string, Set<string>>(group.members.map((member) => [of(member), new Set()]))
  for (const member of group.members)
    for (const { topic, partition } of member.owned)
      tasks.get(of(member))!.add(taskName({ group: groupOf(group, topic), partition }))
  return tasks
}
const byProcess = (member: AssignorMember) => member.data.process
const byThread = (member: AssignorMember) => member.memberId
const taskOwners = (group: Group, of: (member: AssignorMember) => string) =>
  new Map([...tasksOf(group, of)].flatMap(([owner, tasks]) => [...tasks].map((task) => [task, owner] as const)))
const moved = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) =>
  [...after].filter(([task, owner]) => before.get(task) !== owner).map(([task]) => task)
const spread = (tasks: ReadonlyMap<string, ReadonlySet<string>>) => {
  const sizes = [...tasks.values()].map(({ size }) => size)
  return Math.max(...sizes) - Math.min(...sizes)
}

const shapes = fc.record({
  counts: fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 4,
  }),
  stateful: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  processes: fc.integer({ min: 1, max: 6 }),
  threads: fc.integer({ min: 1, max: 3 }),
  replicas: fc.integer({ min: 0, max: 2 }),
})
type Shape = typeof shapes extends fc.Arbitrary<infer T> ? T : never
function build({ counts, stateful, processes, threads, replicas }: Shape): Group {
  const topics: Record<string, number> = {}
  const groups = counts.map((list, g) => ({
    id: String(g),
    topics: list.map((count, t) => {
      topics[`t${g}-${t}`] = count
      return `t${g}-${t}`
    }),
    stores: stateful[g] ? [`s${g}`] : [],
  }))
  const group = new Group(groups, topics, replicas)
  for (let process = 0; process < processes; process++) group.join(`p${process}`, threads)
  return group
}
const holds = (property: (shape: Shape) => void) => fc.assert(fc.property(shapes, property), { numRuns: 300 })

test('every partition has exactly one owner, and the topics of a group meet by partition', () =>
  holds((shape) => {
    const group = build(shape)
    group.settle()
    const all = owners(group.members)
    assert.deepEqual(
      [...all.keys()].sort(),
      Object.entries(group.counts)
        .flatMap(([topic, count]) => Array.from({ length: count }, (_, partition) => key({ topic, partition })))
        .sort(),
    )
    for (const { topics } of group.groups)
      for (let partition = 0; partition < 9; partition++) {
        const here = topics.map((topic) => all.get(key({ topic, partition }))).filter(Boolean)
        assert.ok(new Set(here).size <= 1)
      }
  }))

test('processes, and the threads of each, differ by one task at most', () =>
  holds((shape) => {
    const group = build(shape)
    group.settle()
    assert.ok(spread(tasksOf(group, byProcess)) <= 1)
    for (const [, members] of Map.groupBy(group.members, byProcess)) {
      const ids = new Set(members.map(byThread))
      assert.ok(spread(new Map([...tasksOf(group, byThread)].filter(([id]) => ids.has(id)))) <= 1)
    }
  }))

test('a process with more threads carries more: shares by threads, rounded down or up', () =>
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 40 }),
      (threads, tasks) => {
        const group = new Group([{ id: '0', topics: ['t'], stores: [] }], { t: tasks })
        for (const [i, count] of threads.entries()) group.join(`p${i}`, count)
        group.settle()
        const total = threads.reduce((a, b) => a + b)
        const loads = tasksOf(group, byProcess)
        for (const [i, count] of threads.entries())
          assert.ok(Math.abs(loads.get(`p${i}`)!.size - (tasks * count) / total) < 1)
      },
    ),
  ))

test('the same members again: nothing moves, in any order of members', () =>
  holds((shape) => {
    const group = build(shape)
    group.settle()
    const before = taskOwners(group, byThread)
    const standby = new Map(group.members.map(({ memberId, data }) => [memberId, data.standby]))
    group.members.reverse()
    assert.equal(group.settle(), 1)
    assert.deepEqual(moved(before, taskOwners(group, byThread)), [])
    for (const { memberId, data } of group.members)
      assert.deepEqual(data.standby.map(taskName).sort(), standby.get(memberId)!.map(taskName).sort())
  }))

test('when a process leaves, only its tasks move', () =>
  holds((shape) => {
    if (shape.processes < 2) return
    const group = build(shape)
    group.settle()
    const before = taskOwners(group, byProcess)
    group.leave('p0')
    assert.equal(group.settle(), 1)
    for (const task of moved(before, taskOwners(group, byProcess))) assert.equal(before.get(task), 'p0')
  }))

test('when a process joins, no more than its share moves, and only to it', () =>
  holds((shape) => {
    const group = build(shape)
    group.settle()
    const before = taskOwners(group, byProcess)
    group.join('q', shape.threads)
    group.settle()
    const after = taskOwners(group, byProcess)
    const changed = moved(before, after)
    assert.ok(changed.length <= Math.ceil(group.tasks / (shape.processes + 1)))
    for (const task of changed) assert.equal(after.get(task), 'q')
    assert.ok(spread(tasksOf(group, byProcess)) <= 1)
  }))

test('a task that changes hands is with nobody for one round, never with two', () =>
  holds((shape) => {
    const group = build(shape)
    group.settle()
    const before = owners(group.members)
    group.join('q', shape.threads)
    group.round()
    const during = owners(group.members)
    for (const [partition, owner] of during) assert.equal(owner, before.get(partition))
    group.round()
    assert.equal(owners(group.members).size, before.size)
  }))

test('any sequence of joins and departures comes to rest balanced', () =>
  fc.assert(
    fc.property(shapes, fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 12 }), (shape, steps) => {
      const group = build(shape)
      group.round()
      for (const step of steps) {
        if (group.members.some(({ data }) => data.process === `p${step}`)) group.leave(`p${step}`)
        else group.join(`p${step}`, shape.threads)
        if (group.members.length === 0) group.join('last', shape.threads)
        // Only one round: the next change comes into the middle of a handover.
        group.round()
        owners(group.members)
      }
      group.settle()
      assert.ok(spread(tasksOf(group, byProcess)) <= 1)
    }),
    { numRuns: 300 },
  ))

test('copies lie on other processes than the task, as many as there are processes for, and are spread', () =>
  holds((shape) => {
    const group = build(shape)
    group.settle()
    const active = taskOwners(group, byProcess)
    const stateful = group.groups.filter(({ stores }) => stores.length > 0).map(({ id }) => id)
    const wanted = Math.min(shape.replicas, shape.processes - 1)
    const found = new Map<string, string[]>()
    for (const { data } of group.members)
      for (const task of data.standby) found.set(taskName(task), [...(found.get(taskName(task)) ?? []), data.process])
    for (const [task, owner] of active) {
      const copies = found.get(task) ?? []
      const isStateful = stateful.includes(task.slice(0, task.lastIndexOf('_')))
      assert.equal(copies.length, isStateful ? wanted : 0, task)
      assert.equal(new Set([...copies, owner]).size, copies.length + 1, task)
    }
  }))

test('an owner that dies is followed by whoever kept its copy warm', () => {
  const group = new Group([{ id: '0', topics: ['t'], stores: ['s'] }], { t: 6 }, 1)
  for (const process of ['a', 'b', 'c']) group.join(process)
  group.settle()
  const copies = new Map<string, string>()
  for (const { data } of group.members) for (const task of data.standby) copies.set(taskName(task), data.process)
  const before = taskOwners(group, byProcess)
  group.leave('a')
  group.settle()
  const after = taskOwners(group, byProcess)
  for (const [task, owner] of before) if (owner === 'a') assert.equal(after.get(task), copies.get(task))
})

test('what nobody has goes where the freshest copy lies', () => {
  const groups = [{ id: '0', topics: ['t'], stores: ['s'] }]
  const local = (position: number) => Array.from({ length: 2 }, (_, partition) => ({ group: '0', partition, position }))
  const member = (name: string, positions: readonly number[]): AssignorMember => ({
    memberId: name,
    name,
    data: {
      process: name,
      groups,
      standbyReplicas: 0,
      standby: [],
      local: positions.map((position, partition) => ({ ...local(0)[partition]!, position })),
    },
    owned: [],
    generation: -1,
  })
  const told = assignTasks([member('a', [5, 900]), member('b', [700, 10])], () => 2)
  assert.deepEqual(told.get('a')!.partitions, [{ topic: 't', partition: 1 }])
  assert.deepEqual(told.get('b')!.partitions, [{ topic: 't', partition: 0 }])
})

test('two that claim the same partition in the same generation both give it up first; an older claim does not count', () => {
  const groups = [{ id: '0', topics: ['t'], stores: [] }]
  const data = { groups, standbyReplicas: 0, local: [], standby: [] }
  const owned = [{ topic: 't', partition: 0 }]
  const member = (name: string, generation: number): AssignorMember => ({
    memberId: name,
    name,
    data: { ...data, process: name },
    owned,
    generation,
  })
  const both = assignTasks([member('a', 4), member('b', 4)], () => 1)
  assert.deepEqual([both.get('a')!.partitions, both.get('b')!.partitions], [[], []])
  const one = assignTasks([member('a', 3), member('b', 4)], () => 1)
  assert.deepEqual([one.get('a')!.partitions, one.get('b')!.partitions], [[], owned])
})

test('while a new grouping is rolled out no partition has two owners: the one most members have counts', () => {
  const old: TaskGroup[] = [{ id: '0', topics: ['t'], stores: [] }]
  const next: TaskGroup[] = [{ id: '0', topics: ['t', 'u'], stores: [] }]
  const member = (name: string, groups: readonly TaskGroup[]): AssignorMember => ({
    memberId: name,
    name,
    data: { process: name, groups, standbyReplicas: 0, local: [], standby: [] },
    owned: [],
    generation: -1,
  })
  const told = assignTasks([member('a', old), member('b', next), member('c', next)], () => 4)
  assert.deepEqual(told.get('a')!.partitions, [])
  assert.equal(told.get('b')!.partitions.length + told.get('c')!.partitions.length, 8)
})
