import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import type { TopicPartition } from '../../broker.ts'
import { Coordinators } from '../coordinators.ts'
import { errors } from '../error-codes.ts'
import { type GroupMember as Identity, type JoinGroupResponse, type KafkaRpc, RpcLostError, type Time } from '../rpc.ts'
import { decodeSubscription, encodeAssignment } from './consumer-protocol.ts'
import { Gate } from './gate.ts'
import { groupErrors } from './group-errors.ts'
import { GroupMember } from './group-member.ts'
import type { AssignedAnswer, GroupMemberOptions, JoinedMember } from './group-member-options.ts'

/** Time that stands still until a test lets it go on; promises run to their end at every step. */
class SteppedTime implements Time {
  #now = 0
  #order = 0
  #waiting: { readonly at: number; readonly order: number; readonly go: () => void }[] = []

  now = () => this.#now

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const entry = { at: this.#now + ms, order: this.#order++, go: resolve }
      this.#waiting.push(entry)
      signal?.addEventListener('abort', () => {
        this.#waiting = this.#waiting.filter((one) => one !== entry)
        resolve()
      })
    })
  }

  async pass(ms: number): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      await settle()
      this.#waiting.sort((a, b) => a.at - b.at || a.order - b.order)
      const next = this.#waiting[0]
      if (!next || next.at > end) break
      this.#waiting.shift()
      this.#now = next.at
      next.go()
    }
    this.#now = end
  }
}

const settle = async () => {
  for (let i = 0; i < 5; i++) await new Promise((go) => setImmediate(go))
}

type Api = 'findCoordinator' | 'joinGroup' | 'syncGroup' | 'heartbeat' | 'leaveGroup'
/** 'lost': no answer comes, and the connection is cut. 'never': nothing at all comes. */
type Scripted = object | 'lost' | 'never' | Promise<object>

const p = (partition: number): TopicPartition => ({ topic: 't', partition })
const names = (partitions: readonly TopicPartition[]) => partitions.map(({ partition }) => partition)

/** One member before a coordinator that answers as it is told. */
class Stage {
  readonly time = new SteppedTime()
  readonly gate = new Gate()
  /** What was asked, in order. */
  readonly asked: { readonly api: Api; readonly request: unknown; readonly at: number }[] = []
  readonly script: Record<Api, Scripted[]> = {
    findCoordinator: [],
    joinGroup: [],
    syncGroup: [],
    heartbeat: [],
    leaveGroup: [],
  }
  /** 'assigned 0 1', 'revoked 1' and so on. */
  readonly told: string[] = []
  /** Released while these were owned. */
  releases = 0
  generation = 0
  node = 1
  onRevoked: () => Promise<void> = async () => {}
  joined: readonly JoinedMember[] = []
  /** What `assigned` is answered with, first to last; then with nothing special. */
  readonly answers: AssignedAnswer[] = []
  member!: GroupMember

  open(options: Partial<GroupMemberOptions> = {}): GroupMember {
    const rpc = Object.fromEntries(
      (['findCoordinator', 'joinGroup', 'syncGroup', 'heartbeat', 'leaveGroup'] as const).map((api) => [
        api,
        (node: unknown, request: unknown) => this.#answer(api, node, request),
      ]),
    ) as unknown as KafkaRpc
    this.member = new GroupMember({
      rpc,
      time: this.time,
      coordinators: new Coordinators({ rpc, time: this.time }),
      groupId: 'app',
      protocol: 'ours',
      groupInstanceId: 'i-0',
      sessionTimeoutMs: 9_000,
      heartbeatIntervalMs: 1_000,
      rebalanceTimeoutMs: 30_000,
      maxPollIntervalMs: 100_000,
      gate: this.gate,
      handlers: {
        profile: () => ({ topics: ['t'], userData: Buffer.from('me') }),
        assign: async (members) => {
          this.joined = members
          return new Map(members.map(({ memberId }) => [memberId, { partitions: [p(0)], userData: Buffer.from('x') }]))
        },
        assigned: async (added) => {
          this.told.push(['assigned', ...names(added)].join(' '))
          return this.answers.shift() ?? { declined: [], rejoin: undefined }
        },
        revoked: async (gone) => {
          this.told.push(['revoking', ...names(gone)].join(' '))
          await this.onRevoked()
          this.told.push(['revoked', ...names(gone)].join(' '))
        },
        lost: async (gone) => void this.told.push(['lost', ...names(gone)].join(' ')),
        release: () => {
          this.releases += 1
        },
        fenced: (reason) => Object.assign(new Error(reason), { code: 'SESSION_FENCED' }),
        changed: () => {},
      },
      ...options,
    })
    return this.member
  }

