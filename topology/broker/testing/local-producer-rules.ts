import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type BrokerUnderTest, type LocalFixture, readAll, record, values } from './broker-fixture.ts'

export function localProducerRules(log: BrokerUnderTest<LocalFixture>): void {
  describe('producer on one machine', () => {
    test('a write that fails rejects its senders with the cause; the next one works and nothing is doubled', async () => {
      log.fixture.faults.appends.push(new Error('no room'))
      const producer = log.broker.producer()
      await assert.rejects(producer.send([record('in', 'k', 'a')]), /no room/)
      await producer.send([record('in', 'k', 'b')])
      assert.deepEqual(values(await readAll(log.broker, 'in')), ['b'])
    })
  })
}
