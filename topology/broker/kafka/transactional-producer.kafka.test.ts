import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Kafka, logLevel } from 'kafkajs'
import { errors } from './error-codes.ts'
import { KafkaReader } from './kafka-reader.ts'
import { encodeBatch } from './record-batch-encode.ts'
import type { KafkaRpc } from './rpc.ts'
import { advance } from './sequence.ts'
import { TestClient } from './testing/test-client.ts'
import { testBootstrap, uniqueName } from './testing/test-cluster.ts'
import { TransactionalProducer } from './transactional-producer.ts'

let client: TestClient
before(() => {
  client = new TestClient()
})
after(() => client.close())

const record = (topic: string, value: string, partition = 0) => ({
  topic,
  partition,
  key: null,
  value: Buffer.from(value),
  timestamp: 1_700_000_000_000,
  headers: [],
})
const alone = (records: ReturnType<typeof record>[]) => ({ records, offsets: [], group: null })

/** Everything committed, as our reader sees it. */
async function read(topic: string, partitions: number): Promise<string[]> {
  const reader = new KafkaReader(client)
  const found: string[] = []
  const all = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
  reader.assign(all.map((partition) => ({ ...partition, offset: 0 })))
  for (let empty = 0; empty < 2; ) {
    const records = await reader.poll({ maxRecords: 1_000, maxWaitMs: 400 })
    if (records.length === 0) empty++
    for (const { value } of records) found.push(Buffer.from(value!).toString())
  }
  await reader.close()
  return found
}

/** The same as a second client sees it, which shares no code with ours. */
async function readWithKafkajs(topic: string, last: string): Promise<string[]> {
  const kafka = new Kafka({ brokers: [...testBootstrap], logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: uniqueName('peer'), readUncommitted: false, maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const found: string[] = []
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: async ({ message }) => {
          found.push(message.value!.toString())
          if (found.at(-1) === last) resolve()
        },
      })
      .catch(reject)
  })
  await consumer.disconnect()
  return found
}

/** The cluster, but for calls that `lose` takes away after they were carried out. */
const losing = (lose: (api: string) => boolean): KafkaRpc =>
  new Proxy(client.rpc, {
    get(target, name) {
      const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>
      if (typeof method !== 'function') return method
      return async (...args: unknown[]) => {
        const answer = await method.apply(target, args)
        if (!lose(String(name))) return answer
        const { RpcLostError } = await import('./rpc.ts')
        throw new RpcLostError(`the answer to ${String(name)} was lost`)
      }
    },
  })

/** The cluster as one that has not finalised TV2: a client that goes by TV1 is served so by any. */
const tv1 = (rpc: KafkaRpc): KafkaRpc =>
  new Proxy(rpc, {
    get(target, name) {
      if (name === 'features') return async () => ({ transactionVersion: 1 })
      const method = Reflect.get(target, name) as unknown
      return typeof method === 'function' ? method.bind(target) : method
    },
  })

