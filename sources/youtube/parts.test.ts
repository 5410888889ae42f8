import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeToken } from '../testing/fake-youtube.ts'
import { chatAnswer } from './chat-answer.ts'
import { allChatContinuation } from './continuation.ts'
import { continuationOf, livePage } from './live-page.ts'
import { pageObject } from './page-json.ts'
import { purchaseAmount } from './purchase-amount.ts'

test('the token for all of the chat is the page’s own with one number changed', () => {
  assert.equal(allChatContinuation(fakeToken('top', 42)), fakeToken('all', 42))
  assert.equal(decodeURIComponent(fakeToken('top', 1)).startsWith('0ofMyA'), true)
})

test('a token that is not understood stays as it is', () => {
  const wrong = [
    '',
    '%',
    '%zz',
    'AAAA',
    'x'.repeat(10_000),
    fakeToken('top', 1, 'replay'),
    fakeToken('all', 1),
    '0ofMyA',
    '한글',
  ]
  for (const token of [...wrong, fakeToken('top', 1).slice(0, 20)])
    assert.equal(allChatContinuation(token), null, token)
})

test('an object is found in a page whatever stands in its strings', () => {
  const object = { a: '"};</script>{{', b: { c: '\\"' } }
  const html = `<script>ytInitialData = undefinedSoFar; var ytInitialData = ${JSON.stringify(object)};</script>`
  assert.deepEqual(pageObject(html, 'ytInitialData'), object)
  assert.deepEqual(pageObject('window["ytInitialData"] = {"a":1};', 'ytInitialData'), { a: 1 })
  for (const broken of [
    '',
    'ytInitialData = {',
    'ytInitialData = {"a":}',
    'ytInitialData = {"a',
    "ytInitialData = '\\x7b'",
  ])
    assert.equal(pageObject(broken, 'ytInitialData'), undefined)
})

test('the next token is found whatever its wrapping is called, and a jump in a recording is none', () => {
  for (const name of [
    'invalidationContinuationData',
    'timedContinuationData',
    'reloadContinuationData',
    'newContinuationData',
  ])
    assert.equal(continuationOf([{ [name]: { continuation: 'next' } }]), 'next')
  assert.equal(continuationOf([{ playerSeekContinuationData: { continuation: 'jump' } }]), '')
  assert.equal(continuationOf([null, 7, {}, { x: null }]), '')
})

test('an answer of any shape is an answer without a chat', () => {
  for (const body of [
    null,
    7,
    '',
    [],
    {},
    { continuationContents: 1 },
    { continuationContents: { liveChatContinuation: [] } },
  ])
    assert.deepEqual(chatAnswer(body), { actions: [], continuation: null, timeoutMs: null, said: '' })
})

test('amounts are read in every way that YouTube writes them', () => {
  const cases: readonly (readonly [string, number, string])[] = [
    ['₩5,000', 5_000, 'KRW'],
    ['￥800', 800, 'JPY'],
    ['¥12,000', 12_000, 'JPY'],
    ['US$2.00', 2, 'USD'],
    ['$1,234.56', 1_234.56, 'USD'],
    ['A$5.00', 5, 'AUD'],
    ['CA$2.79', 2.79, 'CAD'],
    ['NT$150.00', 150, 'TWD'],
    ['€4,99', 4.99, 'EUR'],
    ['€1.234,56', 1_234.56, 'EUR'],
    ['4,99 €', 4.99, 'EUR'],
    ['PLN\u00a05.00', 5, 'PLN'],
    ['PLN 1,000', 1_000, 'PLN'],
    ['R$ 10,00', 10, 'BRL'],
    ['₹40', 40, 'INR'],
    ['kr 20', 20, 'kr'],
    ['20', 20, 'unknown'],
  ]
  for (const [raw, value, currency] of cases) assert.deepEqual(purchaseAmount(raw), { value, currency, raw }, raw)
  for (const raw of ['', 'free', '₩', '-', 'x'.repeat(1_000)]) assert.equal(purchaseAmount(raw), null, raw)
})

test('why there is no chat is told by structure', () => {
  const reason = (playabilityStatus: object, more: object = {}) => livePage({}, { playabilityStatus, ...more }).refusal
  assert.equal(reason({ status: 'LOGIN_REQUIRED', desktopLegacyAgeGateReason: 1 }), 'age')
  assert.equal(reason({ status: 'AGE_VERIFICATION_REQUIRED' }), 'age')
  assert.equal(reason({ status: 'LOGIN_REQUIRED' }), 'private')
  assert.equal(reason({ status: 'ERROR' }), 'not-found')
  assert.equal(reason({ status: 'UNPLAYABLE' }), 'region')
  const offer = { playerLegacyDesktopYpcOfferRenderer: { offerId: 'sponsors_only_video' } }
  assert.equal(reason({ status: 'UNPLAYABLE', errorScreen: offer }), 'members')
  assert.equal(reason({ status: 'OK' }), 'not-live')
  assert.equal(reason({ status: 'OK' }, { videoDetails: { isLiveContent: true } }), 'chat-off')
})
