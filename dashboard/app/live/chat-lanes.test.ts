import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toWire } from '../../live/to-wire.ts'
import { analyzed, type Spec, spanOf } from '../../testing/chat-script.ts'
import type { WireMessage } from '../wire.ts'
import { belongs, emotesOf, isEmotesOnly, type Lane, type LaneNames, lanes } from './chat-lanes.ts'
import { ChatRows } from './chat-rows.ts'

let ids = 0
const message = (text: string, at: number, more: Partial<Spec> = {}): WireMessage => {
  ids += 1
  return toWire(analyzed({ id: `m${ids}`, at, broadcastId: 'b', text, author: `a${ids}`, ...more }), 1)
}
const nobody: LaneNames = { called: [], firstAt: () => null }
const lanesOf = (said: WireMessage, names: LaneNames = nobody): readonly Lane[] => {
  const chat = new ChatRows()
  chat.add([said])
  return lanes.filter((lane) => belongs(lane, chat.rows[0]!, names))
}

test('a plain message is in the lane of all messages alone', () => {
  assert.deepEqual(lanesOf(message('안녕하세요', 1)), ['all'])
})

test('questions, payments and managers have lanes of their own', () => {
  assert.deepEqual(lanesOf(message('몇 시까지 해요?', 1, { question: true })), ['all', 'questions'])
  assert.deepEqual(lanesOf(message('응원해요', 1, { amount: '₩1000' })), ['all', 'paid'])
  assert.deepEqual(lanesOf(message('공지입니다', 1, { roles: ['moderator'] })), ['all', 'managers'])
})

test('what is masked or suspect is for review', () => {
  const profanity = [spanOf('개똥말', { piece: '개똥말', severity: 1, category: 'vulgar' })]
  assert.deepEqual(lanesOf(message('개똥말', 1, { profanity })), ['all', 'review'])
  assert.deepEqual(lanesOf({ ...message('모호한 말', 1), suspect: 'hate' }), ['all', 'review'])
})

test('only the first message of an author who is new to the channel is a first one', () => {
  const names: LaneNames = { called: [], firstAt: (authorId) => (authorId === 'author-새사람' ? 100 : 5) }
  assert.deepEqual(lanesOf(message('처음 왔어요', 100, { author: '새사람' }), names), ['all', 'first'])
  assert.deepEqual(lanesOf(message('두 번째', 200, { author: '새사람' }), names), ['all'])
  assert.deepEqual(lanesOf(message('오래된 사람', 100, { author: '오래된사람' }), names), ['all'])
  assert.deepEqual(lanesOf(message('아직 모름', 100, { author: '새사람' })), ['all'])
})

test('a mention is told by any of the names, in any case, and never from under a mask', () => {
  const names: LaneNames = { called: ['온새벽', 'saebyeok'], firstAt: () => null }
  assert.deepEqual(lanesOf(message('온새벽님 안녕하세요', 1), names), ['all', 'mentions'])
  assert.deepEqual(lanesOf(message('@SaeByeok hi', 1), names), ['all', 'mentions'])
  const profanity = [spanOf('온새벽', { piece: '온새벽', severity: 1, category: 'vulgar' })]
  assert.equal(lanesOf(message('온새벽', 1, { profanity }), names).includes('mentions'), false)
})

test('nothing but emotes goes to the strip, counted as often as it was sent', () => {
  const hearts = { ...message('', 1000), segments: [{ emote: ':하트:' }, { text: ' ' }, { emote: ':하트:' }] }
  assert.ok(isEmotesOnly(hearts))
  assert.deepEqual(lanesOf(hearts), [])
  assert.equal(isEmotesOnly({ ...hearts, segments: [{ emote: ':하트:' }, { text: '좋아요' }] }), false)
  const chat = new ChatRows()
  chat.add([hearts, { ...hearts, id: 'again', at: 1500 }, { ...hearts, id: 'clap', segments: [{ emote: ':박수:' }] }])
  assert.deepEqual(emotesOf(chat.rows, 0, 5), [
    { emote: ':하트:', count: 4 },
    { emote: ':박수:', count: 1 },
  ])
  assert.deepEqual(emotesOf(chat.rows, 5000, 5), [])
})
