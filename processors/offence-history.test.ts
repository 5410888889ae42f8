import assert from 'node:assert/strict'
import { test } from 'node:test'
import { offenceDays, strikesOf } from './offence-history.ts'

const DAY = 86_400_000

test('strikes are severities that halve in seven days, of what has happened by then', () => {
  const offences = [
    { at: 0, severity: 2 },
    { at: 7 * DAY, severity: 3 },
  ]
  assert.equal(strikesOf(offences, 7 * DAY), 4)
  assert.equal(strikesOf(offences, 6 * DAY) < 2, true)
  assert.equal(strikesOf(offences, -1), 0)
})

test('offences are counted on their days, by the clock of whoever looks', () => {
  const offences = [
    { at: 0, severity: 1 },
    { at: DAY - 1, severity: 3 },
    { at: DAY, severity: 2 },
    { at: 3 * DAY, severity: 1 },
  ]
  const counts = (offset: number) =>
    offenceDays(offences, 2 * DAY, 3, offset).map(({ mild, strong, severe }) => [mild, strong, severe])
  assert.deepEqual(counts(0), [
    [1, 0, 1],
    [0, 1, 0],
    [0, 0, 0],
  ])
  assert.deepEqual(counts(9 * 3_600_000), [
    [1, 0, 0],
    [0, 1, 1],
    [0, 0, 0],
  ])
})

test('the last day ends now, not at midnight', () => {
  const days = offenceDays([{ at: DAY, severity: 2 }], DAY + 5, 2, 0)
  assert.equal(days.length, 2)
  assert.ok(days[1]!.strikes > 1.999 && days[1]!.strikes <= 2)
})
