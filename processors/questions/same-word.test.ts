import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSameWord, soundOf } from './same-word.ts'

test('spellings that sound alike, longer forms and abbreviations are one word', () => {
  for (const [left, right] of [
    ['멤버십', '멤버쉽'],
    ['세팅', '새팅'],
    ['건성', '건성피부'],
    ['와파', '와이파이'],
    ['비밀번호', '비번'],
    ['녹화방송', '녹방'],
  ] as const)
    assert.equal(isSameWord(left, right), true, `${left} ~ ${right}`)
})

test('words that share a syllable only, or come in another order, are two', () => {
  for (const [left, right] of [
    ['배송', '방송'],
    ['재방송', '방송'],
    ['키', '키보드'],
    ['색상', '상품'],
    ['마우스', '마스크'],
    ['번비', '비밀번호'],
  ] as const)
    assert.equal(isSameWord(left, right), false, `${left} ~ ${right}`)
})

test('what is no Hangul syllable sounds as it is written', () => {
  assert.equal(soundOf('pc방 ㅋ😀'), 'pc방 ㅋ😀')
})
