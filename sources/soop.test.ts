import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { chatSourceContract } from './chat-source.contract.ts'
import { parseBroadcastLink } from './registry.ts'
import { SoopApi } from './soop/soop-api.ts'
import { encodePacket } from './soop/soop-packet.ts'
import { openSoop } from './soop.ts'
import { productionEnvironment } from './source-environment.ts'
import { FakeSoop, type FakeSoopOptions, soopChat, withCode } from './testing/fake-soop.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { startWatching, until } from './testing/watching.ts'

const never = new AbortController().signal
const link = (() => {
  const result = parseBroadcastLink('https://play.sooplive.com/cheese')
  assert.ok(result.ok)
  return result.link
})()

chatSourceContract('soop', async () => {
  const fake = await FakeSoop.listen()
  fake.greeting = [soopChat('첫 글'), Buffer.concat([soopChat('둘째'), soopChat('셋째')])]
  const clock = new ManualClock()
  return {
    source: openSoop({}, { ...productionEnvironment, clock, endpoints: fake.endpoints }),
    link,
    tick: () => new Promise((resolve) => setTimeout(resolve, 2)),
    held: async () => {
      await until('the socket is closed', () => fake.open === 0)
      return clock.waiting
    },
    close: () => fake.close(),
    broadcastId: '291000001',
  }
})

async function scene(t: TestContext, options: FakeSoopOptions = {}) {
  const fake = await FakeSoop.listen(options)
  t.after(() => fake.close())
  const clock = new ManualClock()
  const environment = { ...productionEnvironment, clock, random: () => 0, endpoints: fake.endpoints }
  const source = openSoop({}, environment)
  const watch = async () => {
    const watching = await startWatching(source, link)
    t.after(async () => {
      await watching.stop()
      await until('the socket is closed', () => fake.open === 0)
      assert.equal(clock.waiting, 0, 'a timer was left behind')
    })
    return watching
  }
  return { fake, clock, source, watch, environment, tick: () => clock.advance(100) }
}

test('logs in as a guest, joins the room, and keeps the connection alive whatever comes', async (t) => {
  const { fake, clock, watch, tick } = await scene(t)
  const watching = await watch()
  await until('live', () => watching.told().at(-1) === 'live', tick)
  assert.deepEqual(fake.received, ['1 ,,,16,', '2 ,5310,,,,,'])
  assert.ok(fake.requests[0]?.startsWith('POST /afreeca/player_live_api.php?bjid=cheese'))
  await clock.advance(45_000)
  await until('kept alive', () => fake.received.includes('0 ,'), tick)
})

test('joins without an answer to the login, too', async (t) => {
  const { watch, tick } = await scene(t, { login: 'silence' })
  const watching = await watch()
  await until('live', () => watching.told().at(-1) === 'live', tick)
})

for (const [name, channel, expected] of [
  ['a channel that is not on air is waited for', { RESULT: '0' }, { name: 'NotLiveError', reason: 'offline' }],
  ['adults only is refused', { RESULT: -6, GRADE: '19' }, { reason: 'age' }],
  ['subscribers only is refused', { RESULT: '-6', GRADE: '0' }, { reason: 'members' }],
  ['a password is refused', { BPWD: 'Y' }, { reason: 'password' }],
  ['a broadcast without a chat is refused', { CHATNO: '' }, { reason: 'chat-off' }],
  ['any other refusal is told with its number', { RESULT: -14 }, { reason: 'not-live', message: /-14/ }],
  ['an answer of another shape is tried again', { RESULT: null }, { retriable: true, reason: 'unreadable' }],
  ['a chat server that is not one of theirs is not asked', { CHDOMAIN: 'evil.com', CHIP: 'x' }, { retriable: true }],
] as const)
  test(name, async (t) => {
    const { source } = await scene(t, { channel })
    await assert.rejects(source.resolve(link, never), expected)
  })

test('a server without a name has one that follows from its address', async (t) => {
  const { environment } = await scene(t, { channel: { CHDOMAIN: '' } })
  assert.equal((await new SoopApi(environment).broadcast('cheese', never)).chatHost, 'chat-0a141e28.sooplive.com')
})

test('a room that bans us, or wants a password, is refused; one that calls it abuse is left alone for a minute', async (t) => {
  for (const [joinCode, reason] of [
    [41, 'refused banned'],
    [57, 'refused password'],
    [56, 'reconnecting rate-limited'],
  ] as const) {
    const { watch, tick } = await scene(t, { joinCode })
    const watching = await watch()
    await until(reason, () => watching.told().includes(reason), tick)
    const state = watching.states.find(({ state }) => state === 'reconnecting')
    if (state) assert.ok((state.nextTryAt ?? 0) - state.at >= 60_000)
  }
})

test('a hint that it may be over is looked into, and believed the second time', async (t) => {
  const { fake, clock, watch, tick } = await scene(t)
  const watching = await watch()
  await until('live', () => watching.told().at(-1) === 'live', tick)
  fake.change({ channel: { RESULT: 0 } })
  fake.send(encodePacket(88, ['1']))
  await until('asked', () => fake.requests.length >= 3, tick)
  fake.send(soopChat('아직 있어요'))
  await until('still reading', () => watching.messages.some(({ text }) => text === '아직 있어요'), tick)
  await clock.advance(30_000)
  await until('ended', watching.isDone, tick)
  assert.equal(watching.told().at(-1), 'ended over')
})

test('another room of the same broadcast is followed, another broadcast ends this one', async (t) => {
  const { fake, clock, watch, tick } = await scene(t)
  const watching = await watch()
  await until('live', () => watching.told().at(-1) === 'live', tick)
  fake.change({ channel: { CHATNO: '5399' } })
  await clock.advance(30_000)
  await until('there', () => fake.received.includes('2 ,5399,,,,,'), tick)
  fake.change({ channel: { CHATNO: '5399', BNO: '291000002' } })
  await clock.advance(30_000)
  await until('ended', watching.isDone, tick)
  assert.equal(watching.told().at(-1), 'ended next-broadcast')
})

test('the unencrypted door is taken in turn, and said', async (t) => {
  const { environment } = await scene(t)
  const urls: string[] = []
  class Dead extends environment.WebSocket {
    constructor(url: string) {
      super('ws://127.0.0.1:1')
      urls.push(url)
    }
  }
  const { soop } = environment.endpoints
  const source = openSoop({}, { ...environment, WebSocket: Dead as never, endpoints: { soop } })
  const watching = await startWatching(source, link)
  t.after(() => watching.stop())
  const clock = environment.clock as ManualClock
  await until(
    'both',
    () => urls.length >= 2,
    () => clock.advance(500),
  )
  assert.deepEqual(urls.slice(0, 2), [
    'wss://chat-0a141e28.sooplive.com:9001/Websocket/cheese',
    'ws://chat-0a141e28.sooplive.com:9000/Websocket/cheese',
  ])
})

test('a refused packet in the middle, and half of one, cost nothing but themselves', async (t) => {
  const { fake, watch, tick } = await scene(t)
  const watching = await watch()
  await until('live', () => watching.told().at(-1) === 'live', tick)
  fake.send(withCode(soopChat('아니'), 12))
  fake.send(soopChat('하나'), soopChat('둘').subarray(0, 30))
  fake.send(soopChat('셋'))
  await until('the last', () => watching.messages.some(({ text }) => text === '셋'), tick)
  assert.deepEqual(
    watching.messages.map(({ text }) => text),
    ['하나', '셋'],
  )
})
