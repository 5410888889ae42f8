/** IRC over TCP against a bare server that says exactly what it is told; real servers: `*.irc.test.ts`. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { productionEnvironment } from '../source-environment.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { until } from '../testing/watching.ts'
import { connectIrc, ircLimits } from './irc-connection.ts'
import { ircTarget } from './irc-over-tcp.ts'

async function scene(t: TestContext) {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const clock = new ManualClock()
  const lines: string[] = []
  let overlong = 0
  let isOpen = false
  const url = `irc://127.0.0.1:${(server.address() as AddressInfo).port}`
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const connection = connectIrc(url, { ...productionEnvironment, clock }, ircLimits, {
    onOpen: () => {
      isOpen = true
    },
    onLine: (line) => lines.push(line),
    onOverlong: (more) => {
      overlong += more
    },
  })
  const [peer] = await accepted
  await until('open', () => isOpen)
  t.after(async () => {
    connection.leave()
    peer.destroy()
    await new Promise((resolve) => server.close(resolve))
    assert.equal(clock.waiting, 0, 'a timer was left behind')
  })
  const arrives = (count: number) => until(`${count} lines`, () => lines.length >= count)
  return { connection, peer, clock, lines, arrives, overlong: () => overlong }
}

test('a line and a character that arrive in parts are put together, however long the rest takes', async (t) => {
  const { peer, clock, lines, arrives } = await scene(t)
  const line = Buffer.from('PRIVMSG #c :안녕\r\n')
  peer.write('PING :first\r\n')
  await arrives(1)
  peer.write(line.subarray(0, 14))
  await new Promise((resolve) => setTimeout(resolve, 20))
  await clock.advance(5_000)
  assert.equal(lines.length, 1)
  peer.write(line.subarray(14))
  await arrives(2)
  assert.deepEqual(lines, ['PING :first', 'PRIVMSG #c :안녕'])
})

test('half a line at the end of the connection is no line', async (t) => {
  const { connection, peer, lines } = await scene(t)
  peer.end('PING :whole\r\nPRIVMSG #c :I do not li')
  assert.deepEqual(await connection.ended, { reason: 'closed', detail: 'closed by the server' })
  assert.deepEqual(lines, ['PING :whole'])
})

test('a line without end is counted and left out, and the next one read', async (t) => {
  const { peer, lines, arrives, overlong } = await scene(t)
  peer.write('x'.repeat(5_000_000))
  peer.write('PRIVMSG #c :no line\r\nPING :next\r\n')
  await arrives(1)
  assert.deepEqual(lines, ['PING :next'])
  assert.equal(overlong(), 1)
})

test('what is sent is a line with its end', async (t) => {
  const { connection, peer } = await scene(t)
  let heard = ''
  peer.on('data', (data) => {
    heard += String(data)
  })
  connection.send('NICK me')
  connection.send('JOIN #c')
  await until('both', () => heard === 'NICK me\r\nJOIN #c\r\n')
})

test('a peer that went silent is asked after a minute and dropped ten seconds later', async (t) => {
  const { connection, peer, clock } = await scene(t)
  let heard = ''
  peer.on('data', (data) => {
    heard += String(data)
  })
  await clock.advance(ircLimits.silenceMs)
  await until('PING', () => /^PING :\d+\r\n$/.test(heard))
  await clock.advance(ircLimits.pongMs)
  assert.equal((await connection.ended).reason, 'silent')
})

test('a port that nobody listens on is told as such', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  const nothing = () => {}
  const handlers = { onOpen: nothing, onLine: nothing, onOverlong: nothing }
  const { ended } = connectIrc(`irc://127.0.0.1:${port}`, productionEnvironment, ircLimits, handlers)
  const { reason, detail } = await ended
  assert.equal(reason, 'connect-failed')
  assert.match(detail, /ECONNREFUSED/)
})

test('an address names host, port and whether it is encrypted', () => {
  assert.deepEqual(ircTarget('ircs://irc.chat.twitch.tv'), {
    host: 'irc.chat.twitch.tv',
    port: 6697,
    isEncrypted: true,
  })
  assert.deepEqual(ircTarget('irc://[::1]'), { host: '::1', port: 6667, isEncrypted: false })
  assert.deepEqual(ircTarget('irc://10.0.0.1:7000'), { host: '10.0.0.1', port: 7000, isEncrypted: false })
})
