import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  compose,
  decompose,
  finalIndex,
  finalOfSyllable,
  initialIndex,
  initialOfSyllable,
  medialIndex,
  medialOfSyllable,
} from './jamo.ts'

test('every syllable block comes apart and together again', () => {
  for (let code = 0xac00; code <= 0xd7a3; code++)
    assert.equal(compose(initialOfSyllable(code), medialOfSyllable(code), finalOfSyllable(code)), code)
})

test('letters have their place in the block, and only letters have one', () => {
  assert.deepEqual(
    [initialIndex('ㅆ'.charCodeAt(0)), medialIndex('ㅣ'.charCodeAt(0)), finalIndex('ㅄ'.charCodeAt(0))],
    [10, 20, 18],
  )
  assert.deepEqual([initialIndex('ㅄ'.charCodeAt(0)), finalIndex('ㄸ'.charCodeAt(0)), medialIndex(0x41)], [-1, -1, -1])
})

test('decomposes syllables and leaves everything else', () => {
  assert.equal(decompose('값 a1ㅋ'), 'ㄱㅏㅄ a1ㅋ')
})
