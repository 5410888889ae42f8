import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import type { CommitOutcome } from '../broker.ts'
import { SessionCluster, type Worker } from './kafka-session.fixture.ts'
import { systemTime } from './system-time.ts'

let on: SessionCluster
let input: string
let changelog: string
beforeEach(async () => {
  on = new SessionCluster()
  input = `${on.applicationId}-in`
  changelog = `${on.applicationId}-s-changelog`
  await on.createTopics({ [input]: 4, [changelog]: 4 })
})
afterEach(() => on.dispose())

const groups = () => [{ id: '0', topics: [input], stores: ['s'] }]
const bytes = (text: string) => Buffer.from(text)
const until = async (what: string, isSo: () => boolean | Promise<boolean>) => {
  for (const end = systemTime.now() + 30_000; !(await isSo()); await systemTime.sleep(25))
    if (systemTime.now() > end) throw new Error(`never came to be: ${what}`)
}
const at = (offset: number, partition = 0) => ({ topic: input, partition, offset, metadata: `m${offset}` })
const commit = (worker: Worker, offset: number, partition = 0): Promise<CommitOutcome> =>
  worker.session.commit({
    records: [{ topic: changelog, partition, key: bytes('k'), value: bytes(`${offset}`), timestamp: 0, headers: [] }],
    offsets: [at(offset, partition)],
    changes: [{ store: 's', partition, key: bytes('k'), value: bytes(`${offset}`) }],
  })
const value = (worker: Worker, partition = 0) =>
  Buffer.from(worker.states.get('s', partition, bytes('k')) ?? []).toString()
const all = () => [0, 1, 2, 3].map((partition) => `${input}-${partition}`)
const partitions = () => [0, 1, 2, 3].map((partition) => ({ topic: input, partition }))
const polling = (...workers: readonly Worker[]) => {
  for (const { session } of workers) session.polled()
}

test('a session gets what it subscribed to, commits, and the next one goes on from there', async () => {
  const first = await on.worker({ instanceId: 'a' })
  await first.subscribe(groups())
  assert.deepEqual([...first.owned].sort(), all())
  assert.deepEqual(await first.session.committed(partitions()), [])
  assert.deepEqual(await commit(first, 5), { kind: 'committed' })
  assert.deepEqual(await first.session.committed(partitions()), [at(5)])
  assert.equal(value(first), '5')
  assert.equal(first.states.changelogOffset('s', 0), 1)
  await first.session.close()

  const next = await on.worker({ instanceId: 'a' })
  await next.subscribe(groups())
  assert.deepEqual([...next.owned].sort(), all())
  assert.ok(next.session.epoch > first.session.epoch)
  assert.deepEqual(await next.session.committed(partitions()), [at(5)])
  assert.equal(value(next), '5')
})

test('two sessions share by task; what moves is finished by its owner before the other one has it', async () => {
  const first = await on.worker({ instanceId: 'a' })
  await first.subscribe(groups())
  let finished: CommitOutcome | undefined
  first.onRevoked = async ([partition]) => {
    finished = await commit(first, 7, partition!.partition)
  }
  const epoch = first.session.epoch
  const second = await on.worker({ instanceId: 'b' })
  await second.subscribe(groups())
  await until('each has its half', () => first.owned.size === 2 && second.owned.size === 2)
  assert.deepEqual([...first.owned, ...second.owned].sort(), all())
  assert.deepEqual(finished, { kind: 'committed' })
  assert.equal(first.log.filter((line) => line.startsWith('lost')).length, 0)
  assert.ok(second.session.epoch > epoch)
  const [moved] = first.log
    .find((line) => line.startsWith('revoked'))!
    .split(' ')
    .slice(1)
  const partition = Number(moved!.slice(-1))
  assert.deepEqual(await second.session.committed([{ topic: input, partition }]), [at(7, partition)])
  assert.equal((await commit(second, 8, partition)).kind, 'committed')
  assert.equal((await commit(first, 9, partition)).kind, 'aborted')
  assert.deepEqual(await second.session.committed([{ topic: input, partition }]), [at(8, partition)])
})

test('the restart of a static member within its session timeout moves nothing', async () => {
  const [first, second] = [await on.worker({ instanceId: 'a' }), await on.worker({ instanceId: 'b' })]
  await first.subscribe(groups())
  await second.subscribe(groups())
  await until('each has its half', () => first.owned.size === 2 && second.owned.size === 2)
  const before = [...first.owned].sort()
  const lines = second.log.length
  await first.session.close()
  const restarted = await on.worker({ instanceId: 'a' })
  await restarted.subscribe(groups())
  assert.deepEqual([...restarted.owned].sort(), before)
  await systemTime.sleep(1_000)
  polling(second)
  assert.equal(second.log.length, lines)
  const [mine] = before
  assert.equal((await commit(restarted, 3, Number(mine!.slice(-1)))).kind, 'committed')
})

