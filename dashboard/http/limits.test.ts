import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Options } from 'express-rate-limit'
import { openAccounts } from '../accounts/account-store.ts'
import { broadcastPath } from '../app/broadcast-id.ts'
import { CHANNEL } from '../testing/chat-script.ts'
import { BROADCAST, broadcastState, type Fixture, startFixture } from '../testing/fixture.ts'
import { SseClient } from '../testing/sse-client.ts'
import { KeptHits } from './kept-hits.ts'

let fixture: Fixture
before(async () => {
  fixture = await startFixture()
  await fixture.write({ states: [broadcastState()] })
})
after(() => fixture.close())

const statuses = async (how: number, make: () => Promise<Response>) => {
  const got: number[] = []
  for (let n = 0; n < how; n += 1) got.push((await make()).status)
  return got
}
const post = (path: string, body: string) =>
  fetch(`${fixture.server.url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { Origin: fixture.server.url, 'Content-Type': 'application/x-www-form-urlencoded' },
    body,
  })

test('five logins a minute', async () => {
  const got = await statuses(6, () => post('/login', 'name=a&password=b'))
  assert.deepEqual(
    got.map((status) => status === 429),
    [false, false, false, false, false, true],
  )
})

test('behind a proxy that was named each address has its own five logins, and nobody gets more by making one up', async () => {
  const proxied = await startFixture({ trustedProxies: ['127.0.0.1', '::1'] })
  const logIn = (from: string) =>
    fetch(`${proxied.server.url}/login`, {
      method: 'POST',
      redirect: 'manual',
      headers: { Origin: proxied.server.url, 'X-Forwarded-For': from },
      body: new URLSearchParams({ name: 'a', password: 'b' }),
    })
  assert.deepEqual(await statuses(6, () => logIn('203.0.113.1')), [401, 401, 401, 401, 401, 429])
  assert.equal((await logIn('203.0.113.2')).status, 401)
  assert.equal((await logIn('198.51.100.77, 203.0.113.1')).status, 429, 'what the client wrote before the proxy')
  await proxied.close()
})

test('logins and reveals that were used up stay used up when the server starts anew', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'javas-limits-')), 'accounts.db')
  const tried = async () => {
    const accounts = await openAccounts({ path, passwordCost: 1024 })
    const server = await startFixture({ accounts, limits: { reveals: 3 } })
    const ask = (at: string, body: BodyInit, type: string) =>
      fetch(`${server.server.url}${at}`, {
        method: 'POST',
        redirect: 'manual',
        headers: { Origin: server.server.url, 'Content-Type': type },
        body,
      })
    const reveal = broadcastPath({ channelId: CHANNEL, broadcastId: BROADCAST }, '/reveal')
    const got = [
      await statuses(4, () => ask('/login', 'name=a&password=b', 'application/x-www-form-urlencoded')),
      await statuses(2, () => ask(reveal, '{"ids":["x"]}', 'application/json')),
    ]
    await server.close()
    return got.map((some) => some.map((status) => status === 429))
  }
  assert.deepEqual(await tried(), [
    [false, false, false, false],
    [false, false],
  ])
  assert.deepEqual(await tried(), [
    [false, true, true, true],
    [false, true],
  ])
  rmSync(dirname(path), { recursive: true })
})

test('whoever knocks on after the limit makes no more writes, and only they are held up', async () => {
  const writes: string[] = []
  const hits = new KeptHits(
    {
      async countHit(_what, who, windowMs) {
        writes.push(who)
        return { count: writes.filter((one) => one === who).length, until: Date.now() + windowMs }
      },
      async takeBackHit() {},
      async forgetHits() {},
    },
    'logins',
    2,
  )
  hits.init({ windowMs: 60_000 } as Options)
  const knock = async (who: string) => (await hits.increment(who)).totalHits > 2
  const held: boolean[] = []
  for (let n = 0; n < 10; n += 1) held.push(await knock('a'))
  assert.deepEqual(held, [false, false, ...Array<boolean>(8).fill(true)])
  assert.equal(await knock('b'), false)
  assert.deepEqual(writes, ['a', 'a', 'a', 'b'])
})

test('sentences are tried so many times a minute', async () => {
  const got = await statuses(31, () => post('/models/try', 'text=a'))
  assert.deepEqual(
    got.map((status) => status === 429),
    [...Array<boolean>(30).fill(false), true],
  )
})

test('five starts a minute, whether a page or a script asks', async () => {
  const got = await statuses(3, () => post('/watch', 'intent=demo'))
  got.push(...(await statuses(3, () => post('/watch.data', 'intent=demo'))))
  assert.equal(got.filter((status) => status === 429).length, 1)
  assert.equal(got[5], 429)
})

test('two exports a minute', async () => {
  assert.deepEqual(await statuses(3, () => fetch(`${fixture.server.url}/export?format=jsonl`)), [200, 200, 429])
})

test('five live streams a person', async () => {
  const url = `${fixture.server.url}${broadcastPath({ channelId: CHANNEL, broadcastId: BROADCAST }, '/events')}`
  const clients = Array.from({ length: 5 }, () => new SseClient(url))
  for (const client of clients) await client.until(() => client.status > 0)
  const sixth = new SseClient(url)
  await sixth.until(() => sixth.status > 0)
  assert.deepEqual(
    [...clients, sixth].map(({ status }) => status),
    [200, 200, 200, 200, 200, 429],
  )
  for (const client of [...clients, sixth]) client.close()
})

test('health says what is wrong in a sentence', async () => {
  const sick = await startFixture({ health: async () => ({ ok: false, parts: { analysis: 'ERROR: disk full' } }) })
  const response = await fetch(`${sick.server.url}/healthz`)
  assert.equal(response.status, 503)
  assert.deepEqual(await response.json(), { ok: false, parts: { analysis: 'ERROR: disk full', live: 'reading' } })
  await sick.close()
})
