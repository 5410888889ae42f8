/**
 * How many messages a second go into each store with all guarantees, beside the most that its bare driver writes of the same
 * documents into the same server with the same indexes.
 *
 *     npm run bench:sinks -- [elasticsearch] [mongodb] [--messages 40000] [--rounds 3] [--json] [--save]
 *
 * Rounds alternate between the two, each into empty collections; the medians are compared. The driver gets documents made
 * beforehand, unordered, and its best number of requests at once; ours makes them, notes authors and names, counts and
 * writes positions, one batch of 2,000 after the other as the export role does.
 */
import { parseArgs } from 'node:util'
import type { ArchiveBatch } from '#sinks/archive.ts'
import { chat } from './archive-messages.ts'
import { report } from './report.ts'
import { benchElasticsearch } from './sinks/elasticsearch.ts'
import { benchMongo } from './sinks/mongodb.ts'
import type { SinkUnderBench } from './sinks/sink-under-bench.ts'

const sinks: { readonly [name: string]: () => Promise<SinkUnderBench> } = {
  elasticsearch: benchElasticsearch,
  mongodb: benchMongo,
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    messages: { type: 'string', default: '40000' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
})
const BATCH = 2_000
/** Requests at once that the bare driver is tried with. */
const WIDTHS = [1, 2, 4]

const messages = Array.from({ length: Number(options.messages) }, (_, index) => chat(index))
const batches = Array.from({ length: Math.ceil(messages.length / BATCH) }, (_, index): ArchiveBatch => {
  const part = messages.slice(index * BATCH, (index + 1) * BATCH)
  const at = (offset: number) => ({ topic: 'analyzed-messages', partition: 0, offset })
  return {
    messages: part,
    origins: part.map((_, within) => at(index * BATCH + within)),
    ...{ windows: [], keywords: [], offences: [], alerts: [], states: [] },
    positions: [at(index * BATCH + part.length)],
  }
})

const perSecond = async (work: () => Promise<void>) => {
  const start = performance.now()
  await work()
  return (messages.length / (performance.now() - start)) * 1_000
}
const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!

for (const name of positionals.length > 0 ? positionals : Object.keys(sinks)) {
  const open = sinks[name]
  if (!open) throw new Error(`no store of the name ${name}: ${Object.keys(sinks).join(', ')}`)
  const sink = await open()
  const ours: number[] = []
  const bare = new Map(WIDTHS.map((width) => [width, [] as number[]]))
  try {
    // The first round warms the server up.
    for (let round = 0; round <= Number(options.rounds); round++) {
      const own = await sink.ours()
      const ownRate = await perSecond(async () => {
        for (const batch of batches) await own.apply(batch)
      })
      await own.close()
      if (round > 0) ours.push(ownRate)
      for (const width of WIDTHS) {
        const driver = await sink.bare(batches)
        const rate = await perSecond(() => driver.write(width))
        await driver.close()
        if (round > 0) bare.get(width)!.push(rate)
      }
    }
  } finally {
    await sink.stop()
  }
  const best = Math.max(...[...bare.values()].map(median))
  report({
    name: `sinks:${name}`,
    figures: {
      'messages a round': messages.length,
      'with all guarantees, messages/s': median(ours),
      ...Object.fromEntries(
        [...bare].map(([width, rates]) => [`bare driver, ${width} requests at once, messages/s`, median(rates)]),
      ),
      'of the best of the bare driver': median(ours) / best,
    },
  })
}
