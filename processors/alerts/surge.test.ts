/** The surge rule over simulated chats; `npm run eval:alarms` prints the figures over many more. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boundFound, boundThreshold } from '../testing/surge-bound.ts'
import { firingsOf, surgesFound } from '../testing/surge-trial.ts'

const seeds = Array.from({ length: 40 }, (_, i) => 300 + i)

test('cries wolf at most once in twenty hours of calm chat, slow and fast', () => {
  const hours = 20
  let alarms = 0
  for (const rate of [2, 10]) alarms += firingsOf({ seed: 9, rate, share: 0.18, seconds: hours * 3_600 }).length
  assert.ok(alarms <= 2, `${alarms} in ${2 * hours} h`)
})

test('finds at least 95 % of surges to five times the usual share within 30 s, from 5 messages a second on', () => {
  for (const rate of [5, 20]) {
    const { found, surges, delays } = surgesFound({ rate, share: 0.15, times: 5, withinSeconds: 30 }, seeds)
    assert.ok(found >= surges * 0.95, `${found} of ${surges} at ${rate}/s: ${delays.join(' ')}`)
  }
})

test('finds at least 90 % of surges to twice the usual share within 30 s, where the chat is fast enough to tell', () => {
  const { found, surges } = surgesFound({ rate: 20, share: 0.18, times: 2, withinSeconds: 30 }, seeds)
  assert.ok(found >= surges * 0.9, `${found} of ${surges}`)
})

test('no more is found than a detector that knows the truth finds, at as many false alarms as it may have', () => {
  const given = { rate: 5, share: 0.18, times: 2 }
  const threshold = boundThreshold(given, 3, 20, 1)
  assert.ok(threshold > 4 && threshold < 20, `${threshold}`)
  // One that may cry wolf more often looks at less.
  assert.ok(boundThreshold(given, 3, 20, 100) < threshold)
  const seeds = Array.from({ length: 40 }, (_, i) => i)
  const possible = boundFound({ ...given, withinSeconds: 30 }, threshold, seeds)
  const { found } = surgesFound({ ...given, withinSeconds: 30 }, seeds)
  assert.ok(possible > found && possible <= 40, `${found} of ${possible}`)
  assert.equal(boundFound({ ...given, times: 5, withinSeconds: 30 }, threshold, seeds), 40)
})