for (const [version, asVersion] of [
  ['TV2', (rpc: KafkaRpc) => rpc],
  ['TV1', tv1],
] as const)
  describe(`${version} on a real cluster`, () => {
    test('transactions of records and offsets go through one after the other, and aborted ones leave no trace', async () => {
      const topic = await client.topic(3)
      const producer = new TransactionalProducer({ ...client, rpc: asVersion(client.rpc), transactionalId: topic })
      await producer.init()
      // Offsets of no member: what an application without a group commits.
      const group = { groupId: topic, generationId: -1, memberId: '', groupInstanceId: null }
      const expected: string[] = []
      for (let i = 0; i < 10; i++) {
        const records = [0, 1, 2].map((partition) => record(topic, `${i}.${partition}`, partition))
        const offsets = [{ topic, partition: 0, offset: i + 1, metadata: `stream time ${i}`, leaderEpoch: 0 }]
        const isForeign = i === 4
        const outcome = await producer.commit({
          records,
          offsets,
          group: isForeign ? { ...group, generationId: 3, memberId: 'nobody' } : group,
        })
        assert.equal(outcome.kind, isForeign ? 'aborted' : 'committed', JSON.stringify(outcome))
        if (!isForeign) expected.push(...records.map(({ value }) => value.toString()))
      }
      const { node } = await client.rpc.findCoordinator('group', topic)
      const { partitions } = await client.rpc.offsetFetch(node, {
        groupId: topic,
        partitions: [{ topic, partition: 0 }],
        requireStable: true,
      })
      assert.deepEqual([partitions[0]!.offset, partitions[0]!.metadata], [10, 'stream time 9'])
      const successor = new TransactionalProducer({ ...client, rpc: asVersion(client.rpc), transactionalId: topic })
      await successor.init()
      assert.equal((await producer.commit(alone([record(topic, 'zombie')]))).kind, 'fenced')
      assert.equal((await successor.commit(alone([record(topic, 'owner')]))).kind, 'committed')
      expected.push('owner')
      for (const one of [producer, successor]) one.close()
      assert.deepEqual((await read(topic, 3)).sort(), expected.sort())
    })

    test('lost answers at every step double nothing and lose nothing', async () => {
      const topic = await client.topic(2)
      let calls = 0
      const risky = ['produce', 'endTxn', 'initProducerId', 'findCoordinator', 'addPartitionsToTxn']
      const producer = new TransactionalProducer({
        ...client,
        rpc: asVersion(losing((api) => risky.includes(api) && ++calls % 3 === 0)),
        transactionalId: topic,
        maxBatchBytes: 300,
      })
      await producer.init()
      const expected: string[] = []
      for (let i = 0; i < 8; i++) {
        const values = Array.from({ length: 20 }, (_, j) => `${i}.${j}`)
        const outcome = await producer.commit(alone(values.map((value, j) => record(topic, value, j % 2))))
        assert.equal(outcome.kind, 'committed')
        expected.push(...values)
      }
      producer.close()
      assert.ok(calls > 20)
      assert.deepEqual((await read(topic, 2)).sort(), expected.sort())
    })
  })

