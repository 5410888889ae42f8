import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ArchivedMessage, ArchiveReader, BroadcastSummary } from '#sinks/archive.ts'
import { alertOf, message, stateOf, T0, windowOf } from '#sinks/testing/archive-values.ts'
import { CurveTally } from './curve-tally.ts'
import { findPeaks } from './find-peaks.ts'
import { Frequent } from './frequent.ts'
import { type MakeReportOptions, makeReport } from './make-report.ts'
import { renderCsv, reportColumns } from './render-csv.ts'
import { renderHtml } from './render-html.ts'
import type { Report } from './report.ts'

const MINUTE = 60_000
type Values = NonNullable<Parameters<typeof message>[2]>

const archived = (id: string, text: string, values: Values & { readonly deletedAt?: number } = {}): ArchivedMessage => {
  const { deletedAt = null, ...chat } = values
  return { ...message(id, text, chat), deletedAt }
}
const summaryOf = (values: Partial<BroadcastSummary> = {}): BroadcastSummary => ({
  channelId: 'demo:one',
  broadcastId: 'first',
  source: 'demo',
  title: 'A title',
  channelName: 'One',
  url: '',
  state: stateOf({ state: 'ended' }),
  startedAt: T0,
  lastMessageAt: T0 + 30 * MINUTE,
  messages: 0,
  authors: 3,
  profane: 0,
  alerts: 0,
  ...values,
})

/** An archive of one broadcast, whose messages are made while they are read. */
function archiveOf(
  messages: () => Iterable<ArchivedMessage>,
  values: { readonly past?: readonly BroadcastSummary[]; readonly title?: string } = {},
): MakeReportOptions['archive'] {
  const found = summaryOf({ title: values.title ?? 'A title' })
  const reader: Partial<ArchiveReader> = {
    broadcast: async (_channelId, broadcastId) => (broadcastId === 'first' ? found : null),
    broadcasts: async () => [found, ...(values.past ?? [])],
    async *export({ from = 0, to = Number.POSITIVE_INFINITY }) {
      for (const one of messages()) if (one.message.timestamp >= from && one.message.timestamp < to) yield one
    },
    windows: async () => [windowOf(T0, { messages: 10, positive: 4, neutral: 4, negative: 2 })],
    alerts: async () => [alertOf('a1')],
    keywords: async () => null,
  }
  return reader as MakeReportOptions['archive']
}

const reportOf = (
  messages: () => Iterable<ArchivedMessage>,
  options: Partial<MakeReportOptions> & { readonly past?: readonly BroadcastSummary[]; readonly title?: string } = {},
): Promise<Report> =>
  makeReport({
    archive: archiveOf(messages, options),
    channelId: 'demo:one',
    broadcastId: 'first',
    maskSeverity: 2,
    now: () => T0,
    ...options,
  })

/** Thirty calm minutes, and in the twentieth a storm of complaints about the screen. */
function* evening(): Generator<ArchivedMessage> {
  let id = 0
  for (let minute = 0; minute < 30; minute++)
    for (let at = 0; at < 12; at++)
      yield archived(`m${id++}`, `소리 좋아요 ${at}`, {
        timestamp: T0 + minute * MINUTE + at * 4_000,
        sentiment: at % 4 === 0 ? 'positive' : 'neutral',
      })
  for (let at = 0; at < 100; at++)
    yield archived(`s${at}`, `화면 멈춤 ${at % 10}`, {
      timestamp: T0 + 20 * MINUTE + at * 500,
      sentiment: 'negative',
      author: 'angry',
      severity: at % 20 === 0 ? 2 : 0,
    })
}

test('every figure of a report is what counting by hand gives', async () => {
  const all = [...evening()]
  const { totals, curve, profanity } = await reportOf(evening)
  assert.equal(totals.messages, all.length)
  for (const label of ['positive', 'neutral', 'negative'] as const) {
    const expected = all.filter(({ sentiment }) => sentiment?.label === label).length
    assert.equal(totals[label], expected)
    assert.equal(
      curve.points.reduce((sum, point) => sum + point[label], 0),
      expected,
    )
  }
  assert.deepEqual(profanity.messages, [0, 5, 0])
  assert.deepEqual(profanity.categories, { vulgar: [0, 5, 0] })
  assert.equal(curve.points.length, 30)
})

