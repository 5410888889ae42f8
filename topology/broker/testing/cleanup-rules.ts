import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import {
  type BrokerUnderTest,
  HOUR,
  type LocalFixture,
  poll,
  readAll,
  record,
  text,
  topic,
  values,
} from './broker-fixture.ts'

/** Retention and compaction at once and by the test's clock. A cluster has its own times for both. */
export function cleanupRules(log: BrokerUnderTest<LocalFixture>): void {
  describe('retention', () => {
    test('by time: what was appended before goes in whole batches, the last batch never', async () => {
      await log.broker.createTopics([topic('in', { retentionMs: HOUR })])
      await log.send(record('in', 'k', 'a'), record('in', 'k', 'b'))
      log.fixture.clock.now += HOUR / 2
      await log.send(record('in', 'k', 'c'))
      await log.broker.maintain()
      assert.deepEqual(values(await readAll(log.broker, 'in')), ['a', 'b', 'c'])
      log.fixture.clock.now += HOUR / 2 + 1
      await log.broker.maintain()
      assert.deepEqual(await log.broker.offsets({ topic: 'in', partition: 0 }), { earliest: 2, latest: 3, end: 3 })
      log.fixture.clock.now += 10 * HOUR
      await log.broker.maintain()
      assert.deepEqual(values(await readAll(log.broker, 'in')), ['c'])
      await log.send(record('in', 'k', 'd'))
      await log.broker.maintain()
      assert.deepEqual(values(await readAll(log.broker, 'in')), ['d'])
    })

    test('by time: an old timestamp is not removed on arrival, a far-future one is not kept for ever', async () => {
      await log.broker.createTopics([topic('in', { retentionMs: HOUR })])
      await log.sendEach(
        record('in', 'k', 'old', { timestamp: 1 }),
        record('in', 'k', 'future', { timestamp: log.fixture.clock.now + 10_000 * HOUR }),
        record('in', 'k', 'tail'),
      )
      await log.broker.maintain()
      assert.deepEqual(values(await readAll(log.broker, 'in')), ['old', 'future', 'tail'])
      log.fixture.clock.now += HOUR + 1
      await log.broker.maintain()
      assert.deepEqual(values(await readAll(log.broker, 'in')), ['tail'])
    })

    test('by size: the oldest batches go until the partition fits', async () => {
      await log.broker.createTopics([topic('in', { retentionBytes: 3_500 })])
      await log.sendEach(...['a', 'b', 'c', 'd', 'e'].map((label) => record('in', 'k', label.repeat(1_000))))
      await log.broker.maintain()
      assert.deepEqual(
        values(await readAll(log.broker, 'in')).map((value) => value?.[0]),
        ['c', 'd', 'e'],
      )
    })

    test('no retention keeps everything', async () => {
      await log.sendEach(record('in', 'k', 'a'), record('in', 'k', 'b'))
      log.fixture.clock.now += 100_000 * HOUR
      await log.broker.maintain()
      assert.deepEqual(values(await readAll(log.broker, 'in')), ['a', 'b'])
    })

    test('timestamps are found among what is left', async () => {
      await log.broker.createTopics([topic('in', { retentionMs: HOUR })])
      await log.send(record('in', 'k', 'a', { timestamp: 900 }))
      log.fixture.clock.now += 2 * HOUR
      await log.sendEach(record('in', 'k', 'b', { timestamp: 100 }), record('in', 'k', 'c', { timestamp: 500 }))
      await log.broker.maintain()
      const find = (timestamp: number) => log.broker.offsetForTimestamp({ topic: 'in', partition: 0 }, timestamp)
      assert.deepEqual(await Promise.all([0, 101, 600].map(find)), [1, 2, 3])
    })
  })

  describe('compaction', () => {
    beforeEach(() => log.broker.createTopics([topic('table', { cleanupPolicy: 'compact' })]))

    test('the last value of each key stays at its offset', async () => {
      await log.sendEach(
        record('table', 'a', '1'),
        record('table', 'b', '1'),
        record('table', 'a', '2'),
        record('table', 'c', '1'),
      )
      await log.send(record('table', 'c', '2'), record('table', 'd', '1'))
      await log.broker.maintain()
      assert.deepEqual(
        (await readAll(log.broker, 'table')).map(({ offset, key, value }) => [offset, text(key), text(value)]),
        [
          [1, 'b', '1'],
          [2, 'a', '2'],
          [4, 'c', '2'],
          [5, 'd', '1'],
        ],
      )
      assert.deepEqual(await log.broker.offsets({ topic: 'table', partition: 0 }), { earliest: 0, latest: 6, end: 6 })
    })

    test('compacting again, and after more records, keeps the last of each key', async () => {
      let expected = new Map<string, string>()
      for (let round = 0; round < 4; round++) {
        for (let i = 0; i < 30; i++) {
          const [key, value] = [`k${(i * 7 + round) % 11}`, `${round}.${i}`]
          expected = new Map([...expected].filter(([known]) => known !== key)).set(key, value)
          await log.send(record('table', key, value))
        }
        await log.broker.maintain()
        const left = (await readAll(log.broker, 'table')).map(({ key, value }) => [text(key), text(value)])
        assert.deepEqual(left, [...expected])
      }
    })

    test('a deletion stays a day, then goes, and never uncovers an older value', async () => {
      await log.sendEach(
        record('table', 'a', '1'),
        record('table', 'a', null),
        record('table', 'b', '1'),
        record('table', 'b', '2'),
      )
      const left = async () => (await readAll(log.broker, 'table')).map(({ key, value }) => [text(key), text(value)])
      await log.broker.maintain()
      assert.deepEqual(await left(), [
        ['a', null],
        ['b', '2'],
      ])
      log.fixture.clock.now += 25 * HOUR
      await log.broker.maintain()
      assert.deepEqual(await left(), [['b', '2']])
    })

    test('a reader in the middle goes on over what was removed', async () => {
      await log.sendEach(...Array.from({ length: 10 }, (_, i) => record('table', 'same', `${i}`)))
      const reader = log.broker.reader()
      reader.assign([{ topic: 'table', partition: 0, offset: 4 }])
      await log.broker.maintain()
      const records = await poll(reader)
      assert.deepEqual(values(records), ['9'])
      assert.equal(reader.position({ topic: 'table', partition: 0 }), 10)
    })

    test('counts and bytes follow', async () => {
      await log.sendEach(...Array.from({ length: 10 }, () => record('table', 'same', 'x'.repeat(100))))
      const described = async () => (await log.broker.topics()).find(({ name }) => name === 'table')!
      const before = await described()
      await log.broker.maintain()
      const after = await described()
      assert.equal(after.records, 1)
      assert.ok(after.bytes < before.bytes / 2)
    })
  })
}
