/** Broadcasts, people and what is counted of them. */
import assert from 'node:assert/strict'
import { find, idsOf, plain, type Rule, store } from './archive-rule.ts'
import { alertOf, batchOf, keywordsOf, message, offenceOf, stateOf, T0, windowOf } from './archive-values.ts'

export function broadcastRules(rule: Rule): void {
  rule('lists broadcasts newest first with what is counted of them', async ({ writer, reader }) => {
    await writer.apply(
      batchOf({
        messages: [
          message('m1', 'one', { severity: 2, author: 'u1' }),
          message('m2', 'two', { severity: 1, author: 'u2', timestamp: T0 + 7 }),
          message('m3', 'joined', { kind: 'system', author: '' }),
          message('m4', 'other', { broadcastId: 'second', timestamp: T0 + 60_000 }),
        ],
        alerts: [
          alertOf('a1', { state: 'pending' }),
          alertOf('a2', { state: 'firing' }),
          alertOf('a2', { state: 'resolved', revision: 2 }),
        ],
        states: [stateOf()],
      }),
    )
    const [second, first] = await reader.broadcasts()
    assert.deepEqual([second?.broadcastId, second?.state.state, second?.source], ['second', 'ended', 'demo'])
    assert.deepEqual(
      [
        first?.title,
        first?.startedAt,
        first?.lastMessageAt,
        first?.messages,
        first?.authors,
        first?.profane,
        first?.alerts,
      ],
      ['A title', T0 - 1000, T0 + 7, 2, 2, 1, 1],
    )
    assert.deepEqual(plain(first?.state), stateOf())
    assert.equal((await reader.broadcasts({ limit: 1 })).length, 1)
    assert.equal(await reader.broadcast('demo:one', 'third'), null)
  })

  rule(
    'a later state replaces an earlier one, and a resolved broadcast the unresolved one',
    async ({ writer, reader }) => {
      await writer.apply(batchOf({ states: [stateOf({ broadcastId: '', state: 'resolving' })] }))
      assert.deepEqual(
        (await reader.broadcasts()).map(({ state }) => state.state),
        ['resolving'],
      )
      await writer.apply(batchOf({ states: [stateOf({ state: 'live', at: T0 + 1 })] }))
      await writer.apply(
        batchOf({ states: [stateOf({ state: 'ended', at: T0 + 3 }), stateOf({ state: 'quiet', at: T0 + 2 })] }),
      )
      assert.deepEqual(
        (await reader.broadcasts()).map(({ state }) => state.state),
        ['ended'],
      )
    },
  )

  rule('the newest messages of a broadcast come oldest first, and what is before them', async (archive) => {
    await store(
      archive,
      ...Array.from({ length: 10 }, (_, index) => message(`m${index}`, 'x', { timestamp: T0 + Math.floor(index / 2) })),
      message('other', 'x', { broadcastId: 'second', timestamp: T0 + 3 }),
    )
    const { reader } = archive
    assert.deepEqual(idsOf(await reader.recentMessages('demo:one', 'first', { limit: 3 })), ['m7', 'm8', 'm9'])
    const before = { timestamp: T0 + 3, id: 'm7' }
    assert.deepEqual(idsOf(await reader.recentMessages('demo:one', 'first', { limit: 3, before })), ['m4', 'm5', 'm6'])
    const gone = { timestamp: T0 + 3, id: 'unknown' }
    assert.deepEqual(idsOf(await reader.recentMessages('demo:one', 'first', { limit: 2, before: gone })), ['m4', 'm5'])
    assert.deepEqual(await reader.recentMessages('demo:one', 'third', { limit: 3 }), [])
  })

  rule('tells the history of a person on a channel', async (archive) => {
    await store(
      archive,
      message('m1', 'one', { name: 'Old', severity: 2, sentiment: 'negative' }),
      message('m2', 'two', { name: 'New', timestamp: T0 + 9, broadcastId: 'second' }),
      message('m3', 'three', { author: 'u2' }),
      message('m4', 'four', { channelId: 'demo:two' }),
    )
    await archive.writer.apply(batchOf({ offences: [offenceOf('u1')] }))
    const { recent, ...history } = (await archive.reader.author('demo:one', 'u1'))!
    assert.deepEqual(idsOf(recent), ['m2', 'm1'])
    assert.deepEqual(plain(history), {
      channelId: 'demo:one',
      authorId: 'u1',
      names: ['New', 'Old'],
      firstAt: T0,
      lastAt: T0 + 9,
      messages: 2,
      negative: 1,
      profane: 1,
      broadcasts: 2,
      offence: offenceOf('u1'),
    })
    assert.equal(await archive.reader.author('demo:one', 'u3'), null)
  })

  rule('remembers the ten latest names of a person and finds no others', async (archive) => {
    for (let index = 0; index < 30; index++)
      await store(archive, message(`m${index}`, 'x', { name: `이름${index}번`, timestamp: T0 + index }))
    assert.equal((await archive.reader.author('demo:one', 'u1'))?.names.length, 10)
    assert.equal((await find(archive, { authorName: '이름29' })).length, 30)
    assert.deepEqual(await find(archive, { authorName: '이름3번' }), [])
  })

  rule(
    'windows come by size, oldest first, offences by what their strikes are worth now, alerts newest first',
    async ({ writer, reader }) => {
      const week = 7 * 24 * 3_600_000
      await writer.apply(
        batchOf({
          windows: [windowOf(T0 + 60_000), windowOf(T0), windowOf(T0, { windowEnd: T0 + 10_000 })],
          offences: [
            offenceOf('old', { strikes: 6, lastAt: T0 - 2 * week }),
            offenceOf('new', { strikes: 2, lastAt: T0 }),
            offenceOf('none', { strikes: 0 }),
            offenceOf('elsewhere', { channelId: 'demo:two' }),
          ],
          alerts: [
            alertOf('a1'),
            alertOf('a2', { since: T0 + 1 }),
            alertOf('a3', { broadcastId: 'second', since: T0 + 2 }),
          ],
        }),
      )
      assert.deepEqual(
        (await reader.windows('demo:one', 'first', 60_000)).map(({ windowStart }) => windowStart),
        [T0, T0 + 60_000],
      )
      assert.equal((await reader.windows('demo:one', 'first', 10_000)).length, 1)
      assert.deepEqual(
        (await reader.offences('demo:one', 10)).map(({ authorId }) => authorId),
        ['new', 'old', 'none'],
      )
      assert.deepEqual(
        (await reader.alerts('demo:one')).map(({ id }) => id),
        ['a3', 'a2', 'a1'],
      )
      assert.deepEqual(
        (await reader.alerts('demo:one', { broadcastId: 'first', limit: 1 })).map(({ id }) => id),
        ['a2'],
      )
    },
  )

  rule('every value comes out, once and in its latest form, however many there are', async ({ writer, reader }) => {
    const numbers = Array.from({ length: 1_203 }, (_, number) => number)
    const elsewhere = stateOf({ channelId: 'demo:two', broadcastId: 'second' })
    const values = {
      states: [stateOf(), elsewhere],
      windows: numbers.map((minute) => windowOf(T0 + minute * 60_000)),
      keywords: [keywordsOf(['word'])],
      offences: numbers.map((number) => offenceOf(`u${number}`)),
      alerts: numbers.map((number) => alertOf(`a${number}`)),
    }
    const kinds = Object.keys(values) as (keyof typeof values)[]
    await writer.apply(batchOf(values))
    await writer.apply(batchOf({ alerts: [alertOf('a7', { revision: 9, value: 0.75 })] }))
    const pages = await Array.fromAsync(reader.values(kinds))
    assert.ok(pages.every((page) => Object.values(page).every((values) => values.length <= 500)))
    for (const kind of kinds) {
      const found = pages.flatMap((page): readonly object[] => page[kind] ?? [])
      const distinct = new Set(found.map((value) => JSON.stringify(value)))
      assert.deepEqual([kind, found.length, distinct.size], [kind, values[kind].length, values[kind].length])
    }
    const alerts = pages.flatMap((page) => page.alerts ?? [])
    assert.equal(alerts.find(({ id }) => id === 'a7')!.value, 0.75)
    const alertsAlone = await Array.fromAsync(reader.values(['alerts']))
    assert.equal(alertsAlone.flatMap((page) => Object.keys(page)).join(' '), 'alerts alerts alerts')

    await writer.deleteBroadcast('demo:one', 'first')
    const left = await Array.fromAsync(reader.values(['states', 'windows', 'keywords', 'alerts']))
    assert.deepEqual(plain(left), [{ states: [elsewhere] }])
  })
}
