/**
 * How many messages a second one thread scores, features included: `node models/bench-sentiment.ts [--json] [--seconds N]`.
 * Chat-length lines: our own chat lines, and joined pairs and triples of them, so that lengths spread as in chat (median about 10 characters);
 * with the data sets at hand also NSMC test reviews (median 27 characters).
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SentimentModel } from './sentiment-model.ts'
import type { BackendName } from './tensorflow-backend.ts'
import { dataFolder, readLabelled, readTable } from './training/data-sets.ts'
import { Random } from './training/random.ts'

const { values: options } = parseArgs({
  options: {
    directory: { type: 'string' },
    backend: { type: 'string', default: 'wasm' },
    seconds: { type: 'string', default: '4' },
    json: { type: 'boolean', default: false },
  },
})
const model = await SentimentModel.load(options.directory, options.backend as BackendName)
const milliseconds = Number(options.seconds) * 1000

const random = new Random(1)
const lines = readTable(join(import.meta.dirname, 'training/chat-lines.tsv')).map((row) => row[1]!)
const pick = () => lines[Math.floor(random.unit() * lines.length)]!
const chat = Array.from({ length: 20_000 }, (_, i) => [pick(), pick(), pick()].slice(0, 1 + (i % 3)).join(' '))

function messagesPerSecond(texts: readonly string[], batch: number): number {
  for (let from = 0; from < Math.min(texts.length, 4096); from += batch)
    model.probabilities(texts.slice(from, from + batch))
  const began = performance.now()
  let scored = 0
  for (let from = 0; performance.now() - began < milliseconds; from = (from + batch) % (texts.length - batch)) {
    model.probabilities(texts.slice(from, from + batch))
    scored += batch
  }
  return (scored / (performance.now() - began)) * 1000
}

const median = (texts: readonly string[]) => texts.map((text) => text.length).sort((a, b) => a - b)[texts.length >> 1]
const figures: Record<string, number> = {}
const measure = (name: string, texts: readonly string[]) => {
  for (const batch of [32, 256]) {
    const rate = messagesPerSecond(texts, batch)
    figures[`${name}messages_per_s_batch_${batch}`] = Math.round(rate)
    console.log(
      `${name === '' ? 'chat lines' : 'reviews'} (median ${median(texts)} characters), batch ${batch}: ${Math.round(rate)} messages/s`,
    )
  }
}
console.log(`${model.manifest.name}@${model.manifest.version}, ${model.backend}, one thread, Node ${process.version}`)
measure('', chat)
figures.messages_per_s = figures.messages_per_s_batch_256!
const reviews = join(dataFolder(), 'nsmc/test.tsv.gz')
if (existsSync(reviews))
  measure(
    'review_',
    readLabelled(reviews)
      .slice(0, 20_000)
      .map((row) => row.text),
  )
if (options.json) console.log(JSON.stringify({ name: 'bench:sentiment', figures }))