test('what stands out is found, with the words and lines that tell why', async () => {
  const { peaks } = await reportOf(evening)
  assert.deepEqual(
    peaks.map(({ kind, from }) => [kind, from]),
    [['negative', T0 + 20 * MINUTE]],
  )
  for (const { words, samples } of peaks) {
    assert.deepEqual(words.slice(0, 2).sort(), ['멈춤', '화면'])
    assert.ok(samples.length === 3 && samples.every(({ text }) => text.includes('멈춤')))
  }
})

test('an even broadcast has no peak, and neighbouring minutes are one', () => {
  const points = (counts: readonly number[]) =>
    counts.map((messages, at) => ({
      start: at * MINUTE,
      messages,
      positive: 0,
      neutral: messages,
      negative: 0,
      profane: 0,
    }))
  assert.deepEqual(findPeaks({ stepMs: MINUTE, points: points([20, 21, 19, 20, 22]) }), [])
  assert.deepEqual(findPeaks({ stepMs: MINUTE, points: [] }), [])
  const peaks = findPeaks({ stepMs: MINUTE, points: points([20, 20, 60, 80, 20, 20, 20]) })
  assert.deepEqual(
    peaks.map(({ from, to, messages, times }) => [from, to, messages, times]),
    [[2 * MINUTE, 4 * MINUTE, 140, 4]],
  )
})

test('profanity is masked wherever a text is shown, and nobody is named unless asked for', async () => {
  const swears = function* () {
    for (let at = 0; at < 20; at++)
      yield archived(`m${at}`, 'X 왜 안 돼요', { severity: 2, question: true, author: 'secret-id', name: 'SecretName' })
  }
  const plain = JSON.stringify(await reportOf(swears))
  assert.ok(!plain.includes('X 왜') && plain.includes('● 왜 안 돼요'))
  assert.ok(!plain.includes('secret-id') && !plain.includes('SecretName'))
  const named = await reportOf(swears, { people: true })
  assert.deepEqual(
    named.people?.map(({ authorId, name, messages }) => [authorId, name, messages]),
    [['secret-id', 'SecretName', [0, 20, 0]]],
  )
  assert.ok(renderHtml(named, { language: 'en', timeZone: 'UTC' }).includes('SecretName'))
})

test('the same question in other words is told once, with how often it was asked', async () => {
  const { questions } = await reportOf(function* () {
    for (const [at, text] of ['오늘 몇 시까지 하세요?', '오늘 몇시까지 해요?', '오늘 몇 시까지 하세요?'].entries())
      yield archived(`q${at}`, text, { question: true })
    yield archived('gone', '지워진 질문?', { question: true, deletedAt: T0 })
  })
  assert.deepEqual(
    questions.map(({ text, count, wordings }) => [text, count, wordings]),
    [['오늘 몇 시까지 하세요?', 3, 2]],
  )
})

test('gaps, late ones, history and what was put aside are told', async () => {
  const { quality } = await reportOf(
    function* () {
      yield archived('gap', '', {
        kind: 'status',
        amount: { value: 40, currency: 'messages', raw: '40', micros: null },
      })
      yield archived('late', '늦음', { receivedAt: T0 + 11_000 })
      yield archived('old', '지난 것', { receivedAt: T0 + 11_000, history: true })
    },
    { putAside: { late: 2 } },
  )
  assert.deepEqual(quality.gaps, [{ at: T0, missing: 40 }])
  assert.deepEqual(
    [quality.missing, quality.late, quality.history, quality.unscored, quality.putAside],
    [40, 1, 1, 2, { late: 2 }],
  )
})

