/**
 * How fast a broadcast's report is made, and in how much memory: an archive is filled first, then a process of its own
 * makes the report, as the dashboard's thread does, and tells the most memory it ever held.
 *
 *     npm run bench:after-broadcast -- [--messages 200000]
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openArchiveReader, openArchiveWriter } from '#sinks/sqlite-archive.ts'
import { batchOf, message, stateOf, T0 } from '#sinks/testing/archive-values.ts'
import { makeReport } from '../app/report/make-report.ts'

const { values: options } = parseArgs({
  options: { messages: { type: 'string', default: '200000' }, archive: { type: 'string' } },
})
const messages = Number(options.messages)
const BATCH = 2_000

if (options.archive) await makeIt(options.archive)
else {
  const folder = mkdtempSync(join(tmpdir(), 'javas-bench-'))
  try {
    const path = join(folder, 'archive.db')
    await fill(path)
    const file = import.meta.filename
    const child = spawnSync(
      process.execPath,
      [...process.execArgv, file, '--archive', path, '--messages', String(messages)],
      {
        stdio: 'inherit',
      },
    )
    process.exitCode = child.status ?? 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Twelve messages a second of a vocabulary of 30,000 words, 50,000 authors, every 20th a question, every 50th profane. */
async function fill(path: string): Promise<void> {
  const writer = await openArchiveWriter(path)
  await writer.apply(batchOf({ states: [stateOf({ state: 'ended' })] }))
  const word = (at: number) => `낱말${Math.floor(30_000 ** (((at * 7919) % 10_007) / 10_007))}`
  for (let from = 0; from < messages; from += BATCH)
    await writer.apply(
      batchOf({
        messages: Array.from({ length: Math.min(BATCH, messages - from) }, (_, place) => {
          const at = from + place
          return message(`m${at}`, `${word(at)} ${word(at + 1)} ${word(at * 3)} ${at % 997}`, {
            timestamp: T0 + Math.floor(at / 12) * 1_000,
            author: `author-${(at * 31) % 50_000}`,
            sentiment: (['positive', 'neutral', 'negative'] as const)[at % 3]!,
            question: at % 20 === 0,
            severity: at % 50 === 0 ? 1 + (at % 3) : 0,
          })
        }),
      }),
    )
  await writer.close()
}

async function makeIt(path: string): Promise<void> {
  const archive = openArchiveReader(path)
  const before = process.resourceUsage().maxRSS
  const began = performance.now()
  const report = await makeReport({
    archive,
    channelId: 'demo:one',
    broadcastId: 'first',
    maskSeverity: 2,
    people: true,
  })
  const seconds = (performance.now() - began) / 1000
  await archive.close()
  const most = process.resourceUsage().maxRSS
  process.stdout.write(
    `${report.totals.messages.toLocaleString('en')} messages in ${seconds.toFixed(1)} s (${Math.round(report.totals.messages / seconds).toLocaleString('en')}/s); ` +
      `most memory ${Math.round(most / 1024)} MB, ${Math.round(before / 1024)} MB of it before; report of ${Math.round(JSON.stringify(report).length / 1024)} kB\n`,
  )
}
