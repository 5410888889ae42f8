import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { partitionOf } from '../murmur2.ts'
import type { KafkaProducerOptions } from './client-options.ts'
import { errors } from './error-codes.ts'
import { KafkaProducer } from './kafka-producer.ts'
import { type ProduceRequest, RpcLostError } from './rpc.ts'
import { type Script, ScriptedRpc } from './testing/scripted-rpc.ts'

const record = (value: string, more = {}) => ({
  topic: 't',
  partition: 0,
  key: null,
  value: Buffer.from(value),
  timestamp: 5,
  headers: [],
  ...more,
})
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `${from + i}`)
const padded = (value: string) => record(value.padEnd(80, '.'))
const hasCode = (code: string) => (error: { code?: string }) => error.code === code
const requests = (cluster: ScriptedRpc) => cluster.of('produce') as unknown as ProduceRequest[]

function open(options: Partial<KafkaProducerOptions> = {}, topics: Record<string, number> = { t: 2 }) {
  const cluster = new ScriptedRpc({ topics })
  return { cluster, producer: new KafkaProducer({ ...cluster.client, ...options }) }
}
const written = (cluster: ScriptedRpc, partition = 0) =>
  cluster.values('t', partition).map((value) => value.replaceAll('.', ''))

describe('a producer', () => {
  test('what is sent in one turn goes in one batch, in order', async () => {
    const { cluster, producer } = open()
    await Promise.all(numbers(200).map((value) => producer.send([record(value)])))
    assert.deepEqual(written(cluster), numbers(200))
    assert.equal(requests(cluster).length, 1)
  })

  test('a lone record goes at once; while something is on its way, others gather for some milliseconds', async () => {
    const { cluster, producer } = open()
    await producer.send([record('warm')])
    const before = cluster.time.now()
    await producer.send([record('alone')])
    assert.equal(cluster.time.now(), before)
    let answer = () => {}
    const held = new Promise<void>((resolve) => {
      answer = resolve
    })
    cluster.script.produce = [() => held]
    const sends = [producer.send([record('first')])]
    for (let i = 0; i < 10; i++) {
      await new Promise(setImmediate)
      sends.push(producer.send([record(`${i}`)]))
    }
    await cluster.time.sleep(20)
    answer()
    await Promise.all(sends)
    assert.ok(requests(cluster).length < 10, `${requests(cluster).length} requests`)
    assert.deepEqual(written(cluster), ['warm', 'alone', 'first', ...numbers(10)])
  })

  test('partitions of one leader share a request, and a batch stays within its size', async () => {
    const { cluster, producer } = open({ maxBatchBytes: 1_000 }, { t: 4 })
    const records = numbers(400).map((value, i) => ({ ...padded(value), partition: i % 4 }))
    await producer.send(records)
    for (const { partitions } of requests(cluster)) {
      assert.equal(partitions.length, 2)
      for (const { records } of partitions) assert.ok(records.length <= 1_000)
    }
    for (let p = 0; p < 4; p++)
      assert.deepEqual(
        written(cluster, p).map(Number),
        numbers(100).map((_, i) => i * 4 + p),
      )
  })

  test('nothing overtakes the first batch under a new producer id: the broker could not tell', async () => {
    const { cluster, producer } = open({ maxBatchBytes: 120 })
    cluster.script.produce = ['lost', errors.NOT_ENOUGH_REPLICAS]
    const sends = numbers(5).map((value) => producer.send([padded(value)]))
    await cluster.time.sleep(1)
    assert.equal(requests(cluster).length, 1)
    await Promise.all(sends)
    assert.deepEqual(written(cluster), numbers(5))
  })

  test('at most five requests are in flight at a broker', async () => {
    const { cluster, producer } = open({ maxBatchBytes: 500 })
    await producer.send([record('warm')])
    let inFlight = 0
    let most = 0
    cluster.script.produce = Array.from({ length: 1_000 }, () => async () => {
      most = Math.max(most, ++inFlight)
      await cluster.time.sleep(5)
      inFlight--
      return undefined
    })
    await producer.send(numbers(200).map(padded))
    assert.equal(most, 5)
    assert.deepEqual(written(cluster), ['warm', ...numbers(200)])
  })

  const troubles: [string, Script[]][] = [
    ['lost requests', ['lost', 'as usual', 'lost']],
    ['lost answers', ['as usual', 'lost after', 'as usual', 'lost after']],
    ['a leader that moved', [errors.NOT_LEADER_OR_FOLLOWER, 'as usual', errors.NOT_LEADER_OR_FOLLOWER]],
    ['too few replicas', ['as usual', errors.NOT_ENOUGH_REPLICAS, errors.NOT_ENOUGH_REPLICAS_AFTER_APPEND]],
    [
      'everything at once',
      ['lost', errors.REQUEST_TIMED_OUT, 'lost after', errors.KAFKA_STORAGE_ERROR, 'lost after', 'lost'],
    ],
  ]
  for (const [what, script] of troubles)
    test(`${what} neither double nor reorder what is in flight`, async () => {
      const { cluster, producer } = open({ maxBatchBytes: 300 })
      cluster.script.produce = [...script]
      await Promise.all(numbers(100).map((value) => producer.send([padded(value)])))
      assert.deepEqual(written(cluster), numbers(100))
      assert.deepEqual(cluster.script.produce, [])
    })

  test('random trouble neither doubles, loses nor reorders, with and without keys, over many partitions', async () => {
    const troubles: Script[] = [
      'lost',
      'lost after',
      errors.NOT_LEADER_OR_FOLLOWER,
      errors.REQUEST_TIMED_OUT,
      'as usual',
      'as usual',
    ]
    let seed = 42
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
      return (seed >>> 8) % below
    }
    for (let round = 0; round < 20; round++) {
      const { cluster, producer } = open({ maxBatchBytes: 400, maxBufferedRecords: 50 }, { t: 3 })
      cluster.script.produce = Array.from({ length: 60 }, () => troubles[random(troubles.length)]!)
      await Promise.all(
        numbers(150).map((value) => producer.send([{ ...padded(value), partition: Number(value) % 3 }])),
      )
      for (let p = 0; p < 3; p++)
        assert.deepEqual(
          written(cluster, p).map(Number),
          numbers(50).map((_, i) => i * 3 + p),
        )
    }
  })

  test('a batch that is refused rejects its senders with the cause; what stands behind it goes on', async () => {
    const { cluster, producer } = open({ maxBatchBytes: 120 })
    cluster.script.produce = ['as usual', errors.MESSAGE_TOO_LARGE]
    const sends = numbers(10).map((value) => producer.send([padded(value)]))
    const outcomes = await Promise.allSettled(sends)
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      numbers(10).map((_, i) => (i === 1 ? 'rejected' : 'fulfilled')),
    )
    const cause = (outcomes[1] as PromiseRejectedResult).reason
    assert.equal(cause.code, 'RECORD_TOO_LARGE')
    assert.match(cause.message, /t-0: a batch of 1 records, \d+ bytes.*max\.message\.bytes/)
    assert.deepEqual(
      written(cluster),
      numbers(10).filter((value) => value !== '1'),
    )
    await producer.send([padded('next')])
    assert.equal(written(cluster).at(-1), 'next')
  })

  test('an answer lost so long ago that the broker has forgotten the batch does not double it', async () => {
    const { cluster, producer } = open({ maxBatchBytes: 120 })
    await producer.send([padded('warm')])
    let lose = () => {}
    let forgotten = 0
    cluster.script.produce = [
      async (request) => {
        cluster.append(request)
        await new Promise<void>((resolve) => {
          lose = resolve
        })
        throw new RpcLostError('the connection broke')
      },
    ]
    const sends = numbers(10).map((value) => producer.send([padded(value)]))
    await Promise.all(sends.slice(1))
    cluster.script.produce = [
      () => {
        forgotten++
        return [{ topic: 't', partition: 0, errorCode: errors.OUT_OF_ORDER_SEQUENCE_NUMBER, baseOffset: -1 }]
      },
    ]
    lose()
    await Promise.all(sends)
    assert.equal(forgotten, 1)
    assert.deepEqual(written(cluster), ['warm', ...numbers(10)])
  })

  test('a batch that its topic finds too large goes in parts, in order; the next ones begin smaller', async () => {
    const { cluster, producer } = open({ maxBatchBytes: 4_000 })
    const limit = (request: ProduceRequest) =>
      request.partitions[0]!.records.length > 1_000
        ? [{ topic: 't', partition: 0, errorCode: errors.MESSAGE_TOO_LARGE, baseOffset: -1 }]
        : undefined
    cluster.script.produce = Array.from({ length: 1_000 }, () => limit)
    await Promise.all(numbers(300).map((value) => producer.send([padded(value)])))
    assert.deepEqual(written(cluster), numbers(300))
    const before = requests(cluster).length
    await Promise.all(numbers(50).map((value) => producer.send([padded(value)])))
    assert.ok(
      requests(cluster)
        .slice(before)
        .every(({ partitions }) => partitions[0]!.records.length <= 1_000),
    )
  })

  for (const code of [
    errors.OUT_OF_ORDER_SEQUENCE_NUMBER,
    errors.UNKNOWN_PRODUCER_ID,
    errors.INVALID_PRODUCER_ID_MAPPING,
    errors.INVALID_PRODUCER_EPOCH,
  ])
    test(`error ${code}: the broker lost our numbers; a new producer id goes on`, async () => {
      const { cluster, producer } = open({ maxBatchBytes: 120 })
      await producer.send([padded('before')])
      cluster.script.produce = [code]
      await Promise.all(numbers(10).map((value) => producer.send([padded(value)])))
      assert.deepEqual(written(cluster), ['before', ...numbers(10)])
      assert.equal(cluster.of('initProducerId').length, 2)
    })

  test('what is not acknowledged in time is rejected, and said to be in doubt', async () => {
    const { cluster, producer } = open({ deliveryTimeoutMs: 3_000 })
    await producer.send([record('before')])
    cluster.script.produce = Array.from({ length: 100 }, (): Script => 'lost')
    await assert.rejects(producer.send([record('x')]), hasCode('KAFKA_TIMEOUT'))
    cluster.script.produce = []
    await producer.send([record('after')])
    assert.deepEqual(written(cluster), ['before', 'after'])
  })

  test('misuse rejects its own send only', async () => {
    const { cluster, producer } = open()
    const refused = [
      producer.send([record('good half'), record('x', { partition: 7 })]),
      producer.send([record('x', { topic: 'nowhere' })]),
      producer.send([record('x'.repeat(1024 * 1024 + 1))]),
      producer.send([record('x', { timestamp: 0.5 })]),
    ].map((send, i) =>
      assert.rejects(send, hasCode(['PARTITION_UNKNOWN', 'TOPIC_UNKNOWN', 'RECORD_TOO_LARGE', 'RECORD_INVALID'][i]!)),
    )
    await Promise.all([...refused, producer.send([record('good')]), producer.send([])])
    assert.deepEqual(written(cluster), ['good'])
  })

  test('holds callers back beyond its bound, and lets one in that alone exceeds it', async () => {
    const { cluster, producer } = open({ maxBufferedRecords: 10 })
    let most = 0
    let open_ = 0
    cluster.script.produce = Array.from({ length: 200 }, () => async () => {
      await cluster.time.sleep(3)
      return undefined
    })
    await Promise.all(
      numbers(20).map(async (value, i) => {
        const count = i === 7 ? 50 : 3
        await producer.send(Array.from({ length: count }, (_, j) => record(`${value}.${j}`)))
        open_ += count
        most = Math.max(most, written(cluster).length - open_)
      }),
    )
    assert.deepEqual(
      cluster.values('t', 0),
      numbers(20).flatMap((value, i) => Array.from({ length: i === 7 ? 50 : 3 }, (_, j) => `${value}.${j}`)),
    )
  })

  test('a key chooses its partition as the Java client does; without one they take turns', async () => {
    const { cluster, producer } = open({}, { t: 3 })
    const keys = numbers(60).map((value) => Buffer.from(`key ${value}`))
    await producer.send(keys.map((key, i) => ({ ...record(`${i}`), key, partition: undefined as never })))
    for (const [i, key] of keys.entries()) assert.ok(written(cluster, partitionOf(key, 3)).includes(`${i}`), `key ${i}`)
    const before = [0, 1, 2].map((p) => written(cluster, p).length)
    for (let i = 0; i < 6; i++) await producer.send([{ ...record('turn'), partition: undefined as never }])
    assert.deepEqual(
      [0, 1, 2].map((p, i) => written(cluster, p).length - before[i]!),
      [2, 2, 2],
    )
  })

  test('closing waits for everything sent, and a closed producer refuses', async () => {
    const { cluster, producer } = open({ maxBufferedRecords: 2 })
    cluster.script.produce = ['lost', 'lost after']
    const sends = numbers(10).map((value) => producer.send([record(value)]))
    await producer.close()
    await Promise.all(sends)
    assert.deepEqual(written(cluster), numbers(10))
    await assert.rejects(producer.send([record('late')]), hasCode('BROKER_CLOSED'))
  })

  test('closing while nobody answers gives up after ten seconds, and says so to the senders', async () => {
    const { cluster, producer } = open({ maxBufferedRecords: 3, maxBatchBytes: 120 })
    await producer.send([record('before')])
    cluster.script.produce = Array.from({ length: 1_000 }, (): Script => 'lost')
    const sends = numbers(8).map((value) => producer.send([padded(value)]))
    const outcomes = Promise.allSettled(sends)
    const started = cluster.time.now()
    await producer.close()
    assert.ok(cluster.time.now() - started <= 10_100)
    for (const outcome of await outcomes)
      assert.equal(outcome.status === 'rejected' && outcome.reason.code, 'KAFKA_TIMEOUT')
  })

  test('a cluster that cannot give a producer id yet is waited for; one that does not allow it says so', async () => {
    const { cluster, producer } = open()
    cluster.script.initProducerId = ['lost', errors.COORDINATOR_LOAD_IN_PROGRESS, errors.NOT_COORDINATOR]
    await producer.send([record('a')])
    assert.deepEqual(written(cluster), ['a'])
    const other = new KafkaProducer(cluster.client)
    cluster.script.initProducerId = [errors.CLUSTER_AUTHORIZATION_FAILED]
    await assert.rejects(other.send([record('b')]), hasCode('KAFKA_UNAUTHORIZED'))
  })
})
