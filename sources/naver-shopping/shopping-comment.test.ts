import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chatMessage } from '../chat-message.ts'
import { koreanTime } from '../korean-time.ts'
import goldens from './golden.json' with { type: 'json' }
import { commentMeaning } from './shopping-comment.ts'

const broadcast = {
  ...{ source: 'naver-shopping', channelId: 'naver-shopping:1234567', broadcastId: '1234567' },
  ...{ url: '', title: '', channelName: '' },
}
const context = { broadcast, shop: '포근한집', receivedAt: 1_795_400_005_000, isHistory: false }

for (const { name, comment, unknown, message } of goldens)
  test(`${name} means what it always meant`, () => {
    const found = commentMeaning(comment, context)
    assert.equal(found.unknown, unknown)
    assert.deepEqual(chatMessage(found.draft), message)
  })

test('a time without a zone is Korean time, and what is no time is none', () => {
  assert.equal(koreanTime('2026-11-23T20:15:31.402'), Date.UTC(2026, 10, 23, 11, 15, 31, 402))
  assert.equal(koreanTime('2026-11-23T20:15:31+0900'), koreanTime('2026-11-23T11:15:31Z'))
  for (const text of ['', 'soon', '2026-13-45T99:99:99', '2026-11-23', '20:15'])
    assert.equal(koreanTime(text), null, text)
})

test('whatever stands in a comment, it is given a meaning', () => {
  for (const comment of [null, 7, [], { commentNo: {} }, { nickname: 1, message: [] }, { commentType: {} }])
    assert.ok(chatMessage(commentMeaning(comment, context).draft).id)
})