  /** The next round succeeds: a new generation, with these partitions. */
  grant(...partitions: readonly number[]): this {
    this.script.joinGroup.push(this.joinAnswer())
    this.script.syncGroup.push(this.syncAnswer(...partitions))
    return this
  }

  joinAnswer(answer: Partial<JoinGroupResponse> = {}): JoinGroupResponse {
    this.generation += 1
    const memberId = 'm1'
    return {
      errorCode: 0,
      generationId: this.generation,
      protocol: 'ours',
      leader: 'other',
      skipAssignment: false,
      memberId,
      members: [],
      ...answer,
    }
  }

  syncAnswer(...partitions: readonly number[]) {
    const assignment = encodeAssignment({ partitions: partitions.map(p), userData: new Uint8Array() })
    return { errorCode: 0, assignment }
  }

  /** Stable with these partitions. */
  async stable(options: Partial<GroupMemberOptions>, ...partitions: readonly number[]): Promise<GroupMember> {
    this.grant(...partitions)
    const member = this.open(options)
    const started = member.start()
    await this.time.pass(0)
    await started
    assert.equal(member.state, 'stable')
    this.told.length = 0
    this.asked.length = 0
    return member
  }

  count(api: Api): number {
    return this.asked.filter((one) => one.api === api).length
  }

  requests<T>(api: Api): readonly T[] {
    return this.asked.filter((one) => one.api === api).map(({ request }) => request as T)
  }

  /** What the last join said of itself. */
  get lastJoin() {
    const request = this.requests<Parameters<KafkaRpc['joinGroup']>[1]>('joinGroup').at(-1)!
    const { owned, generation } = decodeSubscription(request.protocols[0]!.metadata)
    return { memberId: request.memberId, owned: names(owned), generation }
  }

  async #answer(api: Api, node: unknown, request: unknown): Promise<unknown> {
    if (api === 'findCoordinator') request = node
    else assert.equal(node, this.node, 'asked where the coordinator is')
    this.asked.push({ api, request, at: this.time.now() })
    const scripted = this.script[api].shift()
    if (scripted === 'lost') throw new RpcLostError('cut')
    if (scripted === 'never') return new Promise(() => {})
    if (scripted) return scripted
    if (api === 'findCoordinator') return { errorCode: 0, node: this.node }
    if (api === 'heartbeat' || api === 'leaveGroup') return { errorCode: 0 }
    // Nothing scripted: the coordinator waits for others.
    return new Promise(() => {})
  }
}

const refusedJoin = (errorCode: number, memberId = '') => ({
  errorCode,
  generationId: -1,
  protocol: null,
  leader: '',
  skipAssignment: false,
  memberId,
  members: [],
})
const refused = (errorCode: number) => ({ errorCode, assignment: new Uint8Array() })

let stage: Stage
beforeEach(() => {
  stage = new Stage()
})

