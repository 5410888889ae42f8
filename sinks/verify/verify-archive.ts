/**
 * Compares what the topics hold, what the record holds and what the index holds. First by counts and checksums for each
 * minute of each broadcast, which takes one pass and little memory; then, where those differ, message by message.
 *
 * The log forgets after its retention: of the topics only what is there is looked for in the record. The index must hold
 * what the record holds, no more and no less.
 */
import type { AnalyzedMessage, WindowCount } from '#schemas/types.ts'
import type { Broker, Position } from '#topology'
import type { ArchiveReader } from '../archive.ts'
import type { ArchiveTopics } from '../archive-sink.ts'
import { type Compared, comparedMessage, comparedWindow } from './compared.ts'
import { readTopic } from './read-topic.ts'
import { keyOf, type Minute, minuteOf, Tally } from './tally.ts'

/** The index as it is compared. */
export interface IndexAudit {
  /** Makes `pseudonymOf` know these channels. */
  know(channelIds: readonly string[]): Promise<void>
  pseudonymOf(channelId: string, authorId: string): string | null
  messages(minutes?: readonly Minute[]): AsyncIterable<Compared>
  windows(channelId: string, broadcastId: string): Promise<readonly WindowCount[]>
}

export interface VerifyOptions {
  readonly broker: Broker
  readonly topics: Pick<ArchiveTopics, 'analyzedMessages' | 'windowCounts'>
  /** Where the topics are read to: behind it stores may still be on their way. */
  readonly until: readonly Position[]
  readonly record: Pick<ArchiveReader, 'export' | 'windows' | 'erasedAmong'>
  /** Null: there is none. */
  readonly index: IndexAudit | null
  readonly onProgress?: (what: 'topics' | 'record' | 'index' | 'windows' | 'differences', messages: number) => void
}

export interface Difference extends Minute {
  readonly id: string
  readonly what:
    | 'missing in the record'
    | 'different in the record'
    | 'twice in the record'
    | 'missing in the index'
    | 'different in the index'
    | 'twice in the index'
    | 'in the index alone'
}

export interface VerifyReport {
  readonly messages: { readonly topics: number; readonly record: number; readonly index: number | null }
  /** Compared between the stores. */
  readonly windows: number
  /** Records of the topics that say what an earlier one said: a source read again. The record has each once. */
  readonly repeated: number
  /** At most 1,000 of them. */
  readonly differences: readonly Difference[]
  /** Minutes in which anything differs. */
  readonly differingMinutes: number
}

const MAX_DIFFERENCES = 1_000
const MAX_MINUTES = 500
/** Messages that a store is asked about at once. */
const PAGE = 1_000
const removals: readonly string[] = ['delete', 'clear', 'restore']

export async function verifyArchive(options: VerifyOptions): Promise<VerifyReport> {
  const { record, index, onProgress = () => {} } = options
  const differences: Difference[] = []

  const inTopics = new Tally()
  for await (const one of topicMessages(options)) {
    inTopics.add(one)
    if (inTopics.total % 10_000 === 0) onProgress('topics', inTopics.total)
  }
  const inRecord = new Tally()
  const marked = new Tally()
  for await (const one of recordMessages(record, index)) {
    inRecord.add(one.plain)
    marked.add(one.marked)
    if (inRecord.total % 10_000 === 0) onProgress('record', inRecord.total)
  }
  const inIndex = new Tally()
  if (index)
    for await (const one of index.messages()) {
      inIndex.add(one)
      if (inIndex.total % 10_000 === 0) onProgress('index', inIndex.total)
    }

  const ofTopics = inTopics.differing(inRecord, { both: false })
  const ofIndex = index ? marked.differing(inIndex, { both: true }) : []
  onProgress('differences', ofTopics.length + ofIndex.length)
  const repeated = await compareTopics(options, ofTopics.slice(0, MAX_MINUTES), differences)
  if (index) await compareIndex(record, index, ofIndex.slice(0, MAX_MINUTES), differences)

  const broadcasts = new Map([...inRecord.sums.values()].map((sum) => [keyOf(sum.channelId, sum.broadcastId, 0), sum]))
  const windows = await compareWindows(options, [...broadcasts.values()], differences)
  const minutes = new Set(
    differences.map(({ channelId, broadcastId, minute }) => keyOf(channelId, broadcastId, minute)),
  )
  // Beyond the minutes that were looked at one by one, each counts as it is; repeats alone are no difference.
  const unseen = Math.max(0, ofTopics.length - MAX_MINUTES) + Math.max(0, ofIndex.length - MAX_MINUTES)
  return {
    messages: { topics: inTopics.total, record: inRecord.total, index: index ? inIndex.total : null },
    windows,
    repeated,
    differences: differences.slice(0, MAX_DIFFERENCES),
    differingMinutes: minutes.size + unseen,
  }
}

/** What the log should have brought: what was erased stays out, and the record knows of it. */
async function* topicMessages({ broker, topics, until, record }: VerifyOptions): AsyncGenerator<Compared> {
  let page: AnalyzedMessage[] = []
  const standing = async () => {
    const erased = await record.erasedAmong(page.map(({ message }) => message))
    const found = page.filter(({ message }) => !erased.has(message))
    page = []
    return found.map((value) => comparedMessage(value, value.message.author.id, null))
  }
  for await (const value of readTopic<AnalyzedMessage>(broker, topics.analyzedMessages, until)) {
    if (removals.includes(value.message.kind)) continue
    page.push(value)
    if (page.length >= PAGE) yield* await standing()
  }
  yield* await standing()
}

interface InRecord {
  /** As the topics know it. */
  readonly plain: Compared
  /** As the index knows it. */
  readonly marked: Compared
}

