import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { chatSourceContract } from './chat-source.contract.ts'
import { textAt } from './json-path.ts'
import { parseBroadcastLink } from './registry.ts'
import { productionEnvironment, type SourceCount } from './source-environment.ts'
import { countedFetch } from './testing/counted-fetch.ts'
import { type FakeVideo, FakeYoutube } from './testing/fake-youtube.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { startWatching, until } from './testing/watching.ts'
import { openYoutube, type YoutubeLimits } from './youtube.ts'

const never = new AbortController().signal
const id = 'AbCdEfGhIjk'

const linkOf = (pasted: string) => {
  const result = parseBroadcastLink(pasted)
  assert.ok(result.ok)
  return result.link
}
const watchLink = linkOf(`https://www.youtube.com/watch?v=${id}`)

async function platform(t: TestContext | null, limits: Partial<YoutubeLimits> = {}) {
  const clock = new ManualClock()
  const fake = await FakeYoutube.listen(clock)
  t?.after(() => fake.close())
  const { fetch, inFlight } = countedFetch()
  const counts = new Map<SourceCount, number>()
  const count = (name: SourceCount, by: number) => void counts.set(name, (counts.get(name) ?? 0) + by)
  const environment = { ...productionEnvironment, fetch, clock, count, endpoints: { youtube: fake.url } }
  const source = openYoutube({}, environment, limits)
  const tick = () => clock.advance(inFlight() > 0 ? 0 : 250)
  return { clock, fake, source, tick, inFlight, counted: (name: SourceCount) => counts.get(name) ?? 0 }
}

async function scene(t: TestContext, video: Partial<FakeVideo> = {}, limits: Partial<YoutubeLimits> = {}) {
  const under = await platform(t, limits)
  under.fake.video(id, video)
  const watch = async (link = watchLink) => {
    const watching = await startWatching(under.source, link)
    t.after(() => watching.stop())
    const arrives = (text: string) =>
      until(`message ${text}`, () => watching.messages.some((message) => message.text === text), under.tick)
    const tells = (what: string) => until(what, () => watching.told().includes(what), under.tick)
    return { watching, arrives, tells }
  }
  return { ...under, watch }
}

chatSourceContract('youtube', async () => {
  const { fake, source, tick, clock, inFlight } = await platform(null)
  fake.video(id)
  fake.say('하나')
  fake.say('둘')
  return {
    ...{ source, link: watchLink, tick, broadcastId: id, redelivers: true },
    held: async () => {
      await until('nothing is asked any more', () => inFlight() === 0)
      return clock.waiting
    },
    close: () => fake.close(),
  }
})

test('the broadcast is named as YouTube names it', async (t) => {
  const { source } = await scene(t)
  assert.deepEqual(await source.resolve(watchLink, never), {
    source: 'youtube',
    channelId: 'youtube:abcdefghijk',
    broadcastId: id,
    url: `https://www.youtube.com/watch?v=${id}`,
    title: '오늘의 방송',
    channelName: '치즈 방송국',
  })
})

test('all of the chat is asked for, not the selection', async (t) => {
  const { fake, watch } = await scene(t)
  for (const text of ['가', '나', '다', '라']) fake.say(text)
  const { watching, arrives } = await watch()
  await arrives('라')
  assert.deepEqual(
    watching.messages.map(({ text, history }) => [text, history]),
    [
      ['가', true],
      ['나', true],
      ['다', true],
      ['라', true],
    ],
  )
  fake.say('지금')
  await arrives('지금')
  assert.equal(watching.messages.at(-1)?.history, false)
})

test('when "all" is answered with silence, the selection is read and said to be one', async (t) => {
  const { fake, watch } = await scene(t)
  fake.ignoresAll = true
  for (const text of ['가', '나', '다', '라']) fake.say(text)
  const { watching, tells, arrives } = await watch()
  await tells('degraded top-chat-only')
  await arrives('다')
  assert.ok(watching.messages.length < 4)
})

test('a chat in which nobody writes is not doubted', async (t) => {
  const { watch, fake, clock, tick } = await scene(t)
  const { watching, arrives } = await watch()
  const from = clock.now()
  await until('five minutes', () => clock.now() - from > 300_000, tick)
  fake.say('드디어')
  await arrives('드디어')
  assert.ok(!watching.told().includes('degraded top-chat-only'))
})

