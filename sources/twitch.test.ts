import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { chatSourceContract } from './chat-source.contract.ts'
import { parseBroadcastLink } from './registry.ts'
import { productionEnvironment, type SourceCount } from './source-environment.ts'
import type { SourceOptions } from './source-options.ts'
import { FakeTwitch, type FakeTwitchOptions } from './testing/fake-twitch.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { startWatching, until } from './testing/watching.ts'
import { openTwitch } from './twitch.ts'

const link = (() => {
  const result = parseBroadcastLink('https://www.twitch.tv/somechannel')
  assert.ok(result.ok)
  return result.link
})()

const privmsg = (id: string, text = id, more = '') =>
  `@id=${id};user-id=7;display-name=별;room-id=55512345;tmi-sent-ts=1795400000123${more} :byeol!byeol@byeol.tmi.twitch.tv PRIVMSG #somechannel :${text}`

async function scene(
  t: TestContext,
  fakeOptions: FakeTwitchOptions = {},
  options: SourceOptions = {},
  limits: Parameters<typeof openTwitch>[2] = {},
  onCount: (name: SourceCount) => void = () => {},
) {
  const fake = await FakeTwitch.listen(fakeOptions)
  const clock = new ManualClock()
  const counted: { name: SourceCount; by: number; detail: string }[] = []
  const source = openTwitch(
    options,
    {
      ...productionEnvironment,
      clock,
      random: () => 0.5,
      endpoints: { twitch: fake.url },
      count: (name, by, detail) => {
        counted.push({ name, by, detail })
        onCount(name)
      },
    },
    limits,
  )
  const watching = await startWatching(source, link)
  t.after(async () => {
    await watching.stop()
    await fake.close()
    assert.equal(clock.waiting, 0, 'a timer was left behind')
  })
  const isLive = () => watching.told().at(-1) === 'live'
  const arrives = (id: string) => until(`message ${id}`, () => watching.messages.some((message) => message.id === id))
  const count = (name: SourceCount) => counted.filter((one) => one.name === name).reduce((sum, { by }) => sum + by, 0)
  return { fake, clock, watching, isLive, arrives, count }
}

chatSourceContract('twitch', async () => {
  const fake = await FakeTwitch.listen({ greeting: [privmsg('m1'), privmsg('m2')] })
  const clock = new ManualClock()
  return {
    source: openTwitch({}, { ...productionEnvironment, clock, endpoints: { twitch: fake.url } }),
    link,
    tick: () => new Promise((resolve) => setTimeout(resolve, 2)),
    held: async () => {
      await until('the socket is closed', () => fake.open === 0)
      return clock.waiting
    },
    close: () => fake.close(),
  }
})

test('logs in anonymously, without a password, and joins one channel', async (t) => {
  const { fake, watching, isLive } = await scene(t)
  await until('live', isLive)
  assert.deepEqual(watching.told(), ['resolving connecting', 'live'])
  assert.ok(fake.received.includes('CAP REQ :twitch.tv/tags twitch.tv/commands'))
  assert.ok(fake.received.some((line) => /^NICK justinfan\d{5}$/.test(line)))
  assert.deepEqual(
    fake.received.filter((line) => line.startsWith('JOIN')),
    ['JOIN #somechannel'],
  )
  assert.ok(!fake.received.some((line) => line.startsWith('PASS')))
})

test('answers PING with the same word', async (t) => {
  const { fake, isLive } = await scene(t)
  await until('live', isLive)
  fake.say('PING :tmi.twitch.tv')
  await until('PONG', () => fake.received.includes('PONG :tmi.twitch.tv'))
})

test('messages, notices and deletes of one frame arrive in their order', async (t) => {
  const { fake, watching, isLive, arrives } = await scene(t)
  await until('live', isLive)
  fake.say(
    privmsg('m1', '안녕'),
    '@msg-id=sub;id=s1;login=byeol;user-id=7;system-msg=x;tmi-sent-ts=1795400000124 :tmi.twitch.tv USERNOTICE #somechannel',
    '@login=byeol;target-msg-id=m1;tmi-sent-ts=1795400000125 :tmi.twitch.tv CLEARMSG #somechannel :안녕',
    '@target-user-id=7;tmi-sent-ts=1795400000126 :tmi.twitch.tv CLEARCHAT #somechannel :byeol',
    '@tmi-sent-ts=1795400000127 :tmi.twitch.tv CLEARCHAT #somechannel',
    privmsg('m2'),
  )
  await arrives('m2')
  assert.deepEqual(
    watching.messages.map(({ kind }) => kind),
    ['text', 'membership', 'delete', 'delete', 'clear', 'text'],
  )
  assert.deepEqual(watching.messages[2]?.target, { messageId: 'm1', authorId: null, seconds: null })
})