describe('joining', () => {
  test('a static member joins at once; start resolves after its first assignment', async () => {
    const member = stage.grant(0, 1).open()
    assert.equal(member.identity, undefined)
    const started = member.start()
    await stage.time.pass(0)
    await started
    assert.deepEqual(stage.told, ['assigned 0 1'])
    assert.equal(stage.count('joinGroup'), 1)
    assert.deepEqual(stage.lastJoin, { memberId: '', owned: [], generation: -1 })
    assert.deepEqual(member.identity, { groupId: 'app', generationId: 1, memberId: 'm1', groupInstanceId: 'i-0' })
    assert.deepEqual(names(member.owned), [0, 1])
  })

  test('a dynamic member comes back at once with the id it was given', async () => {
    stage.script.joinGroup.push(refusedJoin(groupErrors.MEMBER_ID_REQUIRED, 'given'))
    const member = stage.grant().open({ groupInstanceId: null })
    member.start()
    await stage.time.pass(0)
    assert.equal(stage.lastJoin.memberId, 'given')
    assert.equal(member.state, 'stable')
    assert.deepEqual(stage.told, ['assigned'])
  })

  test('the leader says who gets what; a returning static leader does not', async () => {
    const members = [
      { memberId: 'm1', groupInstanceId: 'i-0', metadata: Buffer.from([0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 7]) },
    ]
    const metadata = Buffer.concat([members[0]!.metadata, Buffer.from([0, 0, 0, 0, 0, 0, 0, 9])])
    stage.script.joinGroup.push(stage.joinAnswer({ leader: 'm1', members: [{ ...members[0]!, metadata }] }))
    stage.script.syncGroup.push(stage.syncAnswer(0))
    stage.open().start()
    await stage.time.pass(0)
    assert.deepEqual(
      stage.joined.map(({ memberId, owned, generation, userData }) => [memberId, owned, generation, [...userData]]),
      [['m1', [], 9, [7]]],
    )
    const [sync] = stage.requests<{ assignments: unknown[] }>('syncGroup')
    assert.equal(sync!.assignments.length, 1)

    stage = new Stage()
    stage.script.joinGroup.push(stage.joinAnswer({ leader: 'm1', members, skipAssignment: true }))
    stage.script.syncGroup.push(stage.syncAnswer(0, 1))
    stage.open().start()
    await stage.time.pass(0)
    assert.deepEqual(stage.requests<{ assignments: unknown[] }>('syncGroup')[0]!.assignments, [])
    assert.deepEqual(stage.told, ['assigned 0 1'])
  })

  test('another rebalance between join and sync: joins again', async () => {
    stage.script.joinGroup.push(stage.joinAnswer())
    stage.script.syncGroup.push(refused(errors.REBALANCE_IN_PROGRESS))
    stage.grant(0).open().start()
    await stage.time.pass(100)
    assert.equal(stage.count('joinGroup'), 2)
    assert.deepEqual(stage.told, ['assigned 0'])
  })

  test('the coordinator is looked up again when it moved, loads or does not answer', async () => {
    for (const code of [errors.NOT_COORDINATOR, errors.COORDINATOR_LOAD_IN_PROGRESS])
      stage.script.joinGroup.push(refusedJoin(code))
    stage.script.joinGroup.push('lost')
    stage.grant(0).open().start()
    await stage.time.pass(1_000)
    assert.equal(stage.count('findCoordinator'), 4)
    assert.deepEqual(stage.told, ['assigned 0'])
  })

  test('no trying helps against missing rights and a foreign group: start throws, and check from then on', async () => {
    for (const [code, name] of [
      [errors.GROUP_AUTHORIZATION_FAILED, 'KAFKA_UNAUTHORIZED'],
      [groupErrors.INCONSISTENT_GROUP_PROTOCOL, 'KAFKA_GROUP_FOREIGN'],
      [groupErrors.INVALID_SESSION_TIMEOUT, 'KAFKA_REFUSED'],
    ] as const) {
      stage = new Stage()
      stage.script.joinGroup.push(refusedJoin(code))
      const member = stage.open()
      const started = assert.rejects(member.start(), { code: name })
      await stage.time.pass(10_000)
      await started
      assert.equal(member.state, 'failed')
      assert.equal(stage.count('joinGroup'), 1)
      assert.throws(() => member.check(), { code: name })
    }
  })
})

