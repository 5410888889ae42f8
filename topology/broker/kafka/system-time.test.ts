import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemTime } from './system-time.ts'

test('a sleep never ends before its time by the same clock', async () => {
  const sleeps = Array.from({ length: 400 }, async (_, i) => {
    await systemTime.sleep(i / 40)
    const due = systemTime.now() + (i % 7) + 0.5
    await systemTime.sleep((i % 7) + 0.5)
    assert.ok(systemTime.now() >= due)
  })
  await Promise.all(sleeps)
})

test('an abort ends a sleep without an error', async () => {
  const abort = new AbortController()
  const sleeping = systemTime.sleep(600_000, abort.signal)
  abort.abort()
  await sleeping
  await systemTime.sleep(600_000, abort.signal)
})
