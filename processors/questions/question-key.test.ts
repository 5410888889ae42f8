import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadTokenizer } from '../tokenize.ts'
import { type AskedQuestion, askedQuestion, groupOf } from './question-key.ts'

const tokens = loadTokenizer()
const asked = (text: string): AskedQuestion => askedQuestion(text, tokens({ text, runs: [] }).words)
const isSame = (left: string, right: string) => groupOf(asked(right), [asked(left)]) === 0

test('the same question in other words is the same', () => {
  for (const [left, right] of [
    ['배송 언제 와요?', '언제 배송되나요'],
    ['무료배송인가요?', '배송비 있나요'],
    ['마우스 뭐 써요?', '마우스 뭐 쓰세요'],
    ['이 노래 제목 뭐예요?', '브금 제목 뭐임'],
    ['when is the giveaway?', 'when is the giveaway'],
  ] as const)
    assert.equal(isSame(left, right), true, `${left} ~ ${right}`)
})

test('other questions about the same thing are not', () => {
  for (const [left, right] of [
    ['방송 몇 시까지 해요?', '다음 방송 언제예요?'],
    ['키가 몇이에요?', '몇 살이세요'],
    ['고양이 이름 뭐예요?', '고양이 몇 살이에요?'],
    ['ㅋㅋ?', '?'],
  ] as const)
    assert.equal(isSame(left, right), false, `${left} ~ ${right}`)
})

test('a hostile question has a bounded key', () => {
  const { key, pairs } = askedQuestion(
    '왜 '.repeat(50_000),
    Array.from({ length: 1_000 }, (_, at) => `말${at}`),
  )
  assert.ok(key.length <= 9)
  assert.ok(pairs.size <= 200)
})
