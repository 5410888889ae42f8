/** Erasure of a broadcast. */
import assert from 'node:assert/strict'
import { find, type Rule, store } from './archive-rule.ts'
import { alertOf, batchOf, keywordsOf, message, offenceOf, stateOf, T0, windowOf } from './archive-values.ts'

export function erasureRules(rule: Rule): void {
  const everything = (broadcastId: string) => ({
    messages: [
      message(`${broadcastId}-1`, '비밀스러운 말', { broadcastId, author: 'both', severity: 2 }),
      message(`${broadcastId}-2`, '비밀 아님', { broadcastId, author: `only-${broadcastId}`, severity: 3 }),
    ],
    windows: [windowOf(T0, { broadcastId })],
    keywords: [keywordsOf(['비밀'], { broadcastId })],
    offences: [
      offenceOf('both', { broadcastId, strikes: 4, strong: 2, lastMessageId: `${broadcastId}-1` }),
      offenceOf(`only-${broadcastId}`, { broadcastId, severe: 1 }),
    ],
    alerts: [alertOf(`alert-${broadcastId}`, { broadcastId })],
    states: [stateOf({ broadcastId })],
  })

  rule('deleting a broadcast removes everything stored of it and nothing else', async (archive, clock) => {
    const { writer, reader } = archive
    await writer.apply(batchOf(everything('first')))
    await writer.apply(batchOf(everything('second')))
    clock.now = T0 + 500
    assert.equal(await writer.deleteBroadcast('demo:one', 'second'), 2)
    assert.deepEqual(
      (await reader.broadcasts()).map(({ broadcastId }) => broadcastId),
      ['first'],
    )
    assert.deepEqual((await find(archive, { text: '비밀' })).sort(), ['first-1', 'first-2'])
    assert.equal(await reader.message('demo:one', 'second-1'), null)
    assert.deepEqual(await reader.windows('demo:one', 'second', 60_000), [])
    assert.equal(await reader.keywords('demo:one', 'second'), null)
    assert.deepEqual(
      (await reader.alerts('demo:one')).map(({ id }) => id),
      ['alert-first'],
    )
    assert.equal(await reader.author('demo:one', 'only-second'), null)
    assert.deepEqual(await find(archive, { authorName: 'only-second' }), [])
    const both = await reader.author('demo:one', 'both')
    assert.deepEqual([both?.messages, both?.broadcasts], [1, 1])
    // Strikes are counted again over what is left.
    const offences = await reader.offences('demo:one', 10)
    assert.deepEqual(offences.map(({ authorId }) => authorId).sort(), ['both', 'only-first'])
    assert.deepEqual(
      offences
        .filter(({ authorId }) => authorId === 'both')
        .map((one) => [one.strikes, one.strong, one.broadcastId, one.lastMessageId]),
      [[2, 1, 'first', 'first-1']],
    )
    assert.equal(await writer.deleteBroadcast('demo:one', 'second'), 0)
    assert.equal(await writer.deleteBroadcast('nobody', 'nothing'), 0)
  })

  rule(
    'what the log still brings of a deleted broadcast stays out; watched anew it comes in',
    async (archive, clock) => {
      const { writer, reader } = archive
      await writer.apply(batchOf(everything('first')))
      clock.now = T0 + 500
      await writer.deleteBroadcast('demo:one', 'first')
      await writer.apply(batchOf(everything('first')))
      assert.deepEqual(await reader.broadcasts(), [])
      assert.equal(await reader.keywords('demo:one', 'first'), null)
      assert.equal((await reader.alerts('demo:one')).length, 0)
      await store(archive, message('again', '새로', { receivedAt: T0 + 1000 }))
      assert.deepEqual(await find(archive, {}), ['again'])
    },
  )
}
