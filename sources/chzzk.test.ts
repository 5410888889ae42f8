import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { readPasted } from './broadcast-link.ts'
import { chatSourceContract } from './chat-source.contract.ts'
import { parseChzzkLink } from './chzzk/chzzk-link.ts'
import { openChzzk } from './chzzk.ts'
import { productionEnvironment } from './source-environment.ts'
import { chzzkChat, FakeChzzk, type FakeChzzkOptions, fakeChannel } from './testing/fake-chzzk.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { startWatching, until } from './testing/watching.ts'

const never = new AbortController().signal
const opened = Date.parse('2026-11-23T18:00:00+09:00')
const link = (() => {
  const result = parseChzzkLink(readPasted(fakeChannel)!)
  assert.ok(result?.ok)
  return result.link
})()
const remembered = { messageTime: opened + 1, userId: 'u1', content: '첫 글', messageTypeCode: 1, extras: '{}' }

chatSourceContract('chzzk', async () => {
  const fake = await FakeChzzk.listen()
  fake.remember(remembered, { ...remembered, messageTime: opened + 2, content: '둘째' })
  const clock = new ManualClock()
  return {
    source: openChzzk({}, { ...productionEnvironment, clock, endpoints: fake.endpoints }),
    link,
    tick: () => new Promise((resolve) => setTimeout(resolve, 2)),
    held: async () => {
      await until('the socket is closed', () => fake.open === 0)
      return clock.waiting
    },
    close: () => fake.close(),
    redelivers: true,
    broadcastId: `${fakeChannel}@${opened}`,
  }
})

async function scene(t: TestContext, options: FakeChzzkOptions = {}, environment: object = {}) {
  const fake = await FakeChzzk.listen(options)
  t.after(() => fake.close())
  const clock = new ManualClock()
  const source = openChzzk(
    {},
    { ...productionEnvironment, clock, random: () => 0, endpoints: fake.endpoints, ...environment },
  )
  const watch = async () => {
    const watching = await startWatching(source, link)
    t.after(async () => {
      await watching.stop()
      await until('the socket is closed', () => fake.open === 0)
      assert.equal(clock.waiting, 0, 'a timer was left behind')
    })
    return watching
  }
  const tick = () => clock.advance(250)
  return { fake, clock, source, watch, tick }
}

test('joins as a reader, then asks for what was written before', async (t) => {
  const { fake, watch, tick } = await scene(t)
  const watching = await watch()
  await until('live', () => watching.told().at(-1) === 'live', tick)
  await until('both packets', () => fake.received.length >= 2, tick)
  assert.deepEqual(fake.received[0], {
    ...{ ver: '3', svcid: 'game', cid: 'N2aB_x', cmd: 100, tid: 1 },
    bdy: { uid: null, devType: 2001, accTkn: 'token', auth: 'READ' },
  })
  assert.equal(fake.received[1]?.sid, 'zQ')
})

test('answers the ping of the server, and pings by itself after 20 s without traffic', async (t) => {
  const { fake, clock, watch, tick } = await scene(t)
  const watching = await watch()
  await until('live', () => watching.told().at(-1) === 'live', tick)
  fake.send({ cmd: 0 })
  await until('pong', () => fake.received.some(({ cmd }) => cmd === 10_000), tick)
  assert.ok(!fake.received.some(({ cmd }) => cmd === 0))
  await clock.advance(20_000)
  await until('ping', () => fake.received.some(({ cmd }) => cmd === 0), tick)
})

test('a channel that is not on air is waited for, one that does not exist is refused', async (t) => {
  const { fake, source } = await scene(t, { status: { status: 'CLOSE', chatChannelId: null } })
  await assert.rejects(source.resolve(link, never), { name: 'NotLiveError', reason: 'offline' })
  fake.change({ channelExists: false })
  await assert.rejects(source.resolve(link, never), { name: 'RefusedError', reason: 'not-found' })
})

