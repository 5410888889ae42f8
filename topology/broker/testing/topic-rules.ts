import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type BrokerUnderTest, code, HOUR, nothing, readAll, record, topic, values } from './broker-fixture.ts'

export function topicRules(log: BrokerUnderTest): void {
  describe('topics', () => {
    test('creating a topic again changes nothing', async () => {
      await log.send(record('in', 'k', 'v'))
      await log.broker.createTopics([topic('in')])
      assert.deepEqual(values(await readAll(log.broker, 'in')), ['v'])
    })

    test('creating takes over a new retention', async () => {
      await log.broker.createTopics([topic('in', { retentionMs: HOUR })])
      assert.equal((await log.broker.topics()).find(({ name }) => name === 'in')?.retentionMs, HOUR)
    })

    test('another number of partitions is refused, and nothing of that call is created', async () => {
      const create = log.broker.createTopics([topic('fresh'), topic('out', { partitions: 4 })])
      await assert.rejects(create, code('TOPIC_MISMATCH'))
      assert.equal(
        (await log.broker.topics()).some(({ name }) => name === 'fresh'),
        false,
      )
    })

    test('a name that Kafka would refuse is refused', async () => {
      for (const name of ['', '.', '..', 'a b', '한글', 'a/b', 'x'.repeat(250)])
        await assert.rejects(log.broker.createTopics([topic(name)]), code('TOPIC_INVALID'))
    })

    test('a topic created through one broker is known to another that was open before', async () => {
      const other = await log.fixture.open()
      await log.broker.createTopics([topic('fresh', { partitions: 2 })])
      const producer = other.producer()
      await producer.send([record('fresh', null, 'v', { partition: 1 })])
      assert.deepEqual(values(await readAll(log.broker, 'fresh', 1)), ['v'])
    })

    test('topics are listed with what they hold', async () => {
      await log.send(record('out', 'a', '12345'), record('out', 'b', '12345'))
      const out = (await log.broker.topics()).find(({ name }) => name === 'out')!
      assert.equal(out.partitions, 3)
      assert.equal(out.records, 2)
      assert.ok(out.bytes >= 12)
    })

    test('a deleted topic is gone with its records and committed offsets', async () => {
      await log.send(record('in', 'k', 'v'))
      const session = await log.broker.session({ applicationId: 'app' })
      await session.commit({ ...nothing, offsets: [{ topic: 'in', partition: 0, offset: 1, metadata: '' }] })
      await log.broker.deleteTopics(['in', 'never-was'])
      await assert.rejects(log.broker.offsets({ topic: 'in', partition: 0 }), code('TOPIC_UNKNOWN'))
      assert.deepEqual(await log.broker.committed('app'), [])
      await log.broker.createTopics([topic('in')])
      assert.deepEqual(await log.broker.offsets({ topic: 'in', partition: 0 }), { earliest: 0, latest: 0, end: 0 })
    })

    test('a topic deleted and created again through one broker is written to by another', async () => {
      const other = await log.fixture.open()
      const producer = other.producer()
      await producer.send([record('in', 'k', 'old')])
      await log.broker.deleteTopics(['in'])
      await log.broker.createTopics([topic('in')])
      await producer.send([record('in', 'k', 'new')])
      assert.deepEqual(values(await readAll(log.broker, 'in')), ['new'])
    })
  })
}
