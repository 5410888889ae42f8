import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WindowCaseDriver } from '../testing/window-cases.ts'
import { untilWindowCloses } from './suppress.ts'
import { sessionWindows } from './windows.ts'

test('12: a session that grows is taken back before its successor comes', async () => {
  const windows = new WindowCaseDriver({
    windows: sessionWindows({ gapMs: 5, graceMs: 0 }),
    count: true,
    suppress: untilWindowCloses(),
  })
  await using _ = windows.driver
  await windows.send('k1: x@0,x@5,x@1; k2: x@11; k1: x@5,x@30')
  assert.deepEqual(await windows.results(), [
    'k1[0,0]1@0',
    'k1[0,0]null@0',
    'k1[0,5]2@5',
    'k1[0,5]null@5',
    'k1[0,5]3@5',
    'k2[11,11]1@11',
    'k1[30,30]1@30',
  ])
  assert.equal(await windows.drops(), 1)
  assert.deepEqual(await windows.suppressedResults(), ['k1[0,5]3@5', 'k2[11,11]1@11'])
})

test('19: a record between two sessions makes one of them', async () => {
  const windows = new WindowCaseDriver({ windows: sessionWindows({ gapMs: 300_000, graceMs: 300_000 }), count: true })
  await using _ = windows.driver
  await windows.send('mel: x@0,x@300001')
  assert.deepEqual(await windows.results(), ['mel[0,0]1@0', 'mel[300001,300001]1@300001'])
  await windows.send('mel: x@150000')
  assert.equal((await windows.results()).at(-1), 'mel[0,300001]3@300001')
})

test('20: the retraction comes first', async () => {
  const windows = new WindowCaseDriver({ windows: sessionWindows({ gapMs: 300_000, graceMs: 0 }), count: true })
  await using _ = windows.driver
  await windows.send('a: x@0,x@5')
  assert.deepEqual(await windows.results(), ['a[0,0]1@0', 'a[0,0]null@0', 'a[0,5]2@5'])
})

test('a record at the very time of a session of one moment changes it without taking it back', async () => {
  const windows = new WindowCaseDriver({ windows: sessionWindows({ gapMs: 6, graceMs: 1 }), count: true })
  await using _ = windows.driver
  await windows.send('B: x@32,x@32,x@38,x@35')
  assert.deepEqual(await windows.results(), [
    'B[32,32]1@32',
    'B[32,32]2@32',
    'B[32,32]null@32',
    'B[32,38]3@38',
    'B[32,38]null@38',
    'B[32,38]4@38',
  ])
})

test('21: a session is late when it ends before stream time less grace and gap', async () => {
  const strict = new WindowCaseDriver({ windows: sessionWindows({ gapMs: 10, graceMs: 0 }), count: true })
  await using _ = strict.driver
  await strict.send('d: x@0; x: x@0; d: x@11; late: x@0')
  assert.equal(await strict.drops(), 1)
  assert.deepEqual(await strict.lateRecords(), ['x@0 missed [0,0) by 1 at input/0/3'])

  const graceful = new WindowCaseDriver({ windows: sessionWindows({ gapMs: 10, graceMs: 1 }), count: true })
  await using __ = graceful.driver
  await graceful.send('d: x@0; x: x@0; d: x@11; y: x@0')
  assert.equal(await graceful.drops(), 0)
  await graceful.send('d: x@12; late: x@0')
  assert.equal(await graceful.drops(), 1)
})

test('a final session comes once, when no record could lengthen it any more', async () => {
  const windows = new WindowCaseDriver({
    windows: sessionWindows({ gapMs: 5, graceMs: 0 }),
    count: true,
    updates: 'none',
    final: true,
  })
  await using _ = windows.driver
  await windows.send('k: x@0,x@4; w: x@9')
  assert.deepEqual(await windows.results(), [])
  await windows.send('w: x@10')
  assert.deepEqual(await windows.results(), ['k[0,4]2@4'])
  assert.equal(await windows.drops(), 0)
})
