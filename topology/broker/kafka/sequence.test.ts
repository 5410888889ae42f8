import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advance } from './sequence.ts'

test('a sequence goes on after 2^31-1 at 0, also in the middle of a batch', () => {
  assert.equal(advance(0, 5), 5)
  assert.equal(advance(2 ** 31 - 1, 1), 0)
  assert.equal(advance(2 ** 31 - 3, 5), 2)
})
