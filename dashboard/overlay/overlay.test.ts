import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { broadcastPath } from '../app/broadcast-id.ts'
import { channelPath } from '../app/channel-path.ts'
import { pictureKey } from '../pictures/picture-key.ts'
import { analyzed, CHANNEL, spanOf } from '../testing/chat-script.ts'
import { BROADCAST, broadcastState, type Fixture, startFixture } from '../testing/fixture.ts'
import { SseClient } from '../testing/sse-client.ts'

const elsewhere = { 'X-Forwarded-For': '203.0.113.7' }
const secretWord = '개똥말'
let fixture: Fixture
let token = ''
let id = ''
let said = 0

const message = (text: string, channelId = CHANNEL) => {
  said += 1
  return analyzed({ id: `o-${said}`, at: Date.now(), channelId, broadcastId: BROADCAST, text, mood: 'neutral' })
}
const get = (path: string, init: RequestInit = {}) =>
  fetch(fixture.server.url + path, { redirect: 'manual', ...init, headers: { ...elsewhere, ...init.headers } })
const stream = () => new SseClient(`${fixture.server.url}/overlay/${token}/events`, elsewhere)

before(async () => {
  fixture = await startFixture({ streamTiming: { frameMs: 10, hurryMs: 5, heartbeatMs: 50, stallMs: 60_000 } })
  await fixture.write({
    states: [broadcastState(), broadcastState({ channelId: 'twitch:other', broadcastId: BROADCAST })],
    messages: [message('처음')],
  })
  const made = await fixture.accounts.addOverlay(CHANNEL, 'OBS', 'owner')
  token = made.token
  id = made.link.id
})
after(() => fixture.close())

test('whoever has the address sees the overlay without a login, and it is kept out of caches and referrers', async () => {
  const response = await get(`/overlay/${token}?show=mood`)
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('cache-control'), 'no-store')
  assert.equal(response.headers.get('referrer-policy'), 'no-referrer')
  assert.match(await response.text(), /overlay-client\.ts/)
})

