import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import type { AssignmentListener, TopicPartition } from '../broker.ts'
import { LogError, TopicUnknownError } from '../errors.ts'
import { type KafkaSession, openKafkaSession } from './kafka-session.ts'
import type { JoinGroupRequest, KafkaRpc, SyncGroupRequest } from './rpc.ts'
import { MemoryDisk, MemoryTaskStates } from './state/memory-task-states.ts'
import type { TransactionOutcome, TransactionRequest } from './transaction.ts'

const groups = [{ id: '0', topics: ['t'], stores: ['s'] }]
const bytes = (text: string) => Buffer.from(text)
const settle = async () => {
  for (let i = 0; i < 10; i++) await new Promise((go) => setImmediate(go))
}

/** A session that is alone in its group; its transactions end as they are told. No time passes. */
class Alone {
  readonly log: string[] = []
  readonly requests: TransactionRequest[] = []
  readonly outcomes: TransactionOutcome[] = []
  readonly states = new MemoryTaskStates(new MemoryDisk(), 'app', this.time)
  session!: KafkaSession
  #epochs = 0
  #generation = 0

  get time() {
    // Wakes nobody: no heartbeat is due.
    const sleep = (_: number, signal?: AbortSignal) =>
      new Promise<void>((go) => signal?.addEventListener('abort', () => go()))
    return { now: () => 0, sleep }
  }

