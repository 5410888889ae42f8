import type { ArchivedMessage, ArchiveQuery, ArchiveReader, BroadcastSummary } from '#sinks/archive.ts'
import { JavasError } from '../errors.ts'
import { version } from '../version.ts'
import { BroadcastTally } from './broadcast-tally.ts'
import { PeakDescription } from './describe-peak.ts'
import { type FoundPeak, findPeaks } from './find-peaks.ts'
import { groupQuestions } from './group-questions.ts'
import { type DataQuality, type PastBroadcast, type Peak, REPORT_FORMAT, type Report } from './report.ts'

export interface MakeReportOptions {
  readonly archive: Pick<ArchiveReader, 'broadcast' | 'broadcasts' | 'export' | 'windows' | 'alerts' | 'keywords'>
  readonly channelId: string
  readonly broadcastId: string
  /** Spans of this severity or more are masked. */
  readonly maskSeverity: number
  /** Names those who swore. Default false. */
  readonly people?: boolean
  /** What the analysis put aside of the broadcast's records, by the stage at which it did; absent where nobody knows. */
  readonly putAside?: DataQuality['putAside']
  readonly onProgress?: (progress: ReportProgress) => void
  readonly signal?: AbortSignal
  readonly now?: () => number
}

/** Messages read, of about so many. */
export interface ReportProgress {
  readonly done: number
  readonly total: number
}

const MINUTE = 60_000
const QUESTION_WORDINGS = 500
const QUESTIONS = 30
const ALARMS = 200
const PAST = 10
/** Other work of this thread comes in between after so many ms. */
const SLICE_MS = 8
const CHECK_EVERY = 32

/**
 * Reads a broadcast out of the archive as a stream and tells what happened. Memory has a bound that does not depend on
 * the number of messages.
 * @throws JavasError BROADCAST_NOT_FOUND, what the archive throws, and the signal's reason when it aborts
 */
export async function makeReport(options: MakeReportOptions): Promise<Report> {
  const { archive, channelId, broadcastId, maskSeverity, people = false, signal, now = Date.now } = options
  const summary = await archive.broadcast(channelId, broadcastId)
  if (!summary)
    throw new JavasError('BROADCAST_NOT_FOUND', `the archive holds no broadcast ${broadcastId} of ${channelId}`)
  const whole: ArchiveQuery = { channelId, broadcastIds: [broadcastId], includeDeleted: true }
  const read = slices(signal)

  // 1. One pass over all messages.
  const tally = new BroadcastTally(maskSeverity, { people })
  let done = 0
  const tell = () => options.onProgress?.({ done, total: Math.max(summary.messages, done) })
  await read(archive.export(whole), (message) => {
    tally.add(message)
    if (++done % 1_000 === 0) tell()
  })
  tell()

  // 2. The stretches that stand out, once more: they are a small part.
  const { curve } = tally
  const peaks: Peak[] = []
  for (const found of findPeaks(curve)) {
    const peak = new PeakDescription(found, maskSeverity)
    await read(archive.export({ ...whole, ...stretchOf(found) }), (message) => peak.add(message))
    peaks.push(peak.describe(tally))
  }

  // 3. What stands beside the messages.
  const alarms = await archive.alerts(channelId, { broadcastId, limit: ALARMS })
  const counted = await archive.windows(channelId, broadcastId, MINUTE)
  const totals = tally.totals(summary.authors)
  return {
    format: REPORT_FORMAT,
    madeAt: now(),
    madeBy: version,
    channelId,
    channelName: summary.channelName || channelId,
    broadcastId,
    title: summary.title,
    source: summary.source,
    isOver: summary.state.state === 'ended' || summary.state.state === 'refused',
    startedAt: curve.points[0] ? Math.min(summary.startedAt, curve.points[0].start) : summary.startedAt,
    lastMessageAt: summary.lastMessageAt,
    maskSeverity,
    totals,
    curve,
    alarms: alarms
      .map(({ kind, since, at, state, peak, threshold, words }) => ({ kind, since, at, state, peak, threshold, words }))
      .reverse(),
    peaks,
    keywords: tally.keywords,
    coined: (await archive.keywords(channelId, broadcastId))?.coined.slice(0, 20) ?? [],
    questions: groupQuestions(tally.questions(QUESTION_WORDINGS), QUESTIONS),
    profanity: tally.profanity,
    people: tally.people,
    quality: {
      ...tally.quality,
      uncounted:
        counted.length === 0 && totals.messages > 0
          ? null
          : Math.max(0, totals.messages - counted.reduce((sum, { messages }) => sum + messages, 0)),
      putAside: options.putAside ?? null,
    },
    past: await pastOf(archive, summary),
  }
}

const stretchOf = ({ from, to }: FoundPeak): Pick<ArchiveQuery, 'from' | 'to'> => ({ from, to })

/** Takes messages one by one, gives way to other work now and then, and ends when nobody wants the result any more. */
function slices(signal: AbortSignal | undefined) {
  let sliceEnds = performance.now() + SLICE_MS
  let count = 0
  return async (messages: AsyncIterable<ArchivedMessage>, take: (message: ArchivedMessage) => void): Promise<void> => {
    signal?.throwIfAborted()
    for await (const message of messages) {
      take(message)
      if (++count % CHECK_EVERY !== 0 || performance.now() < sliceEnds) continue
      await new Promise((turn) => setImmediate(turn))
      signal?.throwIfAborted()
      sliceEnds = performance.now() + SLICE_MS
    }
  }
}

/** The newest broadcasts of the channel before this one. */
async function pastOf(
  archive: MakeReportOptions['archive'],
  { channelId, broadcastId, startedAt }: BroadcastSummary,
): Promise<PastBroadcast[]> {
  const earlier = (await archive.broadcasts({ limit: 500 }))
    .filter((one) => one.channelId === channelId && one.broadcastId !== broadcastId && one.startedAt < startedAt)
    .slice(0, PAST)
  const past: PastBroadcast[] = []
  for (const one of earlier) {
    const windows = await archive.windows(channelId, one.broadcastId, MINUTE)
    const sum = (label: 'positive' | 'neutral' | 'negative') =>
      windows.reduce((total, window) => total + window[label], 0)
    const scored = sum('positive') + sum('neutral') + sum('negative')
    past.push({
      broadcastId: one.broadcastId,
      title: one.title,
      startedAt: one.startedAt,
      minutes: Math.max(1, ((one.lastMessageAt ?? one.startedAt) - one.startedAt) / MINUTE),
      messages: one.messages,
      authors: one.authors,
      profane: one.profane,
      alerts: one.alerts,
      positive: scored > 0 ? sum('positive') / scored : null,
      negative: scored > 0 ? sum('negative') / scored : null,
    })
  }
  return past
}
