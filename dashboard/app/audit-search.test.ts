import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAuditSearch } from './audit-search.ts'

const of = (search: string) => parseAuditSearch(new URLSearchParams(search))

test('an empty form asks for everything', () => {
  assert.deepEqual(of('kind=&by=&channel=&from=&to=').query, {})
})

test('days begin and end at midnight, and what is no day is left out', () => {
  const { query, form } = of('from=2026-11-29&to=2026-11-29&kind=reveal&by=kim&channel=demo:one&cursor=abc')
  assert.equal(query.to! - query.from!, 24 * 60 * 60 * 1000)
  assert.deepEqual(
    [query.kinds, query.by, query.channelId, query.cursor, form.from],
    [['reveal'], 'kim', 'demo:one', 'abc', '2026-11-29'],
  )
  assert.deepEqual(of('from=yesterday&to=2026-99-99').query, {})
})

test('what comes from outside is bounded', () => {
  const long = 'x'.repeat(10_000)
  const { form, query } = of(`kind=${long}&by=${long}&channel=${long}&cursor=${long}`)
  assert.ok(Object.values({ ...form, cursor: query.cursor! }).every((value) => value.length <= 300))
})
