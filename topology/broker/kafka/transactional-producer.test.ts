import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TransactionalProducerOptions } from './client-options.ts'
import { errors } from './error-codes.ts'
import { type Script, ScriptedRpc } from './testing/scripted-rpc.ts'
import type { TransactionOutcome } from './transaction.ts'
import { TransactionalProducer } from './transactional-producer.ts'

const group = { groupId: 'g', generationId: 4, memberId: 'm', groupInstanceId: 'i' }
const record = (value: string, partition = 0, more = {}) => ({
  topic: 't',
  partition,
  key: null,
  value: Buffer.from(value),
  timestamp: 5,
  headers: [],
  ...more,
})
const offset = { topic: 'in', partition: 0, offset: 12, metadata: 'stream time', leaderEpoch: 3 }
const whole = { records: [record('a'), record('b', 1), record('c')], offsets: [offset], group }

async function open(cluster: ScriptedRpc, options: Partial<TransactionalProducerOptions> = {}) {
  const producer = new TransactionalProducer({ ...cluster.client, transactionalId: 'x', ...options })
  await producer.init()
  cluster.calls.length = 0
  return producer
}
const kinds = (cluster: ScriptedRpc) => cluster.calls.map(({ api }) => api)
const causeCode = (outcome: TransactionOutcome) =>
  outcome.kind === 'committed' ? undefined : (outcome.cause as Error & { code?: string }).code

