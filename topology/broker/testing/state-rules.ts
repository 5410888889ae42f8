import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import type { Session } from '../broker.ts'
import { type BrokerUnderTest, bytes, nothing, record, text, topic } from './broker-fixture.ts'

export function stateRules(log: BrokerUnderTest): void {
  describe('state', () => {
    let session: Session
    const change = (key: Uint8Array, value: string | null, store = 's', partition = 0) => ({
      store,
      partition,
      key,
      value: value === null ? null : bytes(value),
    })
    const entries = (from?: Uint8Array, to?: Uint8Array) =>
      [...session.state.range('s', 0, from, to)].map(([key, value]) => [[...key], text(value)])
    beforeEach(async () => {
      session = await log.broker.session({ applicationId: 'app' })
    })

    test('the last of several changes of a key in a commit stays; a null deletes', async () => {
      const a = bytes('a')
      await session.commit({ ...nothing, changes: [change(a, '1'), change(a, null), change(a, '2')] })
      assert.equal(text(session.state.get('s', 0, a)), '2')
      await session.commit({ ...nothing, changes: [change(a, '3'), change(a, null)] })
      assert.equal(session.state.get('s', 0, a), undefined)
      assert.deepEqual(entries(), [])
    })

    test('stores and partitions are apart', async () => {
      const a = bytes('a')
      const changes = [change(a, '1'), change(a, '2', 's', 1), change(a, '3', 't')]
      await session.commit({ ...nothing, changes })
      assert.equal(text(session.state.get('s', 0, a)), '1')
      assert.equal(text(session.state.get('s', 1, a)), '2')
      assert.equal(text(session.state.get('t', 0, a)), '3')
      assert.deepEqual(entries(), [[[...a], '1']])
    })

    test('a range is in unsigned byte order, from included, to excluded, open where undefined', async () => {
      const keys = [[], [0], [0, 0], [0, 255], [1], [127], [128], [255], [255, 0], [255, 255]]
      const shuffled = [7, 2, 9, 0, 5, 3, 8, 1, 6, 4].map((i) => keys[i]!)
      await session.commit({ ...nothing, changes: shuffled.map((key) => change(Uint8Array.from(key), `${key}`)) })
      const all = keys.map((key) => [key, `${key}`])
      assert.deepEqual(entries(), all)
      assert.deepEqual(entries(Uint8Array.of(0, 255), Uint8Array.of(255)), all.slice(3, 7))
      assert.deepEqual(entries(Uint8Array.of(2)), all.slice(5))
      assert.deepEqual(entries(undefined, Uint8Array.of(1)), all.slice(0, 4))
      assert.deepEqual(entries(Uint8Array.of(9), Uint8Array.of(3)), [])
    })

    test('ranges may be interleaved, left early, and be longer than any page', async () => {
      const keys = Array.from({ length: 3_000 }, (_, i) => Uint8Array.of(i >> 8, i & 255))
      await session.commit({ ...nothing, changes: keys.map((key, i) => change(key, `${i}`)) })
      const one = session.state.range('s', 0, undefined, undefined)[Symbol.iterator]()
      for (const [, value] of session.state.range('s', 0, undefined, undefined)) {
        assert.equal(text(one.next().value?.[1]), text(value))
        if (text(value) === '1500') break
      }
      assert.equal(entries().length, 3_000)
      assert.equal((await session.commit({ ...nothing, changes: [change(keys[0]!, 'new')] })).kind, 'committed')
    })

    test('empty values are values', async () => {
      await session.commit({ ...nothing, changes: [change(bytes('a'), '')] })
      assert.equal(session.state.get('s', 0, bytes('a'))?.length, 0)
    })

    test('the changelog offset is one past the last changelog record of the commit, gaps or not', async () => {
      await log.broker.createTopics([topic('app-s-changelog', { partitions: 2, cleanupPolicy: 'compact' })])
      const gap = log.fixture.gapAfterCommit(3)
      assert.equal(session.state.changelogOffset('s', 1), undefined)
      const commit = (n: number) =>
        session.commit({
          ...nothing,
          records: Array.from({ length: n }, (_, i) => record('app-s-changelog', `${i}`, 'v', { partition: 1 })),
          changes: [change(bytes('a'), 'v', 's', 1)],
        })
      await commit(2)
      assert.equal(session.state.changelogOffset('s', 1), 2)
      await commit(1)
      assert.equal(session.state.changelogOffset('s', 1), 3 + gap)
      assert.equal(session.state.changelogOffset('s', 0), undefined)
    })

    test('a store without a changelog stands at 0 after its first commit', async () => {
      await session.commit({ ...nothing, changes: [change(bytes('a'), 'v')] })
      assert.equal(session.state.changelogOffset('s', 0), 0)
    })

    test('restored rows and where they stand are there for the next session', async () => {
      const rows = [
        { key: bytes('a'), value: bytes('1') },
        { key: bytes('b'), value: bytes('2') },
        { key: bytes('a'), value: null },
      ]
      session.state.restore('s', 0, rows, 17)
      await session.close()
      session = await (await log.fixture.open()).session({ applicationId: 'app' })
      assert.deepEqual(entries(), [[[...bytes('b')], '2']])
      assert.equal(session.state.changelogOffset('s', 0), 17)
    })

    test('restoring with reset drops what was there', async () => {
      await session.commit({ ...nothing, changes: [change(bytes('a'), '1'), change(bytes('a'), '1', 's', 1)] })
      session.state.restore('s', 0, [{ key: bytes('b'), value: bytes('2') }], 3, { reset: true })
      assert.deepEqual(entries(), [[[...bytes('b')], '2']])
      assert.equal(text(session.state.get('s', 1, bytes('a'))), '1')
    })
  })
}
