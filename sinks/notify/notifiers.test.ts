import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Alert, Notification } from '#schemas/types.ts'
import { emailNotifier } from '../email.ts'
import { slackNotifier } from '../slack.ts'
import { alertOf } from '../testing/archive-values.ts'
import { FakeHttpReceiver, localhostPem } from '../testing/fake-http-receiver.ts'
import { FakeMailServer } from '../testing/fake-mail-server.ts'
import { signatureOf, webhookNotifier } from '../webhook.ts'
import { retryAfterMs } from './http-failure.ts'
import type { DeliverContext, NotifyError } from './notifier.ts'
import type { SmtpServer } from './smtp-server.ts'

const style = { language: 'ko', timeZone: 'Asia/Seoul', publicUrl: 'https://javas.example.com' } as const
const first: DeliverContext = { mayRepeat: false, opened: null }
const hostile =
  '<!channel> <@U123> *bold* &amp; @everyone http://evil.example.com/x evil.com\r\nBcc: a@b.c\u202egnp<script>alert(1)</script>'
const notificationOf = (given: Partial<Notification> = {}, alert: Partial<Alert> = {}): Notification => ({
  id: 'demo:one/negative-surge/1:firing',
  transition: 'firing',
  at: 1_795_400_030_000,
  notifier: '',
  alerts: [
    alertOf('demo:one/negative-surge/1', {
      words: ['렉', '끊김'],
      samples: ['●● 렉'],
      channelName: '하나',
      authors: 24,
      loudest: 0.2,
      ...alert,
    }),
  ],
  repeats: 0,
  flapping: false,
  by: '',
  ...given,
})
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'delivered',
    (cause: NotifyError) =>
      `${cause.code}${cause.retriable ? ' later' : ''}${cause.retryAfterMs === null ? '' : ` ${cause.retryAfterMs}`}`,
  )

let http: FakeHttpReceiver
let https: FakeHttpReceiver
let mail: FakeMailServer
before(async () => {
  http = await FakeHttpReceiver.listen()
  https = await FakeHttpReceiver.listen({ tls: true })
  mail = await FakeMailServer.listen()
})
after(async () => {
  await http.close()
  await https.close()
  await mail.close()
})
beforeEach(() => {
  http.received.length = 0
  http.next = []
  http.answer = () => ({ body: 'ok' })
  mail.mails.length = 0
  mail.refusal = null
})

const byWebhook = (url = `${http.url}/services/T/B/x`, timeoutMs = 2_000) =>
  slackNotifier({ target: { webhook: url }, style, timeoutMs })
const generic = (url = `${http.url}/hook`, timeoutMs = 2_000) =>
  webhookNotifier({ url, secret: 'a secret of tests', style, timeoutMs })

test('a Slack message says what, since when, how much, who, which words, shows masked chat and leads to that minute', async () => {
  const { answer } = await byWebhook().deliver(notificationOf(), first)
  assert.equal(answer, '200 ok')
  const said = http.received[0]!.text
  for (const part of [
    '[울림] 부정 급증 — 하나',
    '50 % (기준 35 %)',
    '24명이 썼고',
    '렉, 끊김',
    '●● 렉',
    '/moments/demo%3Aone~first?from=',
    '/alarms/runbook#negative-surge',
    'demo:one/negative-surge/1:firing',
  ])
    assert.ok(said.includes(part), `${part} in ${said}`)
})

test('what people wrote is no markup, mention or link in Slack', async () => {
  await byWebhook().deliver(
    notificationOf({}, { samples: [hostile], words: [hostile], channelName: hostile, reason: hostile }),
    first,
  )
  const message = JSON.parse(http.received[0]!.text) as { text: string; blocks: SlackBlock[] }
  const markup = [message.text, ...message.blocks.flatMap(markupOf)].join('\n')
  // Our own links stand in markup; nothing that came from outside does, but escaped.
  for (const part of markup
    .replaceAll(/<https:\/\/javas\.example\.com\/[^|>]*\|[^>]*>/g, '')
    .match(/[<>]|\*bold|https?:|@everyone/g) ?? [])
    assert.fail(`${part} in ${markup}`)
  assert.ok(
    !/@everyone|:\/\/evil|evil\.com|\r|\u202e|[^"]\\nBcc/.test(
      http.received[0]!.text.replaceAll('https://javas.example.com', ''),
    ),
  )
})

interface SlackBlock {
  readonly text?: { readonly type: string; readonly text: string }
  readonly elements?: readonly { readonly type: string; readonly text: string }[]
}
const markupOf = ({ text, elements = [] }: SlackBlock) =>
  [...(text ? [text] : []), ...elements].filter(({ type }) => type === 'mrkdwn').map(({ text }) => text)

