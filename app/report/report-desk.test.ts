import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { BroadcastSummary } from '#sinks/archive.ts'
import { openArchiveReader, openArchiveWriter } from '#sinks/sqlite-archive.ts'
import { batchOf, message, stateOf, T0 } from '#sinks/testing/archive-values.ts'
import { createLog } from '../log.ts'
import { dueReports } from './due-reports.ts'
import { makeInThread } from './make-in-thread.ts'
import { makeReport } from './make-report.ts'
import { ReportDesk } from './report-desk.ts'
import { ReportFiles } from './report-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'javas-reports-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const path = join(folder, 'archive.db')
const writer = await openArchiveWriter(path)
await writer.apply(
  batchOf({
    states: [stateOf({ state: 'ended' })],
    messages: Array.from({ length: 500 }, (_, at) => message(`m${at}`, `안녕 ${at}`, { timestamp: T0 + at })),
  }),
)
const archive = openArchiveReader(path)
after(async () => {
  await archive.close()
  await writer.close()
})
const asked = { channelId: 'demo:one', broadcastId: 'first', people: false }
const log = createLog('test', 'error', () => {})
let folders = 0
const filesOf = () => {
  const directory = join(folder, `reports-${folders++}`)
  return { directory, files: new ReportFiles(directory) }
}

test('a thread makes the same report as the caller would', async () => {
  const data = { ...asked, place: { file: path }, maskSeverity: 2 }
  const inThread = await makeInThread(data, { signal: new AbortController().signal, onProgress: () => {} })
  const here = await makeReport({ ...asked, archive, maskSeverity: 2 })
  assert.deepEqual({ ...inThread, madeAt: 0 }, { ...JSON.parse(JSON.stringify(here)), madeAt: 0 })
  await assert.rejects(
    makeInThread({ ...data, broadcastId: 'none' }, { signal: new AbortController().signal, onProgress: () => {} }),
    { code: 'BROADCAST_NOT_FOUND' },
  )
})

test('a report is kept for its owner alone, and under no name that a broadcast could choose', async () => {
  const { directory, files } = filesOf()
  const desk = new ReportDesk({
    files,
    log,
    make: async (request) => ({
      ...(await makeReport({ ...asked, archive, maskSeverity: 2 })),
      broadcastId: request.broadcastId,
    }),
  })
  const evil = { ...asked, broadcastId: '../../../etc/passwd' }
  await desk.made(evil)
  const [name, ...others] = readdirSync(directory)
  assert.match(name!, /^[0-9a-f]{40}\.json$/)
  assert.deepEqual(others, [])
  assert.equal(statSync(join(directory, name!)).mode & 0o777, 0o600)
  assert.equal((await desk.state(evil)).kept?.messages, 500)
  for (const format of ['html', 'json', 'csv'] as const)
    assert.ok((await desk.file(evil, format, { language: 'ko', timeZone: 'UTC' }))!.length > 100)
  await desk.forget(evil.channelId, evil.broadcastId)
  assert.deepEqual(readdirSync(directory), [])
  assert.equal(await desk.file(evil, 'html', { language: 'ko', timeZone: 'UTC' }), null)
})

test('one that is broken, or of another format, is none', async () => {
  const { directory, files } = filesOf()
  await files.write(await makeReport({ ...asked, archive, maskSeverity: 2 }))
  const file = join(directory, readdirSync(directory)[0]!)
  for (const text of ['{"format":1', JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), format: 99 })]) {
    writeFileSync(file, text)
    assert.equal(await files.read(asked), null)
    assert.deepEqual(await Array.fromAsync(files.all()), [])
  }
})

test('a report that is cancelled is not kept, and the next one in line is made', async () => {
  const { directory, files } = filesOf()
  const begun = Promise.withResolvers<void>()
  const desk = new ReportDesk({
    files,
    log,
    make: (request, { signal, onProgress }) => {
      if (!request.people) return makeReport({ ...asked, archive, maskSeverity: 2 })
      onProgress({ done: 7, total: 9 })
      begun.resolve()
      return new Promise((_done, fail) => signal.addEventListener('abort', () => fail(signal.reason)))
    },
  })
  const named = { ...asked, people: true }
  desk.make(named)
  const next = desk.made(asked)
  await begun.promise
  assert.deepEqual((await desk.state(named)).making, { done: 7, total: 9 })
  assert.deepEqual((await desk.state(asked)).making, { done: 0, total: 0 })
  desk.cancel(named)
  await next
  assert.deepEqual(await desk.state(named), { kept: null, making: null, failure: '' })
  assert.equal((await desk.state(asked)).kept?.messages, 500)
  assert.equal(readdirSync(directory).length, 1)
})

test('why one could not be made is told until it is tried again, and a full disk leaves nothing half', async () => {
  const { directory, files } = filesOf()
  let isFull = true
  const desk = new ReportDesk({
    files,
    log,
    make: async () => {
      if (isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
      return makeReport({ ...asked, archive, maskSeverity: 2 })
    },
  })
  await desk.made(asked)
  assert.deepEqual(await desk.state(asked), { kept: null, making: null, failure: 'ENOSPC' })
  assert.equal(existsSync(directory), false)
  isFull = false
  await desk.made(asked)
  assert.equal((await desk.state(asked)).failure, '')
})

test('a broadcast that ended gets its report once its last messages are in, and a new one when it went on', async () => {
  const { files } = filesOf()
  const ended = (
    values: Partial<BroadcastSummary>,
    at: number,
    state: 'ended' | 'live' = 'ended',
  ): BroadcastSummary => ({
    ...{ channelId: 'demo:one', broadcastId: 'first', source: 'demo', title: '', channelName: '', url: '' },
    ...{ startedAt: T0, lastMessageAt: at, messages: 5, authors: 1, profane: 0, alerts: 0 },
    ...values,
    state: stateOf({ state, at }),
  })
  const due = async (one: BroadcastSummary, now: number) =>
    (await dueReports({ broadcasts: async () => [one] }, files, now)).length
  const hour = 3_600_000
  assert.equal(await due(ended({}, T0), T0 + 1_000), 0, 'not settled')
  assert.equal(await due(ended({}, T0), T0 + hour), 1)
  assert.equal(await due(ended({}, T0, 'live'), T0 + hour), 0)
  assert.equal(await due(ended({ messages: 0 }, T0), T0 + hour), 0)
  assert.equal(await due(ended({}, T0), T0 + 48 * hour), 0, 'long ago')
  await files.write(await makeReport({ ...asked, archive, maskSeverity: 2, now: () => T0 + 2 * hour }))
  assert.equal(await due(ended({}, T0), T0 + 3 * hour), 0, 'is there')
  assert.equal(await due(ended({}, T0 + 3 * hour), T0 + 4 * hour), 1, 'made before its end')
})
