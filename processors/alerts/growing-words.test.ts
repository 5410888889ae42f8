import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GrowingWords } from './growing-words.ts'

test('tells the words that came up from those that are always there', () => {
  const words = new GrowingWords()
  for (let second = 0; second < 900; second++)
    words.add(second > 870 ? ['게임', '렉', '끊김'] : ['게임'], second * 1_000)
  assert.deepEqual(words.top(2, 899_000), ['끊김', '렉'])
})

test('never holds more than sixty words', () => {
  const words = new GrowingWords()
  for (let i = 0; i < 10_000; i++) words.add([`단어${i}`], i)
  assert.equal(words.words.length, 60)
})
