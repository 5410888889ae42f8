import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  agreement,
  byLength,
  calibrationBins,
  calibrationError,
  calibrationNoise,
  confidenceBins,
  confusionOf,
  halfInterval,
} from './evaluation-details.ts'

test('a confusion table has what people said in rows and what the model said in columns', () => {
  const table = confusionOf('set', ['positive', 'negative', 'negative'], ['positive', 'neutral', 'negative'])
  assert.deepEqual(table.counts, [
    [1, 0, 0],
    [0, 0, 0],
    [0, 1, 1],
  ])
  const { rows, value } = agreement(table)
  assert.deepEqual([rows, value], [3, 2 / 3])
})

test('calibration bins run from a half to one, whichever side a row takes', () => {
  const bins = calibrationBins([0.96, 0.04, 0.52, 1, 0], [true, false, false, true, true])
  assert.deepEqual([bins[0]!.rows, bins[0]!.right], [1, 0])
  assert.deepEqual([bins[9]!.rows, bins[9]!.right], [4, 0.75])
  assert.equal(bins.length, 10)
  assert.equal(bins[9]!.to, 1)
})

test('lengths are characters as people count them, and every row is in one range', () => {
  const rows = byLength(['가', '😂😂😂😂😂', '가'.repeat(6), 'x'.repeat(81)], (i) => i !== 1)
  assert.deepEqual(
    rows.map(({ from, to, rows: count, value }) => [from, to, count, value]),
    [
      [0, 5, 2, 0.5],
      [6, 10, 1, 1],
      [11, 20, 0, 0],
      [21, 40, 0, 0],
      [41, 80, 0, 0],
      [81, null, 1, 1],
    ],
  )
})

test('the interval of 90 % on 10,000 rows is 0.59 points to each side', () => {
  assert.equal(halfInterval(0.9, 10_000).toFixed(4), '0.0059')
  assert.equal(halfInterval(0, 0), 0)
})

test('the confidence of three answers runs from a third to one; its error is zero where it is as often right as it says', () => {
  const confidences = [...Array<number>(10).fill(0.8), ...Array<number>(10).fill(0.5)]
  const honest = confidenceBins(
    confidences,
    confidences.map((_, i) => (i < 10 ? i < 8 : i < 15)),
  )
  assert.deepEqual([honest.length, honest[0]!.from, honest[9]!.to], [10, 1 / 3, 1])
  assert.ok(calibrationError(honest) < 1e-9)
  const boastful = confidenceBins(
    confidences,
    confidences.map((_, i) => i < 5),
  )
  assert.ok(Math.abs(calibrationError(boastful) - (0.3 + 0.5) / 2) < 1e-9)
  // Ten rows at 0.8 and ten at 0.5: the mean distance by chance.
  const expected = (Math.sqrt((2 / Math.PI) * 10 * 0.16) + Math.sqrt((2 / Math.PI) * 10 * 0.25)) / 20
  assert.ok(Math.abs(calibrationNoise(honest) - expected) < 1e-9)
})
