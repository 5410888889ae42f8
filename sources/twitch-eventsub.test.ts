import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { chatSourceContract } from './chat-source.contract.ts'
import { parseBroadcastLink } from './registry.ts'
import { productionEnvironment, type SourceCount } from './source-environment.ts'
import type { SourceOptions } from './source-options.ts'
import { FakeEventSub } from './testing/fake-eventsub.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { startWatching, until } from './testing/watching.ts'
import { openTwitch } from './twitch.ts'
import { notificationMeaning } from './twitch-eventsub/eventsub-message.ts'

const never = new AbortController().signal
const link = (() => {
  const result = parseBroadcastLink('#somechannel')
  assert.ok(result.ok)
  return result.link
})()

async function scene(t: TestContext | null, options: SourceOptions = {}, token = 'right') {
  const fake = await FakeEventSub.listen()
  t?.after(() => fake.close())
  const clock = new ManualClock()
  const counts = new Map<SourceCount, number>()
  const count = (name: SourceCount, by: number) => void counts.set(name, (counts.get(name) ?? 0) + by)
  const environment = {
    ...productionEnvironment,
    clock,
    count,
    endpoints: fake.endpoints,
    credentials: { twitch: token },
  }
  const source = openTwitch(options, environment)
  const tick = () => clock.advance(50)
  const watch = async () => {
    const watching = await startWatching(source, link)
    t?.after(() => watching.stop())
    const arrives = (text: string) =>
      until(`message ${text}`, () => watching.messages.some((message) => message.text === text), tick)
    const tells = (what: string) => until(what, () => watching.told().includes(what), tick)
    await tells('live')
    return { watching, arrives, tells }
  }
  return { fake, clock, source, tick, watch, environment, counted: (name: SourceCount) => counts.get(name) ?? 0 }
}

chatSourceContract('twitch by EventSub', async () => {
  const { fake, source, clock } = await scene(null)
  const talking = setInterval(() => fake.say('안녕하세요'), 20)
  return {
    ...{ source, link },
    tick: async () => {
      await clock.advance(10)
      await new Promise((resolve) => setTimeout(resolve, 2))
    },
    held: async () => {
      await until('the socket is closed', () => fake.open === 0)
      return clock.waiting
    },
    close: async () => {
      clearInterval(talking)
      await fake.close()
    },
  }
})

test('the broadcast is named as Twitch names it, and subscribed to as the token’s user', async (t) => {
  const { fake, source, watch } = await scene(t)
  const broadcast = await source.resolve(link, never)
  assert.deepEqual([broadcast.broadcastId, broadcast.title, broadcast.channelName], ['41000001', '오늘의 방송', '채널'])
  await watch()
  assert.deepEqual(fake.subscribed[0], {
    type: 'channel.chat.message',
    condition: { broadcaster_user_id: '55', user_id: '99' },
    session: 'session-0',
  })
  assert.equal(fake.subscribed.length, 6)
  assert.equal(fake.received, 0, 'a client must send nothing')
})

test('messages, deletes and clears arrive in their order; what is sent again counts once', async (t) => {
  const { fake, watch, counted } = await scene(t)
  const { watching, arrives } = await watch()
  fake.say('안녕', { message_id: 'm1' })
  fake.say('안녕', { message_id: 'm1' })
  fake.notify('channel.chat.message_delete', { target_user_id: '7', message_id: 'm1' })
  fake.notify('channel.chat.clear_user_messages', { target_user_id: '7' })
  fake.notify('channel.chat.clear', {})
  fake.say('끝')
  await arrives('끝')
  assert.deepEqual(
    watching.messages.map(({ kind, target }) => [kind, target?.messageId ?? target?.authorId ?? null]),
    [
      ['text', null],
      ['delete', 'm1'],
      ['delete', '7'],
      ['clear', null],
      ['text', null],
    ],
  )
  assert.equal(counted('repeated'), 1)
})

test('the end of the broadcast is told', async (t) => {
  const { fake, watch, tick } = await scene(t)
  const { watching } = await watch()
  fake.notify('stream.offline', { broadcaster_user_id: '55' })
  await until('ended', watching.isDone, tick)
  assert.equal(watching.told().at(-1), 'ended over')
})

test('moves when it is asked to, without a second subscription and without a gap', async (t) => {
  const { fake, watch, tick } = await scene(t)
  const { watching, arrives } = await watch()
  fake.askToMove()
  await until('moved', () => fake.open === 1 && fake.subscribed.length === 6, tick)
  await until('the old one is gone', () => fake.open === 1, tick)
  fake.say('after the move')
  await arrives('after the move')
  assert.deepEqual(watching.told(), ['resolving connecting', 'live'])
  fake.askToMove('ws://evil.example/ws')
  fake.say('stayed')
  await arrives('stayed')
})

