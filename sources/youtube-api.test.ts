/** YouTube through its official Data API. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { chatSourceContract } from './chat-source.contract.ts'
import { parseBroadcastLink } from './registry.ts'
import { productionEnvironment, type SourceCount } from './source-environment.ts'
import type { SourceOptions } from './source-options.ts'
import { type FakeApiVideo, FakeYoutubeApi } from './testing/fake-youtube-api.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { startWatching, until } from './testing/watching.ts'
import { apiMeaning } from './youtube/api-message.ts'
import { JsonStream } from './youtube/json-stream.ts'
import { Quota } from './youtube/quota.ts'
import { openYoutube } from './youtube.ts'

const never = new AbortController().signal
const id = 'AbCdEfGhIjk'
const linkOf = (pasted: string) => {
  const result = parseBroadcastLink(pasted)
  assert.ok(result.ok)
  return result.link
}
const link = linkOf(`https://www.youtube.com/watch?v=${id}`)

async function scene(t: TestContext | null, video: FakeApiVideo = { phase: 'live' }, options: SourceOptions = {}) {
  const fake = await FakeYoutubeApi.listen()
  t?.after(() => fake.close())
  fake.videos.set(id, video)
  const clock = new ManualClock()
  const counts = new Map<SourceCount, number>()
  const count = (name: SourceCount, by: number) => void counts.set(name, (counts.get(name) ?? 0) + by)
  const environment = {
    ...{ ...productionEnvironment, clock, count },
    endpoints: { 'youtube-api': fake.url, youtube: 'http://127.0.0.1:1' },
    credentials: { youtube: 'right' },
  }
  const source = openYoutube(options, environment)
  const tick = () => clock.advance(50)
  const watch = async () => {
    const watching = await startWatching(source, link)
    t?.after(() => watching.stop())
    const arrives = (text: string) =>
      until(`message ${text}`, () => watching.messages.some((message) => message.text === text), tick)
    const tells = (what: string) => until(what, () => watching.told().includes(what), tick)
    return { watching, arrives, tells }
  }
  return { fake, clock, source, tick, watch, environment, counted: (name: SourceCount) => counts.get(name) ?? 0 }
}

for (const stream of ['true', 'false'])
  chatSourceContract(`youtube by its API, ${stream === 'true' ? 'pushed' : 'polled'}`, async () => {
    const { fake, source, clock } = await scene(null, { phase: 'live' }, { stream })
    fake.say('하나')
    return {
      ...{ source, link, broadcastId: id, redelivers: true },
      tick: () => clock.advance(10),
      held: async () => {
        await until('streams are closed', () => fake.openStreams === 0)
        return clock.waiting
      },
      close: () => fake.close(),
    }
  })

test('messages are pushed, and a stream that is cut goes on where it was', async (t) => {
  const { fake, watch, counted } = await scene(t)
  fake.say('전에')
  const { watching, arrives } = await watch()
  await arrives('전에')
  fake.say('지금')
  await arrives('지금')
  fake.cutStreams()
  fake.say('끊긴 동안')
  await arrives('끊긴 동안')
  assert.deepEqual(
    watching.messages.map(({ text }) => text),
    ['전에', '지금', '끊긴 동안'],
  )
  assert.equal(counted('repeated'), 0)
  assert.deepEqual(watching.messages[0]?.author.roles, ['moderator'])
})

test('where Google does not stream, it is polled', async (t) => {
  const { fake, watch } = await scene(t)
  fake.knowsStream = false
  const { arrives } = await watch()
  fake.say('하나')
  await arrives('하나')
  assert.ok(fake.calls.filter((call) => call === 'liveChat/messages').length >= 1)
})

test('polling is as slow as the budget of the day asks, and says so', async (t) => {
  const { fake, watch, clock, tick } = await scene(t, { phase: 'live' }, { stream: 'false', quota: '1000' })
  const { tells } = await watch()
  await tells('degraded budget')
  const from = clock.now()
  const before = fake.calls.length
  await until(
    'an hour',
    () => clock.now() - from > 3_600_000,
    () => clock.advance(20_000),
  )
  // A thousand units are two hundred calls for the not quite six hours that are left of the day.
  assert.ok(fake.calls.length - before <= 40, String(fake.calls.length - before))
  await tick()
})

test('when the units are spent it waits for the next day, and says until when', async (t) => {
  const { fake, watch } = await scene(t)
  const { watching, tells } = await watch()
  await tells('live')
  fake.refusal = { status: 403, reason: 'quotaExceeded' }
  fake.cutStreams()
  await tells('reconnecting rate-limited')
  const lost = watching.states.findLast(({ reason }) => reason === 'rate-limited')
  // 2026-11-23T02:13:20Z is 18:13:20 in California.
  assert.ok(Math.abs((lost?.nextTryAt ?? 0) - Date.UTC(2026, 10, 23, 8)) < 600_000)
})

test('refusals are told with their reason', async (t) => {
  const { fake, source, environment } = await scene(t)
  const missing = linkOf('https://youtu.be/ZZZZZZZZZZZ')
  await assert.rejects(source.resolve(missing, never), { reason: 'not-found' })
  fake.videos.set(id, { phase: 'none' })
  await assert.rejects(source.resolve(link, never), { reason: 'not-live' })
  fake.videos.set(id, { phase: 'over' })
  await assert.rejects(source.resolve(link, never), { reason: 'over' })
  const wrong = openYoutube({}, { ...environment, credentials: { youtube: 'wrong' } })
  await assert.rejects(wrong.resolve(link, never), { reason: 'key' })
  assert.throws(() => openYoutube({ via: 'api' }, { ...environment, credentials: {} }), {
    code: 'SOURCE_OPTION_INVALID',
  })
})

test("a channel's link is found by the API as well", async (t) => {
  const { source, fake } = await scene(t)
  assert.equal((await source.resolve(linkOf('https://www.youtube.com/@cheese'), never)).broadcastId, id)
  await assert.rejects(source.resolve(linkOf('https://www.youtube.com/@nobody'), never), { reason: 'not-found' })
  fake.videos.clear()
  await assert.rejects(source.resolve(linkOf('https://www.youtube.com/@cheese'), never), { code: 'SOURCE_NOT_LIVE' })
  await assert.rejects(source.resolve(linkOf('https://www.youtube.com/c/cheese'), never), { reason: 'link' })
})

test('an announced broadcast is waited for, then read, until it is over', async (t) => {
  const { fake, watch, tick } = await scene(t, { phase: 'upcoming' })
  const { watching, tells, arrives } = await watch()
  await tells('waiting upcoming')
  assert.equal(watching.states.at(-1)?.startsAt, Date.UTC(2026, 10, 23, 3))
  fake.videos.set(id, { phase: 'live' })
  await until(
    'live',
    () => watching.told().includes('live'),
    () => tick(),
  )
  fake.say('시작')
  await arrives('시작')
  fake.say('', { type: 'chatEndedEvent' })
  await until('ended', watching.isDone, tick)
  assert.equal(watching.told().at(-1), 'ended over')
})

test('every type of message has its meaning, and an unknown one is kept raw', () => {
  const broadcast = { source: 'youtube', channelId: 'youtube:x', broadcastId: id, url: '', title: '', channelName: '' }
  const meaning = (type: string, more: object = {}) => {
    const item = {
      id: 'LCC.1',
      snippet: { type, publishedAt: '2026-11-23T02:13:20Z', displayMessage: 'shown', ...more },
    }
    const found = apiMeaning(item, { broadcast, receivedAt: 5, isHistory: false })
    return 'draft' in found ? found.draft : found.type
  }
  const money = { amountMicros: '5000000000', currency: 'KRW', amountDisplayString: '₩5,000', userComment: '최고' }
  const amount = { value: 5_000, currency: 'KRW', raw: '₩5,000' }
  const has = (found: unknown, wanted: object) => assert.deepEqual({ ...(found as object), ...wanted }, found)
  has(meaning('textMessageEvent', { textMessageDetails: { messageText: '안녕' } }), { kind: 'text', text: '안녕' })
  has(meaning('superChatEvent', { superChatDetails: money }), { kind: 'paid', text: '최고', amount })
  has(meaning('superStickerEvent', { superStickerDetails: money }), { kind: 'sticker', amount })
  has(meaning('newSponsorEvent'), { kind: 'membership', text: 'shown' })
  has(meaning('memberMilestoneChatEvent', { memberMilestoneChatDetails: { userComment: '1년' } }), { text: '1년' })
  has(meaning('membershipGiftingEvent', { membershipGiftingDetails: { giftMembershipsCount: 5 } }), {
    kind: 'gift',
    amount: { value: 5, currency: 'memberships', raw: 'shown' },
  })
  has(meaning('messageDeletedEvent', { messageDeletedDetails: { deletedMessageId: 'LCC.0' } }), {
    ...{ kind: 'delete', target: { messageId: 'LCC.0' } },
  })
  const banned = (details: object) =>
    meaning('userBannedEvent', { userBannedDetails: { bannedUserDetails: { channelId: 'UCx' }, ...details } })
  has(banned({ banType: 'permanent' }), { kind: 'delete', target: { authorId: 'UCx', seconds: 0 } })
  has(banned({ banType: 'temporary', banDurationSeconds: '300' }), { target: { authorId: 'UCx', seconds: 300 } })
  has(banned({}), { target: { authorId: 'UCx', seconds: null } })
  assert.equal(meaning('tombstone'), 'ignored')
  assert.equal(meaning('chatEndedEvent'), 'ended')
  const unknown = meaning('brandNewEvent') as { kind: string; raw: string }
  assert.deepEqual([unknown.kind, JSON.parse(unknown.raw).id], ['system', 'LCC.1'])
})

test('objects are taken out of a stream wherever its pieces break', () => {
  const text = '[{"a":"}{\\"[","b":{"c":[1,{"d":2}]}}\n,\r\n{"e":"한글 🙂"}]'
  for (let size = 1; size < text.length; size++) {
    const stream = new JsonStream()
    const found: unknown[] = []
    for (let place = 0; place < text.length; place += size) found.push(...stream.push(text.slice(place, place + size)))
    assert.deepEqual(found, [{ a: '}{"[', b: { c: [1, { d: 2 }] } }, { e: '한글 🙂' }], String(size))
  }
  const endless = new JsonStream()
  assert.throws(() => {
    for (let piece = 0; piece < 20; piece++) endless.push(`{"a":"${'x'.repeat(1_000_000)}`)
  }, RangeError)
})

test('the budget is a day of California, shared by all readers', () => {
  const clock = new ManualClock(Date.UTC(2026, 10, 23, 7, 59, 0))
  const quota = new Quota(clock, 100)
  assert.equal(quota.renewsInMs, 60_000)
  quota.spend(90)
  assert.equal(quota.left, 10)
  assert.equal(quota.spacingMs(5), 30_000)
  quota.readers = 3
  assert.equal(quota.spacingMs(5), 90_000)
  quota.exhaust()
  assert.equal(quota.spacingMs(5), 60_000)
  void clock.advance(61_000)
  return clock.advance(61_000).then(() => assert.equal(quota.left, 100))
})
