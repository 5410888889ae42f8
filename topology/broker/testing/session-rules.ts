import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import type { FetchedRecord } from '../broker.ts'
import { applicationUnderTest, everything, none, noting } from './application-under-test.ts'
import {
  type BrokerUnderTest,
  bytes,
  code,
  nothing,
  poll,
  readAll,
  record,
  settled,
  text,
  topic,
  values,
} from './broker-fixture.ts'

export function sessionRules(log: BrokerUnderTest): void {
  describe('session', () => {
    const { commitOf, shown } = applicationUnderTest(log)
    beforeEach(() => log.broker.createTopics([topic('app-counts-changelog', { cleanupPolicy: 'compact' })]))

    test('a session alone gets every partition of its topics', async () => {
      await log.broker.createTopics([topic('side', { partitions: 3 })])
      const mine: string[] = []
      const session = await log.broker.session({ applicationId: 'app' })
      await session.subscribe([{ id: '0', topics: ['out', 'side'], stores: [] }], noting(mine))
      assert.deepEqual(mine.sort(), ['out-0', 'out-1', 'out-2', 'side-0', 'side-1', 'side-2'])
    })

    test('subscribing to an unknown topic is refused', async () => {
      const session = await log.broker.session({ applicationId: 'app' })
      await assert.rejects(
        session.subscribe([{ id: '0', topics: ['nowhere'], stores: [] }], noting([])),
        code('TOPIC_UNKNOWN'),
      )
    })

    test('a commit shows its records, offsets and state together', async () => {
      const session = await log.broker.session({ applicationId: 'app' })
      assert.deepEqual(await shown(session), none)
      assert.deepEqual(await commitOf(session, 'a', 5), { kind: 'committed' })
      assert.deepEqual(await shown(session), everything('a', 5))
      const expected = [{ topic: 'in', partition: 0, offset: 5, metadata: 'm5' }]
      assert.deepEqual(await session.committed([{ topic: 'in', partition: 0 }]), expected)
      assert.deepEqual(await session.committed([{ topic: 'out', partition: 0 }]), [])
    })

    test('what was committed is there for the next session', async () => {
      const first = await log.broker.session({ applicationId: 'app' })
      await commitOf(first, 'a', 5)
      await first.close()
      const next = await (await log.fixture.open()).session({ applicationId: 'app' })
      assert.ok(next.epoch > first.epoch)
      assert.deepEqual(await shown(next), everything('a', 5))
    })

    test('a session that was taken over is fenced and writes nothing, for ever', async () => {
      const zombie = await log.broker.session({ applicationId: 'app' })
      const owner = await (await log.fixture.open()).session({ applicationId: 'app' })
      for (let i = 0; i < 2; i++) {
        const outcome = await commitOf(zombie, 'zombie', 9)
        assert.equal(outcome.kind, 'fenced')
        assert.equal(outcome.kind === 'fenced' && code('SESSION_FENCED')(outcome.cause), true)
      }
      assert.deepEqual(await shown(owner), none)
      assert.equal((await commitOf(owner, 'a', 5)).kind, 'committed')
      assert.deepEqual(await shown(owner), everything('a', 5))
    })

    test('closing a fenced session does not disturb the new owner', async () => {
      const zombie = await log.broker.session({ applicationId: 'app' })
      const owner = await log.broker.session({ applicationId: 'app' })
      await zombie.close()
      assert.equal((await commitOf(owner, 'a', 5)).kind, 'committed')
    })

    test('threads of one application do not fence each other', async () => {
      const sessions = [0, 1].map((thread) => log.broker.session({ applicationId: 'app', thread, threads: 2 }))
      for (const session of await Promise.all(sessions)) assert.equal((await session.commit(nothing)).kind, 'committed')
    })

    test('applications do not fence each other and keep their own offsets and state', async () => {
      const app = await log.broker.session({ applicationId: 'app' })
      const other = await log.broker.session({ applicationId: 'other' })
      await commitOf(app, 'a', 5)
      assert.deepEqual(await log.broker.committed('other'), [])
      assert.equal(other.state.get('counts', 0, bytes('k')), undefined)
    })

    test('misuse throws and writes nothing', async () => {
      const session = await log.broker.session({ applicationId: 'app' })
      const first = commitOf(session, 'a', 5)
      await assert.rejects(commitOf(session, 'b', 6), code('COMMIT_IN_PROGRESS'))
      await first
      const to = (name: string) =>
        session.commit({ ...nothing, records: [record('out', 'k', 'x'), record(name, 'k', 'x')] })
      await assert.rejects(to('nowhere'), code('TOPIC_UNKNOWN'))
      await session.close()
      await assert.rejects(commitOf(session, 'c', 7), code('BROKER_CLOSED'))
      assert.deepEqual(values(await readAll(log.broker, 'out', 0)), ['a'])
      await assert.rejects(log.broker.session({ applicationId: 'app', thread: 2, threads: 2 }), code('SESSION_INVALID'))
      await assert.rejects(log.broker.session({ applicationId: 'a/b' }), code('SESSION_INVALID'))
    })

    test('records of one commit stay in their order', async () => {
      const session = await log.broker.session({ applicationId: 'app' })
      const records = Array.from({ length: 2_500 }, (_, i) => record('in', `k${i % 7}`, `${i}`))
      await session.commit({ ...nothing, records })
      assert.deepEqual(
        values(await readAll(log.broker, 'in')),
        records.map(({ value }) => text(value)),
      )
    })

    test('offset gaps after commits are jumped over by readers, and positions reach the high watermark', async () => {
      const step = 1 + log.fixture.gapAfterCommit(2)
      const session = await log.broker.session({ applicationId: 'app' })
      for (const label of ['a', 'b', 'c']) await commitOf(session, label, 1)
      const { latest } = await settled(log.broker, 'out')
      assert.equal(latest, 3 * step)
      const reader = log.broker.reader()
      reader.assign([{ topic: 'out', partition: 0, offset: 0 }])
      const records: FetchedRecord[] = []
      while (reader.position({ topic: 'out', partition: 0 }) < latest) records.push(...(await poll(reader)))
      assert.deepEqual(
        records.map(({ offset, value }) => [offset, text(value)]),
        [
          [0, 'a'],
          [step, 'b'],
          [2 * step, 'c'],
        ],
      )
      assert.equal(reader.position({ topic: 'out', partition: 0 }), latest)
      assert.deepEqual(values(await readAll(log.broker, 'out', 0, 2 * step - 1)), ['c'])
    })

    test('a gap that ends the log moves a position although no record comes', async () => {
      log.fixture.gapAfterCommit(1)
      const session = await log.broker.session({ applicationId: 'app' })
      const reader = log.broker.reader()
      await commitOf(session, 'a', 1)
      await settled(log.broker, 'out')
      reader.assign([{ topic: 'out', partition: 0, offset: 1 }])
      assert.deepEqual(await poll(reader), [])
      assert.equal(reader.position({ topic: 'out', partition: 0 }), 2)
    })
  })
}
