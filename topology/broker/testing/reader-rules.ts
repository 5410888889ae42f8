import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type BrokerUnderTest, code, poll, record, values } from './broker-fixture.ts'

export function readerRules(log: BrokerUnderTest): void {
  describe('reader', () => {
    test('returns nothing when there is nothing and no wait is asked for', async () => {
      const reader = log.broker.reader()
      assert.deepEqual(await poll(reader), [])
      reader.assign([{ topic: 'in', partition: 0, offset: 0 }])
      assert.deepEqual(await poll(reader), [])
    })

    test('reads from any offset, at most as many as asked for, in order', async () => {
      await log.send(...Array.from({ length: 10 }, (_, i) => record('in', 'k', `${i}`)))
      const reader = log.broker.reader()
      reader.assign([{ topic: 'in', partition: 0, offset: 3 }])
      assert.deepEqual(values(await poll(reader, 2)), ['3', '4'])
      assert.equal(reader.position({ topic: 'in', partition: 0 }), 5)
      assert.deepEqual(values(await poll(reader, 100)), ['5', '6', '7', '8', '9'])
      assert.equal(reader.position({ topic: 'in', partition: 0 }), 10)
    })

    test('is fair: a partition with much does not keep back one with little', async () => {
      await log.send(...Array.from({ length: 500 }, (_, i) => record('out', null, `a${i}`, { partition: 0 })))
      await log.send(record('out', null, 'b', { partition: 1 }), record('out', null, 'c', { partition: 2 }))
      const reader = log.broker.reader()
      reader.assign([0, 1, 2].map((partition) => ({ topic: 'out', partition, offset: 0 })))
      const first = await poll(reader, 12)
      assert.equal(first.length, 12)
      assert.deepEqual(new Set(first.map(({ partition }) => partition)), new Set([0, 1, 2]))
    })

    test('is fair over polls when a poll takes fewer than there are partitions', async () => {
      await log.send(
        ...[0, 1, 2].flatMap((partition) =>
          Array.from({ length: 9 }, (_, i) => record('out', null, `${i}`, { partition })),
        ),
      )
      const reader = log.broker.reader()
      reader.assign([0, 1, 2].map((partition) => ({ topic: 'out', partition, offset: 0 })))
      const seen = new Set<number>()
      for (let i = 0; i < 3; i++) for (const { partition } of await poll(reader, 1)) seen.add(partition)
      assert.equal(seen.size, 3)
    })

    test('a paused partition gives nothing and loses nothing', async () => {
      await log.send(...[0, 1].map((partition) => record('out', null, `p${partition}`, { partition })))
      const reader = log.broker.reader()
      reader.assign([0, 1].map((partition) => ({ topic: 'out', partition, offset: 0 })))
      reader.pause([{ topic: 'out', partition: 0 }])
      assert.deepEqual(values(await poll(reader)), ['p1'])
      assert.deepEqual(await poll(reader), [])
      assert.equal(reader.position({ topic: 'out', partition: 0 }), 0)
      reader.resume([{ topic: 'out', partition: 0 }])
      assert.deepEqual(values(await poll(reader)), ['p0'])
    })

    test('resuming wakes a poll that waits', async () => {
      await log.send(record('in', 'k', 'v'))
      const reader = log.broker.reader()
      reader.assign([{ topic: 'in', partition: 0, offset: 0 }])
      reader.pause([{ topic: 'in', partition: 0 }])
      const waiting = poll(reader, 10, 60_000)
      await new Promise((resolve) => setImmediate(resolve))
      reader.resume([{ topic: 'in', partition: 0 }])
      assert.deepEqual(values(await waiting), ['v'])
    })

    test('assigning anew drops what was read ahead', async () => {
      await log.send(...Array.from({ length: 10 }, (_, i) => record('in', 'k', `${i}`)))
      const reader = log.broker.reader()
      reader.assign([{ topic: 'in', partition: 0, offset: 0 }])
      await poll(reader, 1)
      reader.assign([{ topic: 'in', partition: 0, offset: 8 }])
      assert.deepEqual(values(await poll(reader)), ['8', '9'])
      reader.assign([])
      assert.deepEqual(await poll(reader), [])
      assert.throws(() => reader.position({ topic: 'in', partition: 0 }), code('PARTITION_NOT_ASSIGNED'))
    })

    test('a poll that waits wakes for what the same broker writes', async () => {
      const reader = log.broker.reader()
      reader.assign([{ topic: 'in', partition: 0, offset: 0 }])
      const waiting = poll(reader, 10, 60_000)
      await log.send(record('in', 'k', 'v'))
      assert.deepEqual(values(await waiting), ['v'])
    })

    test('a poll that waits wakes for what another broker writes', async () => {
      const reader = (await log.fixture.open()).reader()
      reader.assign([{ topic: 'in', partition: 0, offset: 0 }])
      const waiting = poll(reader, 10, 60_000)
      await log.send(record('in', 'k', 'v'))
      assert.deepEqual(values(await waiting), ['v'])
    })

    test('a wait for nothing ends in time, however often', async () => {
      const reader = log.broker.reader()
      reader.assign([{ topic: 'in', partition: 0, offset: 0 }])
      for (let i = 0; i < 150; i++) assert.deepEqual(await poll(reader, 10, 3), [])
    })

    test('an abort ends the wait with nothing', async () => {
      const reader = log.broker.reader()
      reader.assign([{ topic: 'in', partition: 0, offset: 0 }])
      const abort = new AbortController()
      const waiting = reader.poll({ maxRecords: 10, maxWaitMs: 60_000, signal: abort.signal })
      await new Promise((resolve) => setImmediate(resolve))
      abort.abort()
      assert.deepEqual(await waiting, [])
      assert.deepEqual(await reader.poll({ maxRecords: 10, maxWaitMs: 60_000, signal: abort.signal }), [])
    })

    test('closing ends a wait with nothing; a closed reader refuses', async () => {
      const reader = log.broker.reader()
      reader.assign([{ topic: 'in', partition: 0, offset: 0 }])
      const waiting = poll(reader, 10, 60_000)
      await new Promise((resolve) => setImmediate(resolve))
      await reader.close()
      assert.deepEqual(await waiting, [])
      await assert.rejects(poll(reader), code('BROKER_CLOSED'))
    })

    test('a position past the end is refused', async () => {
      const reader = log.broker.reader()
      reader.assign([{ topic: 'in', partition: 0, offset: 5 }])
      await assert.rejects(poll(reader), code('OFFSET_OUT_OF_RANGE'))
    })
  })
}