test('polls as often as it is told, from one to five seconds', async (t) => {
  const { fake, watch, clock, tick } = await scene(t)
  const polls = async (timeoutMs: number | null) => {
    fake.timeoutMs = timeoutMs
    const [asked, from] = [fake.asked('/youtubei/v1/live_chat/get_live_chat'), clock.now()]
    await until('a minute', () => clock.now() - from >= 60_000, tick)
    return fake.asked('/youtubei/v1/live_chat/get_live_chat') - asked
  }
  await watch()
  for (const [told, least, most] of [
    [100, 45, 70],
    [2_000, 25, 35],
    [10_000, 10, 16],
    [null, 10, 16],
  ] as const) {
    await polls(told)
    const count = await polls(told)
    assert.ok(count >= least && count <= most, `${told}: ${count}`)
  }
})

test('every wrapping of the next token is followed', async (t) => {
  const { fake, watch } = await scene(t)
  const { arrives } = await watch()
  for (const name of [
    'timedContinuationData',
    'reloadContinuationData',
    'invalidationContinuationData',
    'somethingNew',
  ]) {
    fake.continuationName = name
    fake.say(name)
    await arrives(name)
  }
})

test('a token that got too old is replaced, without a word and without a message twice', async (t) => {
  const { fake, watch } = await scene(t)
  const { watching, arrives } = await watch()
  fake.say('before')
  await arrives('before')
  fake.dropTokens()
  fake.say('after')
  await arrives('after')
  assert.deepEqual(
    watching.messages.map(({ text }) => text),
    ['before', 'after'],
  )
  assert.deepEqual(watching.told(), ['resolving connecting', 'live'])
})

test('an announced broadcast is waited for, with its time; its waiting room can be read', async (t) => {
  const startsAt = 1_795_400_000_000 + 600_000
  const { fake, watch } = await scene(t, { phase: 'upcoming', startsAt })
  const { watching, arrives, tells } = await watch()
  await tells('waiting upcoming')
  assert.equal(watching.states.at(-1)?.startsAt, startsAt)
  fake.say('언제 시작해요')
  await arrives('언제 시작해요')
  fake.video(id, { phase: 'live' })
  await tells('live')
})

test('an announced broadcast without a chat yet is waited for as well', async (t) => {
  const { fake, watch } = await scene(t, { phase: 'upcoming', chat: 'none' })
  const { tells } = await watch()
  await tells('waiting upcoming')
  fake.video(id, { phase: 'live' })
  await tells('live')
})

test('what cannot be read is refused with the reason', async (t) => {
  const cases: readonly (readonly [Partial<FakeVideo>, string])[] = [
    [{ chat: 'none', playability: { status: 'LOGIN_REQUIRED', desktopLegacyAgeGateReason: 1 } }, 'age'],
    [{ chat: 'none', playability: { status: 'LOGIN_REQUIRED' } }, 'private'],
    [
      {
        chat: 'none',
        playability: {
          status: 'UNPLAYABLE',
          errorScreen: { playerLegacyDesktopYpcOfferRenderer: { offerId: 'sponsors_only_video' } },
        },
      },
      'members',
    ],
    [{ chat: 'none' }, 'not-live'],
    [{ chat: 'off' }, 'chat-off'],
    [{ phase: 'over' }, 'over'],
  ]
  const { fake, source } = await scene(t)
  for (const [video, reason] of cases) {
    fake.video(id, video)
    await assert.rejects(source.resolve(watchLink, never), { code: 'SOURCE_REFUSED', reason, retriable: false }, reason)
  }
  const missing = linkOf('https://youtu.be/ZZZZZZZZZZZ')
  await assert.rejects(source.resolve(missing, never), { code: 'SOURCE_REFUSED', reason: 'not-found' })
})

test('a broadcast that ended while nobody watched is told as ended, not refused', async (t) => {
  const { source, fake } = await scene(t, { phase: 'over' })
  const broadcast = await source.resolve(watchLink, never, { broadcastId: id })
  const told: string[] = []
  for await (const event of source.read(broadcast, never)) if (event.type === 'state') told.push(event.state)
  assert.deepEqual(told, ['resolving', 'ended'])
  assert.ok(fake.requests.length > 0)
})

