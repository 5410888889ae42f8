import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changesOf, revision } from './revision.ts'

test('a revision grows with its counter and, above that, with the session', () => {
  const order = [revision(1, 1), revision(1, 2), revision(2, 3), revision(3, 1)]
  assert.deepEqual(
    [...order].sort((a, b) => a - b),
    order,
  )
  assert.ok(order.every(Number.isSafeInteger))
})

test('after a reset, when counters begin again, what is computed anew still wins', () => {
  assert.ok(revision(8, 1) > revision(7, 1_000_000))
})

test('the counter can be read back', () => {
  assert.equal(changesOf(revision(12, 345)), 345)
})