test('adults only, and a chat that is switched off, are refused with their reason', async (t) => {
  const { fake, source, watch, tick } = await scene(t, { status: { adult: true, chatChannelId: null } })
  await assert.rejects(source.resolve(link, never), { name: 'RefusedError', reason: 'age' })
  fake.change({ status: { chatActive: false } })
  await assert.rejects(source.resolve(link, never), { name: 'RefusedError', reason: 'chat-off' })
  fake.change({ tokenCode: 42_601 })
  const watching = await watch()
  await until('refused', watching.isDone, tick)
  assert.equal(watching.told().at(-1), 'refused age')
})

test('an older address answers when the newest is gone', async (t) => {
  const { source, fake } = await scene(t, { isMoved: true })
  assert.equal((await source.resolve(link, never)).title, '오늘의 방송')
  assert.ok(fake.requests.some((url) => url.startsWith('/polling/v2/')))
})

test('a token that cannot be had does not stop the reading', async (t) => {
  const { fake, watch, tick } = await scene(t, { tokenCode: 500 })
  const watching = await watch()
  await until('live', () => watching.told().at(-1) === 'live', tick)
  assert.equal((fake.received[0] as { bdy?: { accTkn?: string } }).bdy?.accTkn, '')
})

for (const [name, options, reason] of [
  ['a refused joining', { joinCode: 303 }, 'join-again'],
  ['a joining that is not taken', { joinCode: 1 }, 'join-refused'],
  ['a server that says nothing to our joining', { joinCode: 'silence' }, 'join-timeout'],
] as const)
  test(`${name} is tried again`, async (t) => {
    const { fake, watch, tick } = await scene(t, options)
    const watching = await watch()
    await until('again', () => watching.told().includes(`reconnecting ${reason}`), tick)
    fake.change({})
    await until('live', () => watching.told().at(-1) === 'live', tick)
  })

test('a session that the server ends is followed by another one', async (t) => {
  const { fake, watch, tick } = await scene(t)
  const watching = await watch()
  await until('live', () => watching.told().at(-1) === 'live', tick)
  fake.send({ cmd: 90_102, bdy: null })
  await until('again', () => watching.told().includes('reconnecting session-ended'), tick)
  await until('live again', () => watching.told().at(-1) === 'live', tick)
})

test('a chat that moves within the broadcast is followed', async (t) => {
  const { fake, watch, tick } = await scene(t)
  const watching = await watch()
  await until('live', () => watching.told().at(-1) === 'live', tick)
  fake.change({ status: { chatChannelId: 'Moved1' } })
  await until('moved', () => watching.told().includes('reconnecting chat-moved'), tick)
  await until('there', () => fake.received.some(({ cid, cmd }) => cmd === 100 && cid === 'Moved1'), tick)
})

test('the next broadcast ends this one, and "over" is believed the second time only', async (t) => {
  const { fake, clock, watch, tick } = await scene(t)
  const watching = await watch()
  await until('live', () => watching.told().at(-1) === 'live', tick)
  const closing = { status: { status: 'CLOSE', chatChannelId: null } }
  fake.change(closing)
  const asked = () => fake.requests.filter((url) => url.includes('live-status')).length
  const before = asked()
  await until('asked once', () => asked() > before, tick)
  fake.change({})
  await clock.advance(60_000)
  assert.ok(!watching.isDone())
  fake.change({ status: { openDate: '2026-11-23 21:30:00' } })
  await until('ended', watching.isDone, tick)
  assert.equal(watching.told().at(-1), 'ended next-broadcast')
})

test('half a packet and a packet that is no object cost nothing but themselves', async (t) => {
  const malformed: string[] = []
  const { fake, watch, tick } = await scene(
    t,
    {},
    { count: (name: string, _by: number, detail: string) => void (name === 'malformed' && malformed.push(detail)) },
  )
  const watching = await watch()
  await until('live', () => watching.told().at(-1) === 'live', tick)
  for (const frame of ['{"cmd":93101,"bdy":[{"ms', '7', '[]', '{}', Buffer.from([0xff, 0xfe])]) fake.frame(frame)
  fake.send({ cmd: 93_101, bdy: chzzkChat('그래도', opened) })
  await until('the next', () => watching.messages.some(({ text }) => text === '그래도'), tick)
  assert.equal(malformed.length, 5)
})
