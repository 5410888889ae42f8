import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { after, before, test } from 'node:test'
import { setImmediate as immediate } from 'node:timers/promises'
import type { ChannelRoles } from '../accounts/account.ts'
import { STEP_MS, totpCode } from '../accounts/totp.ts'
import { broadcastPath } from '../app/broadcast-id.ts'
import { channelPath, personPath } from '../app/channel-path.ts'
import pageRoutes from '../app/routes.ts'
import { cursorOf, formatCursor } from '../live/cursor.ts'
import { pictureKey } from '../pictures/picture-key.ts'
import { analyzed, CHANNEL, CHANNEL_NAME, spanOf } from '../testing/chat-script.ts'
import { BROADCAST, broadcastState, type Fixture, startFixture } from '../testing/fixture.ts'
import { SseClient } from '../testing/sse-client.ts'

type Who = 'nobody' | 'viewer' | 'moderator' | 'owner' | 'local' | Tenant
const people = ['viewer', 'moderator', 'owner'] as const
/** A moderator of another channel alone; one of another who may look at this; one of this channel alone. */
type Tenant = 'other' | 'guest' | 'own'
const OTHER = 'twitch:elsewhere'
const tenants: Readonly<Record<Tenant, ChannelRoles>> = {
  other: { [OTHER]: 'moderator' },
  guest: { [OTHER]: 'moderator', [CHANNEL]: 'viewer' },
  own: { [CHANNEL]: 'moderator' },
}
const password = 'correct horse battery'
const cookies: Partial<Record<Who, string>> = {}
const secretWord = '개똥말'
let fixture: Fixture

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** A request as a person makes it. All but the local one come through a proxy, so they are not at this machine. */
function ask(
  who: Who,
  method: string,
  path: string,
  body = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const { host } = new URL(fixture.server.url)
  const isForm = body !== '' && !body.startsWith('{')
  return new Promise((done, fail) => {
    const request = httpRequest(
      `${fixture.server.url}${path}`,
      {
        method,
        agent: false,
        headers: {
          ...(who === 'local' ? {} : { 'X-Forwarded-For': '203.0.113.7' }),
          ...(cookies[who] ? { Cookie: cookies[who] } : {}),
          ...(method === 'GET' ? { Accept: 'text/html' } : { Origin: `http://${host}` }),
          ...(body ? { 'Content-Type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' } : {}),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = []
        const finish = () => {
          done({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() })
          request.destroy()
        }
        // An event stream never ends by itself.
        if (response.headers['content-type']?.startsWith('text/event-stream')) return finish()
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', finish)
      },
    )
    request.on('error', (error) => ((error as { code?: string }).code === 'ECONNRESET' ? undefined : fail(error)))
    request.end(body)
  })
}

const place = { channelId: CHANNEL, broadcastId: BROADCAST }
const logIn = (name: string, secret: string) =>
  ask('nobody', 'POST', '/login', new URLSearchParams({ name, password: secret }).toString())
const sessionOf = ({ headers }: Answer) => String(headers['set-cookie'] ?? '').split(';')[0]!

before(async () => {
  fixture = await startFixture({ limits: { logins: 1_000, codes: 1_000, starts: 100, exports: 100, contacts: 100 } })
  const text = `이런 ${secretWord} 진짜`
  await fixture.write({
    states: [broadcastState()],
    messages: [
      analyzed({
        id: 'bad-1',
        at: Date.now(),
        broadcastId: BROADCAST,
        text,
        profanity: [spanOf(text, { piece: secretWord, severity: 2, category: 'vulgar' })],
      }),
    ],
  })
  for (const role of people) {
    await fixture.accounts.add(role, role, password)
    cookies[role] = sessionOf(await logIn(role, password))
  }
  for (const [name, channels] of Object.entries(tenants)) {
    await fixture.accounts.add(name, 'viewer', password, channels)
    cookies[name as Tenant] = sessionOf(await logIn(name, password))
  }
  await fixture.write({
    states: [broadcastState({ channelId: OTHER, broadcastId: 'b-other', channelName: '딴채널' })],
    messages: [
      analyzed({
        ...{ id: 'there-1', at: Date.now(), channelId: OTHER, broadcastId: 'b-other' },
        ...{ text: '저쪽에서 한 말', author: '저쪽사람' },
      }),
    ],
  })
})
after(() => fixture.close())

const page = broadcastPath(place)
const slug = `${CHANNEL}~${BROADCAST}`
const from = Math.floor(Date.now() / 60_000) * 60_000 - 60_000
const range = `/range?from=${from}&to=${from + 180_000}`
const form = (values: Readonly<Record<string, string>>) => new URLSearchParams(values).toString()

const emote = pictureKey('https://static-cdn.jtvnw.net/emoticons/v2/25/default/dark/1.0')!
const elsewhere = Buffer.from('https://169.254.169.254/latest').toString('base64url')

/** Who may do what, by status code: nobody, viewer, moderator, owner. */
const matrix: readonly (readonly [string, string, string, readonly [number, number, number, number]])[] = [
  ['GET', '/', '', [302, 200, 200, 200]],
  ['GET', '/_root.data', '', [401, 200, 200, 200]],
  ['GET', page, '', [302, 200, 200, 200]],
  ['GET', `${page}.data`, '', [401, 200, 200, 200]],
  ['GET', broadcastPath(place, '/events'), '', [302, 200, 200, 200]],
  ['GET', broadcastPath(place, range), '', [302, 200, 200, 200]],
  ['GET', broadcastPath(place, `/older?at=${from}&id=x`), '', [302, 200, 200, 200]],
  ['GET', broadcastPath(place, `/moment?from=${from}&to=${from + 60_000}`), '', [302, 200, 200, 200]],
  ['GET', broadcastPath(place, `/trends?word=x&from=${from}&to=${from + 60_000}`), '', [302, 200, 200, 200]],
  ['POST', broadcastPath(place, '/saved'), form({ panel: 'people', format: 'csv' }), [401, 204, 204, 204]],
  ['POST', broadcastPath(place, '/answers'), form({ question: 'bad-1', answered: 'true' }), [401, 403, 200, 200]],
  ['POST', '/layout', form({ layout: '{"columns":[["chat"]],"widths":[100]}' }), [401, 200, 200, 200]],
  ['GET', broadcastPath(place, '/newcomers?id=author-x'), '', [302, 403, 200, 200]],
  ['GET', channelPath(CHANNEL, '/rules'), '', [302, 403, 200, 200]],
  ['GET', channelPath(CHANNEL, '/rules.data'), '', [401, 403, 200, 200]],
  ['POST', channelPath(CHANNEL, '/rules'), form({ intent: 'remove', id: 'own.0', version: '0' }), [401, 403, 200, 200]],
  ['POST', channelPath(CHANNEL, '/rules/try'), form({ patterns: '가', text: '가나' }), [401, 403, 200, 200]],
  ['POST', channelPath(CHANNEL, '/rules/dry-run'), form({ patterns: '가', scope: 'hour' }), [401, 403, 200, 200]],
  [
    'POST',
    '/feedback',
    form({ broadcast: `${CHANNEL}~${BROADCAST}`, message: 'bad-1', about: 'profanity', verdict: 'right' }),
    [401, 403, 200, 200],
  ],
  ['GET', broadcastPath(place, '/report'), '', [302, 200, 200, 200]],
  ['GET', broadcastPath(place, '/report.data'), '', [401, 200, 200, 200]],
  ['POST', broadcastPath(place, '/report'), form({ intent: 'cancel', people: '1' }), [401, 403, 302, 302]],
  ['GET', broadcastPath(place, '/report/file'), '', [302, 404, 404, 404]],
  ['GET', broadcastPath(place, '/report/file?people=1'), '', [302, 403, 404, 404]],
  ['GET', broadcastPath(place, '/replay'), '', [302, 403, 200, 200]],
  ['GET', broadcastPath(place, '/replay.data'), '', [401, 403, 200, 200]],
  ['POST', broadcastPath(place, '/replay'), form({ intent: 'cancel' }), [401, 403, 302, 302]],
  ['GET', broadcastPath(place, '/replay/file'), '', [302, 403, 404, 404]],
  ['GET', `/compare?a=${encodeURIComponent(slug)}&b=${encodeURIComponent(slug)}`, '', [302, 200, 200, 200]],
  ['GET', channelPath(CHANNEL, '/overlay'), '', [302, 403, 200, 200]],
  ['POST', channelPath(CHANNEL, '/overlay'), form({ name: 'x' }), [401, 403, 200, 200]],
  ['GET', channelPath(CHANNEL, '/people/nobody-such/erase'), '', [302, 403, 403, 200]],
  ['POST', channelPath(CHANNEL, '/people/nobody-such/erase'), form({}), [401, 403, 403, 200]],
  ['GET', channelPath(CHANNEL, '/people'), '', [302, 403, 200, 200]],
  ['GET', channelPath(CHANNEL, '/people.data'), '', [401, 403, 200, 200]],
  ['POST', channelPath(CHANNEL, '/people'), form({ count: '0', severity: '2', minutes: '10' }), [401, 403, 200, 200]],
  ['GET', personPath(CHANNEL, 'author-파도소리'), '', [302, 403, 200, 200]],
  ['GET', personPath(CHANNEL, 'author-파도소리', '.data'), '', [401, 403, 200, 200]],
  ['POST', personPath(CHANNEL, 'author-파도소리'), form({ intent: 'note', text: '지켜보기' }), [401, 403, 200, 200]],
  [
    'POST',
    personPath(CHANNEL, 'author-파도소리', '/evidence'),
    form({ message: 'bad-1', around: '1' }),
    [401, 403, 200, 200],
  ],
  ['POST', personPath(CHANNEL, 'author-파도소리', '/evidence'), form({ message: 'gone' }), [401, 403, 400, 400]],
  ['GET', channelPath(CHANNEL, '/context?message=bad-1'), '', [302, 403, 200, 200]],
  ['GET', '/archive', '', [302, 200, 200, 200]],
  ['GET', '/alarms', '', [302, 200, 200, 200]],
  ['GET', '/alarms.data', '', [401, 200, 200, 200]],
  ['POST', '/alarms', form({ intent: 'wake', subject: 'x' }), [401, 403, 200, 200]],
  ['POST', '/alarms', form({ intent: 'retry', subject: 'x', notifier: 'slack' }), [401, 403, 400, 400]],
  ['POST', '/alarms/dry-run', form({ broadcast: `${CHANNEL}~${BROADCAST}` }), [401, 403, 200, 200]],
  ['GET', '/alarms/silences?channel=x', '', [302, 200, 200, 200]],
  ['POST', '/alarms/silences', form({ intent: 'wake', subject: 'x' }), [401, 403, 200, 200]],
  ['GET', '/alarms/runbook', '', [302, 200, 200, 200]],
  [
    'GET',
    `/moments/${encodeURIComponent(`${CHANNEL}~${BROADCAST}`)}?from=${from}&to=${from + 60_000}`,
    '',
    [302, 200, 200, 200],
  ],
  ['GET', '/contact', '', [200, 200, 200, 200]],
  ['POST', '/contact', form({ name: 'a', email: 'a@b.example', text: 't' }), [404, 404, 404, 404]],
  ['GET', '/system', '', [302, 200, 200, 200]],
  ['GET', '/models', '', [302, 403, 200, 200]],
  ['GET', '/models.data', '', [401, 403, 200, 200]],
  ['GET', '/account', '', [302, 200, 200, 200]],
  ['GET', '/export?format=csv', '', [302, 403, 200, 200]],
  ['GET', '/audit', '', [302, 403, 403, 200]],
  ['GET', '/audit.data', '', [401, 403, 403, 200]],
  ['GET', '/audit.csv', '', [302, 403, 403, 200]],
  ['GET', `/pictures/${emote}`, '', [302, 200, 200, 200]],
  ['GET', `/pictures/still/${emote}`, '', [302, 200, 200, 200]],
  ['GET', `/pictures/${elsewhere}`, '', [302, 404, 404, 404]],
  ['GET', '/login', '', [200, 302, 302, 302]],
  ['GET', '/login/code', '', [200, 302, 302, 302]],
  ['POST', '/login/code', form({ code: '000000' }), [401, 302, 302, 302]],
  ['GET', '/second-factor', '', [302, 200, 200, 200]],
  ['GET', '/second-factor.data', '', [401, 200, 200, 200]],
  ['POST', '/second-factor', form({ intent: 'end', code: '000000' }), [401, 400, 400, 400]],
  ['POST', '/account', form({ intent: 'reset-second-factor', name: 'nobody-such' }), [401, 403, 403, 200]],
  ['POST', '/account', form({ intent: 'require-second-factor', required: '0' }), [401, 403, 403, 200]],
  ['GET', '/healthz', '', [200, 200, 200, 200]],
  ['POST', broadcastPath(place, '/reveal'), '{"ids":["bad-1"]}', [401, 403, 200, 200]],
  ['POST', '/models/try', form({ text: '재밌다' }), [401, 403, 200, 200]],
  ['POST', '/latency', '{"p50":10,"p95":20,"samples":5}', [401, 204, 204, 204]],
  ['POST', '/watch', form({ intent: 'stop', broadcast: `${CHANNEL}~${BROADCAST}` }), [401, 403, 200, 200]],
  ['POST', '/watch', form({ intent: 'delete', broadcast: 'demo:gone~b' }), [401, 403, 403, 200]],
  ['POST', '/account', form({ intent: 'remove', name: 'nobody-such' }), [401, 403, 403, 200]],
  [
    'POST',
    broadcastPath(place, '/settings'),
    form({ maskSeverity: '1', surgeShare: '30', surgeRatio: '2', surgeMessages: '30' }),
    [401, 403, 200, 200],
  ],
]

/** The page that a path belongs to, or null: a route of the server's own. */
const routeOf = (path: string) => {
  const parts = path
    .split('?')[0]!
    .replace(/\.data$/, '')
    .split('/')
    .filter(Boolean)
  return pageRoutes.find(({ path: pattern = '' }) => {
    const names = pattern.split('/').filter(Boolean)
    return names.length === parts.length && names.every((name, at) => name.startsWith(':') || name === parts[at])
  })
}

test('every page and form target stands in the matrix', () => {
  const named = new Set(matrix.map(([, path]) => routeOf(path)?.file))
  // Said by tests of their own: what opens without a login, and what ends one.
  const elsewhere = ['routes/logout.ts', 'routes/preferences.ts', 'routes/join.tsx']
  assert.deepEqual(
    pageRoutes.map(({ file }) => file).filter((file) => !named.has(file) && !elsewhere.includes(file)),
    [],
  )
})

/** What a page's loader gives to scripts is for the same people as the page. */
for (const [method, path, , statuses] of matrix.filter(
  ([method, path]) => method === 'GET' && !path.endsWith('.data'),
)) {
  const route = routeOf(path)
  if (!route?.file.endsWith('.tsx') || route.index || path.startsWith('/login')) continue
  const [name, search] = path.split('?')
  const loader = `${name}.data${search ? `?${search}` : ''}`
  test(`${method} ${decodeURIComponent(loader)} is for the same people as its page`, async () => {
    const got = await Promise.all(
      (['nobody', ...people] as const).map(async (who) => (await ask(who, method, loader)).status),
    )
    // Where a page is for everybody, so is its loader.
    assert.deepEqual(got, [statuses[0] === 200 ? 200 : 401, ...statuses.slice(1)])
  })
}

for (const [method, path, body, statuses] of matrix)
  test(`${method} ${decodeURIComponent(path)} ${body.slice(0, 40)} is for those whose role reaches it`, async () => {
    const got = await Promise.all(
      (['nobody', ...people] as const).map(async (who) => (await ask(who, method, path, body)).status),
    )
    assert.deepEqual(got, statuses)
  })

/** What concerns every channel at once is for those alone whose role holds in all of them; a channel that is not theirs is not there. */
const everywhere: Readonly<Record<string, number>> = {
  'POST /alarms': 403,
  'POST /alarms/silences': 403,
  'GET /alarms/silences?channel=x': 404,
}

for (const [method, path, body, [, viewer, moderator]] of matrix)
  test(`${method} ${decodeURIComponent(path)} ${body.slice(0, 40)} reaches no further than a person's channels`, async () => {
    const isOfChannel = decodeURIComponent(decodeURIComponent(`${path} ${body}`)).includes(CHANNEL)
    const got: Record<string, number> = {}
    for (const who of ['other', 'guest', 'own'] as const) {
      const { status, body: said } = await ask(who, method, path, body)
      got[who] = status
      if (who === 'other' && method === 'GET')
        for (const theirs of ['bad-1', CHANNEL_NAME, '이런'])
          assert.equal(said.includes(theirs), false, `${who} reads ${theirs}`)
    }
    const anywhere = everywhere[`${method} ${path}`] ?? moderator
    assert.deepEqual(
      got,
      isOfChannel ? { other: 404, guest: viewer, own: moderator } : { other: anywhere, guest: anywhere, own: anywhere },
    )
  })

const parameters =
  'q author broadcast mood severity cursor from to at id message word person channel page kind by order format'.split(
    ' ',
  )
/** Operators of a database, lists, and words of a search's own language, where a page expects one text. */
const hostile: readonly ((name: string) => string)[] = [
  (name) => `${name}[$gt]=&${name}[]=x`,
  (name) => `${name}=${encodeURIComponent('{"$gt":""}')}`,
  (name) => `${name}=a&${name}=b&${name}=`,
  (name) => `${name}=${encodeURIComponent('" OR 1=1 -- * NEAR(a b) _exists_:text')}`,
  (name) => `${name}=${'9'.repeat(400)}`,
]

test('no parameter of a page is an operator: none fails, and none shows more', async () => {
  const paths = new Set(matrix.filter(([method]) => method === 'GET').map(([, path]) => path.split('?')[0]!))
  for (const path of paths) {
    if (path.endsWith('/events')) continue
    for (const say of hostile) {
      const address = `${path}?${parameters.map(say).join('&')}`
      const { status } = await ask('owner', 'GET', address)
      assert.ok(status < 500, `${status} ${address}`)
      const { body } = await ask('other', 'GET', address)
      for (const theirs of ['bad-1', CHANNEL_NAME]) assert.equal(body.includes(theirs), false, `${theirs} ${address}`)
    }
  }
})

test('lists, a search and a file of everything hold the channels of a person and no other', async () => {
  const read = async (who: Who, path: string) => (await ask(who, 'GET', path)).body
  for (const path of ['/', '/_root.data', '/archive', '/archive.data?q=', '/export?format=jsonl', '/alarms.data']) {
    const [other, own] = [await read('other', path), await read('own', path)]
    for (const ours of [CHANNEL_NAME, 'bad-1', '파도소리']) assert.equal(other.includes(ours), false, `${path} ${ours}`)
    for (const theirs of ['딴채널', 'there-1', '저쪽사람'])
      assert.equal(own.includes(theirs), false, `${path} ${theirs}`)
  }
  assert.ok((await read('other', '/archive.data')).includes('there-1'))
  assert.ok((await read('own', '/export?format=jsonl')).includes('bad-1'))
  assert.ok((await read('owner', '/export?format=jsonl')).includes('there-1'))
  // Asked for by its name all the same.
  for (const path of [`/archive.data?broadcast=${BROADCAST}`, `/export?format=jsonl&broadcast=${BROADCAST}`])
    assert.equal((await read('other', path)).includes('bad-1'), false, path)
})

test('a file holds the channels that somebody moderates, not those that they may look at', async () => {
  const { body } = await ask('guest', 'GET', '/export?format=jsonl')
  assert.deepEqual([body.includes('there-1'), body.includes('bad-1')], [true, false])
})

test('what was said of verdicts, and lines of chat that models differed on, are of the channels of a person alone', async () => {
  const read = async (who: Who) => (await ask(who, 'GET', '/models.data')).body
  const [everywhere, own, other] = [await read('owner'), await read('own'), await read('other')]
  const sample = '이 정도면 잘 참았다'
  for (const what of [CHANNEL_NAME, 'demo:far-away', sample]) assert.ok(everywhere.includes(what), what)
  assert.deepEqual(
    ['javas-sentiment-ko@1.0.0', CHANNEL_NAME, 'demo:far-away', sample].map((what) => own.includes(what)),
    [true, true, false, false],
  )
  for (const what of [CHANNEL_NAME, 'demo:far-away', sample]) assert.equal(other.includes(what), false, what)
})

test("a person's card in the archive is for moderators of that channel", async () => {
  const card = async (who: Who) =>
    (await ask(who, 'GET', `/archive.data?person=${encodeURIComponent(`${CHANNEL}~author-파도소리`)}`)).body
  assert.match(await card('own'), /firstAt/)
  for (const who of ['guest', 'other'] as const) assert.doesNotMatch(await card(who), /firstAt/)
})

test('two broadcasts stand side by side only where both channels are reached', async () => {
  const theirs = encodeURIComponent(`${OTHER}~b-other`)
  const beside = async (who: Who) =>
    (await ask(who, 'GET', `/compare?a=${theirs}&b=${encodeURIComponent(slug)}`)).status
  assert.deepEqual([await beside('other'), await beside('own'), await beside('guest')], [404, 404, 200])
})

test('a stream is not resumed in a channel that was never theirs, and ends with the right to it', async () => {
  const events = `${fixture.server.url}${broadcastPath(place, '/events')}`
  const from = formatCursor(cursorOf(await fixture.archive.positions()))
  const reader = (who: Tenant) =>
    new SseClient(events, { 'X-Forwarded-For': '203.0.113.7', Cookie: cookies[who]!, 'Last-Event-ID': from })
  const stranger = reader('other')
  await stranger.until(() => stranger.status > 0)
  assert.equal(stranger.status, 404)
  const guest = reader('guest')
  await guest.until(() => guest.status === 200)
  const change = { intent: 'access', name: 'guest', scope: 'some', [`in ${OTHER}`]: 'moderator' }
  assert.equal((await ask('owner', 'POST', '/account', form(change))).status, 200)
  await guest.until(() => guest.isClosed)
  assert.equal((await ask('guest', 'GET', page)).status, 404, 'at once, with the same session')
  await fixture.accounts.setAccess('guest', 'viewer', tenants.guest)
})

test('an overlay of another channel is neither taken back nor interrupted', async () => {
  const { link, token } = await fixture.accounts.addOverlay(CHANNEL, 'OBS', 'owner')
  const reader = new SseClient(`${fixture.server.url}/overlay/${token}/events`)
  await reader.until(() => reader.status === 200)
  const revoke = (channelId: string, who: Who) =>
    ask(who, 'POST', channelPath(channelId, '/overlay'), form({ intent: 'revoke', id: link.id }))
  assert.equal((await revoke(OTHER, 'other')).status, 200)
  assert.equal((await revoke(CHANNEL, 'other')).status, 404)
  assert.equal((await ask('nobody', 'GET', `/overlay/${token}`)).status, 200)
  assert.equal(reader.isClosed, false)
  await revoke(CHANNEL, 'own')
  await reader.until(() => reader.isClosed)
  assert.equal((await ask('nobody', 'GET', `/overlay/${token}`)).status, 404)
})

test('a moderator of some channels starts those, and no other', async () => {
  const start = async (who: Who, link: string) => (await ask(who, 'POST', '/watch', form({ link }))).status
  assert.equal(await start('other', 'https://twitch.tv/elsewhere'), 302)
  assert.equal(await start('other', 'https://twitch.tv/somebody'), 403)
  assert.equal(await start('guest', 'demo'), 403)
})

test('with a second factor the password alone opens nothing, and a right code opens everything once', async () => {
  await fixture.accounts.add('careful', 'moderator', password)
  const first = { Cookie: sessionOf(await logIn('careful', password)) }
  const begun = await ask('nobody', 'POST', '/second-factor', form({ intent: 'begin' }), first)
  assert.equal(begun.status, 200)
  const secret = await fixture.accounts.offerSecondFactor('careful')
  const codeAt = (moved: number) => totpCode(secret, Math.floor(Date.now() / STEP_MS) + moved)
  const confirmed = await ask('nobody', 'POST', '/second-factor', form({ intent: 'confirm', code: codeAt(-1) }), first)
  assert.equal(confirmed.status, 200)
  const half = await logIn('careful', password)
  assert.deepEqual([half.status, half.headers.location], [302, '/login/code?next=%2F'])
  const waiting = { Cookie: sessionOf(half) }
  for (const path of ['/', page, '/export?format=csv', '/second-factor'])
    assert.equal((await ask('nobody', 'GET', path, '', waiting)).status, 302, path)
  const enter = (code: string) => ask('nobody', 'POST', '/login/code', form({ code, next: '/archive' }), waiting)
  assert.equal((await enter('000000')).status, 401)
  const whole = await enter(codeAt(0))
  assert.deepEqual([whole.status, whole.headers.location], [302, '/archive'])
  assert.equal((await ask('nobody', 'GET', page, '', { Cookie: sessionOf(whole) })).status, 200)
  assert.equal((await enter(codeAt(0))).status, 401)
  const kinds = (await fixture.archive.actions({ by: 'careful' })).actions.map(({ kind }) => kind)
  assert.deepEqual(kinds, ['login', 'second-factor-refused', 'second-factor-on', 'login'])
})

test('who must set up a second factor reaches that page and the logout, and nothing else', async () => {
  await fixture.accounts.add('pressed', 'moderator', password)
  await fixture.accounts.add('onlooker', 'viewer', password)
  await ask('owner', 'POST', '/account', form({ intent: 'require-second-factor', required: '1' }))
  try {
    const session = { Cookie: sessionOf(await logIn('pressed', password)) }
    for (const [method, path, body] of matrix) {
      const isOpen = /^\/(login|second-factor|healthz|contact)/.test(path)
      if (isOpen) continue
      const { status, headers } = await ask('nobody', method, path, body, session)
      assert.deepEqual(
        [status, headers.location],
        status === 302 ? [302, '/second-factor'] : [403, undefined],
        `${method} ${path}`,
      )
    }
    for (const path of ['/Second-Factor/../', '/%2e/', '//'])
      assert.notEqual((await ask('nobody', 'GET', path, '', session)).status, 200, path)
    assert.equal((await ask('nobody', 'GET', '/second-factor', '', session)).status, 200)
    const viewer = { Cookie: sessionOf(await logIn('onlooker', password)) }
    assert.equal((await ask('nobody', 'GET', page, '', viewer)).status, 200)
  } finally {
    await fixture.accounts.setRequiresSecondFactor(false)
  }
})

test('only the owner gives a role, and a role in what is no channel is refused', async () => {
  const give = (who: Who, values: Readonly<Record<string, string>>) =>
    ask(who, 'POST', '/account', form({ intent: 'access', name: 'guest', scope: 'some', ...values }))
  for (const who of ['viewer', 'moderator', 'own'] as const)
    assert.equal((await give(who, { [`in ${CHANNEL}`]: 'moderator' })).status, 403)
  assert.equal((await give('owner', { 'in no channel': 'moderator' })).status, 400)
  assert.equal(
    (await ask('owner', 'POST', '/account', form({ intent: 'access', name: 'nobody-such', role: 'viewer' }))).status,
    404,
  )
})

test('an invitation brings its channels along', async () => {
  const token = await fixture.accounts.addInvite('viewer', 'owner', { [OTHER]: 'moderator' })
  const joined = await ask('nobody', 'POST', `/join/${token}`, form({ name: 'invited', password }))
  const session = { Cookie: sessionOf(joined) }
  assert.equal((await ask('nobody', 'GET', page, '', session)).status, 404)
  assert.equal((await ask('nobody', 'GET', channelPath(OTHER, '/rules'), '', session)).status, 200)
})

test('the person at this machine is the owner without a login', async () => {
  assert.equal((await ask('local', 'GET', '/account')).status, 200)
  assert.equal((await ask('local', 'GET', '/login')).status, 302)
})

test('a request through a proxy is never the person at this machine', async () => {
  for (const header of ['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'Via'])
    assert.equal((await ask('local', 'GET', '/', '', { [header]: '127.0.0.1' })).status, 302, header)
})

test('the original is in no page, and in no answer to a viewer', async () => {
  for (const who of people)
    for (const path of [
      page,
      `${page}.data`,
      broadcastPath(place, range),
      broadcastPath(place, `/older?at=${Date.now() + 60_000}&id=x`),
      '/archive?severity=2',
      '/archive.data?severity=2',
      personPath(CHANNEL, 'author-파도소리'),
      channelPath(CHANNEL, '/context?message=bad-1'),
    ]) {
      const { body } = await ask(who, 'GET', path)
      assert.equal(body.includes(secretWord), false, `${who} ${path}`)
    }
  const refused = await ask('viewer', 'POST', broadcastPath(place, '/reveal'), '{"ids":["bad-1"]}')
  assert.equal(refused.body.includes(secretWord), false)
})

test('a picture is kept by the browser, is nothing but a picture, and comes again only when it changed', async () => {
  const { status, headers } = await ask('viewer', 'GET', `/pictures/${emote}`)
  assert.deepEqual(
    [status, headers['content-type'], headers['x-content-type-options'], headers['content-security-policy']],
    [200, 'image/png', 'nosniff', "default-src 'none'; sandbox"],
  )
  assert.match(String(headers['cache-control']), /^private, max-age=\d+/)
  const again = await ask('viewer', 'GET', `/pictures/${emote}`, '', { 'If-None-Match': String(headers.etag) })
  assert.deepEqual([again.status, again.body], [304, ''])
})

test('a reveal gives the original to a moderator and writes down who, when and what', async () => {
  const { body } = await ask('moderator', 'POST', broadcastPath(place, '/reveal'), '{"ids":["bad-1"]}')
  assert.deepEqual(JSON.parse(body), { texts: { 'bad-1': [secretWord] } })
  const entry = (await fixture.archive.actions({ kinds: ['reveal'] })).actions[0]!
  const { by, role, channelId, broadcastId, messageId, authorId } = entry
  assert.deepEqual(
    [by, role, channelId, broadcastId, messageId, authorId],
    ['moderator', 'moderator', CHANNEL, BROADCAST, 'bad-1', 'author-파도소리'],
  )
  assert.ok(entry.at > Date.now() - 60_000)
})

test('a message of another broadcast is not revealed through this one', async () => {
  const other = broadcastPath({ channelId: CHANNEL, broadcastId: 'other' }, '/reveal')
  assert.deepEqual(JSON.parse((await ask('moderator', 'POST', other, '{"ids":["bad-1"]}')).body), { texts: {} })
})

test('an alert about a person reaches moderators, on the page and in its stream, and no viewer', async () => {
  const alert = (id: string, subject: string, subjectName: string) => ({
    ...{ id, channelId: CHANNEL, broadcastId: BROADCAST, kind: subject ? 'offender-threshold' : 'negative-surge' },
    ...{ state: 'firing' as const, since: Date.now(), at: Date.now(), value: 3, lower: 3, upper: 3, threshold: 3 },
    ...{
      baseline: 0,
      peak: 3,
      messages: 3,
      words: [],
      samples: [],
      reason: '',
      channelName: '',
      authors: 1,
      loudest: 1,
    },
    ...{ subject, subjectName, revision: 1 },
  })
  const from = formatCursor(cursorOf(await fixture.archive.positions()))
  await fixture.write({ alerts: [alert('person-1', 'author-x', '알려질사람'), alert('surge-1', '', '')] })
  const streamed = async (who: 'viewer' | 'moderator') => {
    const client = new SseClient(`${fixture.server.url}${broadcastPath(place, `/events?from=${from}`)}`, {
      'X-Forwarded-For': '203.0.113.7',
      Cookie: cookies[who]!,
    })
    await client.until(() => client.raw.includes('surge-1'))
    client.close()
    return client.raw
  }
  assert.equal((await ask('moderator', 'GET', `${page}.data`)).body.includes('알려질사람'), true)
  assert.equal((await ask('viewer', 'GET', `${page}.data`)).body.includes('알려질사람'), false)
  assert.equal((await streamed('moderator')).includes('알려질사람'), true)
  assert.equal((await streamed('viewer')).includes('알려질사람'), false)
})

test('offenders are for moderators', async () => {
  await fixture.write({
    offences: [
      {
        channelId: CHANNEL,
        broadcastId: BROADCAST,
        authorId: 'author-bad',
        authorName: '살펴볼이름',
        strikes: 3,
        mild: 0,
        strong: 0,
        severe: 1,
        firstAt: 1,
        lastAt: 2,
        lastMessageId: 'bad-1',
        lastSeverity: 3,
        revision: 1,
      },
    ],
  })
  assert.equal((await ask('viewer', 'GET', `${page}.data`)).body.includes('살펴볼이름'), false)
  assert.equal((await ask('moderator', 'GET', `${page}.data`)).body.includes('살펴볼이름'), true)
})

test('a wrong name and a wrong password look the same', async () => {
  const wrong = [await logIn('viewer', 'wrong password'), await logIn('nobody-such', 'wrong password')]
  assert.deepEqual(
    wrong.map(({ status }) => status),
    [401, 401],
  )
  assert.deepEqual(wrong.map(sessionOf), ['', ''])
})

test('what people do is written down: by whom, in which role, and once however often a page loads', async () => {
  const from = fixture.archive.operatorActions.length
  const session = sessionOf(await logIn('moderator', password))
  await logIn('viewer', 'wrong password')
  for (const path of ['/archive?q=%EC%A7%84%EC%A7%9C', '/archive.data?q=%EC%A7%84%EC%A7%9C&cursor=0', '/archive'])
    await ask('moderator', 'GET', path)
  await ask('moderator', 'GET', '/export?q=a&format=jsonl')
  await ask(
    'moderator',
    'POST',
    broadcastPath(place, '/settings'),
    form({ maskSeverity: '3', surgeShare: '30', surgeRatio: '2', surgeMessages: '30' }),
  )
  await ask('owner', 'POST', '/watch', form({ intent: 'stop', broadcast: `${CHANNEL}~${BROADCAST}` }))
  await ask('owner', 'POST', '/watch', form({ intent: 'delete', broadcast: 'demo:gone~b' }))
  await ask('nobody', 'POST', '/logout', 'a=b', { Cookie: session })
  // A logout does not wait for its own line.
  while (fixture.archive.operatorActions.length < from + 8) await immediate()
  const did = fixture.archive.operatorActions.slice(from)
  assert.deepEqual(
    did.map(({ kind, by, role }) => `${kind} ${by} ${role}`),
    [
      'login moderator moderator',
      'login-refused viewer ',
      'search moderator moderator',
      'export moderator moderator',
      'settings-changed moderator moderator',
      'stop owner owner',
      'delete owner owner',
      'logout moderator moderator',
    ],
  )
  assert.equal(did[2]!.text, 'q=%EC%A7%84%EC%A7%9C')
  assert.match(did[4]!.details.maskSeverity!, /^\d → 3$/)
})

test('a reveal that cannot be written down shows nothing', async () => {
  const { act } = fixture.commands
  Object.assign(fixture.commands, { act: () => Promise.reject(new Error('the log is away')) })
  try {
    const { status, body } = await ask('moderator', 'POST', broadcastPath(place, '/reveal'), '{"ids":["bad-1"]}')
    assert.equal(status, 500)
    assert.equal(body.includes(secretWord), false)
    assert.notEqual(sessionOf(await logIn('viewer', password)), '', 'and nobody is kept out by it')
  } finally {
    Object.assign(fixture.commands, { act })
  }
})

test('that somebody took a panel along is written down, and only of panels that there are', async () => {
  const from = fixture.asked.length
  const save = (panel: string) =>
    ask('viewer', 'POST', broadcastPath(place, '/saved'), form({ panel, format: 'csv' })).then(({ status }) => status)
  assert.deepEqual([await save('chat'), await save('everything')], [204, 400])
  const [did, ...others] = fixture.asked.slice(from)
  assert.match(did!, /"kind":"export".*"what":"chat","format":"csv"/)
  assert.deepEqual(others, [])
})

test('a session ends with the logout', async () => {
  const session = sessionOf(await logIn('viewer', password))
  assert.equal((await ask('nobody', 'GET', '/', '', { Cookie: session })).status, 200)
  await ask('nobody', 'POST', '/logout', 'a=b', { Cookie: session })
  assert.equal((await ask('nobody', 'GET', '/', '', { Cookie: session })).status, 302)
})

test('an invitation lets one person in once, in the role that it was made for', async () => {
  const token = await fixture.accounts.addInvite('viewer', 'owner')
  assert.equal((await ask('nobody', 'GET', `/join/${token}`)).status, 200)
  const join = (name: string, secret: string) =>
    ask('nobody', 'POST', `/join/${token}`, form({ name, password: secret }))
  assert.equal((await join('viewer', password)).status, 400, 'a name that is taken uses nothing up')
  assert.equal((await join('newcomer', 'short')).status, 400)
  const joined = await join('newcomer', password)
  assert.equal(joined.status, 302)
  const session = sessionOf(joined)
  assert.equal((await ask('nobody', 'GET', '/', '', { Cookie: session })).status, 200)
  assert.equal((await ask('nobody', 'GET', channelPath(CHANNEL, '/rules'), '', { Cookie: session })).status, 403)
  assert.equal((await join('second', password)).status, 404)
  for (const wrong of ['nothing', 'a'.repeat(5000)])
    assert.equal((await ask('nobody', 'GET', `/join/${wrong}`)).status, 404)
})

test('only the owner invites, and unused invitations can be taken back', async () => {
  for (const role of ['viewer', 'moderator'] as const)
    assert.equal((await ask(role, 'POST', '/account', form({ intent: 'invite', role: 'owner' }))).status, 403)
  const before = await fixture.accounts.openInvites()
  assert.equal((await ask('owner', 'POST', '/account', form({ intent: 'invite', role: 'moderator' }))).status, 200)
  assert.equal(await fixture.accounts.openInvites(), before + 1)
  await ask('owner', 'POST', '/account', form({ intent: 'revoke-invites' }))
  assert.equal(await fixture.accounts.openInvites(), 0)
})

test('a logout everywhere ends every session of the person, and what they were still reading', async () => {
  const [first, second] = [sessionOf(await logIn('newcomer', password)), sessionOf(await logIn('newcomer', password))]
  const reader = new SseClient(`${fixture.server.url}${broadcastPath(place, '/events')}`, {
    Cookie: second,
    'X-Forwarded-For': '203.0.113.7',
  })
  await reader.until(() => reader.status === 200)
  const { headers } = await ask('nobody', 'POST', '/account', form({ intent: 'logout-everywhere' }), { Cookie: first })
  assert.equal(headers.location, '/login')
  await reader.until(() => reader.isClosed)
  for (const session of [first, second])
    assert.equal((await ask('nobody', 'GET', '/', '', { Cookie: session })).status, 302)
})

test('after the login a path of our own follows, and never another site', async () => {
  for (const [next, place] of [
    ['/archive?q=a', '/archive?q=a'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
  ] as const) {
    const { headers } = await ask('nobody', 'POST', '/login', form({ name: 'viewer', password, next }))
    assert.equal(headers.location, place)
  }
})

test('a request from another site changes nothing', async () => {
  const attempts: readonly Readonly<Record<string, string>>[] = [
    { Origin: 'https://evil.example' },
    { Origin: 'null' },
    { Origin: '', 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ]
  for (const headers of attempts)
    for (const path of ['/watch', '/watch.data', '/account', '/preferences', '/login', broadcastPath(place, '/reveal')])
      assert.equal(
        (await ask('local', 'POST', path, form({ intent: 'demo' }), headers)).status,
        403,
        `${path} ${JSON.stringify(headers)}`,
      )
})

test('no form of any page is taken from another site, and a link changes nothing', async () => {
  const forms = matrix.filter(([method]) => method === 'POST')
  const done = () => fixture.asked.filter((entry) => !entry.startsWith('act ')).length
  const before = done()
  for (const [, path, body] of forms) {
    const elsewhere = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }
    for (const to of [path, path.replace(/(?=\?|$)/, '.data')])
      assert.equal((await ask('local', 'POST', to, body || 'a=b', elsewhere)).status, 403, to)
    await ask('local', 'GET', body.startsWith('{') ? path : `${path}${path.includes('?') ? '&' : '?'}${body}`)
  }
  assert.equal(done(), before)
})

test('a name that somebody else points here is refused', async () => {
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io', 'user@localhost'])
    assert.notEqual((await ask('local', 'GET', '/', '', { Host: host })).status, 200, host)
  const { port } = new URL(fixture.server.url)
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`])
    assert.equal((await ask('local', 'GET', '/', '', { Host: host })).status, 200, host)
})

test('a page may run only scripts that carry its nonce, and stands in no frame', async () => {
  const { headers, body } = await ask('local', 'GET', page)
  const policy = String(headers['content-security-policy'])
  for (const part of ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
    assert.ok(policy.includes(part), part)
  const nonce = /'nonce-([^']+)'/.exec(policy)![1]!
  const scripts = [...body.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag)
  assert.ok(scripts.length > 0)
  assert.ok(scripts.every((tag) => tag.includes(`nonce="${nonce}"`)))
  assert.equal(/script-src[^;]*unsafe/.test(policy), false)
})

test('a body that is too large is refused before it is read', async () => {
  assert.equal((await ask('local', 'POST', '/watch', `link=${'a'.repeat(70_000)}`)).status, 413)
})

test('an error shows no stack', async () => {
  const { status, body } = await ask('local', 'GET', '/broadcasts/nothing')
  assert.equal(status, 404)
  assert.equal(/\bat .*\.(ts|js):\d+/.test(body), false)
})

test('a refused link and a weak password are told by their codes', async () => {
  const link = await ask('local', 'POST', '/watch', form({ link: 'https://example.com/live' }))
  assert.deepEqual([link.status, JSON.parse(link.body)], [400, { code: 'URL_UNSUPPORTED' }])
  const weak = await ask(
    'local',
    'POST',
    '/account',
    form({ intent: 'add', name: 'kim', role: 'viewer', password: 'short' }),
  )
  assert.equal(weak.status, 400)
})
