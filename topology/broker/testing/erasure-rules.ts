import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type BrokerUnderTest, code, readAll, record, text, values } from './broker-fixture.ts'

/** For logs that can rewrite their past. */
export function erasureRules(log: BrokerUnderTest): void {
  describe('erasure', () => {
    test('what matches is gone, also from the last batch; the rest stays at its offsets', async () => {
      await log.send(record('in', 'a', '1'), record('in', 'b', '2'))
      await log.sendEach(record('in', 'a', '3'), record('in', 'c', '4'), record('in', 'a', '5'))
      assert.equal(await log.broker.erase('in', ({ key }) => text(key) === 'a'), 3)
      assert.deepEqual(
        (await readAll(log.broker, 'in')).map(({ offset, value }) => [offset, text(value)]),
        [
          [1, '2'],
          [3, '4'],
        ],
      )
      const { earliest, latest } = await log.broker.offsets({ topic: 'in', partition: 0 })
      assert.deepEqual({ earliest, latest }, { earliest: 0, latest: 5 })
      await log.send(record('in', 'd', '6'))
      assert.deepEqual(
        (await readAll(log.broker, 'in')).map(({ offset }) => offset),
        [1, 3, 5],
      )
      assert.equal(await log.broker.erase('in', ({ key }) => text(key) === 'a'), 0)
    })

    test('a topic that was erased altogether reads on', async () => {
      await log.sendEach(record('in', 'a', '1'), record('in', 'a', '2'))
      assert.equal(await log.broker.erase('in', () => true), 2)
      assert.deepEqual(await readAll(log.broker, 'in'), [])
      await log.send(record('in', 'a', '3'))
      assert.deepEqual(values(await readAll(log.broker, 'in')), ['3'])
    })

    test('an unknown topic is refused', async () => {
      await assert.rejects(
        log.broker.erase('nowhere', () => true),
        code('TOPIC_UNKNOWN'),
      )
    })
  })
}
