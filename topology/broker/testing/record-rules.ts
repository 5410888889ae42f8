import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ProducedRecord } from '../broker.ts'
import { partitionOf } from '../murmur2.ts'
import { type BrokerUnderTest, bytes, code, readAll, record, text, topic, values } from './broker-fixture.ts'

export function recordRules(log: BrokerUnderTest): void {
  describe('records', () => {
    test('key, value, timestamp and headers come back as they went, nulls and empty bytes apart', async () => {
      const headers = [
        { key: 'trace', value: bytes('abc') },
        { key: 'trace', value: new Uint8Array() },
        { key: '한글', value: Uint8Array.of(0, 255, 128) },
      ]
      await log.send(
        record('in', null, null, { timestamp: 0 }),
        record('in', '', '', { timestamp: Number.MAX_SAFE_INTEGER }),
        record('in', '키', '값', { headers, timestamp: 1_700_000_000_123 }),
      )
      const records = await readAll(log.broker, 'in')
      assert.deepEqual(
        records.map(({ key, value, timestamp, offset }) => [text(key), text(value), timestamp, offset]),
        [
          [null, null, 0, 0],
          [null, null, Number.MAX_SAFE_INTEGER, 1],
          ['키', '값', 1_700_000_000_123, 2],
        ].map((row, i) => (i === 1 ? ['', '', row[2], row[3]] : row)),
      )
      assert.equal(records[0]!.key, null)
      assert.equal(records[1]!.value?.length, 0)
      assert.deepEqual(
        records[2]!.headers.map(({ key, value }) => [key, [...value]]),
        headers.map(({ key, value }) => [key, [...value]]),
      )
    })

    test('many records of many sizes come back as they went', async () => {
      const sent = Array.from({ length: 3_000 }, (_, i) =>
        record('in', `k${i}`, 'v'.repeat((i * 37) % 1_500), { timestamp: (i * 7919) % 5_000 }),
      )
      await log.send(...sent)
      const records = await readAll(log.broker, 'in')
      assert.deepEqual(
        records.map(({ key, value, timestamp }) => [text(key), text(value), timestamp]),
        sent.map(({ key, value, timestamp }) => [text(key), text(value), timestamp]),
      )
    })

    test('what a sender does to its buffer afterwards does not reach the log', async () => {
      const value = bytes('before')
      await log.send(record('in', 'k', null, { value }))
      value.fill(0)
      assert.deepEqual(values(await readAll(log.broker, 'in')), ['before'])
    })

    test('a record that is too large, has no whole timestamp or no such partition is refused, its fellows are not', async () => {
      const producer = log.broker.producer()
      const refused: [string, ProducedRecord][] = [
        ['RECORD_TOO_LARGE', record('in', 'k', 'x'.repeat(1024 * 1024 + 1))],
        ['RECORD_INVALID', record('in', 'k', 'v', { timestamp: 1.5 })],
        ['RECORD_INVALID', record('in', 'k', 'v', { timestamp: Number.NaN })],
        ['RECORD_INVALID', record('in', 'k', 'v', { timestamp: -1 })],
        ['PARTITION_UNKNOWN', record('out', 'k', 'v', { partition: 3 })],
        ['TOPIC_UNKNOWN', record('nowhere', 'k', 'v')],
      ]
      const bad = refused.map(([expected, one]) => assert.rejects(producer.send([one]), code(expected)))
      const good = producer.send([record('in', 'k', 'good')])
      await Promise.all([...bad, good])
      assert.deepEqual(values(await readAll(log.broker, 'in')), ['good'])
    })

    test('a record of the largest size goes through', async () => {
      await log.send(record('in', 'k', 'x'.repeat(1024 * 1024 - 1)))
      assert.equal((await readAll(log.broker, 'in'))[0]!.value!.length, 1024 * 1024 - 1)
    })

    test('a compacted topic takes no record without a key', async () => {
      await log.broker.createTopics([topic('table', { cleanupPolicy: 'compact' })])
      const producer = log.broker.producer()
      await assert.rejects(producer.send([record('table', null, 'v')]), code('RECORD_INVALID'))
    })

    test('a key chooses its partition as the Java client does', async () => {
      await log.send(...['a', 'b', 'c', 'd', 'e', 'f'].map((key) => record('out', key, key)))
      for (const partition of [0, 1, 2])
        for (const one of await readAll(log.broker, 'out', partition))
          assert.equal(partitionOf(one.key!, 3), one.partition)
    })

    test('records without a key go round robin', async () => {
      await log.send(...Array.from({ length: 6 }, (_, i) => record('out', null, `${i}`)))
      for (const partition of [0, 1, 2]) assert.equal((await readAll(log.broker, 'out', partition)).length, 2)
    })
  })

  describe('offsets', () => {
    test('a partition begins empty at 0 and its high watermark is one past the last record', async () => {
      assert.deepEqual(await log.broker.offsets({ topic: 'in', partition: 0 }), { earliest: 0, latest: 0, end: 0 })
      await log.send(record('in', 'k', 'a'), record('in', 'k', 'b'))
      assert.deepEqual(await log.broker.offsets({ topic: 'in', partition: 0 }), { earliest: 0, latest: 2, end: 2 })
    })

    test('the high watermark read through one broker has what another wrote', async () => {
      const other = await log.fixture.open()
      await other.offsets({ topic: 'in', partition: 0 })
      await log.send(record('in', 'k', 'a'))
      assert.equal((await other.offsets({ topic: 'in', partition: 0 })).latest, 1)
    })

    test('an unknown topic or partition is refused', async () => {
      await assert.rejects(log.broker.offsets({ topic: 'nowhere', partition: 0 }), code('TOPIC_UNKNOWN'))
      await assert.rejects(log.broker.offsets({ topic: 'in', partition: 1 }), code('PARTITION_UNKNOWN'))
    })

    test('a timestamp is found at the first offset that is not before it, in whatever order they came', async () => {
      const at = (timestamp: number) => record('in', 'k', 'v', { timestamp })
      await log.send(at(10), at(30), at(20))
      await log.send(at(15), at(40))
      await log.send(at(35))
      const find = (timestamp: number) => log.broker.offsetForTimestamp({ topic: 'in', partition: 0 }, timestamp)
      assert.deepEqual(await Promise.all([0, 10, 11, 30, 31, 40, 41].map(find)), [0, 0, 1, 1, 4, 4, 6])
    })
  })
}
