import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WindowCaseDriver } from '../testing/window-cases.ts'
import { firstStart } from './time-window-rule.ts'
import { timeWindows } from './windows.ts'

/** The numbers are the rows of the case table that these rules come from; each was checked against Kafka Streams. */
const hop = (graceMs: number) => timeWindows({ sizeMs: 10, advanceMs: 5, graceMs })

const assigned = (sizeMs: number, advanceMs: number, timestamp: number): string => {
  const windows = timeWindows({ sizeMs, advanceMs, graceMs: 0 })
  const found: string[] = []
  for (let start = firstStart(windows, timestamp); start <= timestamp; start += advanceMs)
    found.push(`[${start},${start + sizeMs})`)
  return found.join('')
}

test('1: a record belongs to every aligned window that holds its time, and none starts before 0', () => {
  assert.equal(assigned(12, 5, 21), '[10,22)[15,27)[20,32)')
  assert.equal(assigned(6, 5, 7), '[5,11)')
  assert.equal(assigned(12, 12, 21), '[12,24)')
  assert.equal(assigned(10, 5, 1), '[0,10)')
})

test('2: an update comes for every record and window, with the highest timestamp of the window', async () => {
  const windows = new WindowCaseDriver({ windows: hop(100) })
  await using _ = windows.driver
  await windows.send('B: 2@1,2@6,2@8,2@11,2@13,1@3,2@2,3@9')
  assert.deepEqual(await windows.results(), [
    'B[0,10)2@1',
    'B[0,10)2+2@6',
    'B[5,15)2@6',
    'B[0,10)2+2+2@8',
    'B[5,15)2+2@8',
    'B[5,15)2+2+2@11',
    'B[10,20)2@11',
    'B[5,15)2+2+2+2@13',
    'B[10,20)2+2@13',
    'B[0,10)2+2+2+1@8',
    'B[0,10)2+2+2+1+2@8',
    'B[0,10)2+2+2+1+2+3@9',
    'B[5,15)2+2+2+2+3@13',
  ])
})

test('2: a final result waits until its window has closed', async () => {
  const windows = new WindowCaseDriver({ windows: hop(100), updates: 'none', final: true })
  await using _ = windows.driver
  await windows.send('B: 2@1,2@6,2@8,2@11,2@13,1@3,2@2,3@9')
  assert.deepEqual(await windows.results(), [])
})

const row3 = 'k: 100@100,0@0,1@1,2@2,3@3,4@4,5@5,6@6,105@105,106@106'

test('3: a late record is dropped from the closed window only, counted once for each', async () => {
  const windows = new WindowCaseDriver({ windows: hop(90) })
  await using _ = windows.driver
  await windows.send(row3)
  assert.deepEqual(await windows.results(), [
    'k[95,105)100@100',
    'k[100,110)100@100',
    'k[5,15)5@5',
    'k[5,15)5+6@6',
    'k[100,110)100+105@105',
    'k[105,115)105@105',
    'k[100,110)100+105+106@106',
    'k[105,115)105+106@106',
  ])
  assert.equal(await windows.drops(), 7)
  const [task] = (await windows.driver.metrics()).tasks
  assert.equal(task!.lateness.max, 100)
  assert.equal((task!.lateness.sum / task!.lateness.count).toFixed(1), '67.9')
})

test('3: a late record goes to the side output with its window, its coordinates and its lateness', async () => {
  const windows = new WindowCaseDriver({ windows: hop(90) })
  await using _ = windows.driver
  await windows.send(row3)
  const late = await windows.lateRecords()
  assert.equal(late.length, 7)
  assert.equal(late[0], '0@0 missed [0,10) by 0 at input/0/1')
  assert.equal(late[6], '6@6 missed [0,10) by 0 at input/0/7')
})

test('3: a final result comes at the record that closes its window', async () => {
  const windows = new WindowCaseDriver({ windows: hop(90), updates: 'none', final: true })
  await using _ = windows.driver
  await windows.send('k: 100@100,0@0,1@1,2@2,3@3,4@4,5@5,6@6')
  assert.deepEqual(await windows.results(), [])
  await windows.send('k: 105@105')
  assert.deepEqual(await windows.results(), ['k[5,15)5+6@6'])
  await windows.send('k: 106@106')
  assert.deepEqual(await windows.results(), [])
})

test('4: a window whose end is exactly grace behind stream time is closed', async () => {
  const windows = new WindowCaseDriver({ windows: timeWindows({ sizeMs: 10, graceMs: 90 }) })
  await using _ = windows.driver
  await windows.send('k: 0@200,0@100,1@101,2@102,3@103,4@104,5@105,6@6')
  assert.deepEqual(await windows.results(), ['k[200,210)0@200'])
  assert.equal(await windows.drops(), 7)
})

const final = { windows: hop(5), updates: 'none', final: true } as const

