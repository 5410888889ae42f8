import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findChannelWords, foldText, MAX_WORDS, readChannelWords } from './channel-words.ts'

const matches = (text: string, ...words: string[]): string[] =>
  findChannelWords(foldText(text), readChannelWords(words)).map(({ start, end }) => text.slice(start, end))

test('a Korean word matches with its particles, a Latin one only as a word', () => {
  assert.deepEqual(matches('스포일러가 있어요', '스포일러'), ['스포일러'])
  assert.deepEqual(matches('Ad and bad', 'ad'), ['Ad'])
})

test('an asterisk stands for letters of one word', () => {
  assert.deepEqual(matches('광고링크 광고 글', '광고*'), ['광고링크', '광고'])
  assert.deepEqual(matches('무료나눔이벤트 무료 나눔', '무료*나눔'), ['무료나눔'])
  assert.deepEqual(matches('freemoney', '*money'), ['freemoney'])
})

test('nothing else is a pattern', () => {
  assert.deepEqual(matches('aaaa!', '(a+)+$'), [])
  assert.deepEqual(matches('x (a+)+$ y', '(a+)+$'), ['(a+)+$'])
  assert.deepEqual(matches('anything', '*', '**', '', ' '), [])
})

test('a list is read up to its bound and a hostile one ends', () => {
  assert.equal(readChannelWords(Array.from({ length: 5_000 }, (_, i) => `단어${i}`)).length, MAX_WORDS)
  assert.deepEqual(matches('a'.repeat(2_000), 'a*a*a*b'), [])
})

test('case and full width do not matter', () => {
  assert.deepEqual(matches('ＡＢＣ abc', 'abc'), ['ＡＢＣ', 'abc'])
})
