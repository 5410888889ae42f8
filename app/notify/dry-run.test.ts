/** The dry run of alarms as people start it: the command as a process, and the thread behind the page. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { AlarmDryRun } from '#processors/alerts/dry-run-alerts.ts'
import { defaultSettings } from '#processors/channel-settings.ts'
import { analyzedMessage, sentimentOf } from '#processors/testing/messages.ts'
import { openArchiveWriter } from '#sinks/sqlite-archive.ts'
import { dataFiles, readConfig } from '../config.ts'
import { openLog } from '../open-data.ts'
import { dryRunInThread } from './dry-run-in-thread.ts'

const CLI = join(import.meta.dirname, '..', 'cli.ts')
const SECOND = 1_000
/** Ten calm minutes, two angry ones about a refund, then calm again; four messages a second. */
const messages = Array.from({ length: 4_000 }, (_, i) => {
  const second = Math.floor(i / 4)
  const isAngry = second >= 600 && second < 720 && i % 4 < 3
  return analyzedMessage(
    { timestamp: i * 250, id: `m${i}`, authorId: `a${i % 40}`, text: isAngry && i % 40 === 0 ? '환불해 주세요' : '렉' },
    { sentiment: sentimentOf(isAngry || second % 10 === 0 ? 'negative' : 'neutral'), words: ['렉'] },
  )
})
let folder: string
let file: string
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'javas-dry-run-'))
  const config = readConfig({ JAVAS_DATA: folder })
  await (await openLog(config)).close()
  file = dataFiles(folder).archive
  const writer = await openArchiveWriter(file)
  await writer.apply({
    ...{ messages, windows: [], keywords: [], offences: [], alerts: [], states: [], positions: [] },
    origins: messages.map((_, offset) => ({ topic: 'analyzed-messages', partition: 0, offset })),
  })
  await writer.close()
})
after(() => rmSync(folder, { recursive: true, force: true }))

const javas = (...args: readonly string[]) =>
  spawnSync(process.execPath, [CLI, 'alarms', 'dry-run', ...args], {
    env: { ...process.env, JAVAS_DATA: folder, JAVAS_LOG: 'error' },
    encoding: 'utf8',
  })

test('the command says when it would have rung, under the given thresholds, for people and for programs', () => {
  const said = javas('demo:one', 'b1')
  assert.equal(said.status, 0, said.stderr)
  assert.match(said.stdout, /^4000 messages; would have rung 1 times\n1970-01-01T00:10:\d\d {2}negative-surge {2}\d+ s/)
  const watched = javas('demo:one', 'b1', '--share', '0.95', '--word', '환불', '먹튀', '--mentions', '4', '--json')
  const { rings } = JSON.parse(watched.stdout) as AlarmDryRun
  assert.deepEqual(
    rings.map(({ kind, words }) => [kind, ...words]),
    [['keyword-watch', '환불']],
  )
})

test('a broadcast that is not there, and a threshold that is none, are refused with what to do', () => {
  const gone = javas('demo:one', 'nowhere')
  assert.notEqual(gone.status, 0)
  assert.match(gone.stderr, /javas archive search --channel demo:one.*BROADCAST_NOT_FOUND/)
  const wrong = javas('demo:one', 'b1', '--share', '7')
  assert.notEqual(wrong.status, 0)
  assert.match(wrong.stderr, /share/)
})

test('the thread behind the page says the same, refuses with a code, and ends when nobody waits any more', async () => {
  const settings = { ...defaultSettings, channelId: 'demo:one', updatedAt: 0, updatedBy: '' }
  const asked = { place: { file }, broadcastId: 'b1', settings }
  const { messages: count, rings } = await dryRunInThread(asked, new AbortController().signal)
  assert.equal(count, 4_000)
  assert.ok(rings.length === 1 && rings[0]!.at >= 600 * SECOND && rings[0]!.at <= 630 * SECOND)
  await assert.rejects(dryRunInThread({ ...asked, broadcastId: 'gone' }, new AbortController().signal), {
    code: 'BROADCAST_NOT_FOUND',
  })
  await assert.rejects(dryRunInThread(asked, AbortSignal.abort(new Error('nobody waits'))), /nobody waits/)
})