test('RECONNECT is followed at once, by one connection', async (t) => {
  const { fake, clock, watching, isLive, arrives } = await scene(t)
  await until('live', isLive)
  fake.say(':tmi.twitch.tv RECONNECT')
  await until(
    'live again',
    () => fake.connections === 2 && isLive(),
    () => clock.advance(10),
  )
  fake.say(privmsg('after'))
  await arrives('after')
  assert.deepEqual(watching.told(), ['resolving connecting', 'live', 'reconnecting reconnect-asked', 'live'])
  assert.equal(fake.mostAtOnce, 1)
})

test('a cut connection comes back and tells why', async (t) => {
  const { fake, clock, watching, isLive } = await scene(t)
  await until('live', isLive)
  fake.cut()
  await until(
    'live again',
    () => fake.connections === 2 && isLive(),
    () => clock.advance(10),
  )
  assert.ok(watching.told().includes('reconnecting closed'))
})

test('a server that hangs up is asked again ever more patiently, one attempt at a time', async (t) => {
  const { fake, clock, watching } = await scene(t, { hangsUp: true })
  const waits: number[] = []
  for (let attempt = 1; attempt <= 9; attempt++) {
    await until(`attempt ${attempt} lost`, () => watching.states.at(-1)?.attempt === attempt)
    const { nextTryAt } = watching.states.at(-1)!
    waits.push(nextTryAt! - clock.now())
    await clock.advance(nextTryAt! - clock.now())
    await until(`attempt ${attempt + 1} made`, () => fake.connections === attempt + 1)
  }
  assert.deepEqual(
    waits,
    [0, 1, 1, 2, 3, 5, 8, 13, 21].map((seconds) => seconds * 1_000),
  )
  assert.equal(fake.mostAtOnce, 1)
})

test('a server that asks to reconnect again and again causes no storm', async (t) => {
  const { fake, clock, watching, isLive } = await scene(t)
  for (let round = 1; round <= 5; round++) {
    await until(
      `live, round ${round}`,
      () => fake.connections === round && isLive(),
      () => clock.advance(100),
    )
    fake.say(':tmi.twitch.tv RECONNECT')
    await until(`lost, round ${round}`, () => watching.states.at(-1)?.attempt === round)
  }
  const waits = watching.states
    .filter(({ state }) => state === 'reconnecting')
    .map(({ at, nextTryAt }) => nextTryAt! - at)
  assert.deepEqual(waits, [0, 1_000, 1_000, 2_000, 3_000])
})

test('a steady connection starts the waiting times from the beginning', async (t) => {
  const { fake, clock, watching, isLive } = await scene(t)
  for (let round = 1; round <= 3; round++) {
    await until(
      `live, round ${round}`,
      () => fake.connections === round && isLive(),
      () => clock.advance(10),
    )
    await clock.advance(31_000)
    fake.say(':tmi.twitch.tv RECONNECT')
    await until(
      `lost, round ${round}`,
      () => watching.told().filter((told) => told.startsWith('reconnecting')).length === round,
    )
  }
  for (const { state, attempt } of watching.states) if (state === 'reconnecting') assert.equal(attempt, 1)
})

test('a peer that went silent is asked after a minute and dropped ten seconds later', async (t) => {
  const { fake, clock, watching, isLive } = await scene(t)
  await until('live', isLive)
  await clock.advance(59_000)
  fake.freeze()
  await clock.advance(10_900)
  assert.equal(watching.told().at(-1), 'live')
  await clock.advance(200)
  await until('dropped', () => watching.told().includes('reconnecting silent'))
  fake.freeze(false)
  await until(
    'live again',
    () => fake.connections === 2 && isLive(),
    () => clock.advance(10),
  )
})

