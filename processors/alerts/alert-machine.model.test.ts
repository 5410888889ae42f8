/** The life of an alert under random verdicts, ends and pauses, against what must hold whatever happens. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type AlertTimes, end, newLife, step, type Transition } from './alert-machine.ts'

const SECOND = 1_000
const times = fc.record<AlertTimes>({
  pendingMs: fc.integer({ min: 0, max: 30 }).map((s) => s * SECOND),
  steadyMs: fc.integer({ min: 0, max: 30 }).map((s) => s * SECOND),
  recoverMs: fc.integer({ min: 30, max: 60 }).map((s) => s * SECOND),
  coolDownMs: fc.integer({ min: 0, max: 120 }).map((s) => s * SECOND),
})
const event = fc.record({
  afterMs: fc.integer({ min: 1, max: 20 }).map((s) => s * SECOND),
  verdict: fc.constantFrom('bad', 'good', 'neither', 'ended'),
  value: fc.double({ min: 0, max: 1, noNaN: true }),
})
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never

/** What was told, with the time; `parts` cuts the run where a life would be stored and read back. */
function run(events: readonly Event[], limits: AlertTimes, parts: boolean): (Transition & { readonly at: number })[] {
  let life = newLife
  let at = 0
  const told: (Transition & { readonly at: number })[] = []
  for (const { afterMs, verdict, value } of events) {
    at += afterMs
    const { life: next, transition } =
      verdict === 'ended'
        ? end(life, at)
        : step(life, { isBad: verdict === 'bad', isGood: verdict === 'good', value }, at, limits)
    life = parts ? structuredClone(next) : next
    if (transition) told.push({ ...transition, at })
  }
  return told
}

test('never a resolved without a firing, never two firings without an end or a relapse between, whatever the verdicts', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 200 }), times, (events, limits) => {
      let open: 'no' | 'pending' | 'firing' | 'recovering' = 'no'
      for (const { state, reason } of run(events, limits, false)) {
        switch (state) {
          case 'pending':
            assert.equal(open, reason === 'cleared' ? 'pending' : 'no')
            open = reason === 'cleared' ? 'no' : 'pending'
            break
          case 'firing':
            assert.equal(open, reason === 'again' ? 'recovering' : 'pending')
            open = 'firing'
            break
          case 'recovering':
            assert.equal(open, 'firing')
            open = 'recovering'
            break
          case 'resolved':
            assert.ok(open === 'recovering' || (reason === 'ended' && open === 'firing'))
            open = 'no'
        }
      }
    }),
    { numRuns: 500 },
  )
})

test('a firing was bad for its whole waiting time, and firings are bounded by the times however often it flaps', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 200 }), times, (events, limits) => {
      const told = run(events, limits, false)
      told.forEach(({ state, reason, at }, i) => {
        if (state === 'firing' && reason === '') assert.ok(at - told[i - 1]!.at >= limits.pendingMs)
      })
      const firings = told.filter(({ state, reason }) => state === 'firing' && reason === '')
      const lasted = events.reduce((sum, { afterMs }) => sum + afterMs, 0)
      const shortest = Math.max(SECOND, limits.pendingMs + limits.coolDownMs)
      assert.ok(firings.length <= Math.floor(lasted / shortest) + 1, `${firings.length} in ${lasted} ms`)
    }),
    { numRuns: 500 },
  )
})

test('stored and read back after every step it tells the same', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 200 }), times, (events, limits) =>
      assert.deepEqual(run(events, limits, true), run(events, limits, false)),
    ),
    { numRuns: 200 },
  )
})
