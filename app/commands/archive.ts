import type { SentimentLabel } from '#schemas/types.ts'
import type { ArchiveQuery } from '#sinks/archive.ts'
import { readConfig } from '../config.ts'
import { runOnData } from '../open-data.ts'
import { showProgress } from '../progress.ts'
import { pipeOutput } from './output.ts'

interface SearchOptions {
  readonly broadcast?: readonly string[]
  readonly channel?: string
  readonly author?: string
  readonly authorId?: string
  readonly from?: number
  readonly to?: number
  readonly severity?: number
  readonly sentiment?: readonly SentimentLabel[]
}

function queryOf(words: readonly string[], options: SearchOptions): ArchiveQuery {
  return {
    ...(words.length > 0 && { text: words.join(' ') }),
    ...(options.channel && { channelId: options.channel }),
    ...(options.broadcast && { broadcastIds: options.broadcast }),
    ...(options.author && { authorName: options.author }),
    ...(options.authorId && { authorId: options.authorId }),
    ...(options.from !== undefined && { from: options.from }),
    ...(options.to !== undefined && { to: options.to }),
    ...(options.severity && { minSeverity: options.severity }),
    ...(options.sentiment && { sentiments: options.sentiment }),
  }
}

export async function searchArchive(
  words: readonly string[],
  options: SearchOptions & { readonly limit: number; readonly original?: boolean; readonly json?: boolean },
): Promise<void> {
  const lines = runOnData(readConfig(), 'archive-search', {
    query: { ...queryOf(words, options), order: 'newest', limit: options.limit },
    original: options.original ?? false,
    json: options.json ?? false,
  })
  for await (const line of lines) process.stdout.write(line)
}

/** Above this many the archive says "at least". */
const EXACT_COUNT = 10_000

export async function downloadArchive(
  words: readonly string[],
  options: SearchOptions & { readonly format: 'csv' | 'jsonl'; readonly out?: string; readonly masked?: boolean },
): Promise<void> {
  const config = readConfig()
  const query = queryOf(words, options)
  let total = 0
  for await (const count of runOnData(config, 'archive-count', { query })) total = Number(count)
  const progress = showProgress('download', total < EXACT_COUNT ? total : null)
  const lines = runOnData(config, 'archive-download', {
    query,
    format: options.format,
    masked: options.masked ?? false,
  })
  let done = 0
  async function* counted() {
    for await (const chunk of lines) {
      done += chunk.split('\n').length - 1
      progress.update(done)
      yield chunk
    }
  }
  await pipeOutput(counted(), options.out)
  progress.finish()
}
