import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { WindowCaseDriver } from '../testing/window-cases.ts'
import { untilWindowCloses } from './suppress.ts'
import { slidingWindows } from './windows.ts'

/** The last update of each window, by its start: `start:value`. */
const lastByStart = (results: readonly string[]): readonly string[] => {
  const last = new Map<number, string>()
  for (const result of results) {
    const [, start, value] = /\[(\d+),\d+\](.*)@/.exec(result)!
    last.set(Number(start), value!)
  }
  return [...last].sort(([a], [b]) => a - b).map(([start, value]) => `${start}:${value}`)
}
const sorted = (value: string) =>
  value
    .split('+')
    .map(Number)
    .sort((a, b) => a - b)
    .join('+')

test('11: a record too late for a window of its own still counts in those that are open', async () => {
  const windows = new WindowCaseDriver({
    windows: slidingWindows({ differenceMs: 5, graceMs: 15 }),
    count: true,
    suppress: untilWindowCloses(),
  })
  await using _ = windows.driver
  await windows.send('k1: x@10,x@11,x@10,x@13,x@10,x@24,x@5,x@7,x@90')
  assert.deepEqual(await windows.suppressedResults(), [
    'k1[5,10]5@10',
    'k1[6,11]5@11',
    'k1[8,13]5@13',
    'k1[11,16]2@13',
    'k1[12,17]1@13',
    'k1[19,24]1@24',
  ])
})

const row22 = 'A: 1@10,2@10,3@14,4@15,5@20,6@22,7@30'

test('22: every record ends one window and, where records follow, starts the next', async () => {
  const windows = new WindowCaseDriver({ windows: slidingWindows({ differenceMs: 10, graceMs: 5 }) })
  await using _ = windows.driver
  await windows.send(row22)
  assert.deepEqual(lastByStart(await windows.results()), [
    '0:1+2',
    '4:1+2+3',
    '5:1+2+3+4',
    '10:1+2+3+4+5',
    '11:3+4+5',
    '12:3+4+5+6',
    '15:4+5+6',
    '16:5+6',
    '20:5+6+7',
    '21:6+7',
    '23:7',
  ])
})

test('22: a sliding window closes one ms after its grace', async () => {
  const windows = new WindowCaseDriver({
    windows: slidingWindows({ differenceMs: 10, graceMs: 5 }),
    updates: 'none',
    final: true,
  })
  await using _ = windows.driver
  await windows.send(row22)
  assert.deepEqual(lastByStart(await windows.results()), [
    '0:1+2',
    '4:1+2+3',
    '5:1+2+3+4',
    '10:1+2+3+4+5',
    '11:3+4+5',
    '12:3+4+5+6',
  ])
})

const row23 = 'A: 1@100,2@105,3@106,4@103,5@113,6@110'

test('23: a record out of order changes the windows it belongs to and opens those it makes possible', async () => {
  const windows = new WindowCaseDriver({ windows: slidingWindows({ differenceMs: 50, graceMs: 0 }) })
  await using _ = windows.driver
  await windows.send(row23)
  assert.deepEqual(
    lastByStart(await windows.results()).map((entry) => `${entry.split(':')[0]}:${sorted(entry.split(':')[1]!)}`),
    ['50:1', '55:1+2', '56:1+2+3+4', '63:1+2+3+4+5+6', '101:2+3+4+5+6', '104:2+3+5+6', '106:3+5+6', '107:5+6', '111:5'],
  )
})

test('23: only windows that have closed are final', async () => {
  const windows = new WindowCaseDriver({
    windows: slidingWindows({ differenceMs: 50, graceMs: 0 }),
    updates: 'none',
    final: true,
  })
  await using _ = windows.driver
  await windows.send(row23)
  assert.deepEqual(
    lastByStart(await windows.results()).map((entry) => entry.split(':')[0]),
    ['50', '55', '56'],
  )
})

/** Every window that Kafka Streams would have, from the records themselves. */
function bruteForce(times: readonly number[], difference: number): readonly string[] {
  const starts = new Set<number>()
  for (const time of times) {
    starts.add(Math.max(0, time - difference))
    if (times.some((other) => other > time && other <= time + 1 + difference)) starts.add(time + 1)
  }
  return [...starts]
    .sort((a, b) => a - b)
    .map((start) => {
      const inside = times.filter((time) => time >= start && time <= start + difference)
      return `${start}:${sorted(inside.join('+'))}`
    })
}

test('records in any order make the windows that their times alone decide', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 15 }),
      async (times, differenceMs) => {
        const windows = new WindowCaseDriver({ windows: slidingWindows({ differenceMs, graceMs: 1000 }) })
        await using _ = windows.driver
        await windows.send(`A: ${times.map((time) => `${time}@${time}`).join(',')}`)
        const got = lastByStart(await windows.results()).map((entry) => {
          const [start, value] = entry.split(':')
          return `${start}:${sorted(value!)}`
        })
        assert.deepEqual(got, bruteForce(times, differenceMs))
      },
    ),
    { seed: 11, numRuns: 150 },
  )
})

test('the right window of one record that is the left window of the next is one window, closed once', async () => {
  const windows = new WindowCaseDriver({
    windows: slidingWindows({ differenceMs: 1, graceMs: 0 }),
    updates: 'none',
    final: true,
  })
  await using _ = windows.driver
  await windows.send('C: 0@11,1@13; A: 2@17')
  assert.deepEqual(await windows.results(), ['C[10,11]0@11', 'C[12,13]1@13'])
})

test('updates of one record come newest window first, then the windows it opens, as in Kafka Streams', async () => {
  const windows = new WindowCaseDriver({ windows: slidingWindows({ differenceMs: 6, graceMs: 2 }) })
  await using _ = windows.driver
  await windows.send('B: 0@22,2@23,4@24,7@25')
  assert.deepEqual((await windows.results()).slice(-4), [
    'B[24,30]4+7@25',
    'B[23,29]2+4+7@25',
    'B[25,31]7@25',
    'B[19,25]0+2+4+7@25',
  ])
})

test('each closed window that a record misses is a drop, and all of them at once when none is open', async () => {
  const windows = new WindowCaseDriver({ windows: slidingWindows({ differenceMs: 6, graceMs: 2 }) })
  await using _ = windows.driver
  await windows.send('A: 1@20,2@24,3@32,4@24')
  assert.deepEqual(await windows.lateRecords(), [
    '4@24 missed [21,27) by 3 at input/0/3',
    '4@24 missed [18,24) by 6 at input/0/3',
  ])
  await windows.send('A: 5@10')
  assert.deepEqual(await windows.lateRecords(), ['5@10 missed [4,10) by 20 at input/0/4'])
  assert.equal(await windows.drops(), 3)
})
