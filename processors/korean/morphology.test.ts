import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentWords, loadMorphology, type Morpheme } from './morphology.ts'

const words = contentWords(loadMorphology())

test('finds the noun under particles and endings', () => {
  assert.deepEqual(words('화면이'), ['화면'])
  assert.deepEqual(words('배송은'), ['배송'])
  assert.deepEqual(words('환불해주세요'), ['환불'])
  assert.deepEqual(words('할인쿠폰은'), ['할인', '쿠폰'])
})

test('shows verbs of complaint under one form', () => {
  assert.deepEqual(words('끊겨요'), ['끊김'])
  assert.deepEqual(words('끊김'), ['끊김'])
  assert.deepEqual(words('재고있나요'), ['재고'])
})

test('keeps a short word that means something in a broadcast and drops the others', () => {
  assert.deepEqual(words('렉이'), ['렉'])
  assert.deepEqual(words('것을'), [])
  assert.deepEqual(words('있어요'), [])
})

test('remembers a word, within its bound, and asks the analyser once', () => {
  let asked = 0
  const counted = contentWords(
    (word) => {
      asked++
      return [{ text: word, pos: 'NNG' }]
    },
    { capacity: 8 },
  )
  counted('가나')
  counted('가나')
  assert.equal(asked, 1)
  for (let i = 0; i < 100; i++) counted(`단어${i}`)
  counted('가나')
  assert.equal(asked, 102)
})

test('an analyser that throws means no words, not the end of the chat', () => {
  const broken = contentWords((): Morpheme[] => {
    throw new Error('wasm')
  })
  assert.deepEqual(broken('가나다'), [])
})
