import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zoneOffsetMs } from './zone-offset.ts'

const HOUR = 3_600_000

test('a zone is as far from UTC as its clocks show, summer time included', () => {
  assert.equal(zoneOffsetMs('Asia/Seoul', Date.UTC(2026, 10, 29, 12, 34, 56, 789)), 9 * HOUR)
  assert.equal(zoneOffsetMs('Europe/London', Date.UTC(2026, 6, 1)), HOUR)
  assert.equal(zoneOffsetMs('Europe/London', Date.UTC(2026, 11, 1)), 0)
  assert.equal(zoneOffsetMs('No/Where', 0), 0)
})
