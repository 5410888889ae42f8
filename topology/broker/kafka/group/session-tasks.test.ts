import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import type { AssignmentListener, TopicPartition } from '../../broker.ts'
import { TopicUnknownError } from '../../errors.ts'
import type { KafkaSessionContext, SessionEvent } from '../kafka-session-options.ts'
import { MemoryDisk, MemoryTaskStates } from '../state/memory-task-states.ts'
import { taskName } from '../state/task-states.ts'
import { encodeAssignmentData, groupsId } from './member-data.ts'
import { SessionTasks } from './session-tasks.ts'

const groups = [{ id: '0', topics: ['t'], stores: ['s'] }]
const p = (partition: number): TopicPartition => ({ topic: 't', partition })
const task = (partition: number) => ({ group: '0', partition })
const told = (...standby: readonly number[]) =>
  encodeAssignmentData({ standby: standby.map(task), groups: groupsId(groups) })

let disk: MemoryDisk
let topicIds: Map<string, string>
beforeEach(() => {
  disk = new MemoryDisk()
  topicIds = new Map([
    ['t', 'id-t'],
    ['app-s-changelog', 'id-s'],
  ])
})

/** A session's tasks, one of several threads of a process. */
function thread(listener: Partial<AssignmentListener> = {}) {
  let elapsed = 0
  const time = {
    now: () => elapsed,
    sleep: async (ms: number) => {
      elapsed += ms
      await new Promise((go) => setImmediate(go))
    },
  }
  const log: string[] = []
  const events: SessionEvent[] = []
  const note = (what: string) => async (list: readonly { readonly partition: number }[]) =>
    void log.push([what, ...list.map(({ partition }) => partition)].join(' '))
  const states = new MemoryTaskStates(disk, 'app', time)
  states.setGroups(groups)
  const topic = async (name: string) => {
    const id = topicIds.get(name)
    if (id === undefined) throw new TopicUnknownError(name)
    return { name, id, leaders: [{ node: 1, epoch: 0 }, undefined, { node: 1, epoch: 0 }] }
  }
  const context = {
    time,
    cluster: { known: () => undefined, topic, refresh: async () => {} },
    states,
    options: { applicationId: 'app', instanceId: 'process' },
    onEvent: (event: SessionEvent) => void events.push(event),
  } as unknown as KafkaSessionContext
  const self = { owned: [] as readonly TopicPartition[], epochs: 0 }
  const tasks = new SessionTasks({
    context,
    groups,
    listener: {
      onAssigned: note('assigned'),
      onRevoked: note('revoked'),
      onLost: note('lost'),
      onStandby: note('standby'),
      ...listener,
    },
    signal: new AbortController().signal,
    owned: () => self.owned,
    onNewPartitions: async () => {
      self.epochs += 1
      log.push('epoch')
    },
    fenced: () => new Error('fenced'),
  })
  const assign = (owned: readonly number[], added: readonly number[], data: Uint8Array) => {
    self.owned = owned.map(p)
    return tasks.assigned(added.map(p), data)
  }
  return { tasks, states, log, events, assign, self, opened: () => states.opened.map(taskName).sort() }
}

test('the stores of a task are open and it has a new epoch before the listener hears of it', async () => {
  const one = thread({
    async onAssigned() {
      assert.deepEqual(one.opened(), ['0_0', '0_2'])
      assert.equal(one.self.epochs, 1)
    },
  })
  assert.deepEqual(await one.assign([0, 2], [0, 2], told()), { declined: [], rejoin: undefined })
})

test('the first answer is told even when it is empty; later ones only when they bring something', async () => {
  const one = thread()
  await one.assign([], [], told())
  await one.assign([], [], told())
  await one.assign([1], [1], told())
  assert.deepEqual(one.log, ['assigned', 'epoch', 'assigned 1'])
})

test('a copy that becomes the task stops being a copy before the task begins, and its file stays open', async () => {
  const one = thread()
  await one.assign([], [], told(0, 1))
  one.log.length = 0
  await one.assign([0], [0], told(1))
  assert.deepEqual(one.log, ['standby 1', 'epoch', 'assigned 0'])
  assert.deepEqual(one.opened(), ['0_0', '0_1'])
})