for (const tv2 of [true, false])
  describe(`a transaction with ${tv2 ? 'TV2' : 'TV1'}`, () => {
    test('goes through its steps in order and says where its records end', async () => {
      const cluster = new ScriptedRpc({ tv2 })
      const producer = await open(cluster)
      const outcome = await producer.commit(whole)
      assert.deepEqual(outcome, {
        kind: 'committed',
        next: [
          { topic: 't', partition: 0, offset: 2 },
          { topic: 't', partition: 1, offset: 1 },
        ],
      })
      const steps = kinds(cluster).filter((api) => api !== 'findCoordinator')
      assert.deepEqual(
        steps,
        tv2
          ? ['produce', 'produce', 'txnOffsetCommit', 'endTxn']
          : ['addPartitionsToTxn', 'produce', 'produce', 'addOffsetsToTxn', 'txnOffsetCommit', 'endTxn'],
      )
      assert.deepEqual(cluster.ends, ['commit'])
      assert.deepEqual(cluster.values('t', 0), ['a', 'c'])
    })

    test('commits all offsets at once with leader epoch, metadata and the membership of now', async () => {
      const cluster = new ScriptedRpc({ tv2 })
      const producer = await open(cluster)
      const other = { ...offset, partition: 1, offset: 99 }
      await producer.commit({ ...whole, offsets: [offset, other] })
      const [request] = cluster.of('txnOffsetCommit')
      const epoch = 0
      assert.deepEqual(request, {
        tv2,
        transactionalId: 'x',
        producerId: 7,
        producerEpoch: epoch,
        ...group,
        offsets: [offset, other],
      })
      assert.equal(cluster.calls.find(({ api }) => api === 'txnOffsetCommit')!.node, 2)
    })

    test('of nothing sends nothing; of records or of offsets alone sends only those', async () => {
      const cluster = new ScriptedRpc({ tv2 })
      const producer = await open(cluster)
      assert.deepEqual(await producer.commit({ records: [], offsets: [], group: null }), {
        kind: 'committed',
        next: [],
      })
      assert.deepEqual(kinds(cluster), [])
      assert.equal((await producer.commit({ records: [record('a')], offsets: [], group: null })).kind, 'committed')
      assert.ok(!kinds(cluster).some((api) => api === 'txnOffsetCommit' || api === 'addOffsetsToTxn'))
      cluster.calls.length = 0
      assert.equal((await producer.commit({ records: [], offsets: [offset], group })).kind, 'committed')
      assert.ok(!kinds(cluster).some((api) => api === 'produce' || api === 'addPartitionsToTxn'))
    })

    test('of many bytes goes as several batches of at most a size, their sequences going on', async () => {
      const cluster = new ScriptedRpc({ tv2 })
      const producer = await open(cluster, { maxBatchBytes: 500 })
      const records = Array.from({ length: 40 }, (_, i) => record(`${i}`.padEnd(100, '.')))
      const outcome = await producer.commit({ records, offsets: [], group: null })
      assert.deepEqual(outcome, { kind: 'committed', next: [{ topic: 't', partition: 0, offset: 40 }] })
      assert.ok(cluster.of('produce').length >= 10)
      for (const { partitions } of cluster.of('produce') as { partitions: { records: Uint8Array }[] }[])
        for (const { records } of partitions) assert.ok(records.length <= 500)
      assert.deepEqual(
        cluster.values('t', 0).map((value) => Number.parseInt(value, 10)),
        Array.from({ length: 40 }, (_, i) => i),
      )
    })

    test('several in a row go on under the right epoch and sequence', async () => {
      const cluster = new ScriptedRpc({ tv2 })
      const producer = await open(cluster)
      for (let i = 0; i < 5; i++) assert.equal((await producer.commit(whole)).kind, 'committed')
      assert.deepEqual(cluster.values('t', 1), ['b', 'b', 'b', 'b', 'b'])
      assert.equal(producer.identity.producerEpoch, tv2 ? 5 : 0)
    })

    const same: [string, string, Partial<Record<string, Script[]>>][] = [
      ['a coordinator that moved', 'endTxn', { endTxn: [errors.NOT_COORDINATOR, errors.COORDINATOR_NOT_AVAILABLE] }],
      ['a coordinator that loads', 'txnOffsetCommit', { txnOffsetCommit: [errors.COORDINATOR_LOAD_IN_PROGRESS] }],
      ['the end of the transaction before', 'endTxn', { endTxn: [errors.CONCURRENT_TRANSACTIONS] }],
      [
        'a lost commit of offsets',
        'txnOffsetCommit',
        { txnOffsetCommit: ['lost', 'lost after', errors.REQUEST_TIMED_OUT] },
      ],
      ['lost records', 'produce', { produce: ['lost', 'lost after'] }],
      ['a leader that moved', 'produce', { produce: [errors.NOT_LEADER_OR_FOLLOWER, errors.FENCED_LEADER_EPOCH] }],
      [
        'replicas that are missing',
        'produce',
        { produce: [errors.NOT_ENOUGH_REPLICAS, errors.NOT_ENOUGH_REPLICAS_AFTER_APPEND] },
      ],
      ['the markers of the transaction before', 'produce', { produce: [errors.CONCURRENT_TRANSACTIONS] }],
      [
        'a coordinator that cannot be looked up',
        'endTxn',
        { findCoordinator: ['lost', errors.COORDINATOR_NOT_AVAILABLE] },
      ],
    ]
    for (const [what, api, script] of same)
      test(`${what} is waited out, and nothing is written twice`, async () => {
        const cluster = new ScriptedRpc({ tv2 })
        const producer = new TransactionalProducer({ ...cluster.client, transactionalId: 'x' })
        await producer.init()
        Object.assign(cluster.script, script)
        const outcome = await producer.commit(whole)
        assert.equal(outcome.kind, 'committed', causeCode(outcome))
        assert.deepEqual(Object.values(cluster.script).flat(), [])
        assert.ok(cluster.calls.some((call) => call.api === api))
        assert.deepEqual([cluster.values('t', 0), cluster.values('t', 1)], [['a', 'c'], ['b']])
        assert.deepEqual(cluster.ends, ['commit'])
      })

    const abortable: [string, Record<string, Script[]>, string, boolean][] = [
      [
        'a sequence that the broker does not expect',
        { produce: [errors.OUT_OF_ORDER_SEQUENCE_NUMBER] },
        'KAFKA_REFUSED',
        false,
      ],
      ['a producer id that the broker forgot', { produce: [errors.UNKNOWN_PRODUCER_ID] }, 'KAFKA_REFUSED', false],
      [
        'a producer id that the coordinator forgot',
        { txnOffsetCommit: [errors.INVALID_PRODUCER_ID_MAPPING] },
        'KAFKA_REFUSED',
        false,
      ],
      ['an abortable error', { produce: [errors.TRANSACTION_ABORTABLE] }, 'KAFKA_REFUSED', false],
      ['an abortable error at the end', { endTxn: [errors.TRANSACTION_ABORTABLE] }, 'KAFKA_REFUSED', false],
      [
        'an abortable error with the offsets',
        { txnOffsetCommit: [errors.TRANSACTION_ABORTABLE] },
        'KAFKA_REFUSED',
        false,
      ],
      ['a batch that is too large', { produce: [errors.MESSAGE_TOO_LARGE] }, 'RECORD_TOO_LARGE', false],
      ['a record that the topic does not take', { produce: [errors.INVALID_RECORD] }, 'RECORD_INVALID', false],
      [
        'a topic that may not be written',
        { produce: [errors.TOPIC_AUTHORIZATION_FAILED] },
        'KAFKA_UNAUTHORIZED',
        false,
      ],
      [
        'a group that may not be used',
        { txnOffsetCommit: [errors.GROUP_AUTHORIZATION_FAILED] },
        'KAFKA_UNAUTHORIZED',
        false,
      ],
      ['metadata that is too large', { txnOffsetCommit: [errors.OFFSET_METADATA_TOO_LARGE] }, 'KAFKA_REFUSED', false],
      ['a state that the partition refuses', { produce: [errors.INVALID_TXN_STATE] }, 'KAFKA_REFUSED', false],
      ['an old generation', { txnOffsetCommit: [errors.ILLEGAL_GENERATION] }, 'KAFKA_MEMBERSHIP_LOST', true],
      ['an unknown member', { txnOffsetCommit: [errors.UNKNOWN_MEMBER_ID] }, 'KAFKA_MEMBERSHIP_LOST', true],
      ['a fenced instance', { txnOffsetCommit: [errors.FENCED_INSTANCE_ID] }, 'KAFKA_MEMBERSHIP_LOST', true],
      ['a stale member epoch', { txnOffsetCommit: [errors.STALE_MEMBER_EPOCH] }, 'KAFKA_MEMBERSHIP_LOST', true],
    ]
    for (const [what, script, code, lost] of abortable)
      test(`${what} aborts, and the next one has an epoch of its own`, async () => {
        const cluster = new ScriptedRpc({ tv2 })
        const producer = await open(cluster)
        const before = producer.identity.producerEpoch
        Object.assign(cluster.script, script)
        const outcome = await producer.commit(whole)
        assert.equal(outcome.kind, 'aborted')
        assert.equal(causeCode(outcome), code)
        assert.equal(outcome.kind === 'aborted' && outcome.membershipLost, lost)
        assert.deepEqual(cluster.ends, ['abort'])
        assert.ok(producer.identity.producerEpoch > before)
        assert.equal((await producer.commit(whole)).kind, 'committed')
        assert.deepEqual(cluster.ends, ['abort', 'commit'])
      })

    for (const code of [errors.PRODUCER_FENCED, errors.INVALID_PRODUCER_EPOCH])
      for (const api of ['produce', 'txnOffsetCommit', 'endTxn'] as const)
        test(`error ${code} of ${api} is a fence: no abort, no further transaction`, async () => {
          const cluster = new ScriptedRpc({ tv2 })
          const producer = await open(cluster)
          cluster.script[api] = [code]
          const outcome = await producer.commit(whole)
          assert.equal(outcome.kind, 'fenced')
          assert.equal(causeCode(outcome), 'SESSION_FENCED')
          assert.deepEqual(cluster.ends, [])
          assert.deepEqual(cluster.of('initProducerId'), [])
          cluster.calls.length = 0
          assert.equal((await producer.commit(whole)).kind, 'fenced')
          assert.deepEqual(cluster.calls, [])
        })

    test('a successor is found out by the abort, too', async () => {
      const cluster = new ScriptedRpc({ tv2 })
      const zombie = await open(cluster)
      const owner = await open(cluster)
      cluster.script.produce = [errors.MESSAGE_TOO_LARGE]
      assert.equal((await zombie.commit(whole)).kind, 'fenced')
      assert.equal((await owner.commit(whole)).kind, 'committed')
    })

    test('a fence after the timeout was the coordinator: aborted, and the next one goes on', async () => {
      const cluster = new ScriptedRpc({ tv2 })
      const producer = await open(cluster, { transactionTimeoutMs: 1_000 })
      cluster.script.txnOffsetCommit = [
        () => {
          // The process was stopped, and the coordinator ended the transaction.
          cluster.time.pass(2_000)
          cluster.identity = { ...cluster.identity, producerEpoch: cluster.identity.producerEpoch + 1 }
          return [{ topic: 'in', partition: 0, errorCode: errors.INVALID_PRODUCER_EPOCH }]
        },
      ]
      const outcome = await producer.commit(whole)
      assert.equal(outcome.kind, 'aborted')
      assert.equal(causeCode(outcome), 'KAFKA_TRANSACTION_TIMED_OUT')
      assert.equal((await producer.commit(whole)).kind, 'committed')
      assert.deepEqual(cluster.ends, ['commit'])
    })

    test('an end whose answer is lost is asked for again until it is definite', async () => {
      const cluster = new ScriptedRpc({ tv2 })
      const producer = await open(cluster)
      cluster.script.endTxn = ['lost', 'lost after', 'lost']
      assert.equal((await producer.commit(whole)).kind, 'committed')
      assert.equal(cluster.of('endTxn').length, 4)
      assert.equal((await producer.commit(whole)).kind, 'committed')
      assert.equal(cluster.ends.filter((end) => end === 'abort').length, 0)
    })

    test('a transaction that cannot be finished in time is aborted', async () => {
      const cluster = new ScriptedRpc({ tv2 })
      const producer = await open(cluster)
      cluster.script.produce = Array.from({ length: 1_000 }, () => errors.NOT_ENOUGH_REPLICAS)
      const outcome = await producer.commit(whole)
      assert.equal(outcome.kind, 'aborted')
      assert.equal(causeCode(outcome), 'KAFKA_TIMEOUT')
      assert.ok(cluster.time.now() < 12_000)
      cluster.script.produce = []
      assert.equal((await producer.commit(whole)).kind, 'committed')
      assert.deepEqual(cluster.ends, ['abort', 'commit'])
    })

    test('batches that a topic finds too large are smaller when they are done again', async () => {
      const cluster = new ScriptedRpc({ tv2 })
      const producer = await open(cluster)
      cluster.script.produce = [errors.MESSAGE_TOO_LARGE]
      const records = Array.from({ length: 40 }, (_, i) => record(`${i}`.padEnd(100, '.')))
      assert.equal((await producer.commit({ records, offsets: [], group: null })).kind, 'aborted')
      assert.equal((await producer.commit({ records, offsets: [], group: null })).kind, 'committed')
      assert.ok(cluster.of('produce').length >= 3)
      assert.equal(cluster.values('t', 0).length, 40)
    })

    test('a broker that never answers does not hold the abort up', async () => {
      const cluster = new ScriptedRpc({ tv2 })
      const producer = await open(cluster)
      cluster.script.produce = [() => new Promise(() => {})]
      assert.equal((await producer.commit(whole)).kind, 'aborted')
      assert.deepEqual(cluster.ends, ['abort'])
      assert.equal((await producer.commit(whole)).kind, 'committed')
    })

    test('a leader that is gone for a while is waited for, and its batches follow it in order', async () => {
      const cluster = new ScriptedRpc({ tv2 })
      const producer = await open(cluster, { maxBatchBytes: 200 })
      cluster.script.produce = [
        () => {
          cluster.topics.get('t')!.leaders[0] = -1
          void cluster.time.sleep(500).then(() => {
            cluster.topics.get('t')!.leaders[0] = 2
          })
          return [{ topic: 't', partition: 0, errorCode: errors.NOT_LEADER_OR_FOLLOWER, baseOffset: -1 }]
        },
        ...Array.from({ length: 4 }, () => errors.NOT_LEADER_OR_FOLLOWER),
      ]
      const records = Array.from({ length: 12 }, (_, i) => record(`${i}`.padEnd(80, '.')))
      assert.equal((await producer.commit({ records, offsets: [], group: null })).kind, 'committed')
      assert.deepEqual(
        cluster.values('t', 0).map((value) => Number.parseInt(value, 10)),
        Array.from({ length: 12 }, (_, i) => i),
      )
    })

    test('misuse is refused and writes nothing', async () => {
      const cluster = new ScriptedRpc({ tv2 })
      const producer = await open(cluster)
      const refused = (request: Parameters<typeof producer.commit>[0], code: string) =>
        assert.rejects(producer.commit(request), (error: { code?: string }) => error.code === code)
      await refused({ ...whole, records: [record('a'), record('x', 0, { topic: 'nowhere' })] }, 'TOPIC_UNKNOWN')
      await refused({ ...whole, records: [record('a'), record('x', 9)] }, 'PARTITION_UNKNOWN')
      await refused({ ...whole, records: [record('x', 0, { timestamp: -1 })] }, 'RECORD_INVALID')
      await refused({ ...whole, group: null }, 'SESSION_INVALID')
      const first = producer.commit(whole)
      await refused(whole, 'COMMIT_IN_PROGRESS')
      await first
      producer.close()
      await refused(whole, 'BROKER_CLOSED')
      assert.deepEqual(cluster.ends, ['commit'])
    })

    test('closing ends a transaction that waits: aborted before its end was asked for, unknown after', async () => {
      for (const [api, kind] of [
        ['produce', 'aborted'],
        ['endTxn', 'unknown'],
      ] as const) {
        const cluster = new ScriptedRpc({ tv2 })
        const producer = await open(cluster)
        cluster.script[api] = Array.from({ length: 100 }, (): Script => 'lost')
        const outcome = producer.commit(whole)
        await cluster.time.sleep(300)
        producer.close()
        assert.equal((await outcome).kind, kind)
      }
    })

    test('the id is taken with a new epoch, whatever interrupts it', async () => {
      const cluster = new ScriptedRpc({ tv2 })
      cluster.script.initProducerId = [
        errors.CONCURRENT_TRANSACTIONS,
        'lost',
        errors.NOT_COORDINATOR,
        errors.PRODUCER_FENCED,
      ]
      cluster.script.features = ['lost']
      const producer = new TransactionalProducer({ ...cluster.client, transactionalId: 'x', transactionTimeoutMs: 777 })
      await producer.init()
      assert.deepEqual(cluster.of('initProducerId').at(-1), {
        transactionalId: 'x',
        transactionTimeoutMs: 777,
        producerId: -1,
        producerEpoch: -1,
      })
      assert.equal((await producer.commit(whole)).kind, 'committed')
    })

    test('what the cluster does not allow is said when the id is taken', async () => {
      for (const [code, expected] of [
        [errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, 'KAFKA_UNAUTHORIZED'],
        [errors.CLUSTER_AUTHORIZATION_FAILED, 'KAFKA_UNAUTHORIZED'],
        [errors.INVALID_TRANSACTION_TIMEOUT, 'KAFKA_TRANSACTION_TIMEOUT_INVALID'],
      ] as const) {
        const cluster = new ScriptedRpc({ tv2 })
        cluster.script.initProducerId = [code]
        const producer = new TransactionalProducer({ ...cluster.client, transactionalId: 'x' })
        await assert.rejects(producer.init(), (error: { code?: string }) => error.code === expected)
      }
    })
  })

