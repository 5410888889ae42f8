import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { applicationUnderTest, everything, none, noting } from './application-under-test.ts'
import { type BrokerUnderTest, type LocalFixture, topic } from './broker-fixture.ts'

/** What needs scripted faults, or the fixed shares of threads on one machine. */
export function localSessionRules(log: BrokerUnderTest<LocalFixture>): void {
  describe('session on one machine', () => {
    const { commitOf, shown } = applicationUnderTest(log)
    beforeEach(() => log.broker.createTopics([topic('app-counts-changelog', { cleanupPolicy: 'compact' })]))

    test('threads share the partitions: each has one owner, and topics meet by partition', async () => {
      await log.broker.createTopics([topic('side', { partitions: 3 })])
      const shares: string[][] = [[], []]
      for (const thread of [0, 1]) {
        const session = await log.broker.session({ applicationId: 'app', thread, threads: 2 })
        await session.subscribe([{ id: '0', topics: ['out', 'side'], stores: [] }], noting(shares[thread]!))
      }
      assert.deepEqual(shares, [
        ['out-0', 'out-2', 'side-0', 'side-2'],
        ['out-1', 'side-1'],
      ])
    })

    test('an aborted commit leaves nothing and may be tried again', async () => {
      const session = await log.broker.session({ applicationId: 'app' })
      log.fixture.faults.commits.push('aborted')
      assert.equal((await commitOf(session, 'a', 5)).kind, 'aborted')
      assert.deepEqual(await shown(session), none)
      assert.equal((await commitOf(session, 'a', 5)).kind, 'committed')
      assert.deepEqual(await shown(session), everything('a', 5))
    })

    test('after an unknown outcome the committed offsets tell whether it happened', async () => {
      const session = await log.broker.session({ applicationId: 'app' })
      log.fixture.faults.commits.push('unknown-and-not-committed', 'unknown-but-committed')
      assert.equal((await commitOf(session, 'a', 5)).kind, 'unknown')
      assert.deepEqual(await shown(session), none)
      assert.equal((await commitOf(session, 'a', 5)).kind, 'unknown')
      assert.deepEqual(await shown(session), everything('a', 5))
    })

    test('a scripted takeover fences for good', async () => {
      const session = await log.broker.session({ applicationId: 'app' })
      log.fixture.faults.commits.push('fenced')
      assert.equal((await commitOf(session, 'a', 5)).kind, 'fenced')
      assert.equal((await commitOf(session, 'a', 5)).kind, 'fenced')
      assert.deepEqual(await shown(session), none)
    })

    test('another number of threads fences all that had a share under the old one', async () => {
      const old = await log.broker.session({ applicationId: 'app', thread: 1, threads: 2 })
      await log.broker.session({ applicationId: 'app', thread: 0, threads: 1 })
      assert.equal((await commitOf(old, 'zombie', 9)).kind, 'fenced')
    })
  })
}
