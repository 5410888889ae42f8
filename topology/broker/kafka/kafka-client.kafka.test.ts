import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { KafkaProducer } from './kafka-producer.ts'
import { KafkaReader } from './kafka-reader.ts'
import { TestClient } from './testing/test-client.ts'
import { compressions } from './wire/compression.ts'

let client: TestClient
before(() => {
  client = new TestClient()
})
after(() => client.close())

const record = (topic: string, i: number) => ({
  topic,
  key: Buffer.from(`key ${i % 1_000}`),
  value: Buffer.from(`${i}`.padEnd(200, '.')),
  timestamp: 1_700_000_000_000 + i,
  headers: [{ key: 'i', value: Buffer.from(`${i}`) }],
})

describe('producing and reading on a real cluster', () => {
  for (const compression of compressions)
    test(`a hundred thousand records go through, ${compression}: all there, each key in order`, async () => {
      const topic = await client.topic(4)
      const count = compression === 'none' ? 100_000 : 20_000
      const producer = new KafkaProducer({ ...client, compression })
      const sends: Promise<void>[] = []
      for (let i = 0; i < count; i += 50)
        sends.push(producer.send(Array.from({ length: 50 }, (_, j) => record(topic, i + j))))
      await Promise.all(sends)
      await producer.close()
      const reader = new KafkaReader(client)
      reader.assign([0, 1, 2, 3].map((partition) => ({ topic, partition, offset: 0 })))
      const seen = new Set<number>()
      const last = new Map<string, number>()
      const next = [0, 0, 0, 0]
      while (seen.size < count) {
        const records = await reader.poll({ maxRecords: 2_000, maxWaitMs: 5_000 })
        assert.ok(records.length > 0, `${seen.size} of ${count}`)
        for (const { key, value, partition, offset, timestamp, headers } of records) {
          const i = Number.parseInt(Buffer.from(value!).toString('latin1', 0, 8), 10)
          const name = Buffer.from(key!).toString()
          assert.equal(seen.has(i), false)
          seen.add(i)
          assert.ok((last.get(name) ?? -1) < i, 'in order')
          last.set(name, i)
          assert.equal(offset, next[partition]!++)
          assert.equal(timestamp, 1_700_000_000_000 + i)
          assert.equal(Buffer.from(headers[0]!.value).toString(), `${i}`)
        }
      }
      await reader.close()
    })

  test('a batch over max.message.bytes of its topic is refused with its size; the next one goes through', async () => {
    const topic = await client.topic(1, { 'max.message.bytes': '2000' })
    const producer = new KafkaProducer(client)
    const large = { ...record(topic, 1), value: Buffer.alloc(5_000) }
    await assert.rejects(producer.send([large]), (error: { code?: string; message: string }) => {
      assert.equal(error.code, 'RECORD_TOO_LARGE')
      assert.match(error.message, /5\d\d\d bytes/)
      return true
    })
    await producer.send([record(topic, 2)])
    await producer.close()
  })

  test('a topic that takes less than a batch gets smaller ones, every record once and in order', async () => {
    const topic = await client.topic(1, { 'max.message.bytes': '20000' })
    const producer = new KafkaProducer(client)
    await Promise.all(Array.from({ length: 2_000 }, (_, i) => producer.send([record(topic, i)])))
    await producer.close()
    const reader = new KafkaReader(client)
    reader.assign([{ topic, partition: 0, offset: 0 }])
    const found: number[] = []
    while (found.length < 2_000)
      for (const { value } of await reader.poll({ maxRecords: 500, maxWaitMs: 1_000 }))
        found.push(Number.parseInt(Buffer.from(value!).toString('latin1', 0, 8), 10))
    await reader.close()
    assert.deepEqual(
      found,
      Array.from({ length: 2_000 }, (_, i) => i),
    )
  })
})
