/**
 * The loop of the export role: output topics -> archive, exactly once. The archive keeps the positions with the data,
 * so a crash at any point goes on where the last stored batch ended. While the archive cannot store, nothing is read:
 * the log keeps what waits.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AvroCodec } from '#schemas/avro.ts'
import { topics } from '#schemas/topics.ts'
import type {
  Alert,
  AnalyzedMessage,
  AuthorOffence,
  BroadcastState,
  ChannelRules,
  KeywordCount,
  OperatorAction,
  WindowCount,
} from '#schemas/types.ts'
import { type Broker, type FetchedRecord, OffsetOutOfRangeError, type Position, type Reader } from '#topology'
import type { ArchiveBatch, ArchiveWriter, UndecodableRecord } from './archive.ts'
import { ArchiveError } from './archive-error.ts'

/** The topics of the archive. Others of the same shape may be given, such as those of a replay. */
export type ArchiveTopics = Pick<
  typeof topics,
  | 'analyzedMessages'
  | 'windowCounts'
  | 'keywordCounts'
  | 'authorOffences'
  | 'alerts'
  | 'broadcastStates'
  | 'channelRules'
  | 'operatorActions'
>

export type ArchiveProgress =
  /** A batch is stored. `positions` is where reading goes on; the total counts since the start. */
  | {
      readonly kind: 'applied'
      readonly records: number
      readonly total: number
      readonly positions: readonly Position[]
    }
  /** The archive refused; the same batch is tried again. Nothing is lost meanwhile. */
  | { readonly kind: 'retrying'; readonly error: ArchiveError; readonly attempt: number; readonly delayMs: number }
  /** The log cannot be read for now; the same place is read again. */
  | { readonly kind: 'log-waits'; readonly error: Error; readonly delayMs: number }
  /** It works again. */
  | { readonly kind: 'recovered'; readonly attempts: number }
  /** Retention took these records before they were archived: offsets [from, to). */
  | {
      readonly kind: 'lost'
      readonly topic: string
      readonly partition: number
      readonly from: number
      readonly to: number
    }
  /** The log is younger than the archive's position in it; reading begins at its start. */
  | {
      readonly kind: 'log-reset'
      readonly topic: string
      readonly partition: number
      readonly from: number
      readonly to: number
    }
  /** This record did not decode and was put aside in the archive. */
  | { readonly kind: 'undecodable'; readonly record: UndecodableRecord; readonly total: number }

export interface ArchiveSinkOptions {
  readonly broker: Broker
  readonly writer: ArchiveWriter
  readonly topics?: ArchiveTopics
  /** Ends the loop after the batch at hand. */
  readonly signal: AbortSignal
  readonly onProgress?: (progress: ArchiveProgress) => void
  /** Told when these records are stored, with when that began and ended, epoch ms. */
  readonly onStored?: (records: readonly FetchedRecord[], startedAt: number, endedAt: number) => void
  /** Records a batch. Default 2,000: a few dozen ms of writing. */
  readonly maxRecords?: number
  /** How long a poll waits for the first record. Default 1,000 ms. */
  readonly maxWaitMs?: number
  /** First and longest pause after the archive refused. Default 100 ms, doubling up to 10 s. */
  readonly retryMs?: { readonly first: number; readonly longest: number }
}

/**
 * Runs until `signal` aborts. Throws when the archive cannot go on (corrupt, closed, of a newer version), and what the
 * broker throws.
 */