describe('rebalancing', () => {
  test('the coordinator asks to join again: with what is owned, and the generation of that', async () => {
    const member = await stage.stable({}, 0, 1)
    stage.script.heartbeat.push({ errorCode: errors.REBALANCE_IN_PROGRESS })
    stage.grant(0, 1, 2)
    await stage.time.pass(1_000)
    assert.deepEqual(stage.lastJoin, { memberId: 'm1', owned: [0, 1], generation: 1 })
    assert.deepEqual(stage.told, ['assigned 2'])
    assert.equal(member.identity!.generationId, 2)
  })

  test('what the assignment lacks is finished first, in the new generation, with heartbeats going on; then it joins again', async () => {
    const member = await stage.stable({}, 0, 1)
    const done = Promise.withResolvers<void>()
    let during: Identity | undefined
    stage.onRevoked = async () => {
      during = member.identity
      await done.promise
    }
    stage.script.heartbeat.push({ errorCode: errors.REBALANCE_IN_PROGRESS })
    stage.grant(0)
    await stage.time.pass(1_000)
    assert.equal(member.state, 'revoking')
    assert.equal(during!.generationId, 2)
    assert.deepEqual(names(member.owned), [0, 1])
    const beats = stage.count('heartbeat')
    await stage.time.pass(5_000)
    assert.equal(stage.count('heartbeat'), beats + 5)
    assert.equal(stage.count('joinGroup'), 1)

    stage.grant(0)
    done.resolve()
    await stage.time.pass(0)
    assert.deepEqual(stage.told, ['revoking 1', 'revoked 1', 'assigned', 'assigned'])
    assert.deepEqual(stage.lastJoin, { memberId: 'm1', owned: [0], generation: 2 })
    assert.equal(member.state, 'stable')
  })

  test('a revoke that finds no end counts as lost before the rebalance timeout', async () => {
    const member = await stage.stable({}, 0, 1)
    stage.onRevoked = () => new Promise(() => {})
    stage.script.heartbeat.push({ errorCode: errors.REBALANCE_IN_PROGRESS })
    stage.grant(0).grant(0)
    await stage.time.pass(1_000 + 30_000)
    assert.deepEqual(stage.told, ['revoking 1', 'lost 1', 'assigned', 'assigned'])
    assert.deepEqual(stage.lastJoin.owned, [0])
    assert.equal(member.state, 'stable')
  })

  test('who commits finishes before the join, heartbeats going on; who comes after it waits for the new generation', async () => {
    const member = await stage.stable({}, 0)
    const commit = Promise.withResolvers<void>()
    const first = stage.gate.run(() => commit.promise)
    stage.script.heartbeat.push({ errorCode: errors.REBALANCE_IN_PROGRESS })
    await stage.time.pass(1_000)
    assert.equal(stage.count('joinGroup'), 0)
    const beats = stage.count('heartbeat')
    await stage.time.pass(3_000)
    assert.equal(stage.count('heartbeat'), beats + 3)
    const join = Promise.withResolvers<object>()
    stage.script.joinGroup.push(join.promise)
    stage.script.syncGroup.push(stage.syncAnswer(0))
    commit.resolve()
    await first
    await stage.time.pass(0)
    assert.equal(stage.count('joinGroup'), 1)
    let seen: Identity | undefined
    const second = stage.gate.run(async () => {
      seen = member.identity
    })
    await stage.time.pass(500)
    assert.equal(seen, undefined)
    join.resolve(stage.joinAnswer())
    await second
    assert.equal(seen!.generationId, 2)
  })

  test('who waited to commit while everything was lost finds nothing owned, though the same has come back', async () => {
    const member = await stage.stable({}, 0)
    const forgotten = Promise.withResolvers<object>()
    stage.script.heartbeat.push({ errorCode: errors.REBALANCE_IN_PROGRESS })
    stage.script.joinGroup.push(forgotten.promise)
    await stage.time.pass(1_000)
    let owned: readonly number[] | undefined
    const commit = stage.gate.run(async () => {
      owned = names(member.owned)
    })
    stage.grant(0)
    forgotten.resolve(refusedJoin(errors.UNKNOWN_MEMBER_ID))
    await stage.time.pass(1_000)
    await commit
    // Its work began before the loss: with the new generation it would be written twice.
    assert.deepEqual(owned, [])
    assert.deepEqual(stage.told, ['lost 0', 'assigned 0'])
    assert.deepEqual(names(member.owned), [0])
  })

  test('what is declined is not owned, and another assignment is asked for', async () => {
    stage.answers.push({ declined: [p(1)], rejoin: 'in use' })
    const member = stage.grant(0, 1).open()
    member.start()
    await stage.time.pass(0)
    assert.deepEqual(names(member.owned), [0])
    assert.deepEqual(stage.lastJoin, { memberId: 'm1', owned: [0], generation: 1 })
  })

  test('a member that owns the same again is told nothing but that', async () => {
    await stage.stable({}, 0, 1)
    stage.script.heartbeat.push({ errorCode: errors.REBALANCE_IN_PROGRESS })
    stage.grant(0, 1)
    await stage.time.pass(1_000)
    assert.deepEqual(stage.told, ['assigned'])
  })
})

