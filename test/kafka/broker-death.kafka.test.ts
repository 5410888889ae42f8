import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { MemoryBroker, MemoryLog, openKafkaBroker } from '#topology'
import { KafkaCluster } from '../../deploy/dev-services/kafka/kafka-cluster.ts'
import type { KafkaBroker } from '../../topology/broker/kafka/kafka-broker.ts'

describe('while a broker is killed and comes back', () => {
  let cluster: KafkaCluster
  let broker: KafkaBroker
  const stateDirectory = mkdtempSync(join(tmpdir(), 'broker-death-'))

  before(async () => {
    cluster = await KafkaCluster.start({ name: 'test-death', nodes: 3, heapMb: 320 })
    broker = await openKafkaBroker({
      bootstrap: cluster.bootstrap.split(','),
      schemas: new MemoryBroker({ log: new MemoryLog() }).schemas,
      stateDirectory,
      replicationFactor: 3,
      minInsyncReplicas: 2,
      requestTimeoutMs: 10_000,
    })
    for (const name of ['plain', 'transactions'])
      await broker.createTopics([{ name, partitions: 3, cleanupPolicy: 'delete', retentionMs: null }])
  })
  after(async () => {
    await broker.close()
    await cluster.stop()
    rmSync(stateDirectory, { recursive: true, force: true })
  })

  const record = (topic: string, partition: number, value: string) => ({
    topic,
    partition,
    key: null,
    value: Buffer.from(value),
    timestamp: Date.now(),
    headers: [],
  })

  async function valuesOf(topic: string, partition: number): Promise<string[]> {
    let offsets = await broker.offsets({ topic, partition })
    while (offsets.latest < offsets.end) offsets = await broker.offsets({ topic, partition })
    const reader = broker.reader()
    reader.assign([{ topic, partition, offset: 0 }])
    const values: string[] = []
    while (reader.position({ topic, partition }) < offsets.latest)
      for (const { value } of await reader.poll({ maxRecords: 1_000, maxWaitMs: 5_000 }))
        values.push(Buffer.from(value!).toString())
    await reader.close()
    return values
  }

  test('what was acknowledged is there once and in order; commits are whole; reads and questions go on', async (t) => {
    let isOver = false
    const sent: string[] = []
    const writing = (async () => {
      const producer = broker.producer()
      for (let i = 0; !isOver; i++) {
        const values = Array.from({ length: 20 }, (_, j) => `${i}.${j}`)
        await producer.send(values.flatMap((value) => [0, 1, 2].map((partition) => record('plain', partition, value))))
        sent.push(...values)
        await sleep(5)
      }
      await producer.close()
    })()
    const committed: string[] = []
    const uncertain: string[] = []
    const committing = (async () => {
      const session = await broker.session({ applicationId: 'death' })
      for (let i = 0; !isOver; i++) {
        const records = [0, 1, 2].map((partition) => record('transactions', partition, `${i}`))
        const outcome = await session.commit({ records, offsets: [], changes: [] })
        assert.notEqual(outcome.kind, 'fenced')
        if (outcome.kind === 'committed') committed.push(`${i}`)
        if (outcome.kind === 'unknown') uncertain.push(`${i}`)
        await sleep(5)
      }
      await session.close()
    })()
    let read = 0
    const reading = (async () => {
      const reader = broker.reader()
      reader.assign([0, 1, 2].map((partition) => ({ topic: 'plain', partition, offset: 0 })))
      while (!isOver) read += (await reader.poll({ maxRecords: 1_000, maxWaitMs: 500 })).length
      await reader.close()
    })()
    const asking = (async () => {
      while (!isOver) {
        const { earliest, latest, end } = await broker.offsets({ topic: 'plain', partition: 0 })
        assert.ok(earliest <= latest && latest <= end)
        await broker.topics()
        await sleep(50)
      }
    })()
    const killing = (async () => {
      for (const { process } of cluster.nodes.slice(0, 1)) {
        await sleep(1_500)
        await process.kill9()
        // Two of three have a controller and leaders again after some seconds, and all goes on.
        const [sentBefore, committedBefore, readBefore] = [sent.length, committed.length, read]
        const killedAt = performance.now()
        while (sent.length < sentBefore + 500 || committed.length < committedBefore + 20 || read < readBefore + 1_500)
          await sleep(50)
        t.diagnostic(`all went on ${Math.round(performance.now() - killedAt)} ms after a broker was killed`)
        await cluster.startNodes()
      }
      await sleep(1_500)
    })().finally(() => {
      isOver = true
    })
    await Promise.all([writing, committing, reading, asking, killing])
    for (const partition of [0, 1, 2]) {
      assert.deepEqual(await valuesOf('plain', partition), sent)
      const values = await valuesOf('transactions', partition)
      assert.equal(new Set(values).size, values.length)
      assert.deepEqual(
        values.filter((value) => !uncertain.includes(value)),
        committed,
      )
    }
    const [first, ...others] = await Promise.all([0, 1, 2].map((partition) => valuesOf('transactions', partition)))
    for (const other of others) assert.deepEqual(other, first)
    assert.ok(committed.length > 50 && sent.length > 1_000 && read > 3_000)
  })
})
