/** Retention: what is too old goes by kind and by source, and nothing else does. */
import assert from 'node:assert/strict'
import { type ExpiryRule, type ExpirySources, type RetainedKind, retainedKinds } from '../expiry.ts'
import { find, type OpenArchive, type Rule, store } from './archive-rule.ts'
import { actionOf, alertOf, batchOf, keywordsOf, message, offenceOf, stateOf, T0, windowOf } from './archive-values.ts'

const DAY = 24 * 60 * 60 * 1000
const everywhere: ExpirySources = { except: [] }

const everything = (before: number, sources: ExpirySources = everywhere): ExpiryRule[] =>
  retainedKinds.map((kind) => ({ kind, sources, before }))

/** How much is there of each kind, of one channel. */
async function stock({ reader }: OpenArchive, channelId: string): Promise<Partial<Record<RetainedKind, number>>> {
  const broadcasts = (await reader.broadcasts()).filter((one) => one.channelId === channelId)
  return {
    messages: (await reader.search({ channelId, includeDeleted: true })).total,
    windows: (await reader.windows(channelId, 'first', 60_000)).length,
    keywords: (await reader.keywords(channelId, 'first')) ? 1 : 0,
    offences: (await reader.offences(channelId, 10)).length,
    alerts: (await reader.alerts(channelId)).length,
    sanctions: (await reader.platformSanctions(channelId, 'u1', 10)).length,
    actions: (await reader.actions({ channelId })).actions.length,
    broadcasts: broadcasts.length,
  }
}

/** One of everything at T0. */
const oneOfEach = (channelId: string, source: string) => {
  const of = { channelId, source }
  const ban = { messageId: null, authorId: 'u1', seconds: 0 }
  return {
    messages: [
      message(`${source}-1`, '옛날 말', of),
      message(`${source}-ban`, '', { ...of, kind: 'clear', target: ban }),
    ],
    windows: [windowOf(T0 - 60_000, { channelId })],
    keywords: [keywordsOf(['옛날'], { channelId })],
    offences: [offenceOf('u1', { channelId, lastAt: T0 })],
    alerts: [alertOf(`${source}-alert`, { channelId, at: T0 })],
    states: [stateOf({ channelId, source, startedAt: T0, at: T0 })],
    actions: [actionOf(`${source}-note`, { channelId, kind: 'note', at: T0 })],
  }
}
const full = {
  ...{ messages: 1, windows: 1, keywords: 1, offences: 1, alerts: 1, sanctions: 1, actions: 1, broadcasts: 1 },
}
const none = Object.fromEntries(Object.keys(full).map((kind) => [kind, 0]))