test('two missing keep-alives are a dead connection; one that comes keeps it', async (t) => {
  const { fake, clock, watch } = await scene(t)
  const { watching, tells } = await watch()
  await clock.advance(20_000)
  fake.keepAlive()
  await new Promise((resolve) => setTimeout(resolve, 20))
  await clock.advance(20_000)
  assert.deepEqual(watching.told(), ['resolving connecting', 'live'])
  await clock.advance(10_000)
  await tells('reconnecting silent')
})

test('a cut connection comes back and subscribes again', async (t) => {
  const { fake, watch, tick } = await scene(t)
  const { watching, arrives } = await watch()
  fake.cut()
  await until('live again', () => fake.subscribed.length === 12 && watching.told().at(-1) === 'live', tick)
  fake.say('back')
  await arrives('back')
  assert.ok(watching.told().includes('reconnecting closed'))
})

test('a token that is not taken, or taken back, is a refusal that says so', async (t) => {
  const wrong = await scene(t, {}, 'wrong')
  await assert.rejects(wrong.source.resolve(link, never), { code: 'SOURCE_REFUSED', reason: 'key' })
  const narrow = await scene(t)
  narrow.fake.scopes = ['chat:read']
  await assert.rejects(narrow.source.resolve(link, never), { reason: 'key' })
  const taken = await scene(t)
  const { watching } = await taken.watch()
  taken.fake.revoke('authorization_revoked')
  await until('refused', watching.isDone, taken.tick)
  assert.equal(watching.told().at(-1), 'refused key')
  const { environment } = taken
  assert.throws(() => openTwitch({ via: 'eventsub' }, { ...environment, credentials: {} }), {
    code: 'SOURCE_OPTION_INVALID',
  })
})

test('every type has its meaning, and an unknown one is kept raw', () => {
  const broadcast = { source: 'twitch', channelId: 'twitch:x', broadcastId: 'b', url: '', title: '', channelName: '' }
  const meaning = (subscription_type: string, event: object) => {
    const metadata = { message_id: 'n1', message_timestamp: '2026-11-23T02:13:20.123456789Z', subscription_type }
    const found = notificationMeaning({ metadata, payload: { event } }, { broadcast, receivedAt: 5 })
    return { type: found.type, ...('draft' in found ? found.draft : null) } as { [name: string]: unknown; type: string }
  }
  const by = { chatter_user_id: '7', chatter_user_login: 'byeol', chatter_user_name: '별', message_id: 'm1' }
  const text = { text: '와 Kappa', fragments: [{ text: '와 ' }, { type: 'emote', text: 'Kappa', emote: { id: '25' } }] }
  const badges = [
    { set_id: 'moderator', id: '1', info: '' },
    { set_id: 'subscriber', id: '12', info: '14' },
  ]
  const said = meaning('channel.chat.message', { ...by, message: text, badges, cheer: { bits: 100 } })
  assert.deepEqual(said.amount, { value: 100, currency: 'bits', raw: '100 bits' })
  assert.deepEqual([said.kind, said.id, said.timestamp], ['paid', 'm1', Date.UTC(2026, 10, 23, 2, 13, 20, 123)])
  const author = said.author as { roles: string[]; months: number }
  assert.deepEqual([author.roles, author.months], [['moderator', 'member'], 14])
  assert.equal((said.text as { emote: { id: string } | null }[])[1]?.emote?.id, '25')
  const notice = (notice_type: string, more: object = {}) =>
    meaning('channel.chat.notification', { ...by, notice_type, system_message: 'sys', ...more })
  assert.equal(notice('resub', { resub: { cumulative_months: 20 } }).kind, 'membership')
  assert.equal(notice('sub_gift').kind, 'gift')
  const money = { value: 550, decimal_places: 2, currency: 'USD' }
  assert.deepEqual(notice('charity_donation', { charity_donation: { amount: money } }).amount, {
    ...{ value: 5.5, currency: 'USD', raw: '5.5 USD' },
  })
  assert.deepEqual([notice('raid').type, notice('brand_new').type], ['message', 'unknown'])
  const foreign = { ...by, message: text, broadcaster_user_id: '55', source_broadcaster_user_id: '66' }
  assert.equal(meaning('channel.chat.message', foreign).type, 'foreign')
  const unknown = meaning('channel.brand_new', { x: 1 })
  assert.equal(unknown.type, 'unknown')
  assert.match(String(unknown.raw), /brand_new/)
})
