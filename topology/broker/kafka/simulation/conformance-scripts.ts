import type { GroupMember, KafkaRpc, ProducerIdAndEpoch } from '../rpc.ts'
import { codes } from './error-codes.ts'
import { dataBatch } from './record-batch.ts'

/** A cluster with an empty topic of two partitions; names that nobody else uses. */
export interface Bench {
  readonly rpc: KafkaRpc
  readonly isTv2: boolean
  readonly topic: string
  readonly group: string
  readonly transactionalId: string
  /** epoch ms. Of records, too: old ones would make a broker begin a new segment, at which fetches end. */
  now(): number
  sleep(ms: number): Promise<void>
}

/** What a script saw: compared between the simulated cluster and a real one. */
export type Note = (what: string, ...values: readonly unknown[]) => void

/** Errors that pass by themselves; when and how often is no matter of rules. */
const passing: ReadonlySet<number> = new Set([
  codes.COORDINATOR_LOAD_IN_PROGRESS,
  codes.COORDINATOR_NOT_AVAILABLE,
  codes.NOT_COORDINATOR,
  codes.CONCURRENT_TRANSACTIONS,
  codes.NOT_LEADER_OR_FOLLOWER,
  codes.UNKNOWN_TOPIC_OR_PARTITION,
  codes.NOT_ENOUGH_REPLICAS,
  codes.UNSTABLE_OFFSET_COMMIT,
  codes.OFFSET_NOT_AVAILABLE,
])

/** Requests in the shape that scripts want, each repeated while it is refused for a passing reason. */
class Asker {
  readonly bench: Bench

  constructor(bench: Bench) {
    this.bench = bench
  }

  async coordinator(kind: 'group' | 'transaction'): Promise<number> {
    const { rpc, group, transactionalId } = this.bench
    const key = kind === 'group' ? group : transactionalId
    return (
      await this.settled(
        () => rpc.findCoordinator(kind, key),
        (one) => one.errorCode,
      )
    ).node
  }

  async leader(partition = 0) {
    const { rpc, topic } = this.bench
    for (;;) {
      const { topics } = await rpc.metadata([topic])
      const found = topics[0]!.partitions.find((one) => one.partition === partition)
      if (found && found.leader >= 0) return { node: found.leader, topicId: topics[0]!.id }
      await this.bench.sleep(50)
    }
  }

  async init(expected: ProducerIdAndEpoch = { producerId: -1, producerEpoch: -1 }, transactionTimeoutMs = 60_000) {
    const { rpc, transactionalId } = this.bench
    const node = await this.coordinator('transaction')
    const { producerId, producerEpoch } = expected
    const request = { transactionalId, transactionTimeoutMs, producerId, producerEpoch }
    return this.settled(
      () => rpc.initProducerId(node, request),
      (one) => one.errorCode,
    )
  }

  async add({ producerId, producerEpoch }: ProducerIdAndEpoch, partition = 0): Promise<number> {
    const { rpc, topic, transactionalId } = this.bench
    const node = await this.coordinator('transaction')
    const request = { transactionalId, producerId, producerEpoch, partitions: [{ topic, partition }] }
    return (
      await this.settled(
        () => rpc.addPartitionsToTxn(node, request),
        ([one]) => one!.errorCode,
      )
    )[0]!.errorCode
  }

  /** With TV1, adds the partition first. */
  async write(producer: ProducerIdAndEpoch, baseSequence: number): Promise<readonly number[]> {
    if (!this.bench.isTv2) {
      const errorCode = await this.add(producer)
      if (errorCode !== 0) return ['add', errorCode] as never
    }
    return this.produce(producer, baseSequence)
  }

  async produce({ producerId, producerEpoch }: ProducerIdAndEpoch, baseSequence: number) {
    const { rpc, topic, isTv2, transactionalId } = this.bench
    const { node } = await this.leader()
    const records = dataBatch({
      ...{ producerId, producerEpoch, baseSequence, isTransactional: true, timestamp: this.bench.now() },
      records: [{ key: 'k', value: 'v' }],
    })
    const request = { tv2: isTv2, transactionalId, timeoutMs: 5_000, partitions: [{ topic, partition: 0, records }] }
    const [answer] = await this.settled(
      () => rpc.produce(node, request),
      ([one]) => one!.errorCode,
    )
    return [answer!.errorCode, answer!.baseOffset]
  }