test('as a bot Slack answers in the thread of the beginning and marks it when it is over', async () => {
  http.answer = ({ path }) => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(path === '/chat.postMessage' ? { ok: true, ts: '17.5' } : { ok: true }),
  })
  const bot = slackNotifier({ target: { token: 'xoxb-test', channel: 'C1', apiUrl: `${http.url}/` }, style })
  const firing = notificationOf()
  const { reference } = await bot.deliver(firing, first)
  assert.equal(reference, '17.5')
  await bot.deliver(notificationOf({ id: 'x:resolved', transition: 'resolved' }), {
    mayRepeat: false,
    opened: { notification: firing, reference },
  })
  assert.deepEqual(
    http.received.map(({ path }) => path),
    ['/chat.postMessage', '/chat.postMessage', '/chat.update'],
  )
  assert.match(decodeURIComponent(http.received[1]!.text), /thread_ts.{1,30}17\.5/s)
  assert.ok(http.received.every(({ headers }) => headers.authorization === 'Bearer xoxb-test'))
})

test('a bot that is asked to wait waits as long; one that is refused is refused for good', async () => {
  const bot = slackNotifier({
    target: { token: 'xoxb-test', channel: 'C1', apiUrl: `${http.url}/` },
    style,
    timeoutMs: 500,
  })
  const json = (body: object) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  http.next = [
    { status: 429, headers: { 'retry-after': '7' } },
    json({ ok: false, error: 'channel_not_found' }),
    json({ ok: false, error: 'internal_error' }),
    { status: 503, body: 'busy' },
    { fault: 'silent' },
    { fault: 'cut' },
  ]
  const codes: string[] = []
  for (let n = 0; n < 6; n++) codes.push(await codeOf(bot.deliver(notificationOf(), first)))
  assert.deepEqual(codes, [
    'NOTIFY_RATE_LIMITED later 7000',
    'NOTIFY_REFUSED',
    'NOTIFY_UNAVAILABLE later',
    'NOTIFY_UNAVAILABLE later',
    'NOTIFY_TIMEOUT later',
    'NOTIFY_UNREACHABLE later',
  ])
})

for (const [name, open] of [
  ['Slack webhook', byWebhook],
  ['webhook', generic],
] as const)
  test(`${name}: 429 waits as asked, 5xx, time-outs and cuts wait, 4xx ends, a redirect is not followed`, async () => {
    const notifier = open(undefined, 300)
    http.next = [
      { status: 429, headers: { 'retry-after': '12' } },
      { status: 500 },
      { status: 404, body: 'no_service' },
      { fault: 'silent' },
      { fault: 'cut' },
      { status: 302, headers: { location: 'http://169.254.169.254/' } },
    ]
    const codes: string[] = []
    for (let n = 0; n < 6; n++) codes.push(await codeOf(notifier.deliver(notificationOf(), first)))
    assert.deepEqual(codes.slice(0, 5), [
      'NOTIFY_RATE_LIMITED later 12000',
      'NOTIFY_UNAVAILABLE later',
      'NOTIFY_REFUSED',
      'NOTIFY_TIMEOUT later',
      'NOTIFY_UNREACHABLE later',
    ])
    assert.match(codes[5]!, /^NOTIFY_/)
    assert.equal(http.received.length, 6)
  })

test('a certificate that nobody vouches for, and a port where nobody listens, are told apart', async () => {
  assert.equal(await codeOf(byWebhook(`${https.url}/x`).deliver(notificationOf(), first)), 'NOTIFY_TLS later')
  assert.equal(await codeOf(generic(`${https.url}/x`).deliver(notificationOf(), first)), 'NOTIFY_TLS later')
  assert.equal(
    await codeOf(generic('http://127.0.0.1:1/x').deliver(notificationOf(), first)),
    'NOTIFY_UNREACHABLE later',
  )
})

test('a webhook is signed over its time and body, and every copy bears the same key', async () => {
  const hook = webhookNotifier({
    url: `${http.url}/hook`,
    secret: 'a secret of tests',
    style,
    now: () => 1_795_400_000_000,
  })
  await hook.deliver(notificationOf(), first)
  await hook.deliver(notificationOf(), { ...first, mayRepeat: true })
  const [one, two] = http.received
  assert.equal(one!.headers['x-javas-timestamp'], '1795400000')
  assert.equal(one!.headers['x-javas-signature'], signatureOf('a secret of tests', 1_795_400_000, one!.text))
  assert.notEqual(one!.headers['x-javas-signature'], signatureOf('another secret', 1_795_400_000, one!.text))
  assert.equal(one!.headers['idempotency-key'], two!.headers['idempotency-key'])
  assert.equal(two!.headers['x-javas-may-repeat'], '1')
  assert.equal(one!.text, two!.text)
})

