import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { followStream } from './follow-stream.ts'

/** As a browser has them; each one that is opened fails when told. */
const opened: { onerror: (() => void) | null }[] = []
class FailingSource {
  onerror: (() => void) | null = null
  constructor() {
    opened.push(this)
  }
  addEventListener(): void {}
  close(): void {}
}
const page = { visibilityState: 'visible', addEventListener() {}, removeEventListener() {} }
/** Without locks: a stream of this tab's own. */
const stands: Readonly<Record<string, unknown>> = { EventSource: FailingSource, document: page, navigator: {} }
const stood = Object.keys(stands).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const)

before(() => {
  for (const [name, value] of Object.entries(stands))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
})
after(() => {
  for (const [name, descriptor] of stood)
    if (descriptor) Object.defineProperty(globalThis, name, descriptor)
    else Reflect.deleteProperty(globalThis, name)
})

const STEP_MS = 250

interface Clock {
  readonly timers: { enable(options: { apis: ['setTimeout'] }): void; tick(ms: number): void; reset(): void }
  method(object: Math, name: 'random', as: () => number): { mock: { restore(): void } }
}

/** Ms from each failure to the next try, in steps of a quarter second. */
function pausesWith(mock: Clock, random: number, failures: number): readonly number[] {
  mock.timers.enable({ apis: ['setTimeout'] })
  const drawn = mock.method(Math, 'random', () => random)
  opened.length = 0
  const stop = followStream('/events', '', { onConnection() {}, onFrame() {}, onGap() {} })
  const pauses = Array.from({ length: failures }, () => {
    const before = opened.length
    opened.at(-1)!.onerror!()
    let waited = 0
    while (opened.length === before && waited < 120_000) {
      mock.timers.tick(STEP_MS)
      waited += STEP_MS
    }
    return waited
  })
  stop()
  drawn.mock.restore()
  mock.timers.reset()
  return pauses
}

test('a reader whose stream fails waits longer each time, and never longer than half a minute and a quarter of it', ({
  mock,
}) => {
  assert.deepEqual(pausesWith(mock, 0, 8), [750, 1500, 3000, 6000, 12_000, 22_500, 22_500, 22_500])
  assert.deepEqual(pausesWith(mock, 0.5, 8), [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
  assert.deepEqual(pausesWith(mock, 1, 8), [1250, 2500, 5000, 10_000, 20_000, 37_500, 37_500, 37_500])
})
