import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sanctionDetails, sanctionOf } from './sanction.ts'

const read = (details: Record<string, string>, kind = 'sanction') => sanctionOf({ kind, details })

test('a sanction is read as it was written, with minutes for a timeout alone', () => {
  assert.deepEqual(read(sanctionDetails({ kind: 'timeout', minutes: 10 })), { kind: 'timeout', minutes: 10 })
  assert.deepEqual(read(sanctionDetails({ kind: 'ban', minutes: 10 })), { kind: 'ban', minutes: 0 })
})

test('what cannot be a sanction is none', () => {
  for (const minutes of ['', '0', '-5', '1.5', '20161', '1e3', 'ten'])
    assert.equal(read({ sanction: 'timeout', minutes }), null)
  assert.equal(read({ sanction: 'execution' }), null)
  assert.equal(read({ sanction: 'ban' }, 'note'), null)
})