test('a killed member is followed by the other one, which goes on from what was committed', async () => {
  const [first, second] = [await on.worker({ instanceId: 'a' }), await on.worker({ instanceId: 'b' })]
  await first.subscribe(groups())
  await second.subscribe(groups())
  await until('each has its half', () => first.owned.size === 2 && second.owned.size === 2)
  const [mine] = [...first.owned]
  const partition = Number(mine!.slice(-1))
  assert.equal((await commit(first, 4, partition)).kind, 'committed')
  first.kill()
  await until('the other one has all', () => {
    polling(second)
    return second.owned.size === 4
  })
  assert.deepEqual(await second.session.committed([{ topic: input, partition }]), [at(4, partition)])
  // Its own copy is empty: the changelog has what the first one wrote.
  assert.equal(second.states.changelogOffset('s', partition), undefined)
  assert.equal((await commit(second, 5, partition)).kind, 'committed')
})

test('a member that stood still for longer than its session timeout has lost all, and writes nothing', async () => {
  const [first, second] = [await on.worker({ instanceId: 'a' }), await on.worker({ instanceId: 'b' })]
  await first.subscribe(groups())
  await second.subscribe(groups())
  await until('each has its half', () => first.owned.size === 2 && second.owned.size === 2)
  const [mine] = [...first.owned]
  const partition = Number(mine!.slice(-1))
  first.freeze()
  // What it was about to commit when it was stopped.
  const late = commit(first, 99, partition)
  await until('the other one has all', () => second.owned.size === 4)
  assert.equal((await commit(second, 5, partition)).kind, 'committed')
  first.thaw()
  assert.equal((await late).kind, 'aborted')
  await until('it has lost and is assigned again', () => first.owned.size === 2 && second.owned.size === 2)
  assert.ok(first.log.some((line) => line.startsWith('lost')))
  assert.deepEqual(await second.session.committed([{ topic: input, partition }]), [at(5, partition)])
})

test('another process under the same instance id takes over; the first one is fenced and says so', async () => {
  const zombie = await on.worker({ instanceId: 'a', machine: 'x' })
  await zombie.subscribe(groups())
  const owner = await on.worker({ instanceId: 'a', machine: 'y' })
  await owner.subscribe(groups())
  assert.deepEqual([...owner.owned].sort(), all())
  assert.equal((await commit(zombie, 99)).kind, 'fenced')
  await until('it hears of it', () => zombie.owned.size === 0)
  assert.throws(() => zombie.session.polled(), { code: 'SESSION_FENCED' })
  assert.equal((await commit(owner, 5)).kind, 'committed')
  assert.deepEqual(await owner.session.committed(partitions()), [at(5)])
})

test('who does not poll for the poll interval leaves, and joins again with its next poll', async () => {
  const worker = await on.worker({ instanceId: 'a', maxPollIntervalMs: 800 })
  await worker.subscribe(groups())
  await until('it has left', () => worker.owned.size === 0)
  assert.equal((await commit(worker, 1)).kind, 'aborted')
  const { state } = await groupDescription()
  assert.equal(state, 'Empty')
  worker.session.polled()
  await until('it is back', () => worker.owned.size === 4)
  assert.equal((await commit(worker, 1)).kind, 'committed')
})

test('a dynamic member leaves when it closes: the others have its tasks at once', async () => {
  const [first, second] = [
    await on.worker({ staticMembership: false, machine: 'x' }),
    await on.worker({ staticMembership: false, machine: 'y' }),
  ]
  await first.subscribe(groups())
  await second.subscribe(groups())
  await until('each has its half', () => first.owned.size === 2 && second.owned.size === 2)
  const started = systemTime.now()
  await first.session.close()
  await until('the other one has all', () => second.owned.size === 4)
  assert.ok(systemTime.now() - started < 6_000, 'before the session timeout')
})

test('copies of stores are kept by another process, and follow when their task does', async () => {
  const [first, second] = [
    await on.worker({ instanceId: 'a', standbyReplicas: 1 }),
    await on.worker({ instanceId: 'b', standbyReplicas: 1 }),
  ]
  await first.subscribe(groups())
  await second.subscribe(groups())
  await until('each has its half and copies the other', () => first.standby.length === 2 && second.standby.length === 2)
  const tasks = (worker: Worker) => [...worker.owned].map((name) => `0_${name.slice(-1)}`).sort()
  await until('copies are of what the other one has', () => {
    return (
      `${[...first.standby].sort()}` === `${tasks(second)}` && `${[...second.standby].sort()}` === `${tasks(first)}`
    )
  })
  // A warm copy may be written.
  const [copied] = second.standby
  second.states.restore('s', Number(copied!.slice(2)), [{ key: bytes('k'), value: bytes('v') }], 4)
  first.kill()
  await until('the other one has all', () => second.owned.size === 4)
  assert.deepEqual(second.standby, [])
  assert.equal(value(second, Number(copied!.slice(2))), 'v')
})

const groupDescription = () =>
  (on.rpc as unknown as { admin: { describeGroup(id: string): Promise<{ state: string }> } }).admin.describeGroup(
    on.applicationId,
  )
