/** The Twitch client against a real IRC server. Twitch's own commands are not in it; the fake server has those. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { WebSocket } from 'ws'
import { chatSourceContract } from './chat-source.contract.ts'
import { parseBroadcastLink } from './registry.ts'
import { productionEnvironment, type SourceCount } from './source-environment.ts'
import { InspIrcd, Speaker } from './testing/inspircd.ts'
import { startWatching, until } from './testing/watching.ts'
import { openTwitch } from './twitch.ts'

const link = (() => {
  const result = parseBroadcastLink('#javastest')
  assert.ok(result.ok)
  return result.link
})()

/** Counts sockets that are open and keeps every line that our client sends. */
function observedSocket() {
  const sent: string[] = []
  const sockets: WebSocket[] = []
  class ObservedSocket extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args)
      sockets.push(this)
    }
    override send(data: string): void {
      sent.push(String(data).trimEnd())
      super.send(data)
    }
  }
  const open = () => sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length
  return { WebSocket: ObservedSocket as typeof WebSocket, sent, sockets, open }
}

async function scene(t: TestContext, limits: Parameters<typeof openTwitch>[2] = {}) {
  const server = await InspIrcd.start()
  t.after(() => server.close())
  const socket = observedSocket()
  const counted: SourceCount[] = []
  const environment = {
    ...productionEnvironment,
    WebSocket: socket.WebSocket,
    endpoints: { twitch: server.url },
    count: (name: SourceCount) => void counted.push(name),
  }
  const watching = await startWatching(openTwitch({}, environment, limits), link)
  t.after(() => watching.stop())
  const live = (what = 'live') => until(what, () => watching.told().at(-1) === 'live')
  await live()
  const speak = async (nick: string) => {
    const speaker = await Speaker.join(server.url, nick, '#javastest')
    t.after(() => speaker.close())
    return speaker
  }
  const arrives = (text: string) =>
    until(`message ${text}`, () => watching.messages.some((message) => message.text === text))
  return { server, socket, watching, live, speak, arrives, counted }
}

chatSourceContract('twitch on InspIRCd', async () => {
  const server = await InspIrcd.start()
  const socket = observedSocket()
  const speaker = await Speaker.join(server.url, 'talker', '#javastest')
  const talking = setInterval(() => speaker.send('PRIVMSG #javastest :안녕하세요'), 50)
  return {
    source: openTwitch(
      {},
      { ...productionEnvironment, WebSocket: socket.WebSocket, endpoints: { twitch: server.url } },
    ),
    link,
    tick: () => new Promise((resolve) => setTimeout(resolve, 10)),
    held: socket.open,
    close: async () => {
      clearInterval(talking)
      speaker.close()
      await server.close()
    },
  }
})

test('reads what others write: Hangul, emoji, /me, equal lines, with the author', async (t) => {
  const { watching, speak, arrives, counted, socket } = await scene(t)
  assert.ok(socket.sent.includes('CAP END'), 'the server knows no Twitch capability')
  const speaker = await speak('kimchi')
  for (const text of ['안녕하세요 🙂👨‍👩‍👧', 'ㅋㅋㅋ', 'ㅋㅋㅋ', '\u0001ACTION 춤춘다\u0001', 'last'])
    speaker.send(`PRIVMSG #javastest :${text}`)
  await arrives('last')
  assert.deepEqual(
    watching.messages.map(({ text }) => text),
    ['안녕하세요 🙂👨‍👩‍👧', 'ㅋㅋㅋ', 'ㅋㅋㅋ', '춤춘다', 'last'],
  )
  assert.equal(new Set(watching.messages.map(({ id }) => id)).size, 5)
  assert.ok(watching.messages.every(({ author }) => author.name === 'kimchi'))
  assert.ok(!counted.includes('malformed') && !counted.includes('unknown'))
})

test('stays through the PINGs of the server', async (t) => {
  const { socket, watching, speak, arrives } = await scene(t)
  await until('two PINGs are answered', () => socket.sent.filter((line) => line.startsWith('PONG')).length >= 2)
  const speaker = await speak('kimchi')
  speaker.send('PRIVMSG #javastest :still here')
  await arrives('still here')
  assert.deepEqual(watching.told(), ['resolving connecting', 'live'])
})

test('its own PING after a silence is answered, and the connection kept', async (t) => {
  const { socket, watching } = await scene(t, { silenceMs: 300, pongMs: 5_000 })
  await until('three PINGs', () => socket.sent.filter((line) => /^PING :\d+$/.test(line)).length >= 3)
  assert.deepEqual(watching.told(), ['resolving connecting', 'live'])
  assert.equal(socket.sockets.length, 1)
})

test('a server that is terminated and started again is found again, and told why', async (t) => {
  const { server, socket, watching, live, speak, arrives } = await scene(t)
  server.signal('SIGTERM')
  await server.ended()
  await until('lost', () => watching.told().includes('reconnecting closed'))
  await until('asked in vain', () => watching.told().includes('reconnecting connect-failed'))
  await server.startAgain()
  await live('live again')
  assert.match(watching.states.find(({ reason }) => reason === 'closed')?.detail ?? '', /shut|down|1006/i)
  assert.equal(socket.open(), 1)
  const speaker = await speak('kimchi')
  speaker.send('PRIVMSG #javastest :back')
  await arrives('back')
})

test('a server that is killed is noticed at once', async (t) => {
  const { server, watching, live } = await scene(t)
  server.signal('SIGKILL')
  await server.ended()
  await until('lost', () => watching.told().includes('reconnecting closed'))
  await server.startAgain()
  await live('live again')
})

test('a server that stands still with the connection open is left, and found again when it goes on', async (t) => {
  const limits = { silenceMs: 500, pongMs: 500, connectMs: 500 }
  const { server, watching, live, speak, arrives, socket } = await scene(t, limits)
  server.signal('SIGSTOP')
  await until('noticed', () => watching.told().includes('reconnecting silent'))
  // The kernel still takes connections for the stopped process; the handshake is what does not come.
  await until('asked in vain', () => watching.told().includes('reconnecting connect-timeout'))
  server.signal('SIGCONT')
  await live('live again')
  assert.equal(socket.open(), 1)
  const speaker = await speak('kimchi')
  speaker.send('PRIVMSG #javastest :awake')
  await arrives('awake')
})

test('a thousand lines in a burst arrive whole and in order', async (t) => {
  const { watching, speak } = await scene(t)
  const speaker = await speak('kimchi')
  for (let line = 0; line < 1_000; line++) {
    speaker.send(`PRIVMSG #javastest :줄 ${line}`)
    // The server drops a client whose queue of unread bytes grows beyond its limit.
    if (line % 50 === 49) await until(`line ${line}`, () => watching.messages.length === line + 1)
  }
  assert.ok(watching.messages.every(({ text }, line) => text === `줄 ${line}`))
})
