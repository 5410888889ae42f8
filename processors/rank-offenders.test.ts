import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rankOffenders } from './rank-offenders.ts'

const DAY = 86_400_000
const by = (authorId: string, at: number, severity: number, authorName = authorId) => ({
  authorId,
  authorName,
  at,
  severity,
})
const span = { now: 14 * DAY, days: 7, offsetMs: 0, limit: 10 }

test('what is long ago weighs less: three old severe ones fall behind two of yesterday', () => {
  const ranked = rankOffenders(
    [by('old', 0, 3), by('old', 0, 3), by('old', 0, 3), by('new', 13 * DAY, 2), by('new', 13 * DAY + 1, 1)],
    span,
  )
  assert.deepEqual(
    ranked.map(({ authorId, mild, strong, severe }) => [authorId, mild, strong, severe]),
    [
      ['new', 1, 1, 0],
      ['old', 0, 0, 3],
    ],
  )
  assert.equal(ranked[1]!.strikes, 9 / 4)
  assert.deepEqual(
    ranked[0]!.days.map(({ mild, strong }) => mild + strong),
    [0, 0, 0, 0, 0, 2, 0],
  )
})

test('a person goes by the name last seen, clean and nameless messages count nothing, the list is bounded', () => {
  const ranked = rankOffenders([by('a', 5, 2, 'later'), by('a', 1, 2, 'earlier'), by('b', 1, 0), by('', 1, 3)], span)
  assert.deepEqual(
    ranked.map(({ authorName }) => authorName),
    ['later'],
  )
  assert.equal(
    rankOffenders(
      Array.from({ length: 30 }, (_, n) => by(`u${n}`, 1, 1)),
      span,
    ).length,
    10,
  )
})
