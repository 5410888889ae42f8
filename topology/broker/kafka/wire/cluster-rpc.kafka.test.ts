import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FetchedRecord, RawRecord } from '../../broker.ts'
import { readBatches } from '../record-batch.ts'
import { decodeRecords } from '../record-batch-decode.ts'
import { encodeBatch } from '../record-batch-encode.ts'
import { testBootstrap, uniqueName } from '../testing/test-cluster.ts'
import { type ClusterRpc, openClusterRpc } from './cluster-rpc.ts'
import { compressions } from './compression.ts'

describe('the protocol against a real broker', () => {
  const topic = uniqueName('rpc')
  const group = uniqueName('rpc-group')
  let rpc: ClusterRpc
  let leader: number
  let topicId: string

  before(async () => {
    rpc = openClusterRpc({ bootstrap: testBootstrap })
    const configs = { 'cleanup.policy': 'delete' }
    const [created] = await rpc.admin.createTopics(
      [{ name: topic, partitions: 2, replicationFactor: -1, configs }],
      false,
    )
    assert.equal(created!.errorCode, 0)
    const found = await view()
    leader = found.partitions[0]!.leader
    topicId = found.id
  })
  after(async () => {
    await rpc.admin.deleteTopics([topic])
    await rpc.close()
  })

  async function view() {
    for (;;) {
      const { topics } = await rpc.metadata([topic])
      if (topics[0]!.errorCode === 0 && topics[0]!.partitions.every((one) => one.leader >= 0)) return topics[0]!
    }
  }

  async function coordinator(kind: 'group' | 'transaction', key: string): Promise<number> {
    for (;;) {
      const { errorCode, node } = await rpc.findCoordinator(kind, key)
      if (errorCode === 0) return node
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** Repeats what the coordinator answers while it starts or still ends an earlier transaction. */
  async function settled<T extends { errorCode: number }>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      const answer = await ask()
      if (![14, 15, 16, 51].includes(answer.errorCode)) return answer
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  const records = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      key: Buffer.from(`k${i}`),
      value: Buffer.from('v'.repeat(i % 100)),
      timestamp: 1_700_000_000_000 + i,
      headers: [{ key: 'h', value: Buffer.from(`${i}`) }],
    }))

  const comparable = ({ key, value, timestamp, headers }: RawRecord) =>
    [hex(key), hex(value), timestamp, headers.map((header) => `${header.key}=${hex(header.value)}`)].join()
  const hex = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString('hex')

  const fetchRequest = (partition: number, offset: number) => ({
    maxWaitMs: 1_000,
    minBytes: 1,
    maxBytes: 10_000_000,
    isolation: 'read_committed' as const,
    sessionId: 0,
    sessionEpoch: -1,
    partitions: [
      { topic, partition, topicId, currentLeaderEpoch: -1, offset, lastFetchedEpoch: -1, maxBytes: 1 << 20 },
    ],
    forgotten: [],
  })

  test('a batch of every compression is stored and comes back', async () => {
    const sent = records(300)
    let end = 0
    for (const compression of compressions) {
      const batch = encodeBatch(sent, { compression })
      const [answer] = await rpc.produce(leader, {
        tv2: false,
        transactionalId: null,
        timeoutMs: 5_000,
        partitions: [{ topic, partition: 0, records: batch }],
      })
      assert.deepEqual([answer!.errorCode, answer!.baseOffset], [0, end], compression)
      const answerOfFetch = await rpc.fetch(leader, fetchRequest(0, end))
      const [partition] = answerOfFetch.partitions
      assert.equal(partition!.topicId, topicId)
      const out: FetchedRecord[] = []
      const batches = readBatches(partition!.records, topic, 0)
      for (const one of batches) decodeRecords(one, topic, 0, end, out)
      assert.equal(batches[0]!.compression, compression)
      assert.deepEqual(
        out.map(({ offset }) => offset),
        sent.map((_, i) => end + i),
      )
      assert.deepEqual(out.map(comparable), sent.map(comparable))
      end += 300
      assert.equal(partition!.highWatermark, end)
    }
  })

  for (const tv2 of [true, false])
    test(`a transaction with offsets commits, and one is aborted (${tv2 ? 'TV2' : 'TV1'})`, async () => {
      const { transactionVersion } = await rpc.features()
      assert.ok(transactionVersion >= 2)
      const transactionalId = uniqueName('rpc-txn')
      const txnNode = await coordinator('transaction', transactionalId)
      const groupNode = await coordinator('group', group)
      let { errorCode, ...producer } = await settled(() =>
        rpc.initProducerId(txnNode, {
          transactionalId,
          transactionTimeoutMs: 10_000,
          producerId: -1,
          producerEpoch: -1,
        }),
      )
      assert.equal(errorCode, 0)
      let sequence = 0
      for (const commit of [true, false, true]) {
        if (!tv2) {
          const added = await rpc.addPartitionsToTxn(txnNode, {
            ...producer,
            transactionalId,
            partitions: [{ topic, partition: 1 }],
          })
          if (added[0]!.errorCode === 51) await new Promise((resolve) => setTimeout(resolve, 100))
          const again = await rpc.addPartitionsToTxn(txnNode, {
            ...producer,
            transactionalId,
            partitions: [{ topic, partition: 1 }],
          })
          assert.equal(again[0]!.errorCode, 0)
        }
        let produced = { errorCode: 51 }
        while (produced.errorCode === 51)
          produced = (
            await rpc.produce(leader, {
              tv2,
              transactionalId,
              timeoutMs: 5_000,
              partitions: [
                {
                  topic,
                  partition: 1,
                  records: encodeBatch(records(3), { ...producer, baseSequence: sequence, transactional: true }),
                },
              ],
            })
          )[0]!
        assert.equal(produced.errorCode, 0)
        if (!tv2)
          assert.equal(
            (await rpc.addOffsetsToTxn(txnNode, { ...producer, transactionalId, groupId: group })).errorCode,
            0,
          )
        const [offsets] = await rpc.txnOffsetCommit(groupNode, {
          ...producer,
          tv2,
          transactionalId,
          groupId: group,
          generationId: -1,
          memberId: '',
          groupInstanceId: null,
          offsets: [{ topic, partition: 0, offset: commit ? 7 : 9, leaderEpoch: 0, metadata: 'm' }],
        })
        assert.equal(offsets!.errorCode, 0)
        const ended = await settled(() => rpc.endTxn(txnNode, { ...producer, tv2, transactionalId, commit }))
        assert.equal(ended.errorCode, 0)
        if (tv2) {
          assert.equal(ended.producerEpoch, producer.producerEpoch + 1)
          producer = { producerId: ended.producerId, producerEpoch: ended.producerEpoch }
        } else sequence += 3
      }
      const committed = await settledOffsets(groupNode)
      assert.deepEqual(committed, [[topic, 0, 7, 'm']])
    })

  async function settledOffsets(node: number) {
    for (;;) {
      const { errorCode, partitions } = await rpc.offsetFetch(node, {
        groupId: group,
        partitions: null,
        requireStable: true,
      })
      assert.equal(errorCode, 0)
      if (partitions.every((one) => one.errorCode === 0))
        return partitions.map((one) => [one.topic, one.partition, one.offset, one.metadata])
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  test('offsets are listed by time and isolation', async () => {
    const ask = async (isolation: 'read_committed' | 'read_uncommitted', timestamp: number) =>
      (
        await rpc.listOffsets(leader, {
          isolation,
          partitions: [{ topic, partition: 0, currentLeaderEpoch: -1, timestamp }],
        })
      )[0]!
    assert.equal((await ask('read_committed', -2)).offset, 0)
    assert.equal((await ask('read_committed', -1)).offset, 1_500)
    assert.equal((await ask('read_uncommitted', 1_700_000_000_010)).offset, 10)
    assert.equal((await ask('read_uncommitted', 1_900_000_000_000)).offset, -1)
    const [epoch] = await rpc.offsetForLeaderEpoch(leader, [
      { topic, partition: 0, currentLeaderEpoch: -1, leaderEpoch: 0 },
    ])
    assert.deepEqual([epoch!.errorCode, epoch!.endOffset], [0, 1_500])
  })

  test('a member joins, syncs, beats and leaves', async () => {
    const groupId = uniqueName('rpc-member')
    const node = await coordinator('group', groupId)
    const request = {
      groupId,
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      memberId: '',
      groupInstanceId: null,
      protocols: [{ name: 'p', metadata: Buffer.from('meta') }],
      reason: 'test',
    }
    const first = await settled(() => rpc.joinGroup(node, request))
    assert.equal(first.errorCode, 79)
    const joined = await rpc.joinGroup(node, { ...request, memberId: first.memberId })
    assert.deepEqual([joined.errorCode, joined.protocol, joined.leader], [0, 'p', first.memberId])
    assert.equal(`${joined.members[0]!.metadata}`, 'meta')
    const member = { groupId, generationId: joined.generationId, memberId: first.memberId, groupInstanceId: null }
    const synced = await rpc.syncGroup(node, {
      ...member,
      protocol: 'p',
      assignments: [{ memberId: first.memberId, assignment: Buffer.from('yours') }],
    })
    assert.equal(`${synced.assignment}`, 'yours')
    assert.equal((await rpc.heartbeat(node, member)).errorCode, 0)
    const described = await rpc.admin.describeGroup(groupId)
    assert.deepEqual(
      [described.state, described.members.length, `${described.members[0]!.assignment}`],
      ['Stable', 1, 'yours'],
    )
    assert.equal((await rpc.leaveGroup(node, member)).errorCode, 0)
    assert.equal((await rpc.heartbeat(node, member)).errorCode, 25)
    assert.equal((await rpc.admin.deleteGroup(groupId)).errorCode, 0)
  })

  test('topics are described, changed, grown, and their heads cut off', async () => {
    const [before] = await rpc.admin.describeTopicConfigs([topic])
    assert.equal(before!.configs['cleanup.policy'], 'delete')
    assert.equal((await rpc.admin.alterTopicConfigs(topic, { 'retention.ms': '123456789' })).errorCode, 0)
    assert.equal((await rpc.admin.createPartitions(topic, 3)).errorCode, 0)
    const deleted = await rpc.admin.deleteRecords([{ topic, partition: 0, offset: 100 }])
    assert.deepEqual(deleted, [{ topic, partition: 0, errorCode: 0 }])
    const sizes = await rpc.admin.logSizes([topic])
    assert.ok(sizes.find(({ partition }) => partition === 0)!.bytes > 1_000)
    assert.equal((await rpc.admin.offsetDelete(group, [{ topic, partition: 0 }])).errorCode, 0)
    assert.ok(await rpc.admin.clusterId())
  })

  test('a fetch that waits holds nothing else up, and ends when its caller does not wait any more', async () => {
    const abort = new AbortController()
    const waiting = rpc.fetch(leader, { ...fetchRequest(0, 1_500), maxWaitMs: 20_000 }, abort.signal)
    const [answer] = await rpc.produce(leader, {
      tv2: false,
      transactionalId: null,
      timeoutMs: 5_000,
      partitions: [{ topic, partition: 1, records: encodeBatch(records(1)) }],
    })
    assert.equal(answer!.errorCode, 0)
    abort.abort()
    await assert.rejects(waiting, { name: 'RpcLostError' })
  })

  test('closing ends what is in flight', async () => {
    const other = openClusterRpc({ bootstrap: testBootstrap })
    const waiting = other.fetch(leader, { ...fetchRequest(0, 1_500), maxWaitMs: 20_000 })
    const lost = assert.rejects(waiting, { name: 'RpcLostError' })
    await other.metadata([])
    await new Promise((resolve) => setTimeout(resolve, 100))
    await other.close()
    await lost
  })

  test('nobody at the address is told with the address', async () => {
    const other = openClusterRpc({ bootstrap: ['127.0.0.1:1'], connectTimeoutMs: 2_000 })
    await assert.rejects(other.metadata([]), /no broker answers: 127\.0\.0\.1:1/)
    await other.close()
  })
})
