import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boundedRaw, boundedText, cut } from './bounded-text.ts'
import { chatMessage, type MessageDraft } from './chat-message.ts'

const draft: MessageDraft = {
  source: 'demo',
  channelId: 'demo:x',
  broadcastId: 'x@1',
  id: 'm',
  kind: 'text',
  timestamp: 1_000,
  receivedAt: 2_000,
  author: { id: 'a', name: '나' },
  text: '안녕',
}

test('a cut never leaves half of a surrogate pair', () => {
  assert.equal(cut('ab🙂', 3), 'ab')
  assert.equal(cut('ab🙂', 4), 'ab🙂')
})

test('text is well-formed, NFC, free of control characters and bounded', () => {
  assert.equal(boundedText('a\u0000\u001b[31m\u0085b'), 'a[31mb')
  assert.equal(boundedText('x\ud800y'), 'x\ufffdy')
  assert.equal(boundedText('각'.normalize('NFD')), '각')
  assert.equal(boundedText('a\tb\nc'), 'a\tb\nc')
  assert.equal(boundedText('가'.repeat(50_000)).length, 2_000)
  assert.equal(boundedText('가'.normalize('NFD').repeat(2_000)).length, 2_000)
  for (const value of [null, undefined, 1, {}, [], true]) assert.equal(boundedText(value), '')
})

test('raw keeps control characters but is bounded and well-formed', () => {
  assert.equal(boundedRaw('\u0001x\ud800'), '\u0001x\ufffd')
  assert.equal(boundedRaw('x'.repeat(100_000)).length, 8_192)
})

test('the text is its runs joined, also where two runs compose', () => {
  const message = chatMessage({
    ...draft,
    text: [
      { text: '가', emote: null },
      { text: '\u11a8!', emote: null },
    ],
  })
  assert.equal(message.text, '각!')
  assert.equal(message.runs.map((run) => run.text).join(''), message.text)
})

test('runs share the bound of the text', () => {
  const runs = Array.from({ length: 1_000 }, () => ({ text: 'ㅋ'.repeat(50), emote: null }))
  const message = chatMessage({ ...draft, text: runs })
  assert.equal(message.text.length, 2_000)
  assert.equal(message.runs.map((run) => run.text).join(''), message.text)
})

test('an author who is not there is anonymous', () => {
  for (const author of [null, {}, { id: '', name: '' }, { id: null as unknown as string }]) {
    const { author: made } = chatMessage({ ...draft, author })
    assert.deepEqual([made.id, made.name, made.roles], ['anonymous', 'anonymous', ['anonymous']])
  }
})

test('a time that cannot be is the time of receipt', () => {
  for (const timestamp of [Number.NaN, 0, -1, Number.POSITIVE_INFINITY, 9e15, 1.5])
    assert.equal(chatMessage({ ...draft, timestamp }).timestamp, 2_000)
  assert.equal(chatMessage(draft).timestamp, 1_000)
})

test('only https addresses reach a browser', () => {
  const url = (value: string) =>
    chatMessage({ ...draft, text: [{ text: 'x', emote: { id: 'e', url: value } }] }).runs[0]?.emote?.url
  assert.equal(url('https://cdn.example/x.png'), 'https://cdn.example/x.png')
  for (const value of ['http://cdn.example/x', 'javascript:alert(1)', 'data:x', '//cdn.example', 'https://', ''])
    assert.equal(url(value), null, value)
})

test('an amount that is no number is none', () => {
  assert.equal(chatMessage({ ...draft, amount: { value: Number.NaN, currency: 'KRW', raw: 'x' } }).amount, null)
})

test('a name that is missing is the id, as short as a name', () => {
  const { author } = chatMessage({ ...draft, author: { id: 'x'.repeat(150) } })
  assert.equal(author.id.length, 150)
  assert.equal(author.name, 'x'.repeat(100))
})

test('an id of control characters becomes one that tells its message from others, the same every time', () => {
  const ids = ['\u0015', '\u0016', '\u0015'].map((id) => chatMessage({ ...draft, id }).id)
  assert.notEqual(ids[0], '')
  assert.notEqual(ids[0], ids[1])
  assert.equal(ids[0], ids[2])
})
