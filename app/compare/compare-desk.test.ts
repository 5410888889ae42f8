import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { defaultSettings } from '#processors/channel-settings.ts'
import { openArchiveWriter } from '#sinks/sqlite-archive.ts'
import { batchOf, message, T0 } from '#sinks/testing/archive-values.ts'
import { type Comparison, differenceKinds } from '../../dashboard/replays.ts'
import { readConfig } from '../config.ts'
import { JavasError } from '../errors.ts'
import { createLog } from '../log.ts'
import { compareCsv } from './compare-csv.ts'
import { CompareDesk, type CompareOne } from './compare-desk.ts'
import { compareInThread } from './compare-in-thread.ts'

const log = createLog('compare', 'error')
const ref = (broadcastId: string) => ({ channelId: 'demo:one', broadcastId })
const of = <T>(value: T) =>
  Object.fromEntries(differenceKinds.map((kind) => [kind, value])) as { [kind in (typeof differenceKinds)[number]]: T }
const comparison = (broadcastId: string): Comparison => ({
  ...ref(broadcastId),
  ...{ messages: 3, same: 2, missing: 0, differences: of(0), changes: [], examples: of([]) },
  models: { before: [], after: [] },
})

test('one broadcast at a time is replayed, and progress, result and failure are told of each', async () => {
  const gates = new Map<string, PromiseWithResolvers<void>>()
  const compare: CompareOne = async ({ broadcastId }, { onProgress }) => {
    const gate = Promise.withResolvers<void>()
    gates.set(broadcastId, gate)
    onProgress({ done: 1, total: 3 })
    await gate.promise
    if (broadcastId === 'bad') throw new JavasError('BROADCAST_NOT_FOUND', 'gone')
    return comparison(broadcastId)
  }
  const desk = new CompareDesk({ compare, log })
  const begun = async (broadcastId: string) => {
    while (!gates.has(broadcastId)) await new Promise(setImmediate)
    return gates.get(broadcastId)!
  }
  for (const id of ['one', 'one', 'bad']) desk.start(ref(id), 60)
  const first = await begun('one')
  assert.deepEqual(desk.state(ref('one')).running, { done: 1, total: 3, speed: 60 })
  assert.deepEqual(desk.state(ref('bad')).running, { done: 0, total: 0, speed: 60 })
  assert.equal(gates.has('bad'), false)
  first.resolve()
  ;(await begun('bad')).resolve()
  while (desk.state(ref('bad')).running) await new Promise(setImmediate)
  assert.equal(desk.state(ref('one')).kept?.comparison.same, 2)
  assert.equal(desk.state(ref('bad')).failure, 'BROADCAST_NOT_FOUND')
  assert.equal(desk.csv(ref('bad')), null)
  desk.forget('demo:one', 'one')
  assert.equal(desk.state(ref('one')).kept, null)
  await desk.close()
})

test('who cancels, or ends the process, ends the replay, and no failure is told of it', async () => {
  const compare: CompareOne = (_asked, { signal }) =>
    new Promise((_, fail) => signal.addEventListener('abort', () => fail(signal.reason)))
  const desk = new CompareDesk({ compare, log })
  for (const id of ['one', 'two']) desk.start(ref(id), 'max')
  desk.cancel(ref('two'))
  desk.cancel(ref('one'))
  while (desk.state(ref('two')).running) await new Promise(setImmediate)
  assert.deepEqual(desk.state(ref('one')), { kept: null, running: null, failure: '' })
  desk.start(ref('three'), 1)
  await desk.close()
  assert.deepEqual(desk.state(ref('three')), { kept: null, running: null, failure: '' })
})

test('a table holds counts and examples, and no formula', () => {
  const csv = compareCsv({
    ...comparison('one'),
    changes: [{ kind: 'profanity-found', before: '0', after: '3', messages: 7 }],
    examples: { ...of([]), 'profanity-found': [{ at: T0, text: '=HYPERLINK("x"),', before: '0', after: '3' }] },
  })
  assert.deepEqual(csv.split('\r\n').slice(5, 7), [
    'change,profanity-found,0,3,7,,',
    'example,profanity-found,0,3,,2026-11-23T09:00:00.000Z,"\'=HYPERLINK(""x""),"',
  ])
})

test("a thread replays an archive file through the product's own analysis, and takes its log away when it is stopped", async () => {
  const directory = mkdtempSync(join(tmpdir(), 'javas-compare-desk-'))
  const file = join(directory, 'archive.db')
  try {
    const writer = await openArchiveWriter(file)
    await writer.apply(
      batchOf({
        messages: [
          message('m1', '시발 뭐야', { channelId: 'demo:one' }),
          message('m2', '오늘 정말 재밌다', { channelId: 'demo:one', timestamp: T0 + 1 }),
          message('m3', '한 시간 뒤', { channelId: 'demo:one', timestamp: T0 + 3_600_000 }),
        ],
      }),
    )
    await writer.close()
    const asked = {
      ...{ ...ref('first'), config: readConfig({}), place: { file }, rules: null, directory },
      settings: { ...defaultSettings, channelId: 'demo:one', updatedAt: T0, updatedBy: '' },
    }
    const signal = new AbortController().signal
    const { messages, differences } = await compareInThread({ ...asked, speed: 'max' }, { signal, onProgress() {} })
    assert.equal(messages, 3)
    assert.equal(differences['profanity-found'], 1)
    const stop = new AbortController()
    const onProgress = () => stop.abort(new Error('enough'))
    await assert.rejects(compareInThread({ ...asked, speed: 1 }, { signal: stop.signal, onProgress }))
    assert.deepEqual(
      readdirSync(directory).filter((name) => !name.startsWith('archive.db')),
      [],
    )
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
