import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FetchResponse, KafkaRpc, ProducerIdAndEpoch } from '../rpc.ts'
import { codes } from './error-codes.ts'
import { FaultPlan } from './fault-plan.ts'
import { Random } from './random.ts'
import { dataBatch, decodeBatch, readBatches } from './record-batch.ts'
import { SimulatedCluster } from './simulated-cluster.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { SimulatedProcess, VirtualTime } from './virtual-time.ts'

interface World {
  readonly time: VirtualTime
  readonly cluster: SimulatedCluster
  readonly network: SimulatedNetwork
  client(name: string): { readonly rpc: KafkaRpc; readonly process: SimulatedProcess }
}

/** A cluster where nothing goes wrong by itself. `script` is a client's code; it has to come to its end. */
async function run(isTv2: boolean, script: (world: World) => Promise<void>, lateMarkerMs = 0): Promise<void> {
  const time = new VirtualTime()
  const random = new Random(1)
  const cluster = new SimulatedCluster(time, random, {
    nodes: 3,
    topics: { in: 2, out: 2 },
    isTv2,
    timeoutCheckMs: 100,
    lateMarkers: lateMarkerMs > 0 ? 1 : 0,
    lateMarkerMs: lateMarkerMs + 5,
    initialRebalanceDelayMs: 10,
  })
  const faults = new FaultPlan(random)
  faults.end()
  const network = new SimulatedNetwork(time, cluster, faults)
  const client = (name: string) => {
    const process = new SimulatedProcess(name, time)
    return { rpc: network.rpcOf(process), process }
  }
  let isOver = false
  let failure: unknown
  const main = client('main')
  time.after(
    0,
    () => {
      script({ time, cluster, network, client })
        .catch((error) => {
          failure = error
        })
        .finally(() => {
          isOver = true
        })
    },
    main.process,
  )
  const end = await time.run(600_000, () => isOver)
  if (failure) throw failure
  assert.equal(end, 'over')
}

const init = (rpc: KafkaRpc, world: World, timeoutMs = 60_000, expected = { producerId: -1, producerEpoch: -1 }) =>
  rpc.initProducerId(world.cluster.layout.findCoordinator('transaction', 'tx').node, {
    transactionalId: 'tx',
    transactionTimeoutMs: timeoutMs,
    ...expected,
  })

async function produce(
  rpc: KafkaRpc,
  { cluster }: World,
  producer: ProducerIdAndEpoch,
  value: string,
  baseSequence = 0,
  partition = 0,
) {
  const [answer] = await rpc.produce(cluster.layout.log('out', partition)!.leader, {
    tv2: cluster.isTv2,
    transactionalId: 'tx',
    timeoutMs: 1_000,
    partitions: [
      {
        topic: 'out',
        partition,
        records: dataBatch({
          ...producer,
          baseSequence,
          isTransactional: true,
          timestamp: 5,
          records: [{ key: 'k', value }],
        }),
      },
    ],
  })
  return answer!
}

const add = async (rpc: KafkaRpc, { cluster }: World, { producerId, producerEpoch }: ProducerIdAndEpoch) =>
  (
    await rpc.addPartitionsToTxn(cluster.layout.findCoordinator('transaction', 'tx').node, {
      transactionalId: 'tx',
      producerId,
      producerEpoch,
      partitions: [{ topic: 'out', partition: 0 }],
    })
  )[0]!.errorCode

const end = (rpc: KafkaRpc, { cluster }: World, { producerId, producerEpoch }: ProducerIdAndEpoch, commit: boolean) =>
  rpc.endTxn(cluster.layout.findCoordinator('transaction', 'tx').node, {
    tv2: cluster.isTv2,
    transactionalId: 'tx',
    producerId,
    producerEpoch,
    commit,
  })

async function fetch(rpc: KafkaRpc, { cluster }: World, offset = 0): Promise<FetchResponse['partitions'][number]> {
  const log = cluster.layout.log('out', 0)!
  const response = await rpc.fetch(log.leader, {
    maxWaitMs: 50,
    minBytes: 1,
    maxBytes: 1e6,
    isolation: 'read_committed',
    sessionId: 0,
    sessionEpoch: -1,
    partitions: [
      {
        topic: 'out',
        topicId: log.topicId,
        partition: 0,
        currentLeaderEpoch: -1,
        offset,
        lastFetchedEpoch: -1,
        maxBytes: 1e6,
      },
    ],
    forgotten: [],
  })
  return response.partitions[0]!
}

