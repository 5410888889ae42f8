import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asksSomething } from './question.ts'

test('a question mark, an asking ending or an interrogative asks', () => {
  for (const text of [
    '언제 와요?',
    '재고 있나요',
    '배송 될까요ㅠㅠ',
    '어디서 사요',
    '왜 안나와',
    '사이즈 뭐임 ㅋㅋ',
    '이거 얼마예요~',
    'what is this',
    '가능한가요',
    '몇시 시작함',
    '되나?',
    '진짜임？',
  ])
    assert.equal(asksSomething(text), true, text)
})

test('a statement with an interrogative in it asks nothing', () => {
  for (const text of [
    '언제나 고마워요',
    '뭐든 좋아요',
    '왠지 좋다',
    '어디서나 잘해요',
    '왜냐하면 그게 답',
    '누구든지 오세요',
    '재밌다',
    '',
    'ㅋㅋㅋ',
    '얼마나 좋은지 모르겠어요',
  ])
    assert.equal(asksSomething(text), false, text)
})

test('takes a long wall of text in its stride', () => {
  assert.equal(typeof asksSomething('ㅋ'.repeat(10_000)), 'boolean')
})
