/** What a cluster does beyond the contract, or instead of what only a log on this machine can. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, connect as tcpConnect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { MemoryLog } from '../memory/memory-log.ts'
import { MemoryBroker } from '../memory-broker.ts'
import { code, readAll, record, topic, values } from '../testing/broker-fixture.ts'
import type { KafkaBroker } from './kafka-broker.ts'
import type { KafkaBrokerOptions } from './kafka-broker-options.ts'
import { openKafkaBroker } from './open-kafka-broker.ts'
import { encodeBatch } from './record-batch-encode.ts'
import { testBootstrap, uniqueName } from './testing/test-cluster.ts'
import { openClusterRpc } from './wire/cluster-rpc.ts'

describe('a broker on a cluster', () => {
  const prefix = uniqueName('only')
  const stateDirectory = mkdtempSync(join(tmpdir(), 'kafka-only-'))
  const { schemas } = new MemoryBroker({ log: new MemoryLog() })
  let broker: KafkaBroker

  const open = (options: Partial<KafkaBrokerOptions> = {}) =>
    openKafkaBroker({ bootstrap: testBootstrap, schemas, stateDirectory, ...options })

  before(async () => {
    broker = await open()
  })
  after(async () => {
    const names = (await broker.topics()).map(({ name }) => name)
    await broker.deleteTopics(names.filter((name) => name.startsWith(prefix)))
    await broker.close()
    rmSync(stateDirectory, { recursive: true })
  })

  const made = async (name: string, partitions = 1) => {
    await broker.createTopics([topic(`${prefix}-${name}`, { partitions })])
    return `${prefix}-${name}`
  }
  const send = async (...records: ReturnType<typeof record>[]) => {
    const producer = broker.producer()
    await producer.send(records)
    await producer.close()
  }

  test('takes away what is before a position, and a reader that stood there is told what is left', async () => {
    const name = await made('cut')
    await send(record(name, 'k', 'a'), record(name, 'k', 'b'), record(name, 'k', 'c'))
    await broker.deleteRecords([{ topic: name, partition: 0, offset: 2 }])
    await broker.deleteRecords([{ topic: name, partition: 0, offset: 1 }])
    await broker.deleteRecords([{ topic: name, partition: 0, offset: 99 }])
    assert.deepEqual(await broker.offsets({ topic: name, partition: 0 }), { earliest: 2, latest: 3, end: 3 })
    const reader = broker.reader()
    reader.assign([{ topic: name, partition: 0, offset: 0 }])
    await assert.rejects(reader.poll({ maxRecords: 1, maxWaitMs: 5_000 }), (error: object) => {
      const { code, earliest, latest, offset } = error as Record<string, unknown>
      assert.deepEqual([code, earliest, latest, offset], ['OFFSET_OUT_OF_RANGE', 2, 3, 0])
      return true
    })
    assert.equal(reader.position({ topic: name, partition: 0 }), 0)
    assert.deepEqual(values(await readAll(broker, name)), ['c'])
  })

  test('does not rewrite its past', async () => {
    await assert.rejects(
      broker.erase(await made('past'), () => true),
      code('ERASE_UNSUPPORTED'),
    )
  })

  test('makes a topic once, however many make it at the same time', async () => {
    const others = await Promise.all([open(), open(), open()])
    const wanted = [topic(`${prefix}-race`, { partitions: 5 }), topic(`${prefix}-race-2`, { retentionMs: 3_600_000 })]
    await Promise.all([broker, ...others].map((one) => one.createTopics(wanted)))
    const refused = [4, 6].map((partitions) => broker.createTopics([topic(`${prefix}-race-3`, { partitions })]))
    const outcomes = await Promise.allSettled(refused)
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
    const lost = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult
    assert.equal(lost.reason.code, 'TOPIC_MISMATCH')
    for (const other of others) await other.close()
  })

  test('says what every topic keeps, so that the default of the cluster never decides', async () => {
    const rpc = openClusterRpc({ bootstrap: testBootstrap })
    await broker.createTopics([topic(`${prefix}-kept`, { cleanupPolicy: 'compact', retentionBytes: 5_000_000 })])
    const [described] = await rpc.admin.describeTopicConfigs([`${prefix}-kept`])
    await rpc.close()
    const { configs } = described!
    assert.deepEqual(
      ['cleanup.policy', 'retention.ms', 'retention.bytes', 'message.timestamp.type'].map((key) => configs[key]),
      ['compact', '-1', '5000000', 'CreateTime'],
    )
  })

  test('shows an open transaction by an end above what is committed, and nothing of it to readers', async () => {
    const name = await made('open')
    await send(record(name, 'k', 'before'))
    const rpc = openClusterRpc({ bootstrap: testBootstrap })
    const transactionalId = `${prefix}-open`
    const { node } = await rpc.findCoordinator('transaction', transactionalId)
    const identity = await rpc.initProducerId(node, {
      transactionalId,
      transactionTimeoutMs: 30_000,
      producerId: -1,
      producerEpoch: -1,
    })
    assert.equal(identity.errorCode, 0)
    const { leader } = (await rpc.metadata([name])).topics[0]!.partitions[0]!
    const records = encodeBatch([record(name, 'k', 'open')], { ...identity, baseSequence: 0, transactional: true })
    const request = {
      tv2: true,
      transactionalId,
      timeoutMs: 5_000,
      partitions: [{ topic: name, partition: 0, records }],
    }
    assert.equal((await rpc.produce(leader, request))[0]!.errorCode, 0)
    assert.deepEqual(await broker.offsets({ topic: name, partition: 0 }), { earliest: 0, latest: 1, end: 2 })
    const reader = broker.reader()
    reader.assign([{ topic: name, partition: 0, offset: 0 }])
    assert.deepEqual(values(await reader.poll({ maxRecords: 9, maxWaitMs: 500 })), ['before'])
    assert.deepEqual(await reader.poll({ maxRecords: 9, maxWaitMs: 300 }), [])
    await rpc.endTxn(node, { ...identity, tv2: true, transactionalId, commit: false })
    await rpc.close()
    assert.deepEqual(values(await readAll(broker, name)), ['before'])
  })

  test('names the addresses when nobody is there', async () => {
    const opening = open({ bootstrap: ['127.0.0.1:1', '127.0.0.1:2'], unreachableAfterMs: 300 })
    await assert.rejects(opening, (error: Error & { code?: string; retriable?: boolean }) => {
      assert.deepEqual([error.code, error.retriable], ['KAFKA_UNREACHABLE', true])
      assert.match(error.message, /127\.0\.0\.1:1, 127\.0\.0\.1:2/)
      return true
    })
  })

  test('waits for a cluster that starts later than we do, and says so once', async () => {
    const [host, port] = testBootstrap[0]!.split(':')
    const said: string[] = []
    const log = (event: string) => void said.push(event)
    // A port that nobody listens on yet.
    const door = createServer((client) => {
      const upstream = tcpConnect(Number(port), host)
      for (const socket of [client, upstream]) socket.on('error', () => {}).on('close', () => client.destroy())
      client.pipe(upstream).pipe(client)
    })
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
    const { port: free } = door.address() as { port: number }
    await new Promise((resolve) => door.close(resolve))
    const opening = open({
      bootstrap: [`127.0.0.1:${free}`],
      unreachableAfterMs: 20_000,
      logger: { info: log, warn: log, error: log },
    })
    await new Promise((resolve) => setTimeout(resolve, 700))
    await new Promise<void>((resolve) => door.listen(free, '127.0.0.1', resolve))
    const late = await opening
    assert.deepEqual(said, ['kafka-unreachable', 'kafka-reached'])
    assert.ok((await late.topics()).length > 0)
    await late.close()
    door.close()
  })

  test('refuses a cluster that was not meant', async () => {
    await assert.rejects(open({ expectedClusterId: 'another' }), code('KAFKA_WRONG_CLUSTER'))
    const rpc = openClusterRpc({ bootstrap: testBootstrap })
    const expectedClusterId = (await rpc.admin.clusterId())!
    await rpc.close()
    await (await open({ expectedClusterId })).close()
  })

  test('refuses a session that cannot be', async () => {
    for (const options of [{ applicationId: 'a/b' }, { applicationId: 'a', thread: 2, threads: 2 }])
      await assert.rejects(broker.session(options), code('SESSION_INVALID'))
  })
})