  async open(): Promise<KafkaSession> {
    const rpc = {
      findCoordinator: async () => ({ errorCode: 0, node: 1 }),
      produce: async () => {
        this.log.push('epoch')
        return [{ topic: 'app-session-epochs', partition: 0, errorCode: 0, baseOffset: this.#epochs++ }]
      },
      joinGroup: async (_: number, { protocols, groupInstanceId }: JoinGroupRequest) => {
        this.log.push('join')
        const [{ name, metadata }] = protocols as [{ name: string; metadata: Uint8Array }]
        return {
          errorCode: 0,
          generationId: ++this.#generation,
          protocol: name,
          leader: 'me',
          skipAssignment: false,
          memberId: 'me',
          members: [{ memberId: 'me', groupInstanceId, metadata }],
        }
      },
      syncGroup: async (_: number, { assignments }: SyncGroupRequest) => ({ errorCode: 0, ...assignments[0]! }),
      leaveGroup: async () => ({ errorCode: 0 }),
    } as unknown as KafkaRpc
    const topic = async (name: string) => {
      if (name === 'nowhere') throw new TopicUnknownError(name)
      const leader = { node: 1, epoch: 0 }
      return { name, id: `id-${name}`, leaders: name === 't' ? [leader, leader] : [leader] }
    }
    this.session = await openKafkaSession({
      rpc,
      time: this.time,
      cluster: { known: () => undefined, topic, refresh: async () => {} },
      options: { applicationId: 'app', instanceId: 'i', thread: 2 },
      states: this.states,
      leaderEpoch: ({ partition }) => 40 + partition,
      transactions: {
        init: async () => void this.log.push('init'),
        commit: async (request) => {
          this.requests.push(request)
          const next = [{ topic: 'app-s-changelog', partition: 0, offset: 8 }]
          return this.outcomes.shift() ?? { kind: 'committed', next }
        },
        close: () => void this.log.push('end'),
      },
    })
    return this.session
  }

  async joined(listener: Partial<AssignmentListener> = {}): Promise<KafkaSession> {
    const session = await this.open()
    const note = (what: string) => async (partitions: readonly TopicPartition[]) =>
      void this.log.push([what, ...partitions.map(({ partition }) => partition)].join(' '))
    await session.subscribe(groups, {
      onAssigned: note('assigned'),
      onRevoked: note('revoked'),
      onLost: note('lost'),
      ...listener,
    })
    return session
  }

  commit(partition = 0) {
    return this.session.commit({
      records: [],
      offsets: [{ topic: 't', partition, offset: 5, metadata: 'm' }],
      changes: [{ store: 's', partition: 0, key: bytes('k'), value: bytes('v') }],
    })
  }

  /** What the local store shows: the row and where it stands. */
  get shown() {
    return [this.states.get('s', 0, bytes('k'))?.length, this.states.changelogOffset('s', 0)]
  }
}

const cause = new Error('why')
let alone: Alone
beforeEach(() => {
  alone = new Alone()
})

test('the transactional id is taken before anything else, then an epoch, and a higher one with every new partition', async () => {
  const session = await alone.open()
  assert.deepEqual(alone.log, ['init', 'epoch'])
  assert.equal(session.epoch, 1)
  let seen = 0
  await session.subscribe(groups, {
    async onAssigned() {
      seen = session.epoch
    },
    async onRevoked() {},
    async onLost() {},
  })
  assert.equal(seen, 2)
})

test('a commit goes out with the membership as it is, and with the leader epochs of what was read', async () => {
  await alone.joined()
  assert.deepEqual(await alone.commit(), { kind: 'committed' })
  const [{ group, offsets }] = alone.requests as [TransactionRequest]
  assert.deepEqual(group, { groupId: 'app', generationId: 1, memberId: 'me', groupInstanceId: 'i-2' })
  assert.deepEqual(offsets, [{ topic: 't', partition: 0, offset: 5, metadata: 'm', leaderEpoch: 40 }])
})

test('rows reach the store after a definite commit, and no other outcome changes it', async () => {
  await alone.joined()
  alone.outcomes.push({ kind: 'aborted', cause, membershipLost: false }, { kind: 'unknown', cause })
  assert.equal((await alone.commit()).kind, 'aborted')
  assert.equal((await alone.commit()).kind, 'unknown')
  assert.deepEqual(alone.shown, [undefined, undefined])
  assert.equal((await alone.commit()).kind, 'committed')
  assert.deepEqual(alone.shown, [1, 8])
})

test('a store that cannot be written after its commit leaves the outcome to the committed offsets', async () => {
  await alone.joined()
  alone.states.apply = () => {
    throw new LogError('LOG_DISK_FULL', 'full')
  }
  const outcome = await alone.commit()
  assert.equal(outcome.kind, 'unknown')
  assert.equal(outcome.kind === 'unknown' && (outcome.cause as LogError).code, 'LOG_DISK_FULL')
})

test('a commit that the group refuses loses everything, and the session joins again', async () => {
  await alone.joined()
  alone.log.length = 0
  alone.outcomes.push({ kind: 'aborted', cause, membershipLost: true })
  assert.equal((await alone.commit()).kind, 'aborted')
  await settle()
  assert.deepEqual(alone.log, ['lost 0 1', 'join', 'epoch', 'assigned 0 1'])
  assert.equal((await alone.commit()).kind, 'committed')
  assert.equal(alone.requests.at(-1)!.group!.generationId, 2)
})

test('a session whose transactional id was taken is fenced for ever, has lost all and says so', async () => {
  const session = await alone.joined()
  alone.log.length = 0
  alone.outcomes.push({ kind: 'fenced', cause })
  for (let i = 0; i < 2; i++) {
    const outcome = await alone.commit()
    assert.equal(outcome.kind, 'fenced')
    assert.equal(outcome.kind === 'fenced' && (outcome.cause as LogError).code, 'SESSION_FENCED')
    await settle()
  }
  assert.deepEqual(alone.log, ['lost 0 1'])
  assert.equal(alone.requests.length, 1)
  assert.throws(() => session.polled(), { code: 'SESSION_FENCED' })
})

test('nothing is sent for a task that is not here', async () => {
  await alone.joined()
  const outcome = await alone.commit(7)
  assert.equal(outcome.kind === 'aborted' && (outcome.cause as LogError).code, 'SESSION_NOT_MEMBER')
  assert.equal(alone.requests.length, 0)
})

test('without a subscription only the transactional id fences', async () => {
  await alone.open()
  alone.states.setGroups([])
  assert.equal((await alone.commit()).kind, 'committed')
  assert.deepEqual(alone.requests[0]!.group, { groupId: 'app', generationId: -1, memberId: '', groupInstanceId: null })
})

test('misuse throws and sends nothing', async () => {
  const session = await alone.open()
  const listener = { async onAssigned() {}, async onRevoked() {}, async onLost() {} }
  await assert.rejects(session.subscribe([{ id: '0', topics: ['nowhere'], stores: [] }], listener), {
    code: 'TOPIC_UNKNOWN',
  })
  assert.equal(alone.log.includes('join'), false)
  await session.subscribe(groups, listener)
  await assert.rejects(session.subscribe(groups, listener), { code: 'SESSION_INVALID' })
  const first = alone.commit()
  await assert.rejects(alone.commit(), { code: 'COMMIT_IN_PROGRESS' })
  await first
  await session.close()
  await session.close()
  assert.equal(alone.log.filter((line) => line === 'end').length, 1)
  for (const use of [() => alone.commit(), () => session.committed([]), () => session.subscribe(groups, listener)])
    await assert.rejects(use(), { code: 'BROKER_CLOSED' })
  assert.equal(alone.requests.length, 1)
})
