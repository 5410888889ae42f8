/**
 * How fast the archive writes, and how fast it finds.
 *
 *     npm run bench:archive -- [--messages 200000] [--searches 300] [--json] [--save]
 *
 * The messages are made up from a small vocabulary with Zipf's weights, so that some syllables are in every tenth
 * message and others in very few; searches draw from the same vocabulary, two syllables each.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import type { ArchiveQuery } from '#sinks/archive.ts'
import { openArchiveReader, openArchiveWriter } from '#sinks/sqlite-archive.ts'
import { chat, vocabulary, zipf } from './archive-messages.ts'
import { report } from './report.ts'

const { values: options } = parseArgs({
  options: {
    messages: { type: 'string', default: '200000' },
    searches: { type: 'string', default: '300' },
    batch: { type: 'string', default: '500' },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
})
const messages = Number(options.messages)
const searches = Number(options.searches)
const batchSize = Number(options.batch)

const percentile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!

const directory = mkdtempSync(join(tmpdir(), 'javas-bench-archive-'))
const path = join(directory, 'archive.db')
try {
  const writer = await openArchiveWriter(path)
  let applying = 0
  const cpu = process.cpuUsage()
  for (let done = 0; done < messages; ) {
    const count = Math.min(batchSize * 40, messages - done)
    const made = Array.from({ length: count }, (_, index) => chat(done + index))
    const before = performance.now()
    for (let at = 0; at < count; at += batchSize) {
      const batch = made.slice(at, at + batchSize)
      await writer.apply({
        messages: batch,
        origins: batch.map((_, index) => ({ topic: 'analyzed-messages', partition: 0, offset: done + at + index })),
        windows: [],
        keywords: [],
        offences: [],
        alerts: [],
        states: [],
        positions: [{ topic: 'analyzed-messages', partition: 0, offset: done + at + batch.length }],
      })
    }
    applying += performance.now() - before
    done += count
  }
  const spent = process.cpuUsage(cpu)

  const reader = openArchiveReader(path)
  const two = () => [...vocabulary[zipf(vocabulary.length)]!].slice(0, 2).join('')
  const time = async (queryOf: () => ArchiveQuery, times: number) => {
    const took: number[] = []
    for (let index = 0; index < times; index++) {
      const query = queryOf()
      const before = performance.now()
      await reader.search(query)
      took.push(performance.now() - before)
    }
    return took.sort((a, b) => a - b)
  }
  await time(() => ({ text: two() }), 20)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const anywhere = await time(() => ({ text: two() }), searches)
  delay.disable()
  const commonest = await time(() => ({ text: 'ㅋㅋ' }), 20)
  const oneCharacter = await time(() => ({ text: 'ㅋ' }), 20)
  const filtered = await time(() => ({ text: two(), channelId: 'demo:1', minSeverity: 1 }), searches)
  const byName = await time(() => ({ authorName: `자${zipf(2000)}` }), 50)
  const before = performance.now()
  await reader.histogram({ text: 'ㅋㅋ' }, 120)
  const histogramMs = performance.now() - before
  await reader.close()
  await writer.close()

  const round = (value: number) => Math.round(value * 100) / 100
  const figures = {
    messages,
    apply_messages_per_s: Math.round(messages / (applying / 1000)),
    search_p50_ms: round(percentile(anywhere, 0.5)),
    search_p95_ms: round(percentile(anywhere, 0.95)),
    search_max_ms: round(anywhere.at(-1)!),
    search_loop_delay_p99_ms: round(delay.percentile(99) / 1e6),
    commonest_search_p95_ms: round(percentile(commonest, 0.95)),
    one_character_search_p95_ms: round(percentile(oneCharacter, 0.95)),
    filtered_search_p95_ms: round(percentile(filtered, 0.95)),
    author_name_search_p95_ms: round(percentile(byName, 0.95)),
    histogram_ms: round(histogramMs),
    cpu_us_per_message: round((spent.user + spent.system) / messages),
    bytes_per_message: Math.round(statSync(path).size / messages),
  }
  report({ name: 'archive', figures })
} finally {
  rmSync(directory, { recursive: true, force: true })
}