describe('losing', () => {
  test('a join or sync that the group does not know: all is lost, and it joins anew', async () => {
    for (const [join, sync, memberId] of [
      [errors.UNKNOWN_MEMBER_ID, undefined, ''],
      [undefined, errors.UNKNOWN_MEMBER_ID, ''],
      [undefined, errors.ILLEGAL_GENERATION, 'm1'],
    ] as const) {
      stage = new Stage()
      const member = await stage.stable({}, 0, 1)
      stage.script.heartbeat.push({ errorCode: errors.REBALANCE_IN_PROGRESS })
      stage.script.joinGroup.push(join ? refusedJoin(join) : stage.joinAnswer())
      if (sync) stage.script.syncGroup.push(refused(sync))
      stage.grant(1)
      await stage.time.pass(1_500)
      assert.deepEqual(stage.told, ['lost 0 1', 'assigned 1'])
      assert.deepEqual(stage.lastJoin, { memberId, owned: [], generation: -1 })
      assert.equal(member.state, 'stable')
    }
  })

  test('a generation went by without this static member: what it owned is lost, not revoked', async () => {
    const member = await stage.stable({}, 0, 1)
    stage.script.heartbeat.push({ errorCode: errors.REBALANCE_IN_PROGRESS })
    stage.generation += 1
    stage.grant(1)
    await stage.time.pass(1_000)
    assert.deepEqual(stage.told, ['lost 0 1', 'assigned 1'])
    assert.equal(member.state, 'stable')
  })

  test('a heartbeat that the group does not know', async () => {
    for (const [code, memberId] of [
      [errors.UNKNOWN_MEMBER_ID, ''],
      [errors.ILLEGAL_GENERATION, 'm1'],
    ] as const) {
      stage = new Stage()
      const member = await stage.stable({}, 0, 1)
      stage.script.heartbeat.push({ errorCode: code })
      await stage.time.pass(1_000)
      assert.deepEqual(stage.told, ['lost 0 1'])
      assert.equal(stage.lastJoin.memberId, memberId)
      assert.equal(member.identity, undefined)
    }
  })

  test('a commit that the group does not know', async () => {
    const member = await stage.stable({}, 0)
    member.membershipLost('ILLEGAL_GENERATION')
    assert.equal(member.identity, undefined)
    stage.grant(0)
    await stage.time.pass(0)
    assert.deepEqual(stage.told, ['lost 0', 'assigned 0'])
    assert.equal(member.identity!.generationId, 2)
  })

  test('no heartbeat is answered for a session timeout: lost by our own clock, whatever the connection does', async () => {
    for (const silence of ['lost', 'never'] as const) {
      stage = new Stage()
      const member = await stage.stable({}, 0)
      for (let i = 0; i < 20; i++) stage.script.heartbeat.push(silence)
      await stage.time.pass(8_000)
      assert.deepEqual(stage.told, [])
      await stage.time.pass(2_000)
      assert.deepEqual(stage.told, ['lost 0'], silence)
      assert.equal(member.state, 'joining')
    }
  })

  test('heartbeats that are lost now and then change nothing', async () => {
    const member = await stage.stable({}, 0)
    stage.script.heartbeat.push('lost', 'lost', { errorCode: errors.NOT_COORDINATOR }, { errorCode: 0 }, 'lost')
    await stage.time.pass(20_000)
    assert.deepEqual(stage.told, [])
    assert.equal(member.state, 'stable')
  })

  test('a process that stood still for longer knows it before it asks anybody', async () => {
    const stalled = { sleep: stage.time.sleep.bind(stage.time), skip: 0, now: () => stage.time.now() + stalled.skip }
    const member = await stage.stable({ time: stalled }, 0)
    stalled.skip = 60_000
    await stage.time.pass(1_000)
    assert.deepEqual(stage.told, ['lost 0'])
    assert.equal(stage.count('heartbeat'), 0)
    assert.equal(member.identity, undefined)
  })

  test('a join that reaches nobody for a session timeout gives up what is owned', async () => {
    await stage.stable({}, 0)
    stage.script.heartbeat.push({ errorCode: errors.REBALANCE_IN_PROGRESS })
    for (let i = 0; i < 100; i++) stage.script.joinGroup.push('lost')
    await stage.time.pass(5_000)
    assert.deepEqual(stage.told, [])
    await stage.time.pass(10_000)
    assert.deepEqual(stage.told, ['lost 0'])
    assert.deepEqual(stage.lastJoin.owned, [])
  })

  test('lost while it revokes: what was to stay is lost, too', async () => {
    await stage.stable({}, 0, 1)
    stage.onRevoked = () => stage.time.sleep(3_000)
    stage.script.heartbeat.push({ errorCode: errors.REBALANCE_IN_PROGRESS }, { errorCode: errors.UNKNOWN_MEMBER_ID })
    stage.grant(0)
    await stage.time.pass(5_000)
    assert.deepEqual(stage.told, ['revoking 1', 'revoked 1', 'lost 0'])
    assert.equal(stage.lastJoin.memberId, '')
  })
})

