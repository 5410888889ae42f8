import assert from 'node:assert/strict'
import { test } from 'node:test'
import { areaHalf, areaUnder, rocPoints } from './roc.ts'

const rows = (...scores: readonly (readonly [number, boolean])[]) =>
  scores.map(([score, isTrue]) => ({ score, isTrue }))

test('the area is the share of pairs in the right order; equal scores count half', () => {
  assert.equal(areaUnder(rows([0.9, true], [0.1, false])), 1)
  assert.equal(areaUnder(rows([0.1, true], [0.9, false])), 0)
  assert.equal(areaUnder(rows([0.5, true], [0.5, false])), 0.5)
  assert.equal(areaUnder(rows([0.9, true], [0.4, true], [0.5, false], [0.1, false])), 0.75)
})

test('the curve goes from nothing to everything and never back', () => {
  const many = Array.from({ length: 1_000 }, (_, i) => ({ score: (i * 37) % 101, isTrue: i % 3 === 0 }))
  const points = rocPoints(many, 50)
  assert.ok(points.length <= 50)
  assert.deepEqual(
    [points[0], points.at(-1)],
    [
      [0, 0],
      [1, 1],
    ],
  )
  for (const [i, [x, y]] of points.entries()) if (i > 0) assert.ok(x >= points[i - 1]![0] && y >= points[i - 1]![1])
})

test('more rows make a narrower interval', () => {
  assert.ok(areaHalf(0.9, 1_000, 1_000) < areaHalf(0.9, 100, 100))
})