async function* recordMessages(
  record: VerifyOptions['record'],
  index: IndexAudit | null,
  minute?: Minute,
): AsyncGenerator<InRecord> {
  const query = minute && {
    channelId: minute.channelId,
    broadcastIds: [minute.broadcastId],
    from: minute.minute,
    to: minute.minute + 60_000,
  }
  const known = new Set<string>()
  for await (const found of record.export({ includeDeleted: true, ...query })) {
    const { channelId, author } = found.message
    if (index && !known.has(channelId)) {
      await index.know([channelId])
      known.add(channelId)
    }
    const pseudonym = index ? index.pseudonymOf(channelId, author.id) : null
    yield {
      plain: comparedMessage(found, author.id, null),
      marked: comparedMessage(found, pseudonym, found.deletedAt !== null),
    }
  }
}

/** Returns how many records of the topics say again what an earlier one said. */
async function compareTopics(
  options: VerifyOptions,
  minutes: readonly Minute[],
  differences: Difference[],
): Promise<number> {
  if (minutes.length === 0) return 0
  const wanted = new Set(minutes.map(({ channelId, broadcastId, minute }) => keyOf(channelId, broadcastId, minute)))
  const expected = new Map<string, Map<string, number>>()
  let repeated = 0
  for await (const { channelId, broadcastId, timestamp, id, digest } of topicMessages(options)) {
    const key = keyOf(channelId, broadcastId, minuteOf(timestamp))
    if (!wanted.has(key)) continue
    const ids = expected.get(key) ?? new Map<string, number>()
    expected.set(key, ids)
    // The record keeps a message as it came first.
    if (ids.has(id)) repeated += 1
    else ids.set(id, digest)
  }
  for (const minute of minutes) {
    const there = new Map<string, number>()
    for await (const { plain } of recordMessages(options.record, null, minute)) {
      if (there.has(plain.id)) differences.push({ ...place(minute), id: plain.id, what: 'twice in the record' })
      there.set(plain.id, plain.digest)
    }
    for (const [id, digest] of expected.get(keyOf(minute.channelId, minute.broadcastId, minute.minute)) ?? []) {
      const found = there.get(id)
      if (found === undefined) differences.push({ ...place(minute), id, what: 'missing in the record' })
      else if (found !== digest) differences.push({ ...place(minute), id, what: 'different in the record' })
    }
  }
  return repeated
}

async function compareIndex(
  record: VerifyOptions['record'],
  index: IndexAudit,
  minutes: readonly Minute[],
  differences: Difference[],
): Promise<void> {
  for (const minute of minutes) {
    const there = new Map<string, number>()
    for await (const { id, digest } of index.messages([minute])) {
      if (there.has(id)) differences.push({ ...place(minute), id, what: 'twice in the index' })
      there.set(id, digest)
    }
    for await (const { marked } of recordMessages(record, index, minute)) {
      const found = there.get(marked.id)
      if (found === undefined) differences.push({ ...place(minute), id: marked.id, what: 'missing in the index' })
      else if (found !== marked.digest)
        differences.push({ ...place(minute), id: marked.id, what: 'different in the index' })
      there.delete(marked.id)
    }
    for (const id of there.keys()) differences.push({ ...place(minute), id, what: 'in the index alone' })
  }
}

/** Latest versions of windows: of the topics in the record, of the record in the index. Returns how many were compared. */
async function compareWindows(
  options: VerifyOptions,
  broadcasts: readonly Minute[],
  differences: Difference[],
): Promise<number> {
  const { broker, topics, until, record, index, onProgress = () => {} } = options
  const latest = new Map<string, ReturnType<typeof comparedWindow>>()
  for await (const window of readTopic<WindowCount>(broker, topics.windowCounts, until)) {
    const one = comparedWindow(window)
    const key = `${one.id}\0${keyOf(one.channelId, one.broadcastId, one.timestamp)}`
    if (one.revision >= (latest.get(key)?.revision ?? -1)) latest.set(key, one)
  }
  const sizes = new Set([...latest.values()].map(({ id }) => Number(id.split(' ')[1])))
  let compared = 0
  for (const { channelId, broadcastId } of broadcasts) {
    const inIndex = new Map((await index?.windows(channelId, broadcastId))?.map(comparedWindow).map(named))
    for (const sizeMs of sizes)
      for (const one of (await record.windows(channelId, broadcastId, sizeMs)).map(comparedWindow)) {
        const key = `${one.id}\0${keyOf(channelId, broadcastId, one.timestamp)}`
        compared += 1
        const told = latest.get(key)
        latest.delete(key)
        const at = { channelId, broadcastId, minute: one.timestamp, id: one.id }
        if (told && told.digest !== one.digest) differences.push({ ...at, what: 'different in the record' })
        if (!index) continue
        const found = inIndex.get(key)
        if (!found) differences.push({ ...at, what: 'missing in the index' })
        else if (found.digest !== one.digest) differences.push({ ...at, what: 'different in the index' })
      }
    onProgress('windows', compared)
  }
  const known = new Set(broadcasts.map(({ channelId, broadcastId }) => keyOf(channelId, broadcastId, 0)))
  for (const { channelId, broadcastId, timestamp, id } of latest.values())
    if (known.has(keyOf(channelId, broadcastId, 0)))
      differences.push({ channelId, broadcastId, minute: timestamp, id, what: 'missing in the record' })
  return compared
}

const named = (one: Compared): readonly [string, Compared] => [
  `${one.id}\0${keyOf(one.channelId, one.broadcastId, one.timestamp)}`,
  one,
]

const place = ({ channelId, broadcastId, minute }: Minute): Minute => ({ channelId, broadcastId, minute })
