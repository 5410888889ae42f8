import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flagText } from '../profanity/flag-text.ts'
import { dictionaryOf } from './dictionary.ts'

const dictionary = dictionaryOf(
  [
    { word: '페이커', variants: ['대상혁', 'faker', '불사 대마왕'] },
    { word: '갈고리', variants: [] },
    { word: '갈고리촌', variants: [] },
    { word: '시발', variants: ['별명'] },
  ],
  (word) => flagText(word).length === 0,
)

test('a word of the dictionary is found however it is spelled and whatever particle follows', () => {
  for (const [written, word] of [
    ['페이커', '페이커'],
    ['대상혁이랑', '페이커'],
    ['Faker', '페이커'],
    ['불사대마왕은', '페이커'],
    ['갈고리촌에서', '갈고리촌'],
    ['갈고리를', '갈고리'],
  ] as const)
    assert.equal(dictionary.find(written), word, written)
})

test('a word that only begins like one is none', () => {
  for (const written of ['페이커리', '갈고', 'fakers', '']) assert.equal(dictionary.find(written), undefined, written)
})

test('a dictionary is no way around the mask', () => {
  assert.equal(dictionary.find('별명'), undefined)
  assert.equal(dictionary.find('시발'), undefined)
})
