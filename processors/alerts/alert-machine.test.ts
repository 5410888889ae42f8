import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AlertLife } from '#schemas/types.ts'
import { end, newLife, step, type Transition } from './alert-machine.ts'

const times = { pendingMs: 20_000, steadyMs: 30_000, recoverMs: 60_000, coolDownMs: 120_000 }
const BAD = { isBad: true, isGood: false, value: 0.6 }
const GOOD = { isBad: false, isGood: true, value: 0.1 }
const UNKNOWN = { isBad: false, isGood: false, value: 0 }

/** Steps once a second; `verdictAt` says how things stand in that second. */
function run(
  seconds: number,
  verdictAt: (second: number) => typeof BAD,
  from: AlertLife = newLife,
): { life: AlertLife; told: [number, Transition][] } {
  let life = from
  const told: [number, Transition][] = []
  for (let second = 0; second < seconds; second++) {
    const next = step(life, verdictAt(second), second * 1_000, times)
    life = next.life
    if (next.transition) told.push([second, next.transition])
  }
  return { life, told }
}
const states = (told: [number, Transition][]) =>
  told.map(([second, { state, reason }]) => `${second} ${state}${reason && ` ${reason}`}`)

test('goes through pending, firing, recovering and resolved', () => {
  const { told } = run(300, (second) => (second >= 10 && second < 60 ? BAD : GOOD))
  assert.deepEqual(states(told), ['10 pending', '30 firing', '90 recovering', '120 resolved'])
})

test('a condition that goes away while pending is cleared, not resolved', () => {
  const { told } = run(60, (second) => (second >= 10 && second < 20 ? BAD : GOOD))
  assert.deepEqual(states(told), ['10 pending', '20 pending cleared'])
})

test('neither bad nor good is no recovery', () => {
  const { told, life } = run(3_600, (second) => (second < 30 ? BAD : UNKNOWN))
  assert.deepEqual(states(told), ['0 pending', '20 firing'])
  assert.equal(life.phase, 'firing')
})

test('ten flaps in five minutes give at most two firing notices', () => {
  for (const badSeconds of [5, 10, 15, 20, 22, 25, 28]) {
    const { told } = run(300, (second) => (second % 30 < badSeconds ? BAD : GOOD))
    assert.ok(told.filter(([, { state }]) => state === 'firing').length <= 2, `${badSeconds}`)
  }
})

test('after it was over an alert rests for its cool-down', () => {
  const { told } = run(400, (second) => (second < 30 || second >= 100 ? BAD : GOOD))
  assert.deepEqual(states(told), [
    '0 pending',
    '20 firing',
    '60 recovering',
    '90 resolved',
    '210 pending',
    '230 firing',
  ])
})

test('bad again while recovering is the same alert, firing again', () => {
  const { told } = run(200, (second) => (second < 30 || (second >= 65 && second < 70) ? BAD : GOOD))
  assert.deepEqual(states(told), [
    '0 pending',
    '20 firing',
    '60 recovering',
    '65 firing again',
    '100 recovering',
    '130 resolved',
  ])
})

test('a restart in between changes nothing: the life alone says where it stands', () => {
  const verdictAt = (second: number) => (second % 97 < 40 ? BAD : GOOD)
  const whole = run(600, verdictAt).told
  let life = newLife
  const parts: [number, Transition][] = []
  for (let from = 0; from < 600; from += 50) {
    const restored = JSON.parse(JSON.stringify(life)) as AlertLife
    let part = restored
    for (let second = from; second < from + 50; second++) {
      const next = step(part, verdictAt(second), second * 1_000, times)
      part = next.life
      if (next.transition) parts.push([second, next.transition])
    }
    life = part
  }
  assert.deepEqual(parts, whole)
})

test('a resolved is never told without a firing, nor twice, and revisions grow by one, whatever happens', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(BAD, GOOD, UNKNOWN), fc.integer({ min: 0, max: 90_000 })), { maxLength: 120 }),
      fc.boolean(),
      (steps, ends) => {
        let life: AlertLife = newLife
        let at = 0
        let fired = false
        let revision = 0
        const check = (next: { life: AlertLife; transition?: Transition }) => {
          life = next.life
          if (!next.transition) return
          assert.equal(life.revision, ++revision)
          if (next.transition.state === 'firing') fired = true
          if (next.transition.state === 'recovering') assert.ok(fired)
          if (next.transition.state === 'resolved') {
            assert.ok(fired)
            fired = false
          }
        }
        for (const [verdict, elapsed] of steps) {
          at += elapsed
          check(step(life, verdict, at, times))
        }
        if (ends) {
          check(end(life, at))
          assert.equal(life.phase, 'normal')
        }
      },
    ),
    { seed: 5, numRuns: 500 },
  )
})
