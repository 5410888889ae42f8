import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RoleWatch } from './role-watch.ts'

const options = { silentMs: 30, backMs: 10 }
/** Ticks from..to, one a ms, and what rang as `time transition role`. */
function run(watch: RoleWatch, from: number, to: number, heard: (now: number) => readonly string[]): string[] {
  const rang: string[] = []
  for (let now = from; now < to; now++) {
    for (const role of heard(now)) watch.heard(role, now)
    for (const { role, transition, at } of watch.tick(now)) rang.push(`${at} ${transition} ${role}`)
  }
  return rang
}

test('a role that falls silent rings once, and once more when it is back for good', () => {
  const watch = new RoleWatch(options)
  const rang = run(watch, 0, 400, (now) => (now < 100 || now >= 200 ? ['analyze', 'collect'] : ['collect']))
  assert.deepEqual(rang, ['130 firing analyze', '210 resolved analyze'])
})

test('a role that is expected and never comes rings; one that nobody expects and nobody heard does not', () => {
  const watch = new RoleWatch(options)
  watch.expect('notify', 0)
  assert.deepEqual(
    run(watch, 0, 100, () => []),
    ['31 firing notify'],
  )
})

test('what starts and dies again and again is not back', () => {
  const watch = new RoleWatch(options)
  watch.expect('export', 0)
  // One sign of life every 40 ms.
  const rang = run(watch, 0, 400, (now) => (now % 40 === 39 ? ['export'] : []))
  assert.deepEqual(
    rang.filter((line) => line.includes('firing')).length - rang.filter((line) => line.includes('resolved')).length,
    rang.length % 2,
  )
})

test('a restart of the watchdog neither repeats nor forgets what it rang', () => {
  const first = new RoleWatch(options)
  first.expect('analyze', 0)
  assert.deepEqual(
    run(first, 0, 60, () => []),
    ['31 firing analyze'],
  )
  const second = new RoleWatch(options, JSON.parse(JSON.stringify(first.lives)))
  assert.deepEqual(
    run(second, 60, 120, () => []),
    [],
  )
  assert.deepEqual(
    run(second, 120, 200, () => ['analyze']),
    ['130 resolved analyze'],
  )
})

test('while nobody can be heard, nobody is taken for dead', () => {
  const watch = new RoleWatch(options)
  watch.expect('analyze', 0)
  for (let now = 0; now < 200; now++) watch.deaf('log', now)
  assert.deepEqual(
    run(watch, 200, 225, () => []),
    [],
  )
})
