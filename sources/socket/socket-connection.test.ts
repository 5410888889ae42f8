import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { WebSocketServer } from 'ws'
import { productionEnvironment } from '../source-environment.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { until } from '../testing/watching.ts'
import { openSocket, type SocketLimits } from './socket-connection.ts'

const limits: SocketLimits = { connectMs: 5_000, heartbeatMs: 20_000, deadMs: 40_000 }

async function scene(t: TestContext, given: Partial<SocketLimits> = {}) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  const received: string[] = []
  const headers: { [name: string]: unknown }[] = []
  server.on('connection', (socket, request) => {
    headers.push(request.headers)
    socket.on('message', (data) => received.push(String(data)))
  })
  await new Promise((resolve) => server.once('listening', resolve))
  const clock = new ManualClock()
  const frames: string[] = []
  let isOpen = false
  const connection = openSocket({
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    environment: { ...productionEnvironment, clock, userAgent: 'Mine/1' },
    limits: { ...limits, ...given },
    onOpen: () => {
      isOpen = true
    },
    onFrame: (data) => frames.push(data.toString('utf8')),
    heartbeat: () => 'beat',
  })
  t.after(() => {
    connection.leave()
    for (const client of server.clients) client.terminate()
    server.close()
    assert.equal(clock.waiting, 0, 'a timer was left behind')
  })
  await until('open', () => isOpen)
  const say = (text: string) => {
    for (const client of server.clients) client.send(text)
  }
  return { server, clock, connection, frames, received, headers, say }
}

test('names itself and gives an origin', async (t) => {
  const { headers } = await scene(t)
  assert.equal(headers[0]?.['user-agent'], 'Mine/1')
  assert.match(String(headers[0]?.origin), /^http:\/\/127\.0\.0\.1:\d+$/)
})

test('asks after a silence, and gives a silent connection up within two heartbeats', async (t) => {
  const { clock, connection, received } = await scene(t)
  await clock.advance(20_000)
  await until('asked', () => received.length === 1)
  let reason = ''
  connection.ended.then((end) => {
    reason = end.reason
  })
  await clock.advance(19_000)
  assert.equal(reason, '')
  await clock.advance(1_000)
  await until('given up', () => reason === 'silent')
})

test('a word of the other side starts the silence anew', async (t) => {
  const { clock, received, frames, say } = await scene(t)
  await clock.advance(15_000)
  say('hello')
  await until('heard', () => frames.length === 1)
  await clock.advance(15_000)
  assert.deepEqual(received, [])
  await clock.advance(5_000)
  await until('asked', () => received.length === 1)
})

test('a steady heartbeat goes out whatever comes', async (t) => {
  const { clock, received, frames, say } = await scene(t, { isSteady: true, deadMs: 90_000 })
  for (let turn = 1; turn <= 4; turn++) {
    await clock.advance(10_000)
    say('hello')
    await until('heard', () => frames.length === turn)
  }
  await until('two beats', () => received.length === 2)
})

test('a server that hangs up ends it, with its words', async (t) => {
  const { server, connection } = await scene(t)
  for (const client of server.clients) client.close(4001, 'enough')
  assert.deepEqual(await connection.ended, { reason: 'closed', detail: 'enough, close code 4001' })
})

test('a server that is not there is told as such', async () => {
  const connection = openSocket({
    url: 'ws://127.0.0.1:1',
    environment: productionEnvironment,
    limits,
    onOpen: () => {},
    onFrame: () => {},
    heartbeat: () => null,
  })
  assert.equal((await connection.ended).reason, 'connect-failed')
})