  async end({ producerId, producerEpoch }: ProducerIdAndEpoch, commit: boolean) {
    const { rpc, isTv2, transactionalId } = this.bench
    const node = await this.coordinator('transaction')
    const request = { tv2: isTv2, transactionalId, producerId, producerEpoch, commit }
    return this.settled(
      () => rpc.endTxn(node, request),
      (one) => one.errorCode,
    )
  }

  /** The producer of the next transaction, after one was ended. */
  after(producer: ProducerIdAndEpoch, ended: ProducerIdAndEpoch): ProducerIdAndEpoch {
    return this.bench.isTv2 ? ended : producer
  }

  async addOffsets({ producerId, producerEpoch }: ProducerIdAndEpoch): Promise<number> {
    const { rpc, group, transactionalId } = this.bench
    const node = await this.coordinator('transaction')
    const request = { transactionalId, producerId, producerEpoch, groupId: group }
    return (
      await this.settled(
        () => rpc.addOffsetsToTxn(node, request),
        (one) => one.errorCode,
      )
    ).errorCode
  }

  async commitOffset(producer: ProducerIdAndEpoch, member: Omit<GroupMember, 'groupId'>, offset: number) {
    const { rpc, topic, group, transactionalId, isTv2 } = this.bench
    const node = await this.coordinator('group')
    const { producerId, producerEpoch } = producer
    const request = {
      ...{ ...member, tv2: isTv2, transactionalId, groupId: group, producerId, producerEpoch },
      offsets: [{ topic, partition: 0, offset, leaderEpoch: 0, metadata: `m${offset}` }],
    }
    return (
      await this.settled(
        () => rpc.txnOffsetCommit(node, request),
        ([one]) => one!.errorCode,
      )
    )[0]!.errorCode
  }

  async committedOffset(requireStable: boolean) {
    const { rpc, topic, group } = this.bench
    const node = await this.coordinator('group')
    const { partitions } = await rpc.offsetFetch(node, {
      groupId: group,
      partitions: [{ topic, partition: 0 }],
      requireStable,
    })
    const { errorCode, offset, metadata } = partitions[0]!
    return [errorCode, offset, metadata]
  }

  async fetch(offset: number, isolation: 'read_committed' | 'read_uncommitted') {
    const { rpc, topic } = this.bench
    const { node, topicId } = await this.leader()
    const { errorCode, partitions } = await rpc.fetch(node, {
      ...{ maxWaitMs: 10, minBytes: 1, maxBytes: 1e6, isolation, sessionId: 0, sessionEpoch: -1, forgotten: [] },
      partitions: [
        {
          ...{ topic, topicId, partition: 0, currentLeaderEpoch: -1, offset },
          ...{ lastFetchedEpoch: -1, maxBytes: 1e6 },
        },
      ],
    })
    return { errorCode, partition: partitions[0] }
  }

  join(memberId: string, groupInstanceId: string | null, metadata = 1) {
    const { rpc, group } = this.bench
    const request = {
      ...{ groupId: group, sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 10_000, memberId, groupInstanceId },
      ...{ protocols: [{ name: 'p', metadata: new Uint8Array([metadata]) }], reason: null },
    }
    return this.coordinator('group').then((node) =>
      this.settled(
        () => rpc.joinGroup(node, request),
        (one) => one.errorCode,
      ),
    )
  }

  async sync(member: Omit<GroupMember, 'groupId'>, assigned: readonly string[]) {
    const { rpc, group } = this.bench
    const node = await this.coordinator('group')
    const assignments = assigned.map((memberId, i) => ({ memberId, assignment: new Uint8Array([10 + i]) }))
    const { errorCode, assignment } = await rpc.syncGroup(node, {
      ...member,
      groupId: group,
      protocol: 'p',
      assignments,
    })
    return [errorCode, [...assignment]]
  }