describe('being stuck', () => {
  test('no poll for the poll interval: leaves, has lost all, and joins again with the next poll', async () => {
    const member = await stage.stable({ maxPollIntervalMs: 5_000 }, 0)
    await stage.time.pass(4_000)
    member.polled()
    await stage.time.pass(5_000)
    assert.equal(member.state, 'stable')
    await stage.time.pass(2_000)
    assert.equal(member.state, 'stalled')
    assert.deepEqual(stage.told, ['lost 0'])
    assert.deepEqual(stage.requests('leaveGroup'), [{ groupId: 'app', memberId: 'm1', groupInstanceId: 'i-0' }])
    assert.ok(stage.releases > 1, 'another thread may have the task')
    await stage.time.pass(60_000)
    assert.equal(stage.count('joinGroup'), 0)
    assert.equal(member.identity, undefined)
    stage.grant(0)
    member.polled()
    await stage.time.pass(0)
    assert.deepEqual(stage.told, ['lost 0', 'assigned 0'])
    assert.equal(stage.lastJoin.memberId, '')
  })
})

describe('being fenced', () => {
  test('another process joined as the same instance: all is lost, and nothing is asked ever after', async () => {
    for (const where of ['joinGroup', 'syncGroup', 'heartbeat', 'commit'] as const) {
      stage = new Stage()
      const member = await stage.stable({}, 0)
      const code = errors.FENCED_INSTANCE_ID
      if (where === 'commit') member.fence('PRODUCER_FENCED')
      else stage.script.heartbeat.push({ errorCode: where === 'heartbeat' ? code : errors.REBALANCE_IN_PROGRESS })
      if (where === 'joinGroup') stage.script.joinGroup.push(refusedJoin(code))
      if (where === 'syncGroup') {
        stage.script.joinGroup.push(stage.joinAnswer())
        stage.script.syncGroup.push(refused(code))
      }
      await stage.time.pass(1_000)
      assert.equal(member.state, 'fenced', where)
      assert.deepEqual(stage.told, ['lost 0'])
      assert.equal(member.identity, undefined)
      assert.throws(() => member.check(), { code: 'SESSION_FENCED' })
      const asked = stage.asked.length
      await stage.time.pass(60_000)
      await member.close()
      assert.equal(stage.asked.length, asked, where)
    }
  })
})

describe('closing', () => {
  test('a static member stays in the group, unless it is asked to leave; a dynamic one leaves in any case', async () => {
    for (const [groupInstanceId, leave, leaves] of [
      ['i-0', undefined, 0],
      ['i-0', true, 1],
      [null, undefined, 1],
      [null, false, 1],
    ] as const) {
      stage = new Stage()
      const member = await stage.stable({ groupInstanceId }, 0)
      await member.close(leave === undefined ? {} : { leave })
      assert.equal(stage.count('leaveGroup'), leaves)
      assert.deepEqual(stage.told, [])
      const asked = stage.asked.length
      await stage.time.pass(60_000)
      assert.equal(stage.asked.length, asked)
    }
  })

  test('nothing holds up a close: no pending join, no revoke, no commit, no dead coordinator', async () => {
    const joining = stage.open()
    const started = assert.rejects(joining.start(), { code: 'BROKER_CLOSED' })
    await stage.time.pass(100)
    assert.equal(joining.state, 'joining')
    await joining.close()
    await started

    stage = new Stage()
    const revoking = await stage.stable({}, 0, 1)
    stage.onRevoked = () => new Promise(() => {})
    stage.script.heartbeat.push({ errorCode: errors.REBALANCE_IN_PROGRESS })
    stage.grant(0)
    await stage.time.pass(1_000)
    assert.equal(revoking.state, 'revoking')
    await revoking.close()

    stage = new Stage()
    const committing = await stage.stable({}, 0)
    void stage.gate.run(() => new Promise(() => {}))
    stage.script.heartbeat.push({ errorCode: errors.REBALANCE_IN_PROGRESS })
    await stage.time.pass(1_000)
    await committing.close()

    stage = new Stage()
    const leaving = await stage.stable({ groupInstanceId: null }, 0)
    stage.script.leaveGroup.push('never')
    const closed = leaving.close()
    await stage.time.pass(2_000)
    await closed
  })
})