export async function runArchiveSink(options: ArchiveSinkOptions): Promise<void> {
  const { broker, writer, signal } = options
  const report = options.onProgress ?? (() => {})
  const declared = options.topics ?? topics
  const decode = decoderOf(broker, declared)
  const reader = broker.reader()
  let total = 0
  let undecodable = 0
  try {
    await assign(reader, options, declared, report)
    while (!signal.aborted) {
      const records = await pollOrMove(reader, options, declared, report)
      if (records.length === 0) continue
      const batch = collect(records, records.map(decode), positionsAfter(records, reader))
      for (const record of batch.undecodable ?? []) report({ kind: 'undecodable', record, total: ++undecodable })
      const startedAt = Date.now()
      if (!(await applyWithRetry(batch, options, report))) return
      options.onStored?.(records, startedAt, Date.now())
      total += records.length
      report({ kind: 'applied', records: records.length, total, positions: batch.positions })
    }
  } finally {
    await reader.close()
  }

  async function applyWithRetry(
    batch: ArchiveBatch,
    { retryMs }: ArchiveSinkOptions,
    tell: typeof report,
  ): Promise<boolean> {
    const { first, longest } = retryMs ?? { first: 100, longest: 10_000 }
    for (let attempt = 1; ; attempt++) {
      try {
        await writer.apply(batch)
        if (attempt > 1) tell({ kind: 'recovered', attempts: attempt })
        return true
      } catch (cause) {
        if (!(cause instanceof ArchiveError && cause.retriable)) throw cause
        const delayMs = Math.min(first * 2 ** Math.min(attempt - 1, 30), longest)
        tell({ kind: 'retrying', error: cause, attempt, delayMs })
        // Stopping now loses nothing: the batch's positions are not stored, it is read again.
        await sleep(delayMs, undefined, { signal }).catch(() => {})
        if (signal.aborted) return false
      }
    }
  }
}

/** Reads from where the archive ends; where the log no longer, or not yet, has that, from its start, and says so. */
async function assign(
  reader: Reader,
  { broker, writer }: ArchiveSinkOptions,
  declared: ArchiveTopics,
  report: (progress: ArchiveProgress) => void,
): Promise<void> {
  const stored = new Map(
    (await writer.positions()).map(({ topic, partition, offset }) => [`${topic} ${partition}`, offset]),
  )
  const partitions = new Map((await broker.topics()).map(({ name, partitions }) => [name, partitions]))
  const positions: Position[] = []
  const moved: Position[] = []
  for (const { name } of archiveTopicsOf(declared)) {
    for (let partition = 0; partition < (partitions.get(name) ?? 0); partition++) {
      const { earliest, latest } = await broker.offsets({ topic: name, partition })
      const offset = stored.get(`${name} ${partition}`) ?? 0
      if (offset >= earliest && offset <= latest) {
        positions.push({ topic: name, partition, offset })
        continue
      }
      const kind = offset < earliest ? 'lost' : 'log-reset'
      report({ kind, topic: name, partition, from: offset, to: earliest })
      positions.push({ topic: name, partition, offset: earliest })
      moved.push({ topic: name, partition, offset: earliest })
    }
  }
  // Stored at once: said once, and a log that begins anew is not taken for a replay.
  if (moved.length > 0) await writer.resetPositions(moved)
  reader.assign(positions)
}

const LOG_PAUSE_MS = 1_000

async function pollOrMove(
  reader: Reader,
  options: ArchiveSinkOptions,
  declared: ArchiveTopics,
  report: (progress: ArchiveProgress) => void,
): Promise<readonly FetchedRecord[]> {
  const { maxRecords = 2_000, maxWaitMs = 1_000, signal } = options
  try {
    return await reader.poll({ maxRecords, maxWaitMs, signal })
  } catch (cause) {
    if (cause instanceof OffsetOutOfRangeError) await assign(reader, options, declared, report)
    else if ((cause as { retriable?: unknown }).retriable === true) {
      const delayMs = options.retryMs?.longest ?? LOG_PAUSE_MS
      report({ kind: 'log-waits', error: cause as Error, delayMs })
      await sleep(delayMs, undefined, { signal }).catch(() => {})
    } else throw cause
    return []
  }
}

/** Where reading goes on in the partitions that the records came from. */
function positionsAfter(records: readonly FetchedRecord[], reader: Reader): Position[] {
  const seen = new Map<string, Position>()
  for (const { topic, partition } of records) {
    const name = `${topic} ${partition}`
    if (!seen.has(name)) seen.set(name, { topic, partition, offset: reader.position({ topic, partition }) })
  }
  return [...seen.values()]
}

