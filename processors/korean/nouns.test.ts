import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadMorphology } from './morphology.ts'
import { nounsOf } from './nouns.ts'

const analyse = loadMorphology()
const nouns = (word: string) => [...nounsOf(word, analyse)]

test('verbs with an ending of speech hold no noun', () => {
  for (const word of ['뭐예요', '힘드네', '말해보세요', '싶네요', '있나봐요', '마셔야지', '갔었는데', '한다길래'])
    assert.deepEqual(nouns(word), [], word)
})

test('a noun is found before the verb, the copula or the particle that grew onto it', () => {
  for (const [word, noun] of [
    ['연락해보세요', '연락'],
    ['축하해요', '축하'],
    ['부탁드려요', '부탁'],
    ['실화냐', '실화'],
    ['눈물나요', '눈물'],
    ['짝녀가', '짝녀'],
    ['재고있나요', '재고'],
  ] as const)
    assert.deepEqual(nouns(word), [noun], word)
})

test('nouns that sound like verbs, and new ones, stay', () => {
  for (const word of ['필요', '어머니', '바다', '방송', '한타', '에임']) assert.deepEqual(nouns(word), [word], word)
})

test('a compound is counted by its parts', () => {
  assert.deepEqual(nouns('여자친구'), ['여자', '친구'])
})
