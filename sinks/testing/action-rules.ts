/** What operators did is kept once, found by every side, and outlives what it was done to. */
import assert from 'node:assert/strict'
import type { ActionQuery } from '../archive.ts'
import { idsOf, type OpenArchive, plain, type Rule, store } from './archive-rule.ts'
import { actionOf, batchOf, message, T0 } from './archive-values.ts'

const found = async ({ reader }: OpenArchive, query: ActionQuery) =>
  (await reader.actions(query)).actions.map(({ id }) => id)

export function actionRules(rule: Rule): void {
  rule('an action comes back whole, and is there once however often it comes', async (archive) => {
    const action = actionOf('a1', {
      broadcastId: 'first',
      authorId: 'u1',
      messageId: 'm1',
      text: '경고함 "="\n',
      details: { sanction: 'warning', 'dotted.key': '$where' },
    })
    await archive.writer.apply(batchOf({ actions: [action, action] }))
    await archive.writer.apply(batchOf({ actions: [{ ...action, text: 'changed' }] }))
    const { actions, next } = await archive.reader.actions({})
    assert.deepEqual(plain(actions), [action])
    assert.equal(next, null)
  })

  rule('actions are found by channel, broadcast, author, messages, kinds, person and time', async (archive) => {
    await archive.writer.apply(
      batchOf({
        actions: [
          actionOf('a1', { kind: 'reveal', broadcastId: 'first', authorId: 'u1', messageId: 'm1' }),
          actionOf('a2', { kind: 'note', authorId: 'u1', at: T0 + 10 }),
          actionOf('a3', { kind: 'login', channelId: '', by: 'lee', at: T0 + 20 }),
          actionOf('a4', { kind: 'reveal', channelId: 'demo:two', authorId: 'u1', messageId: 'm1', at: T0 + 30 }),
        ],
      }),
    )
    assert.deepEqual(await found(archive, {}), ['a4', 'a3', 'a2', 'a1'])
    assert.deepEqual(await found(archive, { channelId: 'demo:one' }), ['a2', 'a1'])
    assert.deepEqual(await found(archive, { channelId: '' }), ['a3'])
    assert.deepEqual(await found(archive, { broadcastId: 'first' }), ['a1'])
    assert.deepEqual(await found(archive, { channelId: 'demo:one', authorId: 'u1' }), ['a2', 'a1'])
    assert.deepEqual(await found(archive, { channelId: 'demo:one', messageIds: ['m0', 'm1'] }), ['a1'])
    assert.deepEqual(await found(archive, { messageIds: [] }), [])
    assert.deepEqual(await found(archive, { kinds: ['reveal', 'login'] }), ['a4', 'a3', 'a1'])
    assert.deepEqual(await found(archive, { by: 'lee' }), ['a3'])
    assert.deepEqual(await found(archive, { from: T0 + 10, to: T0 + 30 }), ['a3', 'a2'])
    assert.deepEqual(await found(archive, { by: 'nobody' }), [])
  })

  rule('pages follow one another without a gap, within one millisecond too', async (archive) => {
    const actions = Array.from({ length: 7 }, (_, at) => actionOf(`a${at}`, { at: T0 + Math.floor(at / 3) }))
    await archive.writer.apply(batchOf({ actions }))
    const pages: string[][] = []
    for (let cursor: string | undefined, turn = 0; turn < 9; turn++) {
      const { actions, next } = await archive.reader.actions({ limit: 2, ...(cursor && { cursor }) })
      pages.push(actions.map(({ id }) => id))
      if (next === null) break
      cursor = next
    }
    assert.deepEqual(pages, [['a6', 'a5'], ['a4', 'a3'], ['a2', 'a1'], ['a0']])
    for (const cursor of ['', 'x', '1-2-3', "' OR 1=1"])
      await assert.rejects(archive.reader.actions({ cursor }), { code: 'ARCHIVE_QUERY' })
  })

  rule('a message stands between those of its broadcast, deleted ones too', async (archive) => {
    await store(
      archive,
      ...Array.from({ length: 6 }, (_, at) => message(`m${at}`, `text ${at}`, { timestamp: T0 + at })),
      message('other', 'elsewhere', { broadcastId: 'second', timestamp: T0 + 3 }),
    )
    const take = message('d', '', {
      kind: 'delete',
      timestamp: T0 + 9,
      target: { messageId: 'm2', authorId: null, seconds: null },
    })
    await store(archive, take)
    const around = (id: string, before: number, after: number) =>
      archive.reader.context('demo:one', id, { before, after })
    assert.deepEqual(idsOf(await around('m3', 2, 1)), ['m1', 'm2', 'm3', 'm4'])
    assert.deepEqual(
      (await around('m3', 1, 0)).map(({ deletedAt }) => deletedAt),
      [T0 + 9, null],
    )
    assert.deepEqual(idsOf(await around('m0', 5, 0)), ['m0'])
    assert.deepEqual(await around('nothing', 5, 5), [])
    assert.deepEqual(await archive.reader.context('demo:two', 'm3', { before: 1, after: 1 }), [])
  })

  rule('actions outlive the broadcast they were about, and go with their time', async (archive) => {
    await store(archive, message('m1', 'one'))
    await archive.writer.apply(
      batchOf({
        actions: [
          actionOf('old', { broadcastId: 'first', messageId: 'm1', at: T0 }),
          actionOf('new', { kind: 'delete', broadcastId: 'first', at: T0 + 1_000 }),
        ],
      }),
    )
    await archive.writer.deleteBroadcast('demo:one', 'first')
    assert.deepEqual(await found(archive, { broadcastId: 'first' }), ['new', 'old'])
    await archive.writer.expire([{ kind: 'actions', sources: { except: [] }, before: T0 + 1_000 }])
    assert.deepEqual(await found(archive, {}), ['new'])
  })
}
