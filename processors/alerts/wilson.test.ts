import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wilson } from './wilson.ts'

const rounded = (hits: number, total: number) =>
  Object.values(wilson(hits, total)).map((bound) => Math.round(bound * 1000) / 1000)

test('gives the published 95 % bounds', () => {
  // Newcombe 1998, table I: 81/263, 15/148, 0/20, 1/29.
  assert.deepEqual(rounded(81, 263), [0.255, 0.366])
  assert.deepEqual(rounded(15, 148), [0.062, 0.16])
  assert.deepEqual(rounded(0, 20), [0, 0.161])
  assert.deepEqual(rounded(1, 29), [0.006, 0.172])
})

test('nothing measured says nothing', () => {
  assert.deepEqual(wilson(0, 0), { lower: 0, upper: 1 })
})