export function retentionRules(rule: Rule): void {
  rule('what is older goes, and counts say what is left', async (archive) => {
    const { writer, reader } = archive
    await writer.apply(
      batchOf({
        messages: [
          message('m1', '옛날 말', { severity: 2, author: 'gone' }),
          message('m2', '옛날 말', { timestamp: T0 + 10 }),
          message('m3', '요즘 말', { timestamp: T0 + 100_000 }),
          message('m4', '옛날 말', { broadcastId: 'past' }),
        ],
        windows: [windowOf(T0 - 60_000), windowOf(T0 + 60_000)],
        alerts: [alertOf('a1', { at: T0 }), alertOf('a2', { at: T0 + 100_000 })],
        offences: [offenceOf('gone')],
      }),
    )
    assert.equal((await writer.expire(everything(T0 + 50)))[0], 3)
    assert.deepEqual(await find(archive, {}), ['m3'])
    assert.deepEqual(await find(archive, { text: '옛날' }), [])
    assert.deepEqual(
      (await reader.broadcasts()).map((one) => [one.broadcastId, one.messages, one.authors, one.profane]),
      [['first', 1, 1, 0]],
    )
    assert.equal(await reader.author('demo:one', 'gone'), null)
    assert.equal((await reader.windows('demo:one', 'first', 60_000)).length, 1)
    assert.deepEqual(
      (await reader.alerts('demo:one')).map(({ id }) => id),
      ['a2'],
    )
    assert.deepEqual(await reader.offences('demo:one', 10), [])
    assert.equal((await writer.expire(everything(T0 + 50)))[0], 0)
  })

  rule('each source has its own limits, each kind too', async (archive) => {
    const { writer } = archive
    await writer.apply(batchOf(oneOfEach('youtube:a', 'youtube')))
    await writer.apply(batchOf(oneOfEach('twitch:b', 'twitch')))
    const all = everything(T0 + 1, { only: ['youtube'] }).filter(({ kind }) => kind !== 'actions')
    await writer.expire(all)
    assert.deepEqual(await stock(archive, 'youtube:a'), { ...none, actions: 1 })
    assert.deepEqual(await stock(archive, 'twitch:b'), full)
    await writer.expire([
      { kind: 'messages', sources: { except: ['youtube'] }, before: T0 + 1 },
      { kind: 'actions', sources: { except: ['twitch'] }, before: T0 + 1 },
    ])
    assert.deepEqual(await stock(archive, 'youtube:a'), none)
    assert.deepEqual(await stock(archive, 'twitch:b'), { ...full, messages: 0 })
  })

  rule('as days go by, each thing goes in its time and not before', async (archive, clock) => {
    const { writer } = archive
    await writer.apply(batchOf(oneOfEach('youtube:a', 'youtube')))
    await writer.apply(batchOf(oneOfEach('twitch:b', 'twitch')))
    const after = async (days: number) => {
      clock.now = T0 + days * DAY
      const kept = (kind: RetainedKind, sources: ExpirySources, most: number) => ({
        ...{ kind, sources },
        before: clock.now - most * DAY,
      })
      await writer.expire([
        kept('messages', { only: ['youtube'] }, 30),
        kept('messages', { except: ['youtube'] }, 365),
        kept('offences', everywhere, 365),
        kept('actions', everywhere, 730),
      ])
      return [await stock(archive, 'youtube:a'), await stock(archive, 'twitch:b')]
    }
    assert.deepEqual(await after(30), [full, full])
    assert.deepEqual(await after(31), [{ ...full, messages: 0 }, full])
    assert.deepEqual(await after(365), [{ ...full, messages: 0 }, full])
    const afterAYear = { ...full, messages: 0, offences: 0 }
    assert.deepEqual(await after(366), [afterAYear, afterAYear])
    const afterTwo = { ...afterAYear, actions: 0 }
    assert.deepEqual(await after(731), [afterTwo, afterTwo])
  })

  rule('a dry run counts what would go and takes nothing', async (archive) => {
    const { writer } = archive
    await writer.apply(batchOf(oneOfEach('youtube:a', 'youtube')))
    await writer.apply(batchOf(oneOfEach('twitch:b', 'twitch')))
    // Of a broadcast only the last is left to count, and here nothing is gone yet.
    const rules = everything(T0 + 1, { only: ['youtube'] }).filter(({ kind }) => kind !== 'broadcasts')
    const counted = await writer.countExpired(rules)
    assert.deepEqual(await stock(archive, 'youtube:a'), full)
    assert.deepEqual(await writer.expire(rules), counted)
    assert.equal(counted[0], 1)
    assert.deepEqual(
      await writer.countExpired(rules),
      rules.map(() => 0),
    )
  })

  rule('what the log brings again comes in and goes with the next run', async (archive) => {
    const { writer } = archive
    const batch = { ...batchOf(oneOfEach('twitch:b', 'twitch')), positions: [] }
    await writer.apply(batch)
    await writer.expire(everything(T0 + 1))
    await writer.apply(batch)
    await writer.expire(everything(T0 + 1))
    assert.deepEqual(await stock(archive, 'twitch:b'), none)
  })

  rule('writing goes on meanwhile, and counts stay true', async (archive) => {
    const { writer, reader } = archive
    const old = Array.from({ length: 1_200 }, (_, index) =>
      message(`old-${index}`, '옛날 말', { author: `u${index % 7}`, timestamp: T0 + index }),
    )
    await store(archive, ...old)
    const expiring = writer.expire(everything(T0 + 10_000))
    for (let at = 0; at < 5; at++)
      await store(archive, message(`new-${at}`, '요즘 말', { author: `u${at}`, timestamp: T0 + 20_000 + at }))
    assert.equal((await expiring)[0], 1_200)
    await store(archive, message('last', '요즘 말', { author: 'u6', timestamp: T0 + 30_000 }))
    assert.equal((await find(archive, {})).length, 6)
    const [{ messages, authors } = { messages: 0, authors: 0 }] = await reader.broadcasts()
    assert.deepEqual([messages, authors], [6, 6])
  })
}