test('two threads of a process that change places do not wait for each other for ever', async () => {
  const [one, two] = [thread(), thread()]
  await Promise.all([one.assign([], [], told(0)), two.assign([], [], told(1))])
  await Promise.all([one.assign([], [], told(1)), two.assign([], [], told(0))])
  assert.deepEqual([one.opened(), two.opened()], [['0_1'], ['0_0']])
  await Promise.all([one.assign([0], [0], told()), two.assign([1], [1], told())])
  assert.deepEqual([one.opened(), two.opened()], [['0_0'], ['0_1']])
})

test('a task that another thread does not let go of is declined for a round, and in the end refused', async () => {
  const [one, two] = [thread(), thread()]
  await two.assign([0], [0], told())
  const answer = await one.assign([0, 1], [0, 1], told())
  assert.deepEqual(answer, { declined: [p(0)], rejoin: 'another thread still has a task' })
  assert.deepEqual(one.log, ['epoch', 'assigned 1'])
  for (let i = 0; i < 5; i++) assert.equal((await one.assign([0, 1], [0], told())).declined.length, 1)
  await assert.rejects(one.assign([0, 1], [0], told()), { code: 'STATE_IN_USE' })
  two.states.end()
  assert.deepEqual((await one.assign([0, 1], [0], told())).declined, [])
})

test('a copy that another thread still has is left out', async () => {
  const [one, two] = [thread(), thread()]
  await two.assign([0], [0], told())
  assert.equal((await one.assign([], [], told(0, 1))).rejoin, undefined)
  assert.deepEqual(one.log, ['standby 1', 'assigned'])
})

test('what was lost is let go of, copies too', async () => {
  const one = thread()
  await one.assign([0], [0], told(1))
  one.log.length = 0
  one.self.owned = []
  await one.tasks.lost([p(0)])
  one.tasks.release()
  assert.deepEqual(one.log, ['standby', 'lost 0'])
  assert.deepEqual(one.opened(), [])
})

test('a listener that fails to finish does not keep what it has to give up', async () => {
  const one = thread({
    async onRevoked() {
      throw new Error('no')
    },
  })
  await one.tasks.revoked([p(0)])
  assert.deepEqual(
    one.events.map(({ kind }) => kind),
    ['revoked', 'failed'],
  )
})

test('a commit with anything of a task that is not ours is found', async () => {
  const one = thread()
  one.self.owned = [p(0)]
  const change = (store: string, partition: number) => ({ store, partition, key: Buffer.from('k'), value: null })
  assert.equal(one.tasks.stray([p(0)], [change('s', 0), change('free', 7)]), undefined)
  assert.equal(one.tasks.stray([p(0), p(1)], []), 't-1')
  assert.equal(one.tasks.stray([p(0)], [change('s', 0), change('s', 1)]), 'store s-1')
})

test('an assignment that the leader made from other groups than ours asks for another one', async () => {
  const one = thread()
  const { rejoin } = await one.assign([], [], encodeAssignmentData({ standby: [], groups: 1 }))
  assert.match(rejoin!, /other groups/)
  assert.equal((await one.assign([], [], new Uint8Array())).rejoin, undefined)
})

test('the leader knows members by what they say; a topic that nobody has made yet has no partitions', async () => {
  const one = thread()
  await one.assign([0], [0], told())
  const { topics, userData } = one.tasks.profile()
  assert.deepEqual(topics, ['t'])
  const member = (memberId: string, owned: readonly TopicPartition[]) => {
    return { memberId, groupInstanceId: null, owned, generation: 1, userData }
  }
  const given = await one.tasks.assign([member('a', [p(0), p(1)]), member('b', [p(2)])])
  assert.deepEqual(
    ['a', 'b'].map((id) => given.get(id)!.partitions),
    [[p(0), p(1)], [p(2)]],
  )
  topicIds.delete('t')
  assert.deepEqual((await one.tasks.assign([member('a', [])])).get('a')!.partitions, [])
})
