import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toWire } from '../../live/to-wire.ts'
import { analyzed, type Spec, spanOf } from '../../testing/chat-script.ts'
import { ChatRows } from './chat-rows.ts'

let ids = 0
const message = (text: string, at: number, more: Partial<Spec> = {}) => {
  ids += 1
  return toWire(analyzed({ id: `m${ids}`, at, broadcastId: 'b', text, author: `a${ids}`, ...more }), 1)
}

test('the same words within ten seconds become one row, in the place of the first', () => {
  const chat = new ChatRows()
  chat.add([
    message('안녕', 0),
    message('ㅋㅋㅋ', 1000),
    message('다른 말', 2000),
    message('ㅋㅋㅋㅋㅋㅋ', 3000),
    message('ㅋㅋㅋ', 9000),
  ])
  assert.deepEqual(
    chat.rows.map((row) => [row.message.at, row.count, row.authors]),
    [
      [0, 1, 1],
      [1000, 3, 3],
      [2000, 1, 1],
    ],
  )
})

test('after ten seconds a repeat is a new row', () => {
  const chat = new ChatRows()
  chat.add([message('ㅋㅋㅋ', 0), message('ㅋㅋㅋ', 10_000)])
  assert.equal(chat.rows.length, 2)
})

test('folding moves no row that is already there', () => {
  const chat = new ChatRows()
  chat.add([message('가', 0), message('나', 1), message('다', 2)])
  const before = chat.rows.map((row) => row.key)
  chat.add([message('나', 3), message('라', 4)])
  assert.deepEqual(chat.rows.map((row) => row.key).slice(0, 3), before)
})

test('masked messages, payments and moderators are never folded', () => {
  const chat = new ChatRows()
  const text = '개똥말'
  const bad = { profanity: [spanOf(text, { piece: text, severity: 2, category: 'vulgar' })] }
  chat.add([
    message(text, 0, bad),
    message(text, 1, bad),
    message('축하', 2, { amount: '₩1000' }),
    message('축하', 3, { amount: '₩1000' }),
    message('공지', 4, { roles: ['moderator'] }),
    message('공지', 5, { roles: ['moderator'] }),
  ])
  assert.equal(chat.rows.length, 6)
})

test('a message that came before is left out', () => {
  const chat = new ChatRows()
  const twice = message('한 번', 0)
  chat.add([twice])
  assert.deepEqual(chat.add([twice]), [])
  assert.equal(chat.received, 1)
})

test('what a moderator upstream took away stays, greyed', () => {
  const chat = new ChatRows()
  const gone = message('지울 말', 0)
  chat.add([gone])
  chat.add([message('', 5, { deletes: gone.id })])
  assert.equal(chat.rows[0]!.message.deletedAt, 5)
  assert.equal(chat.rows.length, 1)
})

test('messages that were skipped are told where they are missing', () => {
  const chat = new ChatRows()
  chat.add([message('앞', 0)])
  chat.add([message('뒤', 1)], 40)
  assert.deepEqual(
    chat.rows.map((row) => row.skipped),
    [0, 40],
  )
  assert.equal(chat.received, 42)
})

test('a page load that fills a gap stands before what came live meanwhile', () => {
  const chat = new ChatRows()
  const [a, b, c] = [message('하나', 1), message('둘', 2), message('셋', 3)]
  chat.add([a!])
  chat.add([c!])
  chat.merge([a!, b!, c!])
  assert.deepEqual(
    chat.rows.map((row) => row.key),
    [a!.id, b!.id, c!.id],
  )
})

test('rows are bounded', () => {
  const chat = new ChatRows()
  for (let round = 0; round < 60; round += 1)
    chat.add(Array.from({ length: 100 }, (_, at) => message(`말 ${round} ${at}`, round * 1000 + at)))
  assert.ok(chat.rows.length <= 2000)
})

test('one sentence that a whole chat repeats for hours leaves a row in ten seconds, and nothing else that grows', () => {
  const chat = new ChatRows()
  let most = 0
  for (let second = 0; second < 1_200; second += 1) {
    chat.add(Array.from({ length: 20 }, (_, at) => message('ㅋㅋㅋㅋ', second * 1000 + at)))
    most = Math.max(most, chat.remembered)
  }
  assert.equal(chat.rows.length, 120)
  assert.ok(most < 6_500, `${most} of 24,000`)
})

test('sentences that nobody repeats any more are forgotten with those who wrote them', () => {
  const chat = new ChatRows()
  for (let second = 0; second < 1_200; second += 1)
    chat.add(Array.from({ length: 20 }, (_, at) => message(`말 ${second} ${at}`, second * 1000)))
  assert.ok(chat.remembered < 6_000 + 2 * 720, String(chat.remembered))
})

test('a repeat counts everybody once, however often they write', () => {
  const chat = new ChatRows()
  chat.add(['가', '나', '가', '가'].map((author, at) => message('시작해요', at, { author })))
  assert.deepEqual([chat.rows[0]!.count, chat.rows[0]!.authors], [4, 2])
})

test('a gap that the source marked is shown before the next row', () => {
  const chat = new ChatRows()
  chat.add([message('가', 0), { ...message('', 1), kind: 'status' as const, amount: '40' }, message('나', 2)])
  assert.deepEqual(
    chat.rows.map((row) => [row.message.at, row.skipped]),
    [
      [0, 0],
      [2, 40],
    ],
  )
})

test('a message that was taken away and given back is there again', () => {
  const chat = new ChatRows()
  const said = message('가', 0)
  const target = { messageId: said.id, authorId: null, seconds: null }
  chat.add([said, { ...message('', 1), kind: 'delete' as const, target }])
  assert.notEqual(chat.rows[0]?.message.deletedAt, null)
  chat.add([{ ...message('', 2), kind: 'restore' as const, target }])
  assert.equal(chat.rows[0]?.message.deletedAt, null)
})

test('what was missed while nothing came is told where it is missing, until a page load brings it', () => {
  const chat = new ChatRows()
  const [a, b, c, d] = [message('하나', 1), message('둘', 2), message('셋', 3), message('넷', 4)]
  const gaps = () => chat.rows.filter(({ isAfterGap }) => isAfterGap).map(({ key }) => key)
  chat.add([a!])
  chat.markGap()
  assert.deepEqual(gaps(), [], 'nothing came since')
  chat.add([d!])
  assert.deepEqual(gaps(), [d!.id])
  chat.merge([c!, d!])
  assert.deepEqual(gaps(), [c!.id], 'a load that does not reach back brings it nearer')
  chat.add([message('다섯', 5)])
  assert.deepEqual(gaps(), [c!.id])
  chat.merge([a!, b!, c!, d!])
  assert.deepEqual(gaps(), [])
})
