import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from './manual-clock.ts'
import { playTimeline } from './timeline.ts'

function actorOf(done: string[]) {
  return {
    say: (text: string) => void done.push(text),
    fault: (fault: string) => void done.push(`fault ${fault}`),
    heal: () => void done.push('heal'),
    end: () => void done.push('end'),
    begin: () => void done.push('begin'),
  }
}

test('a timeline is played by its clock, in the order of its times', async () => {
  const clock = new ManualClock()
  const done: string[] = []
  const steps = [
    { at: 3_000, end: true },
    { at: 0, say: 'a' },
    { at: 1_000, fault: 'reset' },
    { at: 2_000, heal: true, say: 'b' },
  ]
  playTimeline(steps, actorOf(done), clock)
  await clock.advance(1_500)
  assert.deepEqual(done, ['a', 'fault reset'])
  await clock.advance(10_000)
  assert.deepEqual(done, ['a', 'fault reset', 'heal', 'b', 'end'])
  assert.equal(clock.waiting, 0)
})

test('it plays again when it shall, and stops when it is told', async () => {
  const clock = new ManualClock()
  const done: string[] = []
  const stop = playTimeline([{ at: 100, say: 'a' }], actorOf(done), clock, 1_000)
  await clock.advance(2_500)
  assert.deepEqual(done, ['a', 'a', 'a'])
  stop()
  assert.equal(clock.waiting, 0)
})
