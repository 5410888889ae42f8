import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { chatSourceContract } from './chat-source.contract.ts'
import { type NaverShoppingLimits, openNaverShopping } from './naver-shopping.ts'
import { parseBroadcastLink } from './registry.ts'
import { productionEnvironment, type SourceCount, type SourceEnvironment } from './source-environment.ts'
import { countedFetch } from './testing/counted-fetch.ts'
import { FakeNaverShopping, type FakeShow } from './testing/fake-naver-shopping.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { startWatching, until } from './testing/watching.ts'

const never = new AbortController().signal
const id = '1234567'

const linkOf = (pasted: string) => {
  const result = parseBroadcastLink(pasted)
  assert.ok(result.ok, pasted)
  return result.link
}
const liveLink = linkOf(`https://view.shoppinglive.naver.com/lives/${id}`)

async function platform(
  t: TestContext | null,
  limits: Partial<NaverShoppingLimits> = {},
  more: Partial<SourceEnvironment> = {},
) {
  const clock = new ManualClock()
  const fake = await FakeNaverShopping.listen(clock)
  t?.after(() => fake.close())
  const { fetch, inFlight } = countedFetch()
  const counts = new Map<SourceCount, number>()
  const count = (name: SourceCount, by: number) => void counts.set(name, (counts.get(name) ?? 0) + by)
  const endpoints = { 'naver-shopping': fake.url, 'naver-shopping-short': fake.url }
  const environment = { ...productionEnvironment, fetch, clock, count, endpoints, ...more }
  const source = openNaverShopping({}, environment, limits)
  const tick = () => clock.advance(inFlight() > 0 ? 0 : 250)
  return { clock, fake, source, tick, inFlight, counted: (name: SourceCount) => counts.get(name) ?? 0 }
}

async function scene(t: TestContext, show: Partial<FakeShow> = {}) {
  const under = await platform(t)
  under.fake.show(id, show)
  const watch = async () => {
    const watching = await startWatching(under.source, liveLink)
    t.after(() => watching.stop())
    const arrives = (text: string) =>
      until(`message ${text}`, () => watching.messages.some((message) => message.text === text), under.tick)
    const tells = (what: string) => until(what, () => watching.told().includes(what), under.tick)
    return { watching, arrives, tells }
  }
  return { ...under, watch }
}

chatSourceContract('naver-shopping', async () => {
  const { fake, source, tick, clock, inFlight } = await platform(null)
  fake.show(id)
  fake.say('하나')
  fake.say('둘')
  return {
    ...{ source, link: liveLink, tick, broadcastId: id, redelivers: true },
    held: async () => {
      await until('nothing is asked any more', () => inFlight() === 0)
      return clock.waiting
    },
    close: () => fake.close(),
  }
})

