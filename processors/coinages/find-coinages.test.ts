import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadTokenizer } from '../tokenize.ts'
import { findCoinages } from './find-coinages.ts'

const tokens = loadTokenizer()
/** The words of a chat as the ranking counts them. */
function ranked(...lines: readonly string[]) {
  const counts = new Map<string, number>()
  for (const text of lines)
    for (const word of tokens({ text, runs: [] }).words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].map(([word, count]) => ({ word, count }))
}
const coined = (...lines: readonly string[]) => findCoinages(ranked(...lines)).map(({ word }) => word)

test('a word that nobody knew is found by the particles that follow it', () => {
  assert.deepEqual(
    findCoinages(['억까단', '억까단은', '억까단이', '억까단도', '억까단이랑'].map((word) => ({ word, count: 2 }))),
    [{ word: '억까단', count: 10 }],
  )
})

test('words of the language come without their particles, so none of them is new', () => {
  const lines = [
    '방송은 재밌다',
    '방송이 끝났다',
    '방송도 봤다',
    '화면이 끊긴다',
    '화면은 괜찮다',
    '소리도 작다',
    '소리가 크다',
  ]
  assert.deepEqual(coined(...lines, ...lines, ...lines), [])
})

test('what always goes on alike is part of a longer word, and what is rare is none yet', () => {
  assert.deepEqual(findCoinages([{ word: '억까단은', count: 30 }]), [])
  assert.deepEqual(
    findCoinages([
      { word: '억까단은', count: 2 },
      { word: '억까단이', count: 2 },
    ]),
    [],
  )
})

test('the order of the words does not matter, and a long list has an end', () => {
  const words = Array.from({ length: 300 }, (_, at) => {
    const stem = String.fromCharCode(0xac00 + at * 31) + String.fromCharCode(0xb000 + at * 17)
    return ['은', '이', '도'].map((particle) => ({ word: `${stem}${particle}`, count: 3 }))
  }).flat()
  assert.deepEqual(findCoinages([...words].reverse()), findCoinages(words))
  assert.equal(findCoinages(words).length, 10)
})
