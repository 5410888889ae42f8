/** What moderators upstream take away is marked, never removed. */
import assert from 'node:assert/strict'
import { find, type Rule, store } from './archive-rule.ts'
import { message, T0 } from './archive-values.ts'

export function removalRules(rule: Rule): void {
  const taken = (id: string, timestamp: number, messageId: string | null, authorId: string | null) =>
    message(id, '', { kind: messageId ? 'delete' : 'clear', timestamp, target: { messageId, authorId, seconds: null } })

  rule('a deleted message is marked, hidden from searches, and still there', async (archive) => {
    await store(archive, message('m1', 'one'), message('m2', 'two'), taken('d1', T0 + 5, 'm1', null))
    assert.deepEqual(await find(archive, {}), ['m2'])
    assert.deepEqual(await find(archive, { includeDeleted: true }), ['m1', 'm2'])
    assert.equal((await archive.reader.message('demo:one', 'm1'))?.deletedAt, T0 + 5)
  })

  rule('a delete that arrives before its message is remembered', async (archive) => {
    await store(archive, taken('d1', T0 + 5, 'm1', null))
    await store(archive, message('m1', 'one'), message('m2', 'two'))
    assert.equal((await archive.reader.message('demo:one', 'm1'))?.deletedAt, T0 + 5)
    assert.deepEqual(await find(archive, {}), ['m2'])
  })

  rule('a message that is given back is there again, also when it comes after both', async (archive) => {
    const restored = (id: string, messageId: string) =>
      message(id, '', { kind: 'restore', timestamp: T0 + 6, target: { messageId, authorId: null, seconds: null } })
    await store(archive, message('m1', 'one'), taken('d1', T0 + 5, 'm1', null), taken('d2', T0 + 5, 'm2', null))
    await store(archive, restored('r1', 'm1'), restored('r2', 'm2'), message('m2', 'two', { timestamp: T0 + 7 }))
    assert.deepEqual((await find(archive, {})).sort(), ['m1', 'm2'])
  })

  rule('clearing an author takes what the author wrote until then, in this broadcast', async (archive) => {
    await store(
      archive,
      message('m1', 'one', { author: 'bad' }),
      message('m2', 'two', { author: 'good' }),
      message('m3', 'three', { author: 'bad', broadcastId: 'second' }),
    )
    await store(archive, taken('c1', T0 + 5, null, 'bad'))
    await store(
      archive,
      message('m4', 'late', { author: 'bad', timestamp: T0 + 1 }),
      message('m5', 'after', { author: 'bad', timestamp: T0 + 6 }),
    )
    assert.deepEqual((await find(archive, {})).sort(), ['m2', 'm3', 'm5'])
  })

  rule('bans and timeouts of an author are listed, newest first, each once', async (archive) => {
    const banned = (id: string, timestamp: number, seconds: number | null) =>
      message(id, '', { kind: 'delete', timestamp, target: { messageId: null, authorId: 'bad', seconds } })
    await store(archive, message('m1', 'one', { author: 'bad' }), banned('c1', T0 + 5, 600), banned('c1', T0 + 5, 600))
    await store(archive, banned('c2', T0 + 9, 0), banned('c3', T0 + 7, null), taken('d1', T0 + 8, 'm1', null))
    const listed = await archive.reader.platformSanctions('demo:one', 'bad', 10)
    assert.deepEqual(
      listed.map(({ id, at, seconds, broadcastId }) => [id, at - T0, seconds, broadcastId]),
      [
        ['c2', 9, 0, 'first'],
        ['c3', 7, null, 'first'],
        ['c1', 5, 600, 'first'],
      ],
    )
    assert.equal((await archive.reader.platformSanctions('demo:one', 'bad', 1)).length, 1)
    assert.deepEqual(await archive.reader.platformSanctions('demo:one', 'good', 10), [])
    await archive.writer.deleteBroadcast('demo:one', 'first')
    assert.deepEqual(await archive.reader.platformSanctions('demo:one', 'bad', 10), [])
  })

  rule('clearing the chat takes all until then', async (archive) => {
    await store(archive, message('m1', 'one'), message('m2', 'two', { author: 'u2' }))
    await store(archive, taken('c1', T0 + 5, null, null))
    await store(archive, message('m3', 'late', { timestamp: T0 + 4 }), message('m4', 'after', { timestamp: T0 + 6 }))
    assert.deepEqual(await find(archive, {}), ['m4'])
  })
}
