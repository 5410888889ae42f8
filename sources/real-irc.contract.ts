/**
 * What the Twitch client must do on a real IRC server, whatever the server and whatever carries its lines. Twitch's
 * own commands are in none of them; the fake server has those.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { chatSourceContract } from './chat-source.contract.ts'
import { parseBroadcastLink } from './registry.ts'
import { productionEnvironment, type SourceCount } from './source-environment.ts'
import type { IrcProcess } from './testing/irc-process.ts'
import { Speaker } from './testing/irc-speaker.ts'
import { observedConnections } from './testing/observed-connections.ts'
import { startWatching, until } from './testing/watching.ts'
import { openTwitch } from './twitch.ts'

export interface RealIrc {
  readonly start: () => Promise<IrcProcess>
  /** Two servers of one network. The second finds the first again by itself. */
  readonly startPair: () => Promise<readonly [IrcProcess, IrcProcess]>
}

type Limits = Parameters<typeof openTwitch>[2]

const CHANNEL = '#javastest'
const FLOOD = 5_000

export const ircLink = (() => {
  const result = parseBroadcastLink(CHANNEL)
  assert.ok(result.ok)
  return result.link
})()

export function realIrcContract(name: string, { start, startPair }: RealIrc): void {
  const rule = (text: string, check: (t: TestContext) => Promise<void>) => test(`${name}: ${text}`, check)

  async function watch(t: TestContext, server: IrcProcess, limits: Limits = {}) {
    const connections = observedConnections(server.ca)
    const counted: SourceCount[] = []
    const environment = {
      ...productionEnvironment,
      ...connections.environment,
      endpoints: { twitch: server.url },
      count: (name: SourceCount) => void counted.push(name),
    }
    const watching = await startWatching(openTwitch({}, environment, limits), ircLink)
    t.after(() => watching.stop())
    const live = (what = 'live') => until(what, () => watching.told().at(-1) === 'live')
    await live()
    const speak = async (nick: string, at = server) => {
      const speaker = await Speaker.join(at.url, nick, CHANNEL)
      t.after(() => speaker.close())
      return speaker
    }
    const arrives = (text: string) =>
      until(`message ${text}`, () => watching.messages.some((message) => message.text === text))
    return { server, connections, watching, live, speak, arrives, counted }
  }

  async function scene(t: TestContext, limits: Limits = {}) {
    const server = await start()
    t.after(() => server.close())
    return watch(t, server, limits)
  }

  chatSourceContract(`twitch on ${name}`, async () => {
    const server = await start()
    const connections = observedConnections(server.ca)
    const speaker = await Speaker.join(server.url, 'talker', CHANNEL)
    const talking = setInterval(() => speaker.send(`PRIVMSG ${CHANNEL} :안녕하세요`), 50)
    const environment = {
      ...productionEnvironment,
      ...connections.environment,
      endpoints: { twitch: server.url },
    }
    return {
      source: openTwitch({}, environment),
      link: ircLink,
      tick: () => new Promise((resolve) => setTimeout(resolve, 10)),
      held: connections.open,
      close: async () => {
        clearInterval(talking)
        speaker.close()
        await server.close()
      },
    }
  })

  rule('reads what others write: Hangul, emoji, /me, equal lines, with the author', async (t) => {
    const { watching, speak, arrives, counted, connections } = await scene(t)
    assert.ok(connections.sent.includes('CAP END'), 'the server knows no Twitch capability')
    const speaker = await speak('kimchi')
    for (const text of ['안녕하세요 🙂👨‍👩‍👧', 'ㅋㅋㅋ', 'ㅋㅋㅋ', '\u0001ACTION 춤춘다\u0001', 'last'])
      speaker.send(`PRIVMSG ${CHANNEL} :${text}`)
    await arrives('last')
    assert.deepEqual(
      watching.messages.map(({ text }) => text),
      ['안녕하세요 🙂👨‍👩‍👧', 'ㅋㅋㅋ', 'ㅋㅋㅋ', '춤춘다', 'last'],
    )
    assert.equal(new Set(watching.messages.map(({ id }) => id)).size, 5)
    assert.ok(watching.messages.every(({ author }) => author.name === 'kimchi'))
    assert.ok(!counted.includes('malformed') && !counted.includes('unknown'))
  })

  rule('stays through the PINGs of the server', async (t) => {
    const { connections, watching, speak, arrives } = await scene(t)
    await until('two PINGs are answered', () => connections.sent.filter((line) => line.startsWith('PONG')).length >= 2)
    const speaker = await speak('kimchi')
    speaker.send(`PRIVMSG ${CHANNEL} :still here`)
    await arrives('still here')
    assert.deepEqual(watching.told(), ['resolving connecting', 'live'])
  })

  rule('its own PING after a silence is answered, and the connection kept', async (t) => {
    const { connections, watching } = await scene(t, { silenceMs: 300, pongMs: 5_000 })
    await until('three PINGs', () => pings(connections.sent) >= 3)
    assert.deepEqual(watching.told(), ['resolving connecting', 'live'])
    assert.equal(connections.begun(), 1)
  })

  rule('a server that is terminated and started again is found again, and told why', async (t) => {
    const { server, connections, watching, live, speak, arrives } = await scene(t)
    server.signal('SIGTERM')
    await server.ended()
    await until('lost', () => watching.told().includes('reconnecting closed'))
    await until('asked in vain', () => watching.told().includes('reconnecting connect-failed'))
    await server.startAgain()
    await live('live again')
    assert.match(watching.states.find(({ reason }) => reason === 'closed')?.detail ?? '', /shut|down|1006/i)
    assert.equal(connections.open(), 1)
    const speaker = await speak('kimchi')
    speaker.send(`PRIVMSG ${CHANNEL} :back`)
    await arrives('back')
  })

  rule('a server that is killed is noticed at once', async (t) => {
    const { server, watching, live } = await scene(t)
    server.signal('SIGKILL')
    await server.ended()
    await until('lost', () => watching.told().includes('reconnecting closed'))
    await server.startAgain()
    await live('live again')
  })

  rule('a server that stands still with the connection open is left after one PING, and found again', async (t) => {
    const limits = { silenceMs: 500, pongMs: 500, connectMs: 500, registerMs: 3_000 }
    const { server, watching, live, speak, arrives, connections } = await scene(t, limits)
    server.signal('SIGSTOP')
    const before = pings(connections.sent)
    await until('noticed', () => watching.told().includes('reconnecting silent'))
    // One may have been answered on the way to the standstill.
    assert.ok(pings(connections.sent) - before <= 2)
    // The kernel still takes connections for the stopped process; over TCP this one is open, and as silent.
    await until('asked in vain', () => watching.states.filter(({ state }) => state === 'reconnecting').length >= 2)
    server.signal('SIGCONT')
    await live('live again')
    assert.equal(connections.open(), 1)
    const speaker = await speak('kimchi')
    speaker.send(`PRIVMSG ${CHANNEL} :awake`)
    await arrives('awake')
  })

  rule(`a flood of ${FLOOD} lines arrives whole and in order`, async (t) => {
    const { watching, speak } = await scene(t)
    const speaker = await speak('kimchi')
    flood(speaker)
    await until('all of it', () => watching.messages.length >= FLOOD)
    assert.deepEqual(
      watching.messages.map(({ text }) => text),
      Array.from({ length: FLOOD }, (_, line) => `줄 ${line}`),
    )
    assert.deepEqual(watching.told(), ['resolving connecting', 'live'])
  })

  rule('of a flood beyond what is taken, as many lines are told missing as are', async (t) => {
    const { watching, speak } = await scene(t, { queueCapacity: 5 })
    flood(await speak('kimchi'))
    const read = () => watching.messages.filter(({ kind }) => kind === 'text').map(({ text }) => Number(text.slice(2)))
    const missing = () =>
      watching.messages
        .filter(({ kind }) => kind === 'status')
        .reduce((sum, { amount }) => sum + Number(amount?.raw), 0)
    await until('all of it', () => read().length + missing() >= FLOOD)
    assert.equal(read().length + missing(), FLOOD)
    assert.ok(missing() > 0)
    assert.deepEqual(
      read(),
      read().toSorted((one, other) => one - other),
    )
    assert.ok(watching.told().includes('degraded overflow'))
    assert.ok(!watching.told().some((told) => told.startsWith('reconnecting')))
  })

  rule('in a netsplit the people of the other side leave, the chat goes on, and they come back', async (t) => {
    const [here, there] = await startPair()
    t.after(() => Promise.all([here.close(), there.close()]))
    const { watching, speak, arrives, counted, connections } = await watch(t, here)
    const near = await speak('near')
    const far = await speak('far', there)
    const meet = (text: string, speaker: Speaker) =>
      until(
        `${text} arrives from ${speaker.nick}`,
        () => watching.messages.some((message) => message.text === text),
        async () => {
          speaker.send(`PRIVMSG ${CHANNEL} :${text}`)
          await new Promise((resolve) => setTimeout(resolve, 100))
        },
      )
    await meet('linked', far)
    there.signal('SIGKILL')
    await until('the far one leaves', () => near.heard.some((line) => /^:far!\S+ QUIT /.test(line)))
    near.send(`PRIVMSG ${CHANNEL} :alone`)
    await arrives('alone')
    await there.startAgain()
    await meet('linked again', await speak('far2', there))
    assert.deepEqual(watching.told(), ['resolving connecting', 'live'])
    assert.equal(connections.begun(), 1)
    assert.ok(!counted.includes('unknown') && !counted.includes('malformed'))
  })
}

/** Our own questions after a silence. */
const pings = (sent: readonly string[]) => sent.filter((line) => /^PING :\d+$/.test(line)).length

/** At once, without waiting for anything. */
function flood(speaker: Speaker): void {
  for (let line = 0; line < FLOOD; line++) speaker.send(`PRIVMSG ${CHANNEL} :줄 ${line}`)
}
