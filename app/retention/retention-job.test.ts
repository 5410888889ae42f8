import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openArchiveReader, openArchiveWriter } from '#sinks/sqlite-archive.ts'
import { batchOf, message, T0 } from '#sinks/testing/archive-values.ts'
import { createLog } from '../log.ts'
import type { Report } from '../report/report.ts'
import { expireReports } from './expire-reports.ts'
import { DAY_MS, defaultRetention, readRetention } from './retention.ts'
import { keepRetention } from './retention-job.ts'
import { runRetention } from './run-retention.ts'

async function withArchive(
  work: (archive: {
    readonly writer: Awaited<ReturnType<typeof openArchiveWriter>>
    readonly reader: ReturnType<typeof openArchiveReader>
  }) => Promise<void>,
) {
  const directory = mkdtempSync(join(tmpdir(), 'javas-retention-'))
  const path = join(directory, 'archive.db')
  const writer = await openArchiveWriter(path)
  const reader = openArchiveReader(path)
  try {
    await work({ writer, reader })
  } finally {
    await reader.close()
    await writer.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

const of = (source: string) => ({ source, channelId: `${source}:one` })

test('the job runs at once and then daily, and a row is kept of every run', async () => {
  await withArchive(async ({ writer, reader }) => {
    await writer.apply(batchOf({ messages: [message('y', '말', of('youtube')), message('t', '말', of('twitch'))] }))
    const stop = new AbortController()
    let days = 0
    const left: string[] = []
    const lines: string[] = []
    await keepRetention({
      ...{ writer, store: 'archive', retention: defaultRetention, signal: stop.signal },
      log: createLog('export', 'info', (line) => void lines.push(line)),
      now: () => T0 + days * DAY_MS,
      wait: async (ms) => {
        assert.equal(ms, DAY_MS)
        const { messages } = await reader.search({ order: 'oldest' })
        left.push(`${days}: ${messages.map((one) => one.message.id).join(' ')}`)
        days = [30, 31, 365, 366][left.length - 1] ?? 0
        if (days === 0) stop.abort()
      },
    })
    assert.deepEqual(left, ['0: y t', '30: y t', '31: t', '365: t', '366: '])
    const { actions } = await reader.actions({ kinds: ['retention'] })
    assert.deepEqual(
      actions.map(({ at, by, details }) => [(at - T0) / DAY_MS, by, details.removed]),
      [
        [366, 'javas', '1'],
        [365, 'javas', '0'],
        [31, 'javas', '2'],
        [30, 'javas', '0'],
        [0, 'javas', '0'],
      ],
    )
    assert.equal(actions[2]!.details['messages youtube'], `1 < ${new Date(T0 + DAY_MS).toISOString().slice(0, 16)}Z`)
    assert.match(lines[2]!, /1 messages of youtube before 2026-11-24T09:00Z, 1 broadcasts of youtube/)
  })
})

test('a store that fails is tried again sooner, and off touches nothing', async () => {
  const stop = new AbortController()
  const waits: number[] = []
  const lines: string[] = []
  const log = createLog('export', 'info', (line) => void lines.push(line))
  const failing = { expire: () => Promise.reject(new Error('the disk is full')) } as never
  const wait = async (ms: number) => {
    waits.push(ms)
    stop.abort()
  }
  const options = { writer: failing, store: 'archive', log, signal: stop.signal, wait }
  await keepRetention({ ...options, retention: defaultRetention })
  assert.deepEqual(waits, [10 * 60_000])
  assert.match(lines[0]!, /tried again in 10 minutes: the disk is full/)
  await keepRetention({ ...options, retention: null, signal: new AbortController().signal })
  assert.match(lines[1]!, /retention is off/)
})

test('a dry run keeps no row and takes nothing', async () => {
  await withArchive(async ({ writer, reader }) => {
    await writer.apply(batchOf({ messages: [message('y', '말', of('youtube'))] }))
    const asked = { writer, store: 'archive', retention: readRetention({})!, now: T0 + 31 * DAY_MS, by: 'cli' }
    const counted = await runRetention({ ...asked, isDry: true })
    const ofMessages = (rows: typeof counted) => rows.find((row) => row.kind === 'messages' && row.source === 'youtube')
    assert.equal(ofMessages(counted)?.count, 1)
    assert.equal((await reader.search({})).total, 1)
    assert.deepEqual((await reader.actions({})).actions, [])
    assert.deepEqual(ofMessages(await runRetention(asked)), ofMessages(counted))
    assert.equal((await reader.search({})).total, 0)
  })
})

test('reports go by the time of their broadcast, not by when they were made', async () => {
  const report = (channelId: string, endedAt: number) =>
    ({ channelId, broadcastId: 'b', madeAt: T0, startedAt: 0, lastMessageAt: endedAt }) as Report
  const all = [
    report('youtube:old', T0 - 31 * DAY_MS),
    report('youtube:new', T0 - 29 * DAY_MS),
    report('twitch:old', T0 - 366 * DAY_MS),
    report('twitch:new', T0 - 31 * DAY_MS),
  ]
  const removed: string[] = []
  const files = {
    async *all() {
      yield* all
    },
    remove: async ({ channelId }: { readonly channelId: string }) => void removed.push(channelId),
  }
  const dry = await expireReports(files, defaultRetention, T0, { isDry: true })
  assert.deepEqual(removed, [])
  assert.deepEqual(await expireReports(files, defaultRetention, T0), dry)
  assert.deepEqual(removed, ['youtube:old', 'twitch:old'])
  assert.deepEqual(
    dry.map(({ source, count }) => [source, count]),
    [
      ['', 1],
      ['youtube', 1],
    ],
  )
})