test('the script that OBS loads is plain JavaScript, and nothing but it can be fetched', async () => {
  const known = new Set(['/overlay-assets/dashboard/overlay/overlay-client.ts'])
  for (const path of known) {
    const response = await get(path)
    assert.equal(response.status, 200, path)
    const script = await response.text()
    assert.equal(/\binterface \w+ \{|: readonly |^import type/m.test(script), false, path)
    for (const [, from] of script.matchAll(/^import .* from '(.*)'$/gm))
      known.add(new URL(from!, new URL(path, 'http://overlay')).pathname)
  }
  assert.equal(known.size, 5)
  for (const path of [
    'dashboard/server.ts',
    'dashboard/overlay/../server.ts',
    '..%2Fpackage.json',
    'package.json',
    'dashboard/accounts/accounts-worker.ts',
  ])
    assert.equal((await get(`/overlay-assets/${path}`)).status, 404, path)
})

test('an overlay shows pictures of emotes by its own address, and by no other', async () => {
  const key = pictureKey('https://static-cdn.jtvnw.net/emoticons/v2/25/default/dark/1.0')
  for (const path of [`pictures/${key}`, `pictures/still/${key}`]) {
    const { status, headers } = await get(`/overlay/${token}/${path}`)
    assert.deepEqual([status, headers.get('content-type')], [200, 'image/png'])
    assert.equal((await get(`/overlay/${token}x/${path}`)).status, 404)
    assert.equal((await get(`/${path}`)).status, 302)
  }
})

test('an address that was never made opens nothing', async () => {
  for (const wrong of ['nothing', 'a'.repeat(5000), `${token}x`, encodeURIComponent("' OR 1=1 --"), id]) {
    assert.equal((await get(`/overlay/${wrong}`)).status, 404)
    assert.equal((await get(`/overlay/${wrong}/events`)).status, 404)
  }
})

test('the token opens no other door', async () => {
  for (const path of [
    '/',
    '/archive',
    broadcastPath({ channelId: CHANNEL, broadcastId: BROADCAST }),
    '/export?format=csv',
  ])
    for (const [name, value] of [
      ['Cookie', `javas-session=${token}`],
      ['Authorization', `Bearer ${token}`],
    ] as const) {
      const { status } = await get(path, { headers: { Accept: 'text/html', [name]: value } })
      assert.equal(status, 302, path)
    }
  const { origin } = new URL(fixture.server.url)
  const post = await get(`/overlay/${token}`, { method: 'POST', headers: { Origin: origin } })
  assert.notEqual(post.status, 200)
})

test('the stream brings this channel’s masked chat alone: no original, no other channel, nobody’s offences', async () => {
  const client = stream()
  await client.until(() => client.status === 200)
  const text = `이런 ${secretWord} 진짜`
  await fixture.write({
    messages: [
      message('다른 채널의 말', 'twitch:other'),
      {
        ...message(text),
        profanity: [spanOf(text, { piece: secretWord, severity: 2, category: 'vulgar' })],
        severity: 2,
      },
    ],
    offences: [
      {
        channelId: CHANNEL,
        broadcastId: BROADCAST,
        authorId: 'author-bad',
        authorName: '살펴볼이름',
        strikes: 3,
        mild: 0,
        strong: 1,
        severe: 0,
        firstAt: 1,
        lastAt: 2,
        lastMessageId: 'x',
        lastSeverity: 2,
        revision: 1,
      },
    ],
  })
  const last = message('끝')
  await fixture.write({ messages: [last] })
  await client.until(() => client.messageIds.includes(last.message.id))
  assert.equal(client.raw.includes(secretWord), false)
  assert.equal(client.raw.includes('다른 채널의 말'), false)
  assert.equal(client.raw.includes('살펴볼이름'), false)
  client.close()
})

test('an overlay that is opened late gets the figures that stand now', async () => {
  await fixture.say('calm')
  const client = stream()
  await client.until(() => client.frames.some((frame) => frame.windows.length > 0 && frame.keywords !== null))
  client.close()
})

test('one address feeds a few scenes, not the world', async () => {
  const clients = Array.from({ length: 5 }, stream)
  for (const client of clients) await client.until(() => client.status === 200)
  const many = stream()
  await many.until(() => many.status !== 0)
  assert.equal(many.status, 429)
  for (const client of [...clients, many]) client.close()
})

test('an overlay follows its channel into the next broadcast', async () => {
  const client = stream()
  await client.until(() => client.status === 200 || client.status === 429)
  await fixture.write({ states: [broadcastState({ broadcastId: 'live-2' })] })
  await client.until(() => client.isClosed)
  const next = stream()
  await next.until(() => next.status === 200)
  const said = { ...message('다음 방송'), message: { ...message('다음 방송').message, broadcastId: 'live-2' } }
  await fixture.write({ messages: [said] })
  await next.until(() => next.messageIds.includes(said.message.id))
  next.close()
  await fixture.write({ states: [broadcastState({ at: Date.now() + 1 })] })
})

test('only moderators make and take back addresses, and an address taken back ends what it shows', async () => {
  for (const role of ['viewer', 'moderator'] as const) {
    await fixture.accounts.add(role, role, 'correct horse battery')
    const { token: session } = (await fixture.accounts.logIn(role, 'correct horse battery'))!
    const { origin } = new URL(fixture.server.url)
    const act = (values: Record<string, string>) =>
      get(channelPath(CHANNEL, '/overlay'), {
        method: 'POST',
        headers: { Origin: origin, Cookie: `javas-session=${session}` },
        body: new URLSearchParams(values),
      })
    const page = await get(channelPath(CHANNEL, '/overlay'), { headers: { Cookie: `javas-session=${session}` } })
    assert.equal(page.status, role === 'viewer' ? 403 : 200)
    if (role === 'viewer') {
      assert.equal((await act({ name: 'x' })).status, 403)
      assert.equal((await act({ intent: 'revoke', id })).status, 403)
      continue
    }
    assert.equal((await act({ name: '새 주소' })).status, 200)
    const client = stream()
    await client.until(() => client.status === 200)
    assert.equal((await act({ intent: 'revoke', id })).status, 200)
    await client.until(() => client.isClosed)
    assert.equal((await get(`/overlay/${token}`)).status, 404)
    const written = fixture.archive.operatorActions.map(({ kind, by }) => `${kind} by ${by}`)
    assert.ok(written.includes('overlay-made by moderator') && written.includes('overlay-revoked by moderator'))
  }
})
