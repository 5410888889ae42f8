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
import type { AnalyzedMessage, SentimentLabel } from '#schemas/types.ts'
import type { ArchiveQuery } from '#sinks/archive.ts'
import { openArchiveReader, openArchiveWriter } from '#sinks/sqlite-archive.ts'
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

/** mulberry32: the same archive at every run. */
let seed = 20261123
const random = () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
const zipf = (n: number) => Math.min(n - 1, Math.floor(n ** random()) - 1)
const syllable = () => String.fromCharCode(0xac00 + Math.floor(random() * 2350) * 4)
const vocabulary = Array.from({ length: 20_000 }, (_, index) =>
  index < 20 ? 'ㅋ'.repeat(2 + (index % 4)) : Array.from({ length: 2 + Math.floor(random() * 3) }, syllable).join(''),
)
const labels: readonly SentimentLabel[] = ['positive', 'neutral', 'negative']
const start = Date.UTC(2026, 10, 1)

function chat(index: number): AnalyzedMessage {
  const words = Array.from({ length: 1 + Math.floor(random() * 8) }, () => vocabulary[zipf(vocabulary.length)]!)
  const text = words.join(' ')
  const author = zipf(20_000)
  const broadcast = Math.floor(index / 20_000)
  const timestamp = start + index * 5
  const severity = random() < 0.04 ? 1 + Math.floor(random() * 3) : 0
  return {
    message: {
      source: 'demo',
      channelId: `demo:${broadcast % 4}`,
      broadcastId: `broadcast-${broadcast}`,
      id: `${index.toString(36)}-${Math.floor(random() * 2 ** 48).toString(36)}`,
      kind: 'text',
      timestamp,
      receivedAt: timestamp + 120,
      author: { id: `u${author}`, name: `시청자${author}`, handle: null, roles: [], badges: [], months: null },
      text,
      runs: [{ text, emote: null }],
      amount: null,
      target: null,
      history: false,
      raw: null,
    },
    tokens: { words, emotes: [], emoji: [], mentions: [], urls: [], laughs: 0, cries: 0, question: random() < 0.1 },
    profanity: severity > 0 ? [{ start: 0, end: 2, severity, technique: 'plain', rule: 'r1', category: 'vulgar' }] : [],
    severity,
    sentiment: {
      label: labels[Math.floor(random() * 3)]!,
      positive: 0.3,
      neutral: 0.4,
      negative: 0.3,
      confidence: 0.7,
      model: 'bench@1',
      abstained: false,
    },
    abuse: null,
    analyzedAt: timestamp + 150,
  }
}

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