describe('a transaction with TV1', () => {
  test('that cannot be ended before its timeout takes a new epoch and is unknown', async () => {
    const cluster = new ScriptedRpc({ tv2: false })
    const producer = await open(cluster)
    cluster.script.endTxn = Array.from({ length: 100 }, (): Script => 'lost')
    const outcome = await producer.commit(whole)
    assert.equal(outcome.kind, 'unknown')
    assert.deepEqual(
      cluster.of('initProducerId').map(({ producerEpoch }) => producerEpoch),
      [-1],
    )
    cluster.script.endTxn = []
    assert.equal((await producer.commit(whole)).kind, 'committed')
  })

  for (const [api, script] of [
    ['endTxn', 'lost after'],
    ['txnOffsetCommit', 'lost after'],
    ['addPartitionsToTxn', 'lost'],
    ['addOffsetsToTxn', 'lost'],
    ['produce', 'lost after'],
  ] as const)
    test(`raises the epoch after a lost answer of ${api}: a late copy must not act on the next transaction`, async () => {
      const cluster = new ScriptedRpc({ tv2: false })
      const producer = await open(cluster)
      cluster.script[api] = [script]
      assert.equal((await producer.commit(whole)).kind, 'committed')
      assert.equal((await producer.commit(whole)).kind, 'committed')
      assert.deepEqual(
        cluster.of('initProducerId').map(({ producerEpoch }) => producerEpoch),
        [0],
      )
      assert.equal(producer.identity.producerEpoch, 1)
    })

  test('that never came to write has nothing to abort, and takes the next epoch', async () => {
    const cluster = new ScriptedRpc({ tv2: false })
    const producer = await open(cluster)
    cluster.script.addPartitionsToTxn = [errors.TOPIC_AUTHORIZATION_FAILED]
    cluster.script.endTxn = [errors.INVALID_TXN_STATE]
    const outcome = await producer.commit(whole)
    assert.equal(outcome.kind, 'aborted')
    assert.equal(causeCode(outcome), 'KAFKA_UNAUTHORIZED')
    assert.equal((await producer.commit(whole)).kind, 'committed')
  })
})

describe('a transaction with TV2', () => {
  test('is asked to end without end: a coordinator that is away for a minute', async () => {
    const cluster = new ScriptedRpc()
    const producer = await open(cluster)
    cluster.script.endTxn = Array.from({ length: 70 }, (): Script => 'lost')
    assert.equal((await producer.commit(whole)).kind, 'committed')
    assert.ok(cluster.time.now() > 60_000)
  })

  test('whose end was lost and is then refused is unknown, and over', async () => {
    const cluster = new ScriptedRpc()
    const producer = await open(cluster)
    cluster.script.endTxn = ['lost', errors.INVALID_TXN_STATE]
    assert.equal((await producer.commit(whole)).kind, 'unknown')
    assert.equal(cluster.of('initProducerId').length, 1)
    assert.equal((await producer.commit(whole)).kind, 'committed')
  })

  test('that the coordinator ended before is aborted, and over', async () => {
    const cluster = new ScriptedRpc()
    const producer = await open(cluster)
    cluster.script.endTxn = [errors.INVALID_TXN_STATE]
    assert.equal((await producer.commit(whole)).kind, 'aborted')
    assert.equal(cluster.of('initProducerId').length, 1)
    assert.equal((await producer.commit(whole)).kind, 'committed')
  })
})
