/** Nothing is lost, nothing doubled, nothing newer replaced. */
import assert from 'node:assert/strict'
import { find, plain, type Rule, store } from './archive-rule.ts'
import { alertOf, batchOf, keywordsOf, message, offenceOf, T0, windowOf } from './archive-values.ts'

export function exactlyOnceRules(rule: Rule): void {
  rule('keeps a message whole', async (archive) => {
    const one = message('m1', '안녕하세요 👋🏽 "c++"', { severity: 2, sentiment: 'negative', question: true })
    await store(archive, one)
    assert.deepEqual(plain(await archive.reader.message('demo:one', 'm1')), { ...one, deletedAt: null })
    assert.equal(await archive.reader.message('demo:one', 'm2'), null)
  })

  rule('several messages come in the order they are asked for, without those that are not there', async (archive) => {
    await store(archive, message('m1', 'one'), message('m2', 'two'), message('m1', 'other', { channelId: 'demo:two' }))
    const keys = ['m2', 'none', 'm1'].map((id) => ({ channelId: 'demo:one', id }))
    const found = await archive.reader.messagesByKey([...keys, { channelId: 'demo:two', id: 'm1' }])
    assert.deepEqual(
      found.map(({ message }) => message.text),
      ['two', 'one', 'other'],
    )
    assert.deepEqual(await archive.reader.messagesByKey([]), [])
  })

  rule('a batch that is replayed changes nothing', async ({ writer, reader }) => {
    const batch = batchOf({ messages: [message('m1', 'one')], windows: [windowOf(T0)] })
    await writer.apply(batch)
    await writer.apply(batch)
    await writer.apply({ ...batch, messages: [message('m2', 'two')] })
    assert.equal((await reader.search({})).total, 1)
    assert.equal((await reader.broadcast('demo:one', 'first'))?.messages, 1)
    assert.deepEqual(await writer.positions(), batch.positions)
    assert.deepEqual(await reader.positions(), batch.positions)
  })

  rule('a message that comes again in a later batch is there once, as it was first', async (archive) => {
    await store(archive, message('m1', 'one'), message('m1', 'one again'))
    await store(archive, message('m1', 'changed'), message('m2', 'two'))
    assert.deepEqual(await find(archive, {}), ['m1', 'm2'])
    assert.equal((await archive.reader.message('demo:one', 'm1'))?.message.text, 'one')
    const summary = await archive.reader.broadcast('demo:one', 'first')
    assert.deepEqual([summary?.messages, summary?.authors], [2, 1])
  })

  rule('the same id on two channels is two messages', async (archive) => {
    await store(archive, message('m1', 'one'), message('m1', 'two', { channelId: 'demo:two' }))
    assert.equal((await archive.reader.search({})).total, 2)
    assert.equal((await archive.reader.message('demo:two', 'm1'))?.message.text, 'two')
  })

  rule('positions only go forward, but for a log that begins anew', async ({ writer }) => {
    const at = (offset: number) => [{ topic: 't', partition: 1, offset }]
    await writer.apply(batchOf({ positions: at(10) }))
    await writer.apply(batchOf({ positions: at(4) }))
    assert.deepEqual(await writer.positions(), at(10))
    await writer.resetPositions(at(0))
    assert.deepEqual(await writer.positions(), at(0))
    await writer.apply(batchOf({ positions: at(4), messages: [message('m1', 'one')] }))
    assert.deepEqual(await writer.positions(), at(4))
  })

  rule('an older revision never replaces a newer one', async ({ writer, reader }) => {
    for (const revision of [2, 1])
      await writer.apply(
        batchOf({
          windows: [windowOf(T0, { revision, messages: revision })],
          keywords: [keywordsOf([`word${revision}`], { revision })],
          offences: [offenceOf('u1', { revision, strikes: revision })],
          alerts: [alertOf('a1', { revision, value: revision })],
        }),
      )
    assert.equal((await reader.windows('demo:one', 'first', 60_000))[0]?.messages, 2)
    assert.equal((await reader.keywords('demo:one', 'first'))?.words[0]?.word, 'word2')
    assert.equal((await reader.offences('demo:one', 10))[0]?.strikes, 2)
    assert.equal((await reader.alerts('demo:one'))[0]?.value, 2)
  })

  rule('refuses work after it was closed', async ({ writer, reader }) => {
    await writer.close()
    await writer.close()
    await reader.close()
    await assert.rejects(writer.apply(batchOf({})), { code: 'ARCHIVE_CLOSED' })
    await assert.rejects(writer.positions(), { code: 'ARCHIVE_CLOSED' })
    await assert.rejects(reader.broadcasts(), { code: 'ARCHIVE_CLOSED' })
  })
}
