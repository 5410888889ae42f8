import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type BrokerUnderTest, code, readAll, record, values } from './broker-fixture.ts'

export function producerRules(log: BrokerUnderTest): void {
  describe('producer', () => {
    test('a send resolves when another broker can read it', async () => {
      const other = await log.fixture.open()
      await log.send(record('in', 'k', 'v'))
      assert.deepEqual(values(await readAll(other, 'in')), ['v'])
    })

    test('sends keep their order', async () => {
      const producer = log.broker.producer()
      await Promise.all(Array.from({ length: 200 }, (_, i) => producer.send([record('in', 'k', `${i}`)])))
      assert.deepEqual(
        values(await readAll(log.broker, 'in')),
        Array.from({ length: 200 }, (_, i) => `${i}`),
      )
    })

    test('sends beyond the buffer wait and lose nothing, also when one alone exceeds it', async () => {
      const producer = log.broker.producer({ maxBufferedRecords: 10 })
      const sends = Array.from({ length: 40 }, (_, i) =>
        producer.send(Array.from({ length: i === 7 ? 50 : 3 }, (_, j) => record('in', 'k', `${i}.${j}`))),
      )
      await Promise.all(sends)
      const expected = Array.from({ length: 40 }, (_, i) =>
        Array.from({ length: i === 7 ? 50 : 3 }, (_, j) => `${i}.${j}`),
      )
      assert.deepEqual(values(await readAll(log.broker, 'in')), expected.flat())
    })

    test('closing waits for everything sent, and a closed producer refuses', async () => {
      const producer = log.broker.producer({ maxBufferedRecords: 2 })
      const sends = Array.from({ length: 10 }, (_, i) => producer.send([record('in', 'k', `${i}`)]))
      await producer.close()
      await Promise.all(sends)
      assert.equal((await readAll(log.broker, 'in')).length, 10)
      await assert.rejects(producer.send([record('in', 'k', 'late')]), code('BROKER_CLOSED'))
    })
  })
}