describe('transactions on a real cluster', () => {
  test('what is committed is read by us and by another client, what is aborted by nobody', async () => {
    const topic = await client.topic(1)
    const producer = new TransactionalProducer({ ...client, transactionalId: topic })
    await producer.init()
    const expected: string[] = []
    for (let i = 0; i < 12; i++) {
      const values = [`${i} one`, `${i} two`]
      const outcome =
        i % 3 === 1
          ? await producer.commit({
              records: values.map((value) => record(topic, value)),
              // Nobody of that name is in that group.
              offsets: [{ topic, partition: 0, offset: 1, metadata: '', leaderEpoch: -1 }],
              group: { groupId: uniqueName('nobody'), generationId: 5, memberId: 'nobody', groupInstanceId: null },
            })
          : await producer.commit(alone(values.map((value) => record(topic, value))))
      if (i % 3 === 1) {
        assert.equal(outcome.kind, 'aborted')
        assert.equal(outcome.kind === 'aborted' && outcome.membershipLost, true)
      } else {
        assert.equal(outcome.kind, 'committed')
        expected.push(...values)
      }
    }
    await producer.commit(alone([record(topic, 'last')]))
    expected.push('last')
    producer.close()
    assert.deepEqual(await read(topic, 1), expected)
    assert.deepEqual(await readWithKafkajs(topic, 'last'), expected)
  })

  test('says where its records end: the next offset, before the marker', async () => {
    const topic = await client.topic(2)
    const producer = new TransactionalProducer({ ...client, transactionalId: topic, maxBatchBytes: 300 })
    await producer.init()
    const records = Array.from({ length: 40 }, (_, i) => record(topic, `${i}`.padEnd(50, '.'), i % 2))
    const first = await producer.commit(alone(records))
    assert.deepEqual(first.kind === 'committed' && first.next.map(({ offset }) => offset), [20, 20])
    const second = await producer.commit(alone([record(topic, 'x')]))
    assert.deepEqual(second.kind === 'committed' && second.next, [{ topic, partition: 0, offset: 22 }])
    producer.close()
  })

  test('a zombie is fenced, at whatever step, and writes nothing', async () => {
    const topic = await client.topic(1)
    const zombie = new TransactionalProducer({ ...client, transactionalId: topic })
    await zombie.init()
    assert.equal((await zombie.commit(alone([record(topic, 'before')]))).kind, 'committed')
    const owner = new TransactionalProducer({ ...client, transactionalId: topic })
    await owner.init()
    for (let i = 0; i < 2; i++) {
      const outcome = await zombie.commit(alone([record(topic, 'zombie')]))
      assert.equal(outcome.kind, 'fenced')
    }
    assert.equal((await owner.commit(alone([record(topic, 'after')]))).kind, 'committed')
    for (const producer of [zombie, owner]) producer.close()
    assert.deepEqual(await read(topic, 1), ['before', 'after'])
  })

  test('a transaction that a dead process left open is ended by its successor', async () => {
    const topic = await client.topic(1)
    const dead = new TransactionalProducer({
      ...client,
      rpc: losing((api) => api === 'produce'),
      transactionalId: topic,
    })
    await dead.init()
    const left = dead.commit(alone([record(topic, 'never')]))
    await client.time.sleep(300)
    dead.close()
    assert.equal((await left).kind, 'aborted')
    const next = new TransactionalProducer({ ...client, transactionalId: topic })
    await next.init()
    assert.equal((await next.commit(alone([record(topic, 'seen')]))).kind, 'committed')
    next.close()
    assert.deepEqual(await read(topic, 1), ['seen'])
  })

  test('a transaction open for longer than its timeout is ended by the coordinator, and the producer goes on', async () => {
    const topic = await client.topic(1)
    let isHeld = true
    const held: KafkaRpc = new Proxy(client.rpc, {
      get(target, name) {
        const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>
        if (name !== 'endTxn') return typeof method === 'function' ? method.bind(target) : method
        return async (...args: unknown[]) => {
          // A process that was stopped just before the end; the coordinator looks every ten seconds.
          if (isHeld) await client.time.sleep(13_000)
          isHeld = false
          return method.apply(target, args)
        }
      },
    })
    const producer = new TransactionalProducer({
      ...client,
      rpc: held,
      transactionalId: topic,
      transactionTimeoutMs: 1_000,
    })
    await producer.init()
    const outcome = await producer.commit(alone([record(topic, 'too late')]))
    assert.equal(outcome.kind, 'aborted', JSON.stringify(outcome))
    assert.equal((await producer.commit(alone([record(topic, 'in time')]))).kind, 'committed')
    producer.close()
    assert.deepEqual(await read(topic, 1), ['in time'])
  })

  test('a sequence goes on at 0 after 2^31-1, in the middle of a batch', async () => {
    const topic = await client.topic(1)
    const leader = (await client.cluster.topic(topic)).leaders[0]!
    const { producerId, producerEpoch } = await client.rpc.initProducerId(leader.node, {
      transactionalId: null,
      transactionTimeoutMs: 60_000,
      producerId: -1,
      producerEpoch: -1,
    })
    let sequence = 2 ** 31 - 7
    for (let i = 0; i < 4; i++) {
      const values = Array.from({ length: 5 }, (_, j) => record(topic, `${i}.${j}`))
      const records = encodeBatch(values, { producerId, producerEpoch, baseSequence: sequence })
      const [answer] = await client.rpc.produce(leader.node, {
        tv2: false,
        transactionalId: null,
        timeoutMs: 10_000,
        partitions: [{ topic, partition: 0, records }],
      })
      assert.equal(answer!.errorCode, errors.NONE)
      sequence = advance(sequence, 5)
    }
    assert.equal((await read(topic, 1)).length, 20)
  })
})