  async heartbeat(member: Omit<GroupMember, 'groupId'>): Promise<number> {
    const node = await this.coordinator('group')
    return (await this.bench.rpc.heartbeat(node, { ...member, groupId: this.bench.group })).errorCode
  }

  async leave(memberId: string, groupInstanceId: string | null): Promise<number> {
    const node = await this.coordinator('group')
    return (await this.bench.rpc.leaveGroup(node, { groupId: this.bench.group, memberId, groupInstanceId })).errorCode
  }

  async settled<T>(ask: () => Promise<T>, codeOf: (answer: T) => number): Promise<T> {
    for (;;) {
      const answer = await ask()
      if (!passing.has(codeOf(answer))) return answer
      await this.bench.sleep(30)
    }
  }
}

const nobody = { memberId: '', groupInstanceId: null, generationId: -1 }

export const scripts: Readonly<Record<string, (bench: Bench, note: Note) => Promise<void>>> = {
  'producer ids and epochs': async (bench, note) => {
    const ask = new Asker(bench)
    const first = await ask.init()
    note('first', first.errorCode, first.producerEpoch)
    const second = await ask.init()
    note('again', second.errorCode, second.producerId === first.producerId, second.producerEpoch)
    const third = await ask.init(second)
    note('go on', third.errorCode, third.producerEpoch)
    const repeated = await ask.init(second)
    note('go on, repeated', repeated.errorCode, repeated.producerEpoch)
    note('go on from an old epoch', (await ask.init(first)).errorCode)
    note('somebody else', (await ask.init({ producerId: first.producerId + 1, producerEpoch: 0 })).errorCode)
  },

  'the end of transactions': async (bench, note) => {
    const ask = new Asker(bench)
    let me: ProducerIdAndEpoch = await ask.init()
    note('commit of nothing', (await ask.end(me, true)).errorCode)
    const nothing = await ask.end(me, false)
    note('abort of nothing', nothing.errorCode, nothing.producerEpoch)
    if (bench.isTv2) me = nothing
    note('write', await ask.write(me, 0))
    note('next', await ask.produce(me, 1))
    note('the first again', await ask.produce(me, 0))
    note('a gap', await ask.produce(me, 5))
    const ended = await ask.end(me, true)
    note('commit', ended.errorCode, ended.producerEpoch)
    const repeated = await ask.end(me, true)
    note('commit, repeated', repeated.errorCode, repeated.producerEpoch)
    note('abort after it', (await ask.end(me, false)).errorCode)
    await bench.sleep(200)
    note('commit, much later', (await ask.end(me, true)).errorCode)
    note('a record of it, late', (await ask.produce(me, 2))[0])
    const next = ask.after(me, ended)
    note('write into the next', await ask.write(next, bench.isTv2 ? 0 : 2))
    note('the first commit arrives in the next', (await ask.end(me, true)).errorCode)
    await bench.sleep(200)
    const { partition } = await ask.fetch(0, 'read_committed')
    note('stable', partition!.lastStableOffset, partition!.highWatermark)
    const aborted = await ask.end(next, false)
    note('abort', aborted.errorCode, aborted.producerEpoch)
  },

  'a transaction that was not announced': async (bench, note) => {
    const ask = new Asker(bench)
    const me = await ask.init()
    note('a record', (await ask.produce(me, 0))[0])
    note('of nobody', (await ask.produce({ producerId: 987_654, producerEpoch: 0 }, 0))[0])
    note('wrong epoch', (await ask.produce({ ...me, producerEpoch: 7 }, 0))[0])
    note('add of nobody', await ask.add({ producerId: 987_654, producerEpoch: 0 }))
    note('add, wrong epoch', await ask.add({ ...me, producerEpoch: 7 }))
    note('offsets', await ask.commitOffset(me, nobody, 3))
  },

  'who was fenced': async (bench, note) => {
    const ask = new Asker(bench)
    const old = await ask.init()
    note('write', await ask.write(old, 0))
    const young = await ask.init()
    note('taken over', young.errorCode, young.producerEpoch - old.producerEpoch)
    note('produce', (await ask.produce(old, 1))[0])
    if (!bench.isTv2) note('add', await ask.add(old), 'offsets', await ask.addOffsets(old))
    note('commit', (await ask.end(old, true)).errorCode)
    note('abort', (await ask.end(old, false)).errorCode)
    note('go on', (await ask.init(old)).errorCode)
    note('commit offsets', await ask.commitOffset(old, nobody, 3))
    const { partition } = await ask.fetch(0, 'read_committed')
    note(
      'aborted',
      partition!.abortedTransactions.map(({ firstOffset }) => firstOffset),
    )
    note('write of the young', await ask.write(young, 0))
  },

  'a transaction that was open for too long': async (bench, note) => {
    const ask = new Asker(bench)
    const me = await ask.init(undefined, 1_000)
    note('write', await ask.write(me, 0))
    // Looked after every ten seconds, by default.
    await bench.sleep(13_000)
    note('commit', (await ask.end(me, true)).errorCode)
    note('produce', (await ask.produce(me, 1))[0])
    note('offsets', await ask.commitOffset(me, nobody, 3))
    if (!bench.isTv2) note('add', await ask.add(me))
    const aborted = await ask.end(me, false)
    note('abort', aborted.errorCode, aborted.producerEpoch)
    const next = await ask.init(me)
    note('go on', next.errorCode, next.producerEpoch)
    const taken = await ask.init()
    note('take over', taken.errorCode, taken.producerEpoch)
    note('commit', (await ask.end(me, true)).errorCode)
    note('abort', (await ask.end(me, false)).errorCode)
  },

  'an abort that is asked for twice': async (bench, note) => {
    const ask = new Asker(bench)
    const me = await ask.init()
    note('write', await ask.write(me, 0))
    const ended = await ask.end(me, false)
    note('abort', ended.errorCode, ended.producerEpoch)
    const repeated = await ask.end(me, false)
    note('again', repeated.errorCode, repeated.producerEpoch)
    note('commit', (await ask.end(me, true)).errorCode)
    const next = ask.after(me, ended)
    const nothing = await ask.end(next, false)
    note('abort of the next, which is empty', nothing.errorCode, nothing.producerEpoch)
    const bumped = await ask.init(ask.after(me, nothing))
    note('go on', bumped.errorCode, bumped.producerEpoch)
    note('the old one', (await ask.produce(me, 1))[0])
    note('write', await ask.write(bumped, 0))
    note('a sequence that is not 0 in a new epoch', (await ask.produce({ ...bumped }, 7))[0])
  },

  'aborted transactions in what is fetched': async (bench, note) => {
    const ask = new Asker(bench)
    let me: ProducerIdAndEpoch = await ask.init()
    let sequence = 0
    for (const commit of [true, false, false, true]) {
      for (let i = 0; i < 2; i++) note('write', await ask.write(me, sequence++))
      const ended = await ask.end(me, commit)
      me = ask.after(me, ended)
      if (bench.isTv2) sequence = 0
      await bench.sleep(150)
    }
    for (const offset of [0, 3, 5, 6, 9, 11]) {
      const { errorCode, partition } = await ask.fetch(offset, 'read_committed')
      const first = partition!.abortedTransactions.map(({ firstOffset }) => firstOffset).filter((one) => one < 12)
      note('fetch', offset, errorCode, partition!.errorCode, first, partition!.lastStableOffset)
    }
    note('past the end', (await ask.fetch(13, 'read_committed')).partition!.errorCode)
    note('uncommitted', (await ask.fetch(0, 'read_uncommitted')).partition!.abortedTransactions?.length ?? 0)
  },

  'a group and the offsets of transactions': async (bench, note) => {
    const ask = new Asker(bench)
    let me: ProducerIdAndEpoch = await ask.init()
    const joined = await ask.join('', 'a-0')
    const { memberId, generationId } = joined
    note(
      'join',
      joined.errorCode,
      generationId,
      joined.leader === memberId,
      joined.members.length,
      joined.skipAssignment,
    )
    const member = { memberId, generationId, groupInstanceId: 'a-0' }
    note('sync', await ask.sync(member, [memberId]))
    note('sync again', await ask.sync(member, []))
    note('heartbeat', await ask.heartbeat(member))
    note('heartbeat, old generation', await ask.heartbeat({ ...member, generationId: generationId - 1 }))
    note('heartbeat, unknown', await ask.heartbeat({ ...member, memberId: 'x', groupInstanceId: null }))
    note('heartbeat, fenced', await ask.heartbeat({ ...member, memberId: 'x' }))
    if (!bench.isTv2) note('add offsets', await ask.addOffsets(me))
    note('old generation', await ask.commitOffset(me, { ...member, generationId: generationId - 1 }, 1))
    note('unknown member', await ask.commitOffset(me, { ...member, memberId: 'x', groupInstanceId: null }, 1))
    note('fenced instance', await ask.commitOffset(me, { ...member, memberId: 'x' }, 1))
    note('unknown instance', await ask.commitOffset(me, { ...member, groupInstanceId: 'y' }, 1))
    note('committed', await ask.committedOffset(true))
    note('without a member', await ask.commitOffset(me, nobody, 1))
    note('as a member', await ask.commitOffset(me, member, 2))
    note('unstable', await ask.committedOffset(true), 'before', await ask.committedOffset(false))
    const ended = await ask.end(me, true)
    note('commit', ended.errorCode)
    await bench.sleep(200)
    note('stable', await ask.committedOffset(true))
    me = ask.after(me, ended)
    if (!bench.isTv2) note('add offsets', await ask.addOffsets(me))
    note('in the next', await ask.commitOffset(me, member, 9))
    note('abort', (await ask.end(me, false)).errorCode)
    await bench.sleep(200)
    note('as before', await ask.committedOffset(true))
    if (bench.isTv2) note('a late one of the first', await ask.commitOffset({ ...me, producerEpoch: 0 }, member, 1))
  },

  'members that come, go and come back': async (bench, note) => {
    const ask = new Asker(bench)
    const joined = await ask.join('', 'a-0')
    const a = { memberId: joined.memberId, generationId: joined.generationId, groupInstanceId: 'a-0' }
    note('a', joined.errorCode, a.generationId, await ask.sync(a, [a.memberId]))
    const again = await ask.join('', 'a-0')
    note('a comes back', again.errorCode, again.generationId, again.skipAssignment, again.memberId !== a.memberId)
    note('its old name', await ask.heartbeat(a), (await ask.join(a.memberId, 'a-0')).errorCode)
    const a2 = { ...a, memberId: again.memberId }
    note('its new name', await ask.heartbeat(a2))
    note('a assignment', await ask.sync(a2, []))
    const named = await ask.join('', null)
    note('b without a name', named.errorCode, named.memberId !== '')
    note('unknown name', (await ask.join('x', null)).errorCode, (await ask.join('x', 'z')).errorCode)
    const waiting = ask.join(named.memberId, null)
    await bench.sleep(300)
    note('a hears', await ask.heartbeat(a2))
    note('sync now', await ask.sync(a2, []))
    const rejoined = await ask.join(a2.memberId, 'a-0')
    const b = await waiting
    note('both', rejoined.errorCode, b.errorCode, rejoined.generationId, b.generationId, b.leader === rejoined.leader)
    const inA = { ...a2, generationId: rejoined.generationId }
    const inB = { memberId: b.memberId, generationId: b.generationId, groupInstanceId: null }
    note('members for the leader', rejoined.leader === a2.memberId, rejoined.members.length, b.members.length)
    note('old generation', await ask.sync(a2, []))
    const [synced, led] = await Promise.all([ask.sync(inB, []), ask.sync(inA, [a2.memberId, b.memberId])])
    note('assigned', led, synced)
    const same = await ask.join(b.memberId, null)
    note('b joins again, unchanged', same.errorCode, same.generationId - b.generationId, same.members.length)
    note('b leaves', await ask.leave(b.memberId, null), await ask.leave(b.memberId, null))
    note('b is gone', await ask.heartbeat(inB))
    note('a hears', await ask.heartbeat(inA))
    const alone = await ask.join(a2.memberId, 'a-0')
    note('a alone', alone.errorCode, alone.generationId - rejoined.generationId, alone.members.length)
    note('another one of its name', (await ask.join('x', 'a-0')).errorCode)
  },
}
