import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type BrokerUnderTest, HOUR, type LocalFixture, poll, record, topic, values } from './broker-fixture.ts'

export function localReaderRules(log: BrokerUnderTest<LocalFixture>): void {
  describe('reader on one machine', () => {
    test('a position that retention passed is refused with what is there, never jumped', async () => {
      await log.broker.createTopics([topic('in', { retentionMs: HOUR })])
      await log.sendEach(record('in', 'k', 'a'), record('in', 'k', 'b'))
      const reader = log.broker.reader()
      reader.assign([{ topic: 'in', partition: 0, offset: 0 }])
      log.fixture.clock.now += 2 * HOUR
      await log.send(record('in', 'k', 'c'))
      await log.broker.maintain()
      await assert.rejects(poll(reader), (error: unknown) => {
        const { code, earliest, latest, offset } = error as Record<string, unknown>
        assert.deepEqual(
          { code, earliest, latest, offset },
          { code: 'OFFSET_OUT_OF_RANGE', earliest: 2, latest: 3, offset: 0 },
        )
        return true
      })
      assert.equal(reader.position({ topic: 'in', partition: 0 }), 0)
      reader.assign([{ topic: 'in', partition: 0, offset: 2 }])
      assert.deepEqual(values(await poll(reader)), ['c'])
    })
  })
}
