import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Voices } from './voices.ts'

const negative = { negative: true, profane: false }

test('many people and a few loud ones are told apart', () => {
  const many = new Voices()
  for (let n = 0; n < 40; n++) many.add(`a${n}`, negative, n * 100)
  assert.deepEqual(many.of('negative', 4_000), { authors: 40, loudest: 3 / 40 })
  const few = new Voices()
  for (let n = 0; n < 40; n++) few.add(`a${n % 2}`, negative, n * 100)
  assert.deepEqual(few.of('negative', 4_000), { authors: 2, loudest: 1 })
  assert.deepEqual(few.of('profane', 4_000), { authors: 0, loudest: 0 })
})

test('who has been silent for a minute no longer counts, and any number of people is bounded', () => {
  const voices = new Voices()
  voices.add('gone', negative, 0)
  for (let n = 0; n < 500; n++) voices.add(`a${n}`, negative, 70_000 + n)
  assert.equal(voices.all.length, 64)
  assert.equal(voices.of('negative', 71_000).authors, 64)
  assert.equal(voices.of('negative', 200_000).authors, 0)
})