type Decoded =
  | { readonly kind: 'message'; readonly value: AnalyzedMessage }
  | { readonly kind: 'window'; readonly value: WindowCount }
  | { readonly kind: 'keywords'; readonly value: KeywordCount }
  | { readonly kind: 'offence'; readonly value: AuthorOffence }
  | { readonly kind: 'alert'; readonly value: Alert }
  | { readonly kind: 'state'; readonly value: BroadcastState }
  | { readonly kind: 'rules'; readonly value: ChannelRules }
  | { readonly kind: 'action'; readonly value: OperatorAction }
  | { readonly kind: 'undecodable'; readonly value: UndecodableRecord }
  /** A tombstone of a compacted topic: the archive keeps what it has. */
  | { readonly kind: 'nothing' }

/** The topics as a list, in the order of their kinds. */
export const archiveTopicsOf = (declared: ArchiveTopics) => [
  declared.analyzedMessages,
  declared.windowCounts,
  declared.keywordCounts,
  declared.authorOffences,
  declared.alerts,
  declared.broadcastStates,
  declared.channelRules,
  declared.operatorActions,
]

function decoderOf(broker: Broker, declared: ArchiveTopics): (record: FetchedRecord) => Decoded {
  const codecs = new Map<string, { readonly kind: Decoded['kind']; readonly codec: AvroCodec<unknown> }>()
  const kinds = ['message', 'window', 'keywords', 'offence', 'alert', 'state', 'rules', 'action'] as const
  archiveTopicsOf(declared).forEach(({ name, value }, index) => {
    codecs.set(name, { kind: kinds[index]!, codec: value.bind(broker.schemas, name) as AvroCodec<unknown> })
  })
  return (record) => {
    if (record.value === null) return { kind: 'nothing' }
    const { kind, codec } = codecs.get(record.topic)!
    try {
      return { kind, value: codec.decode(record.value) } as Decoded
    } catch (cause) {
      const { topic, partition, offset, timestamp, key, value } = record
      const { code = 'UNKNOWN', message } = cause as { readonly code?: string; readonly message: string }
      return { kind: 'undecodable', value: { topic, partition, offset, timestamp, key, value, code, message } }
    }
  }
}

/** One batch; of what is updated in place only the last version within it. */
function collect(
  records: readonly FetchedRecord[],
  decoded: readonly Decoded[],
  positions: readonly Position[],
): ArchiveBatch {
  const messages: AnalyzedMessage[] = []
  const origins: Position[] = []
  const windows = new Map<string, WindowCount>()
  const keywords = new Map<string, KeywordCount>()
  const offences = new Map<string, AuthorOffence>()
  const states = new Map<string, BroadcastState>()
  const alerts: Alert[] = []
  const rules: ChannelRules[] = []
  const actions: OperatorAction[] = []
  const undecodable: UndecodableRecord[] = []
  for (const [index, record] of decoded.entries()) {
    switch (record.kind) {
      case 'message':
        messages.push(record.value)
        origins.push(originOf(records[index]!))
        break
      case 'window': {
        const { channelId, broadcastId, windowStart, windowEnd } = record.value
        keepLatest(windows, `${channelId}\0${broadcastId}\0${windowStart}\0${windowEnd}`, record.value)
        break
      }
      case 'keywords':
        keepLatest(keywords, `${record.value.channelId}\0${record.value.broadcastId}`, record.value)
        break
      case 'offence':
        keepLatest(offences, `${record.value.channelId}\0${record.value.authorId}`, record.value)
        break
      case 'state':
        states.set(`${record.value.channelId}\0${record.value.broadcastId}`, record.value)
        break
      case 'alert':
        // Every transition: that an alert fired is counted, also when it is over within one batch.
        alerts.push(record.value)
        break
      case 'rules':
        rules.push(record.value)
        break
      case 'action':
        actions.push(record.value)
        break
      case 'undecodable':
        undecodable.push(record.value)
        break
      case 'nothing':
        break
    }
  }
  return {
    messages,
    origins,
    windows: [...windows.values()],
    keywords: [...keywords.values()],
    offences: [...offences.values()],
    alerts,
    states: [...states.values()],
    rules,
    actions,
    positions,
    undecodable,
  }
}

const originOf = ({ topic, partition, offset }: FetchedRecord): Position => ({ topic, partition, offset })

function keepLatest<T extends { readonly revision: number }>(values: Map<string, T>, key: string, value: T): void {
  const before = values.get(key)
  if (!before || value.revision >= before.revision) values.set(key, value)
}
