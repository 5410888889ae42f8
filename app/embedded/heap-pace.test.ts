import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeFlags } from '../../setup/runtime.mjs'
import { HeapPace, heapPaceOf } from './heap-pace.ts'

/** A pace that is told `perSecond` for each second in turn, and what it set. */
function after(...seconds: readonly { readonly perSecond: number; readonly lag?: number }[]) {
  const set: number[] = []
  const pace = new HeapPace((percent) => set.push(percent))
  let taken = 0
  pace.sample(0, { taken, lag: 0 })
  seconds.forEach(({ perSecond, lag = 0 }, second) => {
    taken += perSecond
    pace.sample((second + 1) * 1_000, { taken, lag })
  })
  return set
}

test('heaps may double under load, and are small again when it is over', () => {
  assert.deepEqual(after({ perSecond: 200 }, { perSecond: 400 }), [])
  assert.deepEqual(after({ perSecond: 200 }, { perSecond: 5_000 }, { perSecond: 5_000 }), [100])
  assert.deepEqual(after({ perSecond: 5_000 }, { perSecond: 700 }, { perSecond: 200 }), [100, 20])
})

test('an analysis that falls behind is under load, however few it gets through', () => {
  assert.deepEqual(after({ perSecond: 100, lag: 3_000 }), [100])
  assert.deepEqual(after({ perSecond: 5_000 }, { perSecond: 100, lag: 3_000 }, { perSecond: 100 }), [100, 20])
})

test('an analysis that was started again is not taken for a calm one', () => {
  const set: number[] = []
  const pace = new HeapPace((percent) => set.push(percent))
  pace.sample(0, { taken: 0, lag: 0 })
  pace.sample(1_000, { taken: 5_000, lag: 0 })
  pace.sample(2_000, { taken: 10, lag: 0 })
  assert.deepEqual(set, [100])
})

test('the settings of whoever starts Node otherwise are left alone', () => {
  assert.ok(heapPaceOf(nodeFlags))
  assert.equal(heapPaceOf([]), null)
  assert.equal(heapPaceOf(['--heap-growing-percent=50']), null)
})