test('asks as the page asks, and goes on after the last comment', async (t) => {
  const { fake, watch } = await scene(t)
  fake.say('전에')
  const { watching, arrives } = await watch()
  await arrives('전에')
  fake.say('지금')
  await arrives('지금')
  assert.deepEqual(
    watching.messages.map(({ text, history }) => [text, history]),
    [
      ['전에', true],
      ['지금', false],
    ],
  )
  const polls = fake.requests.filter(({ path }) => path.endsWith('/recent-comments'))
  assert.equal(polls[0]?.query.get('next'), '0')
  assert.equal(polls[1]?.query.get('next'), '48213000')
  for (const { headers, query } of polls) {
    assert.equal(headers['x-external-service-id'], 'shoppinglive')
    assert.equal(headers.referer, `https://view.shoppinglive.naver.com/lives/${id}`)
    assert.match(
      query.get('slSessionId') ?? '',
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
  }
})

test('asks every three seconds, and never more often than once a second over time', async (t) => {
  const { fake, watch, clock, tick } = await scene(t)
  const { tells } = await watch()
  await tells('live')
  const rate = async () => {
    const [asked, from] = [fake.asked('/recent-comments'), clock.now()]
    await until('a minute', () => clock.now() - from >= 60_000, tick)
    return fake.asked('/recent-comments') - asked
  }
  const quiet = await rate()
  assert.ok(quiet >= 15 && quiet <= 22, String(quiet))
  for (let index = 0; index < 20_000; index++) fake.say(String(index))
  const busy = await rate()
  assert.ok(busy <= 70, String(busy))
})

test('a place that moved is found again', async (t) => {
  const { fake, watch } = await scene(t)
  const { arrives } = await watch()
  fake.base = '/selectiveweb/live_commerce_web/v1'
  fake.say('새 주소')
  await arrives('새 주소')
})

test('a page that does not say where to go on repeats nothing and loses nothing', async (t) => {
  const { fake, watch, counted } = await scene(t)
  fake.hidesNext = true
  const { watching, arrives } = await watch()
  for (const text of ['가', '나', '다']) {
    fake.say(text)
    await arrives(text)
  }
  assert.equal(watching.messages.length, 3)
  assert.ok(counted('repeated') > 0)
})

test('a broadcast that has not begun is waited for, with its time', async (t) => {
  const { fake, watch } = await scene(t, { status: 'READY', expectedStartDate: '2026-11-23T21:00:00' })
  const { watching, tells } = await watch()
  await tells('waiting upcoming')
  assert.equal(watching.states.at(-1)?.startsAt, Date.UTC(2026, 10, 23, 12))
  fake.show(id)
  await tells('live')
})

test('the end is believed when it is told twice, and the last comments still come', async (t) => {
  const { fake, watch, tick } = await scene(t)
  const { watching, tells, arrives } = await watch()
  await tells('live')
  fake.show(id, { status: 'STANDBY' })
  await until('looked once', () => fake.asked(`/broadcast/${id}`) >= 2, tick)
  fake.show(id)
  fake.say('아직 합니다')
  await arrives('아직 합니다')
  fake.show(id, { status: 'END' })
  fake.say('안녕히 계세요')
  await until('ended', watching.isDone, tick)
  assert.equal(watching.messages.at(-1)?.text, '안녕히 계세요')
  assert.deepEqual(
    watching.told().filter((told) => !told.startsWith('quiet')),
    ['resolving connecting', 'live', 'ended over'],
  )
})

test('what cannot be read is refused with the reason', async (t) => {
  const { fake, source } = await scene(t, { status: 'END' })
  await assert.rejects(source.resolve(liveLink, never), { code: 'SOURCE_REFUSED', reason: 'over' })
  fake.shows.clear()
  await assert.rejects(source.resolve(liveLink, never), { code: 'SOURCE_REFUSED', reason: 'not-found' })
})

test('a short link is followed to the broadcast, and asked of naver.me alone', async (t) => {
  const { fake, source } = await scene(t)
  fake.shortLinks.set('abcDEF', `https://view.shoppinglive.naver.com/lives/${id}?tr=lim`)
  fake.shortLinks.set('twice2', 'https://naver.me/abcDEF')
  for (const code of ['abcDEF', 'twice2']) {
    const broadcast = await source.resolve(linkOf(`https://naver.me/${code}`), never)
    assert.equal(broadcast.broadcastId, id)
    assert.equal(broadcast.channelId, `naver-shopping:naver.me/${code.toLowerCase()}`)
  }
})

test('a short link that leads anywhere else is refused, whatever it leads to', async (t) => {
  const { fake, source } = await scene(t)
  const evil = [
    'http://169.254.169.254/latest/meta-data/',
    'http://127.0.0.1:7777/',
    'http://[::1]/',
    'https://evil.com/lives/1234567',
    'https://view.shoppinglive.naver.com.evil.com/lives/1234567',
    'https://view.shoppinglive.naver.com@evil.com/lives/1234567',
    'https://evil.com\\@view.shoppinglive.naver.com/lives/1234567',
    'https://view.shoppinglive.naver.com:8443/lives/1234567',
    'https://view.shoppinglive.naver.com/replays/1234567',
    'https://view.shoppinglive.naver.com/shortclips/1234567',
    'https://chzzk.naver.com/live/0123456789abcdef0123456789abcdef',
    'https://naver.me@evil.com/abcDEF',
    'https://evil.naver.me/abcDEF',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'view.shoppinglive.naver.com/lives/1234567',
    '//view.shoppinglive.naver.com/lives/1234567',
    '/lives/1234567',
    '1234567',
    `https://view.shoppinglive.naver.com/lives/1234567/${'x'.repeat(3_000)}`,
  ]
  const asked = fake.requests.length
  for (const [index, location] of evil.entries()) {
    const code = `evil${index}`
    fake.shortLinks.set(code, location)
    const refused = { code: 'SOURCE_REFUSED', reason: 'link' }
    await assert.rejects(source.resolve(linkOf(`https://naver.me/${code}`), never), refused, location)
  }
  assert.equal(fake.requests.length - asked, evil.length, 'each was asked once, and nothing that it led to')
  fake.shortLinks.set('loop', 'https://naver.me/loop')
  await assert.rejects(source.resolve(linkOf('naver.me/loop'), never), { reason: 'link' })
  assert.equal(fake.requests.length - asked, evil.length + 3, 'at most three hops')
  await assert.rejects(source.resolve(linkOf('naver.me/nothing'), never), { reason: 'not-found' })
})

test('naver.me is never asked where its name leads inside, however often the answer changes', async (t) => {
  const answers = [
    [{ address: '127.0.0.1', family: 4 }],
    [{ address: '10.0.0.1', family: 4 }],
    [{ address: '::1', family: 6 }],
    [{ address: '::ffff:169.254.169.254', family: 6 }],
    // One good address does not excuse the other.
    [
      { address: '223.130.200.1', family: 4 },
      { address: '192.168.0.1', family: 4 },
    ],
    [],
  ]
  let asked = 0
  const lookup = async (host: string) => {
    assert.equal(host, 'naver.me')
    return answers[asked++]!
  }
  const under = await platform(t, {}, { lookup, endpoints: {} })
  for (let turn = 0; turn < answers.length; turn++)
    await assert.rejects(under.source.resolve(linkOf('https://naver.me/abcDEF'), never), { reason: 'link' })
  assert.equal(asked, answers.length, 'each name was looked up once')
})

test('who is asked to slow down waits half a minute and more', async (t) => {
  const { fake, watch } = await scene(t)
  const { watching, tells } = await watch()
  await tells('live')
  fake.fault = 'rate-limited'
  await tells('reconnecting rate-limited')
  const lost = watching.states.find(({ state }) => state === 'reconnecting')
  assert.ok((lost?.nextTryAt ?? 0) - (lost?.at ?? 0) >= 30_000)
})

test("the shop's own comments are the owner's", async (t) => {
  const { fake, watch } = await scene(t)
  const { watching, arrives } = await watch()
  fake.say('네 퀸 사이즈입니다', { nickname: '포근한집' })
  await arrives('네 퀸 사이즈입니다')
  assert.deepEqual(watching.messages.at(-1)?.author.roles, ['owner'])
})