test('chat cannot break out of its place in the page', async () => {
  const evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>\u202e\u0007'
  const report = await reportOf(
    function* () {
      for (let at = 0; at < 30; at++)
        yield archived(`m${at}`, evil, { question: true, severity: 1, author: evil, name: evil, timestamp: T0 + at })
    },
    { people: true, title: evil },
  )
  for (const language of ['ko', 'en'] as const) {
    const page = renderHtml(report, { language, timeZone: 'Asia/Seoul' })
    assert.ok(!/<(script|img|iframe|object|link|a)\b/i.test(page))
    for (const unruly of ['\u202e', '\u0007']) assert.ok(!page.includes(unruly))
    assert.ok(page.includes('&lt;script&gt;'))
  }
})

test('a page asks for nothing from anywhere', async () => {
  const page = renderHtml(await reportOf(evening), { language: 'ko', timeZone: 'Asia/Seoul' })
  assert.ok(!/https?:|url\(|@import|\bsrc=|\bhref=/i.test(page), 'no address in it')
  assert.match(page, /Content-Security-Policy" content="default-src 'none'/)
})

test('the table has as many fields in every row, and no field is a formula', async () => {
  const csv = renderCsv(
    await reportOf(function* () {
      for (let at = 0; at < 5; at++) yield archived(`m${at}`, '=1+1 @a', { question: true, name: '=cmd' })
    }),
  )
  const rows = csv.slice(1).trimEnd().split('\r\n')
  for (const row of rows) assert.equal(row.split(',').length, reportColumns.length, row)
  assert.ok(rows.some((row) => row.includes("'=1+1")))
  assert.ok(!/(^|,)"?[=+@]/m.test(csv))
})

test('a broadcast is set beside the earlier ones of its channel', async () => {
  const { past } = await reportOf(evening, {
    past: [
      summaryOf({ broadcastId: 'later', startedAt: T0 + 1 }),
      summaryOf({ broadcastId: 'before', startedAt: T0 - 1, messages: 7 }),
      summaryOf({ broadcastId: 'else', channelId: 'demo:two', startedAt: T0 - 1 }),
    ],
  })
  assert.deepEqual(
    past.map(({ broadcastId, messages, negative }) => [broadcastId, messages, negative]),
    [['before', 7, 0.2]],
  )
})

test('a broadcast that is not there is said to be so, and a report that nobody wants ends', async () => {
  await assert.rejects(reportOf(evening, { broadcastId: 'other' }), { code: 'BROADCAST_NOT_FOUND' })
  const stop = new AbortController()
  let read = 0
  const endless = function* () {
    for (;;) yield archived(`m${read++}`, '끝없음')
  }
  await assert.rejects(
    reportOf(endless, {
      signal: stop.signal,
      onProgress: ({ done }) => {
        if (done >= 2_000) stop.abort(new Error('nobody wants it'))
      },
    }),
    /nobody wants it/,
  )
  assert.ok(read < 100_000)
})

test('a broadcast without a message makes a report that says so', async () => {
  const report = await reportOf(function* () {})
  assert.deepEqual([report.curve.points, report.peaks, report.totals.messages], [[], [], 0])
  for (const language of ['ko', 'en'] as const) assert.ok(renderHtml(report, { language, timeZone: 'UTC' }).length > 0)
})

test('frequent keys are counted within the error that is told, in bounded memory', () => {
  const frequent = new Frequent(100, () => ({ count: 0 }))
  for (let at = 0; at < 20_000; at++) {
    frequent.add(`rare ${at}`)
    if (at % 4 === 0) frequent.add('often')
  }
  const [[key, { count }] = ['', { count: 0 }]] = frequent.top(1)
  assert.equal(key, 'often')
  assert.ok(count <= 5_000 && count + frequent.error >= 5_000)
  assert.ok(frequent.top(1_000_000).length <= 200)
})

test('a curve of a year has a bounded number of points and every message', () => {
  const tally = new CurveTally()
  for (let hour = 0; hour < 8_760; hour++) tally.add(T0 + hour * 60 * MINUTE, 'neutral', false)
  const { points, stepMs } = tally.curve
  assert.ok(points.length <= 1_500 && stepMs > 60 * MINUTE)
  assert.equal(
    points.reduce((sum, { messages }) => sum + messages, 0),
    8_760,
  )
})