test('a peer that answers our PING is kept through any silence', async (t) => {
  const { fake, clock, watching, isLive } = await scene(t)
  await until('live', isLive)
  for (let minute = 1; minute <= 3; minute++) {
    await clock.advance(60_000)
    await until(`PING ${minute}`, () => fake.received.filter((line) => /^PING :\d+$/.test(line)).length === minute)
    // The answer is on its way through a real socket.
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.equal(fake.connections, 1)
  assert.ok(watching.told().includes('quiet'))
})

test('two minutes without a message are told as quiet, the next message as live', async (t) => {
  const { fake, clock, watching, isLive, arrives } = await scene(t, {}, {}, { silenceMs: 1e9 })
  await until('live', isLive)
  await clock.advance(120_000)
  await until('quiet', () => watching.told().at(-1) === 'quiet')
  fake.say(privmsg('m1'))
  await arrives('m1')
  assert.deepEqual(watching.told(), ['resolving connecting', 'live', 'quiet', 'live'])
})

test('a channel about which the server says nothing does not exist', async (t) => {
  const { fake, clock, watching } = await scene(t, { join: 'silence' })
  await until('asked', () => fake.received.some((line) => line.startsWith('PING')))
  await until('refused', watching.isDone, () => clock.advance(1_000))
  assert.equal(watching.told().at(-1), 'refused not-found')
  assert.equal(fake.connections, 1)
})

test('a server that says nothing at all on JOIN is no proof that the channel is missing', async (t) => {
  const { fake, clock, watching } = await scene(t, { join: 'silence', welcome: ':tmi.twitch.tv 375 x :-' })
  await until('registering', () => fake.received.some((line) => line.startsWith('NICK')))
  fake.say(':tmi.twitch.tv 001 x :Welcome')
  fake.freeze()
  await until(
    'lost',
    () => watching.told().includes('reconnecting join-timeout'),
    () => clock.advance(1_000),
  )
})

test('a known channel that does not answer after a reconnect is tried again, not given up', async (t) => {
  const { fake, clock, watching, isLive } = await scene(t)
  await until('live', isLive)
  fake.change({ join: 'silence' })
  fake.cut()
  await until(
    'lost again',
    () => watching.told().includes('reconnecting join-timeout'),
    () => clock.advance(500),
  )
  fake.change({})
  await until('live again', isLive, () => clock.advance(500))
})

test('suspended, banned and refused logins are final and say what Twitch said', async (t) => {
  const cases: readonly (readonly [FakeTwitchOptions, string])[] = [
    [
      {
        join: { line: '@msg-id=msg_channel_suspended :tmi.twitch.tv NOTICE #somechannel :This channel is suspended.' },
      },
      'refused suspended',
    ],
    [{ join: { line: '@msg-id=msg_banned :tmi.twitch.tv NOTICE #somechannel :You are banned.' } }, 'refused banned'],
    [{ join: { line: ':tmi.twitch.tv 403 justinfan1 #somechannel :No such channel' } }, 'refused not-found'],
    [{ welcome: ':tmi.twitch.tv NOTICE * :Login authentication failed' }, 'refused login-failed'],
  ]
  for (const [options, expected] of cases) {
    const { fake, watching } = await scene(t, options)
    await until(expected, watching.isDone)
    assert.equal(watching.told().at(-1), expected)
    assert.notEqual(watching.states.at(-1)?.detail, '')
    assert.equal(fake.connections, 1)
  }
})

test('a server without Twitch capabilities is read all the same', async (t) => {
  const { fake, watching, isLive } = await scene(t, { cap: 'NAK' })
  await until('live', isLive)
  fake.say(':a!u@h PRIVMSG #somechannel :안녕', ':a!u@h PRIVMSG #somechannel :안녕')
  await until('both', () => watching.messages.length === 2)
  assert.notEqual(watching.messages[0]?.id, watching.messages[1]?.id)
  assert.ok(fake.received.includes('CAP END'))
})

test('garbage costs itself only', async (t) => {
  const { fake, isLive, arrives, count, watching } = await scene(t)
  await until('live', isLive)
  const garbage: readonly (string | Buffer)[] = [
    Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x0d, 0x0a]),
    '\u0000\u0000\r\n',
    '@@@;;;===\r\n',
    ':\r\n@\r\n \r\n',
    '@id=x PRIVMSG\r\n',
    `@id=long;tmi-sent-ts=1 :a!a@a PRIVMSG #somechannel :${'가'.repeat(100_000)}\r\n`,
    `${'x'.repeat(100_000)}\r\n`,
    '@emotes=25:9999-1/x;bits=-1;badges=,,/;id=odd;tmi-sent-ts=NaN :a!a@a PRIVMSG #somechannel :ok\r\n',
    Buffer.concat([
      Buffer.from('@id=bad-utf8 :a!a@a PRIVMSG #somechannel :x'),
      Buffer.from([0xed, 0xa0, 0x80, 0x0d, 0x0a]),
    ]),
    '@id=nul :a!a@a PRIVMSG #somechannel :a\u0000b\r\n',
  ]
  for (const data of garbage) fake.frame(data)
  fake.say(privmsg('after'))
  await arrives('after')
  assert.equal(fake.connections, 1)
  assert.ok(count('malformed') >= 5)
  const text = (id: string) => watching.messages.find((message) => message.id === id)?.text
  assert.equal(text('nul'), 'ab')
  assert.equal(text('odd'), 'ok')
  assert.match(text('bad-utf8') ?? '', /^x\ufffd+$/)
})

