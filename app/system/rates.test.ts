import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Rates } from './rates.ts'

test('a rate is the growth over the window, not since the start', () => {
  const rates = new Rates(10_000)
  for (let second = 0; second <= 30; second += 2)
    rates.sample(second * 1000, { messages: second < 20 ? 0 : (second - 20) * 50 })
  assert.deepEqual(rates.perSecond, [{ name: 'messages', perSecond: 50 }])
})

test('one sample is no rate', () => {
  const rates = new Rates()
  rates.sample(0, { messages: 5 })
  assert.deepEqual(rates.perSecond, [])
})

test('a counter that starts again does not give a negative rate', () => {
  const rates = new Rates()
  rates.sample(0, { messages: 1_000 })
  rates.sample(10_000, { messages: 20 })
  assert.deepEqual(rates.perSecond, [{ name: 'messages', perSecond: 2 }])
})