test("a channel's link shows what is on now, waits when nothing is, and resumes what was watched", async (t) => {
  const { source, fake } = await scene(t)
  const link = linkOf('https://www.youtube.com/@cheese')
  assert.equal(link.continues, true)
  fake.channels.set('@cheese', null)
  await assert.rejects(source.resolve(link, never), { code: 'SOURCE_NOT_LIVE', reason: 'offline', retriable: true })
  fake.channels.set('@cheese', id)
  assert.equal((await source.resolve(link, never)).broadcastId, id)
  fake.video('ZyXwVuTsRqP')
  fake.channels.set('@cheese', 'ZyXwVuTsRqP')
  assert.equal((await source.resolve(link, never, { broadcastId: id })).broadcastId, id, 'still on')
  fake.video(id, { phase: 'over' })
  assert.equal((await source.resolve(link, never, { broadcastId: id })).broadcastId, 'ZyXwVuTsRqP')
  const nobody = linkOf('https://www.youtube.com/@nobody')
  await assert.rejects(source.resolve(nobody, never), { code: 'SOURCE_REFUSED', reason: 'not-found' })
})

test('behind a consent page the page’s API is asked instead', async (t) => {
  const { fake, watch } = await scene(t)
  for (const consent of ['redirect', 'page'] as const) {
    fake.consent = consent
    const { arrives } = await watch()
    fake.say(consent)
    await arrives(consent)
  }
  assert.ok(fake.asked('/youtubei/v1/next') >= 2)
})

test('sends the version that the page tells, no account, and no cookie but "no consent"', async (t) => {
  const { fake, watch } = await scene(t)
  const { tells } = await watch()
  await tells('live')
  const poll = fake.requests.find(({ path }) => path.endsWith('get_live_chat'))
  assert.equal(textAt(poll?.body, 'context', 'client', 'clientVersion'), '2.20261120.01.00')
  assert.equal(textAt(poll?.body, 'context', 'client', 'hl'), 'en')
  for (const { headers } of fake.requests) {
    assert.equal(headers.cookie, 'SOCS=CAI')
    assert.equal(headers.authorization, undefined)
  }
})

test('after "too many requests" it waits a minute at least, and says until when', async (t) => {
  const { fake, watch, tick } = await scene(t)
  const { watching, tells } = await watch()
  await tells('live')
  fake.fault = 'rate-limited'
  await tells('reconnecting rate-limited')
  const lost = watching.states.find(({ state }) => state === 'reconnecting')
  assert.ok((lost?.nextTryAt ?? 0) - (lost?.at ?? 0) >= 60_000)
  const asked = fake.requests.length
  fake.fault = null
  await until('live again', () => watching.states.at(-1)?.state === 'live', tick)
  assert.ok(fake.requests.length - asked <= 3)
})

test('a message that was replaced is taken away and said anew; a placeholder is just filled', async (t) => {
  const { fake, watch } = await scene(t)
  const { watching, arrives } = await watch()
  const first = fake.say('처음')
  await arrives('처음')
  const item = (messageId: string, text: string) => ({
    targetItemId: messageId,
    replacementItem: { liveChatTextMessageRenderer: { id: messageId, message: { runs: [{ text }] } } },
  })
  fake.act({ replaceChatItemAction: item(first, '고침') }, { replaceChatItemAction: item('held', '허락됨') })
  await arrives('허락됨')
  assert.deepEqual(
    watching.messages.map(({ kind, text, target }) => [kind, text, target?.messageId ?? null]),
    [
      ['text', '처음', null],
      ['delete', '', first],
      ['text', '고침', null],
      ['text', '허락됨', null],
    ],
  )
})

test('a super chat counts once, however often its ticker repeats it', async (t) => {
  const { fake, watch, counted } = await scene(t)
  const { watching, arrives } = await watch()
  const paid = { id: 'p1', purchaseAmountText: { simpleText: '₩5,000' }, message: { runs: [{ text: '최고' }] } }
  fake.act({ addChatItemAction: { item: { liveChatPaidMessageRenderer: paid } } })
  fake.act({ addLiveChatTickerItemAction: { item: { liveChatTickerPaidMessageItemRenderer: { id: 'p1' } } } })
  fake.say('끝')
  await arrives('끝')
  assert.equal(watching.messages.filter(({ amount }) => amount !== null).length, 1)
  assert.equal(counted('ignored'), 1)
})

test('a broadcast that is over in the middle of reading is ended', async (t) => {
  const { fake, watch, tick } = await scene(t)
  const { watching, tells } = await watch()
  await tells('live')
  fake.video(id, { phase: 'over' })
  await until('ended', watching.isDone, tick)
  assert.equal(watching.told().at(-1), 'ended over')
})
