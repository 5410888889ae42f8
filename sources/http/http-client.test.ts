import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { productionEnvironment } from '../source-environment.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { until } from '../testing/watching.ts'
import { HttpClient } from './http-client.ts'
import type { HttpFailure } from './http-failure.ts'
import { retryAfterMs } from './retry-after.ts'

const never = new AbortController().signal

async function scene(t: TestContext, answer: (request: IncomingMessage, response: ServerResponse) => void, most = 32) {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const clock = new ManualClock()
  const client = new HttpClient({ ...productionEnvironment, clock, userAgent: 'Mine/1' }, most)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`
  return { client, clock, url, requests }
}

const failing = (reason: string, more: Partial<HttpFailure> = {}) => ({ name: 'HttpFailure', reason, ...more })

test('names itself, sends no cookie, and keeps none', async (t) => {
  const { client, url, requests } = await scene(t, (_, response) => {
    response.setHeader('set-cookie', 'a=b')
    response.end('{"ok":true}')
  })
  assert.deepEqual(await client.json({ url, json: { a: 1 }, signal: never }), { ok: true })
  await client.json({ url, signal: never })
  assert.equal(requests[0]?.headers['user-agent'], 'Mine/1')
  assert.equal(requests[0]?.headers['content-type'], 'application/json')
  assert.equal(requests[1]?.headers.cookie, undefined)
})

test('a redirect is told, never followed', async (t) => {
  const { client, url, requests } = await scene(t, (_, response) => {
    response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
  })
  await assert.rejects(client.ask({ url, signal: never }), failing('redirected', { status: 302, retriable: true }))
  assert.equal(requests.length, 1)
})

test('an error page and half an answer are unreadable, not a crash', async (t) => {
  const bodies = ['<!doctype html><title>Sorry', '{"a":[1,2', '']
  const { client, url } = await scene(t, (_, response) => void response.end(bodies.shift()))
  for (let turn = 0; turn < 3; turn++)
    await assert.rejects(client.json({ url, signal: never }), failing('unreadable', { retriable: true }))
})

test('an answer larger than it may be is given up, also when it unpacks to that', async (t) => {
  const { client, url } = await scene(t, (_, response) => {
    response.setHeader('content-encoding', 'gzip')
    response.end(gzipSync(Buffer.alloc(10_000_000, 32)))
  })
  await assert.rejects(client.json({ url, signal: never, maxBytes: 100_000 }), failing('too-large'))
})

test('no whole answer in time is a timeout', async (t) => {
  const { client, clock, url, requests } = await scene(t, (_, response) => void response.write('{'))
  const asked = client.json({ url, signal: never, timeoutMs: 10_000 })
  asked.catch(() => {})
  await until('asked', () => requests.length === 1)
  await clock.advance(10_000)
  await assert.rejects(asked, failing('timeout', { retriable: true }))
  assert.equal(clock.waiting, 0)
})

test('after a 429 everything that asks the platform waits as long as it was told', async (t) => {
  const { client, clock, url, requests } = await scene(t, (_, response) => {
    response.writeHead(429, { 'retry-after': '30' }).end('<html>')
  })
  await assert.rejects(client.ask({ url, signal: never }), failing('rate-limited', { retryAfterMs: 30_000 }))
  await clock.advance(10_000)
  await assert.rejects(client.ask({ url, signal: never }), failing('rate-limited', { retryAfterMs: 20_000 }))
  assert.equal(requests.length, 1)
  await clock.advance(20_000)
  await assert.rejects(client.ask({ url, signal: never }), failing('rate-limited'))
  assert.equal(requests.length, 2)
})

test('a plain no is final, a server in trouble is not', async (t) => {
  const statuses = [404, 500]
  const { client, url } = await scene(t, (_, response) => void response.writeHead(statuses.shift()!).end('why'))
  await assert.rejects(
    client.ask({ url, signal: never }),
    failing('rejected', { status: 404, retriable: false, body: 'why' }),
  )
  await assert.rejects(client.ask({ url, signal: never }), failing('server-error', { status: 500, retriable: true }))
})

test('a server that is gone, or goes in the middle, is unreachable', async (t) => {
  const { client, url } = await scene(t, (request, response) => {
    response.write('{"half":')
    request.socket.resetAndDestroy()
  })
  await assert.rejects(client.json({ url, signal: never }), failing('unreachable', { retriable: true }))
  await assert.rejects(client.json({ url: 'http://127.0.0.1:1/', signal: never }), failing('unreachable'))
})

test('only so many ask at the same time; one that leaves the line keeps its order', async (t) => {
  const open: ServerResponse[] = []
  const { client, url, requests } = await scene(t, (_, response) => void open.push(response), 2)
  const abort = new AbortController()
  const asked = [never, never, abort.signal, never].map((signal) => client.ask({ url, signal }).catch((cause) => cause))
  await until('two', () => open.length === 2)
  abort.abort(new Error('left'))
  assert.equal((await asked[2]).message, 'left')
  open[0]?.end('{}')
  await until('three', () => open.length === 3)
  for (const response of open) response.end('{}')
  await Promise.all(asked)
  assert.equal(requests.length, 3)
})

test('Retry-After is seconds or a date, and never more than an hour', () => {
  const now = Date.parse('2026-11-23T12:00:00Z')
  assert.equal(retryAfterMs('120', now), 120_000)
  assert.equal(retryAfterMs('Mon, 23 Nov 2026 12:00:30 GMT', now), 30_000)
  assert.equal(retryAfterMs('0', now), 1_000)
  assert.equal(retryAfterMs('999999999', now), 3_600_000)
  for (const header of [null, 'soon', '-', '1e9x']) assert.equal(retryAfterMs(header, now), null, String(header))
})