test('a line in two frames is one message, and a character in two as well', async (t) => {
  const { fake, isLive, arrives, watching } = await scene(t)
  await until('live', isLive)
  const line = Buffer.from(`${privmsg('split', '안녕하세요')}\r\n`)
  const middle = line.indexOf(Buffer.from('녕')) + 1
  fake.frame(line.subarray(0, middle))
  fake.frame(line.subarray(middle))
  await arrives('split')
  assert.equal(watching.messages[0]?.text, '안녕하세요')
})

test('the last line is not lost when its CRLF never comes', async (t) => {
  const { fake, clock, isLive, watching } = await scene(t)
  await until('live', isLive)
  fake.frame(privmsg('unended'))
  await until(
    'it arrives',
    () => watching.messages.length === 1,
    () => clock.advance(300),
  )
})

test('a frame of several megabytes replaces the connection, not the process', async (t) => {
  const { fake, clock, isLive, watching } = await scene(t)
  await until('live', isLive)
  fake.frame('x'.repeat(5_000_000))
  await until(
    'live again',
    () => fake.connections === 2 && isLive(),
    () => clock.advance(10),
  )
  assert.ok(watching.told().includes('reconnecting closed'))
})

test('a burst arrives whole and in order', async (t) => {
  const { fake, isLive, watching, count } = await scene(t)
  await until('live', isLive)
  for (let second = 0; second < 5; second++)
    for (let frame = 0; frame < 40; frame++)
      fake.say(...Array.from({ length: 50 }, (_, index) => privmsg(`b${second * 2_000 + frame * 50 + index}`)))
  await until('all of them', () => watching.messages.length === 10_000)
  assert.ok(watching.messages.every(({ id }, index) => id === `b${index}`))
  assert.equal(count('dropped'), 0)
})

test('more than the reader takes is dropped, counted and told', async (t) => {
  const { fake, isLive, watching, count, arrives } = await scene(t, {}, {}, { queueCapacity: 100 })
  await until('live', isLive)
  fake.say(...Array.from({ length: 1_000 }, (_, index) => privmsg(`b${index}`)))
  await until('told', () => watching.told().includes('degraded overflow'))
  await until('live again', isLive)
  fake.say(privmsg('after'))
  await arrives('after')
  const written = watching.messages.filter(({ kind }) => kind === 'text')
  assert.equal(written.length + count('dropped'), 1_001)
  const gaps = watching.messages.filter(({ kind }) => kind === 'status')
  assert.equal(
    gaps.reduce((sum, { amount }) => sum + (amount?.value ?? 0), 0),
    count('dropped'),
  )
})

test('messages of other channels in a shared chat are counted and left out, unless they are wanted', async (t) => {
  const foreign = privmsg('foreign', 'x', ';source-room-id=999;source-id=y')
  const dropping = await scene(t)
  await until('live', dropping.isLive)
  dropping.fake.say(foreign, privmsg('own'))
  await dropping.arrives('own')
  assert.deepEqual(
    dropping.watching.messages.map(({ id }) => id),
    ['own'],
  )
  assert.equal(dropping.count('foreign'), 1)
  const keeping = await scene(t, {}, { sharedChat: 'keep' })
  await until('live', keeping.isLive)
  keeping.fake.say(foreign)
  await keeping.arrives('foreign')
})

test('a nick that is taken is replaced', async (t) => {
  const { fake, isLive } = await scene(t, { welcome: ':s 433 * justinfan1 :Nickname is already in use' })
  await until('asked again', () => fake.received.filter((line) => line.startsWith('NICK')).length >= 2)
  fake.change({})
  await until('live', isLive)
})

test('a line that our own mapping fails on costs itself only', async (t) => {
  const { fake, isLive, arrives, count } = await scene(t, {}, {}, {}, (name) => {
    if (name === 'foreign') throw new Error('a defect')
  })
  await until('live', isLive)
  fake.say(privmsg('cursed', 'x', ';source-room-id=999'), privmsg('after'))
  await arrives('after')
  assert.equal(count('malformed'), 1)
})