const serverOf = (given: Partial<SmtpServer> = {}): SmtpServer => ({
  host: 'localhost',
  port: mail.port,
  user: '',
  password: '',
  security: 'starttls',
  ca: localhostPem,
  timeoutMs: 1_000,
  ...given,
})
const mailer = (given: Partial<SmtpServer> = {}) =>
  emailNotifier({
    server: serverOf(given),
    from: 'JAVAS <javas@example.com>',
    to: ['a@example.com', 'b@example.com'],
    style: { ...style, language: 'en' },
  })
/** A header with its folds and encoded words read. */
const header = (raw: string, name: string) =>
  new RegExp(`^${name}: ((?:.*(?:\r\n[ \t].*)*))`, 'im')
    .exec(raw)?.[1]
    ?.replaceAll(/\r\n[ \t]/g, '')
    .replaceAll(/=\?UTF-8\?([QB])\?(.*?)\?=\s*/gi, (_, kind: string, text: string) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString('utf8')
        : Buffer.from(
            text
              .replaceAll('_', ' ')
              .replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
            'latin1',
          ).toString('utf8'),
    )

test('a mail goes over STARTTLS to everybody, in text and HTML, with the headers of a list, and its copies are one message', async () => {
  const notifier = mailer()
  const { answer, reference } = await notifier.deliver(notificationOf(), first)
  await notifier.deliver(notificationOf(), { ...first, mayRepeat: true })
  await notifier.deliver(notificationOf({ id: 'x:resolved', transition: 'resolved' }), {
    mayRepeat: false,
    opened: { notification: notificationOf(), reference },
  })
  await notifier.close()
  assert.match(answer, /^250/)
  const [one, copy, over] = mail.mails
  assert.deepEqual(one!.to, ['a@example.com', 'b@example.com'])
  assert.ok(one!.secure)
  assert.equal(header(one!.raw, 'Subject'), '[Firing] Negative surge — 하나')
  assert.equal(header(one!.raw, 'Auto-Submitted'), 'auto-generated')
  assert.match(header(one!.raw, 'List-ID')!, /<alarms\.example\.com>/)
  assert.equal(header(one!.raw, 'Message-ID'), reference)
  assert.equal(header(copy!.raw, 'Message-ID'), reference)
  assert.equal(header(over!.raw, 'In-Reply-To'), reference)
  assert.match(one!.raw, /multipart\/alternative/)
})

test('chat text adds no header, no recipient and no markup to a mail', async () => {
  const notifier = mailer()
  await notifier.deliver(
    notificationOf({}, { channelName: hostile, samples: [hostile], words: [hostile], kind: hostile }),
    first,
  )
  await notifier.close()
  const { raw, to } = mail.mails[0]!
  assert.deepEqual(to, ['a@example.com', 'b@example.com'])
  assert.equal(header(raw, 'Bcc'), undefined)
  assert.equal((raw.match(/^Subject:/gim) ?? []).length, 1)
  const html = Buffer.from(
    raw
      .replaceAll('=\r\n', '')
      .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')
  assert.ok(!/<script|<!channel>|:\/\/evil/.test(html.slice(html.indexOf('<!doctype'))), html)
})

test('a mail server that is busy is asked later, one that refuses is not, and nothing is said where nobody vouches', async (t) => {
  const notifier = mailer()
  mail.refusal = { code: 451, text: 'busy' }
  assert.equal(await codeOf(notifier.deliver(notificationOf(), first)), 'NOTIFY_UNAVAILABLE later')
  mail.refusal = { code: 554, text: 'no' }
  assert.equal(await codeOf(notifier.deliver(notificationOf(), first)), 'NOTIFY_REFUSED')
  await notifier.close()
  const untrusting = mailer({ ca: null })
  assert.equal(await codeOf(untrusting.deliver(notificationOf(), first)), 'NOTIFY_TLS later')
  await untrusting.close()
  const nobody = mailer({ port: 1 })
  assert.equal(await codeOf(nobody.deliver(notificationOf(), first)), 'NOTIFY_UNREACHABLE later')
  await nobody.close()
  const plain = await FakeMailServer.listen({ hideSTARTTLS: true, disabledCommands: ['STARTTLS', 'AUTH'] })
  const strict = mailer({ port: plain.port })
  t.after(() => Promise.all([strict.close(), plain.close()]))
  assert.match(await codeOf(strict.deliver(notificationOf(), first)), /^NOTIFY_TLS/)
  assert.deepEqual([mail.mails.length, plain.mails.length], [0, 0])
})

test('Retry-After is seconds or a date, and never more than an hour', () => {
  const now = Date.parse('2026-11-29T12:00:00Z')
  assert.deepEqual(
    ['3', 'Sun, 29 Nov 2026 12:00:05 GMT', '999999', '-4', 'soon', null].map((text) => retryAfterMs(text, now)),
    [3_000, 5_000, 3_600_000, 0, null, null],
  )
})
