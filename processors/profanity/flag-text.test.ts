import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flagText, highestSeverity, profanityWords } from './flag-text.ts'

const words = (blockedWords: string[], allowedWords: string[] = []) => profanityWords({ blockedWords, allowedWords })
const spans = (text: string, ...given: Parameters<typeof words>) =>
  flagText(text, words(...given)).map(({ start, end, rule }) => [text.slice(start, end), rule])

test('a blocked word is a span of severity 2 and category custom', () => {
  assert.deepEqual(flagText('스포 금지', words(['스포'])), [
    { start: 0, end: 2, severity: 2, technique: 'plain', rule: 'channel.blocked', category: 'custom' },
  ])
})

test('an allowed word wins over a rule and over a blocked word', () => {
  assert.deepEqual(spans('시발 뭐야', [], ['시발']), [])
  assert.deepEqual(spans('시발점', ['시발'], ['시발점']), [])
  assert.deepEqual(spans('병신 시발', [], ['시발']), [['병신', 'ko.byeongsin.plain']])
})

test('two spans on one place become one, the worse', () => {
  assert.deepEqual(spans('느금마야', ['느금마야']), [['느금마야', 'ko.family.plain']])
})

test('rule ids are stable: word and technique', () => {
  assert.equal(flagText('ㅅㅂ')[0]?.rule, 'ko.sibal.choseong')
  assert.equal(flagText('fuck')[0]?.rule, 'en.fuck.plain')
})

test('severity tells an intensifier from swearing from hate', () => {
  assert.deepEqual(
    ['존나 좋다', '시발', '느금마', '안녕'].map((text) => highestSeverity(flagText(text))),
    [1, 2, 3, 0],
  )
})