const valuesOf = ({ records }: { readonly records: Uint8Array }) =>
  readBatches(records)!.flatMap((batch) =>
    batch.isControl ? ['marker'] : decodeBatch(batch).map(({ value }) => value),
  )

describe('the simulated cluster', () => {
  for (const isTv2 of [false, true]) {
    const version = isTv2 ? 'TV2' : 'TV1'

    test(`${version}: what is committed can be read after its marker, and not before`, () =>
      run(
        isTv2,
        async (world) => {
          const { rpc, process } = world.client('a')
          const me = await init(rpc, world)
          assert.deepEqual([me.errorCode, me.producerEpoch], [0, 0])
          if (!isTv2) assert.equal(await add(rpc, world, me), 0)
          assert.equal((await produce(rpc, world, me, 'one')).baseOffset, 0)
          assert.deepEqual(valuesOf(await fetch(rpc, world)), [])
          const ended = await end(rpc, world, me, true)
          assert.deepEqual([ended.errorCode, ended.producerEpoch], isTv2 ? [0, 1] : [0, -1])
          assert.deepEqual(valuesOf(await fetch(rpc, world)), [])
          // Asked again, it answers that it is at work; then that it is done.
          assert.equal((await end(rpc, world, me, true)).errorCode, codes.CONCURRENT_TRANSACTIONS)
          assert.equal((await end(rpc, world, me, false)).errorCode, codes.INVALID_TXN_STATE)
          await process.sleep(1_000)
          assert.equal((await end(rpc, world, me, true)).errorCode, 0)
          const read = await fetch(rpc, world)
          assert.deepEqual(valuesOf(read), ['one', 'marker'])
          assert.deepEqual(read.abortedTransactions, [])
        },
        500,
      ))

    test(`${version}: what was aborted is told with every answer that touches it`, () =>
      run(isTv2, async (world) => {
        const { rpc, process } = world.client('a')
        let me: ProducerIdAndEpoch = await init(rpc, world)
        const { producerId } = me
        if (!isTv2) await add(rpc, world, me)
        await produce(rpc, world, me, 'one')
        await produce(rpc, world, me, 'two', 1)
        const ended = await end(rpc, world, me, false)
        if (isTv2) me = ended
        await process.sleep(100)
        for (const offset of [0, 1])
          assert.deepEqual((await fetch(rpc, world, offset)).abortedTransactions, [
            { producerId, firstOffset: 0, lastOffset: 2 },
          ])
        assert.deepEqual((await fetch(rpc, world, 3)).abortedTransactions, [])
      }))

    test(`${version}: a new producer aborts what the old one left open, and fences it`, () =>
      run(isTv2, async (world) => {
        const { rpc, process } = world.client('a')
        const old = await init(rpc, world)
        if (!isTv2) await add(rpc, world, old)
        await produce(rpc, world, old, 'one')
        let young = await init(rpc, world)
        assert.equal(young.errorCode, codes.CONCURRENT_TRANSACTIONS)
        while (young.errorCode !== 0) {
          await process.sleep(20)
          young = await init(rpc, world)
        }
        assert.ok(young.producerEpoch > old.producerEpoch)
        assert.equal((await produce(rpc, world, old, 'two', 1)).errorCode, codes.INVALID_PRODUCER_EPOCH)
        assert.equal((await end(rpc, world, old, true)).errorCode, codes.PRODUCER_FENCED)
        const read = await fetch(rpc, world)
        assert.equal(read.lastStableOffset, 2)
        assert.equal(read.abortedTransactions.length, 1)
      }))

    test(`${version}: a batch sent twice is written once; a gap in the sequence is refused`, () =>
      run(isTv2, async (world) => {
        const { rpc } = world.client('a')
        const me = await init(rpc, world)
        if (!isTv2) await add(rpc, world, me)
        assert.equal((await produce(rpc, world, me, 'one')).baseOffset, 0)
        assert.equal((await produce(rpc, world, me, 'two', 1)).baseOffset, 1)
        assert.equal((await produce(rpc, world, me, 'one')).baseOffset, 0)
        assert.equal((await produce(rpc, world, me, 'four', 3)).errorCode, codes.OUT_OF_ORDER_SEQUENCE_NUMBER)
        assert.equal(world.cluster.layout.log('out', 0)!.endOffset, 2)
      }))

    test(`${version}: a transaction open for too long is aborted by the coordinator`, () =>
      run(isTv2, async (world) => {
        const { rpc, process } = world.client('a')
        const me = await init(rpc, world, 300)
        if (!isTv2) await add(rpc, world, me)
        await produce(rpc, world, me, 'one')
        await process.sleep(1_000)
        // By its epoch the second version takes it for a repetition, of an abort.
        const refused = isTv2 ? codes.INVALID_TXN_STATE : codes.PRODUCER_FENCED
        assert.equal((await end(rpc, world, me, true)).errorCode, refused)
        assert.equal((await produce(rpc, world, me, 'two', 1)).errorCode, codes.INVALID_PRODUCER_EPOCH)
        assert.equal(world.cluster.counts.timedOut, 1)
        assert.equal((await fetch(rpc, world)).lastStableOffset, 2)
      }))

    test(`${version}: the offsets of an open transaction are unstable, and fenced by generation and member`, () =>
      run(isTv2, async (world) => {
        const { rpc, process } = world.client('a')
        const me = await init(rpc, world)
        const { layout } = world.cluster
        const node = layout.findCoordinator('group', 'app').node
        const asked = {
          groupId: 'app',
          sessionTimeoutMs: 1_000,
          rebalanceTimeoutMs: 1_000,
          groupInstanceId: 'a-0',
          protocols: [{ name: 'p', metadata: new Uint8Array([1]) }],
          reason: null,
        }
        const joined = await rpc.joinGroup(node, { ...asked, memberId: '' })
        assert.deepEqual([joined.errorCode, joined.generationId, joined.leader], [0, 1, joined.memberId])
        const { memberId, generationId } = joined
        const member = { groupId: 'app', memberId, generationId, groupInstanceId: 'a-0' }
        await rpc.syncGroup(node, {
          ...member,
          protocol: 'p',
          assignments: [{ memberId, assignment: new Uint8Array([7]) }],
        })
        const commit = async (more: object) => {
          if (!isTv2)
            await rpc.addOffsetsToTxn(layout.findCoordinator('transaction', 'tx').node, {
              transactionalId: 'tx',
              producerId: me.producerId,
              producerEpoch: me.producerEpoch,
              groupId: 'app',
            })
          const [answer] = await rpc.txnOffsetCommit(node, {
            ...member,
            tv2: isTv2,
            transactionalId: 'tx',
            producerId: me.producerId,
            producerEpoch: me.producerEpoch,
            offsets: [{ topic: 'in', partition: 0, offset: 7, leaderEpoch: 0, metadata: 'm' }],
            ...more,
          })
          return answer!.errorCode
        }
        assert.equal(await commit({ generationId: 0 }), codes.ILLEGAL_GENERATION)
        assert.equal(await commit({ memberId: 'x', groupInstanceId: null }), codes.UNKNOWN_MEMBER_ID)
        assert.equal(await commit({ memberId: 'x' }), codes.FENCED_INSTANCE_ID)
        const read = async (requireStable: boolean) => {
          const { partitions } = await rpc.offsetFetch(node, {
            groupId: 'app',
            partitions: [{ topic: 'in', partition: 0 }],
            requireStable,
          })
          return [partitions[0]!.errorCode, partitions[0]!.offset]
        }
        assert.equal(await commit({}), 0)
        assert.deepEqual(await read(true), [codes.UNSTABLE_OFFSET_COMMIT, -1])
        assert.deepEqual(await read(false), [0, -1])
        assert.equal((await end(rpc, world, me, true)).errorCode, 0)
        await process.sleep(100)
        assert.deepEqual(await read(true), [0, 7])
        // The instance comes back under a new name: nobody has to move, and the old one is fenced.
        const again = await rpc.joinGroup(node, { ...asked, memberId: '' })
        assert.deepEqual([again.errorCode, again.generationId, again.skipAssignment], [0, 1, true])
        assert.equal((await rpc.heartbeat(node, member)).errorCode, codes.FENCED_INSTANCE_ID)
      }))
  }

  test('TV1: an EndTxn that arrives late ends the next transaction, and TV2 refuses it', async () => {
    for (const isTv2 of [false, true])
      await run(isTv2, async (world) => {
        const { rpc, process } = world.client('a')
        const first = await init(rpc, world)
        if (!isTv2) await add(rpc, world, first)
        await produce(rpc, world, first, 'one')
        const ended = await end(rpc, world, first, true)
        await process.sleep(100)
        const second = isTv2 ? ended : first
        if (!isTv2) await add(rpc, world, second)
        await produce(rpc, world, second, 'torn', isTv2 ? 0 : 1)
        const late = await end(rpc, world, first, true)
        assert.equal(late.errorCode, isTv2 ? codes.PRODUCER_FENCED : 0)
        await process.sleep(100)
        assert.equal((await fetch(rpc, world)).lastStableOffset, isTv2 ? 2 : 4)
      })
  })

  test('TV1: a record that arrives after the end of its transaction is refused', () =>
    run(false, async (world) => {
      const { rpc, process } = world.client('a')
      const me = await init(rpc, world)
      await add(rpc, world, me)
      await produce(rpc, world, me, 'one')
      await end(rpc, world, me, true)
      await process.sleep(100)
      assert.equal((await produce(rpc, world, me, 'late', 1)).errorCode, codes.TRANSACTION_ABORTABLE)
    }))

  test('what was not replicated may be lost with its leader, and is answered as uncertain', () =>
    run(true, async (world) => {
      const { layout } = world.cluster
      const log = layout.log('out', 0)!
      const { rpc, process } = world.client('a')
      const me = await init(rpc, world)
      let uncertain = 0
      for (let sequence = 0, tries = 0; tries < 40; tries++) {
        const sent = produce(rpc, world, me, `v${tries}`, sequence)
        await process.sleep(1)
        world.cluster.moveLeader(log, 1, 0)
        const { errorCode } = await sent
        await process.sleep(20)
        if (errorCode === 0) sequence += 1
        else {
          uncertain += 1
          // Sent again it is written once, whether it had survived or not.
          const again = await produce(rpc, world, me, `v${tries}`, sequence)
          assert.equal(again.errorCode, 0)
          sequence += 1
        }
        assert.equal(log.endOffset, sequence)
      }
      assert.ok(uncertain > 0)
    }))

  test('a session tells only what changed; after a restart it is not known any more', () =>
    run(true, async (world) => {
      const { rpc, process } = world.client('a')
      const { layout } = world.cluster
      const log = layout.log('out', 0)!
      const { leader } = log
      const asked = {
        ...{ topic: 'out', topicId: log.topicId, partition: 0, currentLeaderEpoch: -1, offset: 0 },
        ...{ lastFetchedEpoch: -1, maxBytes: 1e6 },
      }
      const request = { maxWaitMs: 5, minBytes: 1, maxBytes: 1e6, isolation: 'read_committed' as const, forgotten: [] }
      const first = await rpc.fetch(leader, { ...request, sessionId: 0, sessionEpoch: 0, partitions: [asked] })
      assert.equal(first.partitions.length, 1)
      const { sessionId } = first
      const second = await rpc.fetch(leader, { ...request, sessionId, sessionEpoch: 1, partitions: [] })
      assert.deepEqual([second.errorCode, second.partitions], [0, []])
      const wrong = await rpc.fetch(leader, { ...request, sessionId, sessionEpoch: 5, partitions: [] })
      assert.equal(wrong.errorCode, codes.INVALID_FETCH_SESSION_EPOCH)
      world.cluster.restart(leader, 5)
      await process.sleep(50)
      const gone = await rpc.fetch(leader, { ...request, sessionId, sessionEpoch: 2, partitions: [] })
      assert.equal(gone.errorCode, codes.FETCH_SESSION_ID_NOT_FOUND)
    }))

  test('what a killed client had sent arrives all the same; a stalled one goes on later', () =>
    run(true, async (world) => {
      const { rpc, process } = world.client('a')
      const killed = world.client('b')
      const stalled = world.client('c')
      const me = await init(rpc, world)
      let heard = 0
      const hear = () => {
        heard += 1
      }
      produce(killed.rpc, world, me, 'one').then(hear)
      killed.process.kill()
      await process.sleep(50)
      assert.deepEqual([heard, world.cluster.layout.log('out', 0)!.endOffset], [0, 1])
      produce(stalled.rpc, world, me, 'two', 1).then(hear)
      stalled.process.stall(500)
      await process.sleep(400)
      assert.deepEqual([heard, world.cluster.layout.log('out', 0)!.endOffset], [0, 2])
      await process.sleep(200)
      assert.equal(heard, 1)
    }))
})
