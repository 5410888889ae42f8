/**
 * How fast a large archive finds, and whether the process that searches stays smooth.
 *
 *     npm run bench:archive-search -- [--messages 10000000] [--searches 300] [--file archive.db] [--json] [--save]
 *
 * The archive is made in a temporary folder, or in the file that is named, which stays and is searched again by the next
 * run instead of being made anew. A message every 300 ms: ten million are five weeks of four channels, 500 broadcasts.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { ArchiveQuery } from '#sinks/archive.ts'
import { openArchiveReader, openArchiveWriter } from '#sinks/sqlite-archive.ts'
import { chat, random, start, vocabulary, zipf } from './archive-messages.ts'
import { percentiles } from './percentiles.ts'
import { report } from './report.ts'

const { values: options } = parseArgs({
  options: {
    messages: { type: 'string', default: '10000000' },
    searches: { type: 'string', default: '300' },
    file: { type: 'string' },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
})
const messages = Number(options.messages)
const searches = Number(options.searches)
const EVERY_MS = 300
const BATCH = 5_000
const PER_BROADCAST = 20_000
const HOUR = 60 * 60 * 1000

async function build(path: string): Promise<number> {
  const writer = await openArchiveWriter(path)
  const began = performance.now()
  let writing = Promise.resolve()
  for (let done = 0; done < messages; done += BATCH) {
    const made = Array.from({ length: Math.min(BATCH, messages - done) }, (_, index) => chat(done + index, EVERY_MS))
    const at = (offset: number) => ({ topic: 'analyzed-messages', partition: 0, offset })
    // One batch is made while the one before is written.
    await writing
    writing = writer.apply({
      messages: made,
      origins: made.map((_, index) => at(done + index)),
      ...{ windows: [], keywords: [], offences: [], alerts: [], states: [] },
      positions: [at(done + made.length)],
    })
    if ((done / BATCH) % 100 === 0)
      process.stderr.write(`${done} messages, ${Math.round((performance.now() - began) / 1000)} s\n`)
  }
  await writing
  await writer.close()
  return performance.now() - began
}

const two = () => [...vocabulary[zipf(vocabulary.length)]!].slice(0, 2).join('')
const broadcast = () => Math.floor(random() * (messages / PER_BROADCAST))
const range = (hours: number) => {
  const from = start + Math.floor(random() * messages * EVERY_MS)
  return { from, to: from + hours * HOUR }
}
/** What people ask the archive's page for. */
const kinds: { readonly [name: string]: () => ArchiveQuery } = {
  anywhere: () => ({ text: two() }),
  commonest: () => ({ text: 'ㅋㅋ' }),
  of_author: () => ({ text: two(), channelId: 'demo:1', authorId: `u${zipf(20_000)}` }),
  of_broadcast: () => {
    const index = broadcast()
    return { text: two(), channelId: `demo:${index % 4}`, broadcastIds: [`broadcast-${index}`] }
  },
  of_day: () => ({ text: two(), ...range(24) }),
  flagged: () => ({ text: two(), minSeverity: 1 }),
  flagged_of_channel_and_week: () => ({ text: two(), channelId: 'demo:2', minSeverity: 2, ...range(7 * 24) }),
  negative_of_author_and_week: () => ({
    text: two(),
    authorId: `u${zipf(20_000)}`,
    sentiments: ['negative'],
    ...range(7 * 24),
  }),
}

const directory = mkdtempSync(join(tmpdir(), 'javas-bench-archive-'))
const path = options.file ?? join(directory, 'archive.db')
try {
  const buildMs = existsSync(path) ? null : await build(path)
  // One that stayed from an older version is brought up to date.
  if (buildMs === null) await (await openArchiveWriter(path)).close()
  // As the process that serves pages opens it.
  const reader = openArchiveReader(path, { searchesAside: true })
  await reader.search({ text: two() })
  const round = (value: number) => Math.round(value * 100) / 100
  const figures: { [name: string]: number } = {
    messages,
    ...(buildMs !== null && {
      build_s: Math.round(buildMs / 1000),
      build_messages_per_s: Math.round(messages / (buildMs / 1000)),
    }),
    bytes: statSync(path).size,
    bytes_per_message: Math.round(statSync(path).size / messages),
  }
  const all: number[] = []
  const allWorked: number[] = []
  const delay = monitorEventLoopDelay({ resolution: 1 })
  // Beside other work the loop of a process that does nothing is late as well.
  delay.enable()
  await sleep(3_000)
  delay.disable()
  figures.idle_loop_delay_p99_ms = round(delay.percentile(99) / 1e6)
  for (const [name, queryOf] of Object.entries(kinds)) {
    const took: number[] = []
    const worked: number[] = []
    delay.reset()
    for (let index = 0; index < searches; index++) {
      const query = queryOf()
      delay.enable()
      const before = performance.now()
      const cpu = process.cpuUsage()
      await reader.search(query)
      const { user, system } = process.cpuUsage(cpu)
      took.push(performance.now() - before)
      worked.push((user + system) / 1000)
      delay.disable()
    }
    if (name !== 'commonest') {
      all.push(...took)
      allWorked.push(...worked)
    }
    const at = percentiles(took)
    for (const percent of [50, 95, 99]) figures[`${name}_p${percent}_ms`] = round(at(percent))
    figures[`${name}_cpu_p95_ms`] = round(percentiles(worked)(95))
    figures[`${name}_loop_delay_p99_ms`] = round(delay.percentile(99) / 1e6)
  }
  const at = percentiles(all)
  for (const percent of [50, 95, 99]) figures[`all_p${percent}_ms`] = round(at(percent))
  // What they cost the processor, which other work on the machine changes less than how long they take.
  for (const percent of [50, 95, 99]) figures[`all_cpu_p${percent}_ms`] = round(percentiles(allWorked)(percent))
  await reader.close()
  report({ name: 'archive-search', figures })
} finally {
  rmSync(directory, { recursive: true, force: true })
}
