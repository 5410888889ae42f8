import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isWritten } from '#processors/is-written.ts'
import { topics } from '#schemas/topics.ts'
import type { AnalyzedMessage, ChannelRules, ChannelSettings } from '#schemas/types.ts'
import type { ArchivedMessage, ArchiveReader } from '#sinks/archive.ts'
import { type Broker, openSqliteBroker } from '#topology'
import type { Comparison } from '../../dashboard/replays.ts'
import { JavasError } from '../errors.ts'
import { followTopic } from '../follow-topic.ts'
import { prepareTopics } from '../prepare-topics.ts'
import { recordsOf } from '../produce.ts'
import { VerdictDifferences } from './verdict-differences.ts'

/** The analysis on a log of its own. */
export interface ReplayAnalysis {
  start(): Promise<void>
  close(): Promise<void>
  /** Rejects when it cannot go on. */
  readonly failed: Promise<never>
}

export interface CompareOptions {
  readonly archive: Pick<ArchiveReader, 'broadcast' | 'export'>
  readonly channelId: string
  readonly broadcastId: string
  /** Times as fast as it was written, or as fast as possible. */
  readonly speed: number | 'max'
  /** What is in force for the channel today. */
  readonly settings: ChannelSettings
  readonly rules: ChannelRules | null
  /** Folder in which the replay's own log is made, and taken away. Default: the system's for temporary files. */
  readonly directory?: string
  /** Opens today's analysis on the log that is given. */
  readonly open: (broker: Broker) => Promise<ReplayAnalysis>
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
  readonly signal: AbortSignal
}

/** Messages in the analysis at once: what memory and the log of the replay hold ahead of the answers. */
const MOST_IN_FLIGHT = 2_000
const BATCH = 200
/** After the last message the analysis is given so long without an answer. */
const SILENCE_MS = 30_000

/**
 * Plays an archived broadcast through today's topology, on a log and a state of its own in a temporary folder that goes
 * afterwards, and sets its verdicts beside the stored ones.
 * @throws JavasError BROADCAST_NOT_FOUND, what archive and analysis throw, and the signal's reason
 */
export async function compareVerdicts(options: CompareOptions): Promise<Comparison> {
  const { archive, channelId, broadcastId, open, signal } = options
  const summary = await archive.broadcast(channelId, broadcastId)
  if (!summary)
    throw new JavasError('BROADCAST_NOT_FOUND', `the archive holds no broadcast ${broadcastId} of ${channelId}`)
  const directory = await mkdtemp(join(options.directory ?? tmpdir(), 'javas-compare-'))
  try {
    const broker = await openSqliteBroker({ directory })
    try {
      await prepareTopics(broker)
      const analysis = await open(broker)
      try {
        return await play(options, broker, analysis, summary.messages)
      } finally {
        await analysis.close()
      }
    } finally {
      await broker.close()
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
    signal.throwIfAborted()
  }
}

async function play(
  options: CompareOptions,
  broker: Broker,
  analysis: ReplayAnalysis,
  total: number,
): Promise<Comparison> {
  const { archive, channelId, broadcastId, settings, rules, signal, onProgress } = options
  const producer = broker.producer()
  const differences = new VerdictDifferences()
  const waiting = new Map<string, ArchivedMessage>()
  let done = 0
  let answeredAt = Date.now()
  const stop = new AbortController()
  const ends = AbortSignal.any([signal, stop.signal])
  const answers = followTopic<AnalyzedMessage>({
    broker,
    topic: topics.analyzedMessages,
    signal: ends,
    onRecord: ({ value }) => {
      const before = value && waiting.get(value.message.id)
      if (!value || !before) return
      waiting.delete(value.message.id)
      answeredAt = Date.now()
      differences.add(before, value)
      onProgress?.({ done: ++done, total })
    },
    onUndecodable: () => {},
  })
  const failed = Promise.race([analysis.failed, answers.then(() => new Promise<never>(() => {}))])
  failed.catch(() => {})
  const orFailure = <T>(work: Promise<T>): Promise<T> => Promise.race([work, failed])
  try {
    await producer.send([
      recordsOf(broker, topics.channelSettings)(channelId, settings, settings.updatedAt),
      ...(rules ? [recordsOf(broker, topics.channelRules)(channelId, rules, rules.updatedAt)] : []),
    ])
    await orFailure(analysis.start())
    const pace = paceOf(options.speed)
    const record = recordsOf(broker, topics.chatMessages)
    let batch: ArchivedMessage[] = []
    const send = async () => {
      for (const one of batch) waiting.set(one.message.id, one)
      await producer.send(batch.map(({ message }) => record(channelId, message, message.timestamp)))
      answeredAt = Date.now()
      batch = []
      while (waiting.size > MOST_IN_FLIGHT && !isSilent()) await orFailure(sleep(20, undefined, { signal }))
    }
    const isSilent = () => Date.now() - answeredAt > SILENCE_MS
    for await (const one of archive.export({ channelId, broadcastIds: [broadcastId], includeDeleted: true })) {
      signal.throwIfAborted()
      if (!isWritten(one.message.kind)) continue
      const wait = pace(one.message.timestamp)
      if (wait > 0 && batch.length > 0) await send()
      if (wait > 0) await orFailure(sleep(wait, undefined, { signal }))
      batch.push(one)
      if (batch.length >= BATCH) await send()
    }
    if (batch.length > 0) await send()
    while (waiting.size > 0 && !isSilent()) await orFailure(sleep(20, undefined, { signal }))
    return differences.result({ channelId, broadcastId }, waiting.size)
  } finally {
    stop.abort()
    await answers.catch(() => {})
    await producer.close()
  }
}

/** How long to wait before a message of this time may go, ms. */
function paceOf(speed: number | 'max'): (timestamp: number) => number {
  if (speed === 'max') return () => 0
  let first: number | null = null
  const began = performance.now()
  return (timestamp) => {
    first ??= timestamp
    return Math.max(0, (timestamp - first) / speed - (performance.now() - began))
  }
}
