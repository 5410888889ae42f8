import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RecentSearches } from './recent-searches.ts'

test('a search is new again after ten minutes without it, for everybody apart', () => {
  let now = 0
  const searches = new RecentSearches(() => now)
  const asks = (person: string, search: string) => searches.isNew(person, search)
  assert.deepEqual(
    [asks('kim', 'q=a'), asks('kim', 'q=a'), asks('lee', 'q=a'), asks('kim', 'q=b')],
    [true, false, true, true],
  )
  now = 9 * 60_000
  assert.equal(asks('kim', 'q=a'), false)
  now = 20 * 60_000
  assert.equal(asks('kim', 'q=a'), true)
})

test('what is remembered is bounded: the oldest goes', () => {
  const searches = new RecentSearches(() => 0)
  searches.isNew('kim', 'first')
  for (let n = 0; n < 1_000; n++) searches.isNew('kim', `q=${n}`)
  assert.equal(searches.isNew('kim', 'first'), true)
  assert.equal(searches.isNew('kim', 'q=999'), false)
})