test('5: one key closes the windows of all keys of its partition', async () => {
  const windows = new WindowCaseDriver(final)
  await using _ = windows.driver
  await windows.send('A: 1@0; B: 2@5; C: 3@15')
  assert.deepEqual(await windows.results(), ['A[0,10)1@0', 'B[0,10)2@5'])
  await windows.send('D: 4@15')
  await windows.send('E: 5@19')
  assert.deepEqual(await windows.results(), [])
})

test('6: windows close in the order of their time, then of their keys', async () => {
  const windows = new WindowCaseDriver(final)
  await using _ = windows.driver
  await windows.send('A: 1@0,1@5; B: 2@10; C: 3@15; D: 4@20')
  assert.deepEqual(await windows.results(), ['A[0,10)1+1@5', 'A[5,15)1@5', 'B[5,15)2@10'])
})

test('7: an emit interval holds final results back on the wall clock', async () => {
  const windows = new WindowCaseDriver({ ...final, emitIntervalMs: 1000 })
  await using _ = windows.driver
  await windows.send('A: 1@0,1@5; B: 2@10; C: 3@15')
  assert.deepEqual(await windows.results(), [])
  await windows.driver.advanceWallClock(10_000)
  await windows.send('D: 4@20')
  await windows.driver.advanceWallClock(1_000)
  assert.deepEqual(await windows.results(), ['A[0,10)1+1@5', 'A[5,15)1@5', 'B[5,15)2@10'])
  await windows.driver.advanceWallClock(100)
  await windows.send('E: 5@40')
  assert.deepEqual(await windows.results(), [])
})

test('8: after a restart no window is emitted again and none is forgotten', async () => {
  const windows = new WindowCaseDriver(final)
  await using _ = windows.driver
  await windows.send('A: 1@0; B: 2@5; C: 3@15')
  assert.deepEqual(await windows.results(), ['A[0,10)1@0', 'B[0,10)2@5'])
  await windows.driver.restart()
  await windows.send('D: 4@25')
  assert.deepEqual(await windows.results(), ['B[5,15)2@5', 'C[10,20)3@15'])
})

test('24: a record without a key is dropped and counted', async () => {
  const windows = new WindowCaseDriver({ windows: hop(5) })
  await using _ = windows.driver
  await windows.send('-: 1@0')
  assert.deepEqual(await windows.results(), [])
  assert.equal(await windows.drops('null-key'), 1)
})

test('25: Flink fires again within its lateness; here a window has one value and one final result', async () => {
  const windows = new WindowCaseDriver({
    windows: timeWindows({ sizeMs: 2000, graceMs: 500 }),
    updates: 'none',
    final: true,
    count: true,
  })
  await using _ = windows.driver
  // Flink's watermarks 1500, 2300 and 6000 are another key's records here.
  await windows.send('k: 1@500; w: 0@1500; k: 1@1300; w: 0@2300; k: 1@1997')
  assert.deepEqual(await windows.results(), [])
  await windows.send('w: 0@6000; k: 1@1998')
  assert.deepEqual(await windows.results(), ['k[0,2000)3@1997', 'w[0,2000)1@1500', 'w[2000,4000)1@2300'])
  assert.deepEqual(await windows.lateRecords(), ['1@1998 missed [0,2000) by 3500 at input/0/6'])
})

test('26: Flink closes at the last ms of a window; here it closes at its end', async () => {
  const windows = new WindowCaseDriver({
    windows: timeWindows({ sizeMs: 2000, graceMs: 0 }),
    updates: 'none',
    final: true,
    count: true,
  })
  await using _ = windows.driver
  await windows.send('k: 1@1000; w: 0@1985; k: 1@1980; w: 0@1999; k: 1@1998')
  assert.deepEqual(await windows.results(), [])
  await windows.send('k: 1@2001')
  assert.deepEqual(await windows.results(), ['k[0,2000)3@1998', 'w[0,2000)2@1999'])
  assert.equal(await windows.drops(), 0)
})

const row27 = 'k1: 1@100,3@105; k2: 5@102,7@108; k1: 2@110; k2: 2@109'

test('27: by partition, one key closes the windows of the other', async () => {
  const windows = new WindowCaseDriver({
    windows: timeWindows({ sizeMs: 10, graceMs: 2 }),
    updates: 'none',
    final: true,
  })
  await using _ = windows.driver
  await windows.send(row27)
  await windows.send('k1: 2@112')
  assert.deepEqual(await windows.results(), ['k1[100,110)1+3@105', 'k2[100,110)5+7+2@109'])
})

test('27: by key, each key closes its own windows', async () => {
  const windows = new WindowCaseDriver({
    windows: timeWindows({ sizeMs: 10, graceMs: 2 }),
    updates: 'none',
    final: true,
    streamTime: 'key',
  })
  await using _ = windows.driver
  await windows.send(row27)
  await windows.send('k1: 2@112')
  assert.deepEqual(await windows.results(), ['k1[100,110)1+3@105'])
  await windows.send('k2: 2@112')
  assert.deepEqual(await windows.results(), ['k2[100,110)5+7+2@109'])
})
