/** Everything that the topics still hold, into new indexes; then every message of the topics must be found in them as it was first. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@elastic/elasticsearch'
import type { AnalyzedMessage } from '#schemas/types.ts'
import type { Broker, Position } from '#topology'
import { ArchiveError } from '../archive-error.ts'
import { type ArchiveTopics, archiveTopicsOf, runArchiveSink } from '../archive-sink.ts'
import { comparedMessage, messageDigest } from '../verify/compared.ts'
import { readTopic } from '../verify/read-topic.ts'
import { isRemoval } from './batch-operations.ts'
import { type MessageDocument, messageId } from './documents.ts'
import { guarded } from './elasticsearch-error.ts'
import type { ElasticsearchWriter } from './elasticsearch-writer.ts'
import { Erasures } from './erasures.ts'
import type { IndexNames } from './index-names.ts'
import { Pseudonyms } from './pseudonyms.ts'
import { rebuildIndex } from './rebuild.ts'

const RECORDS = 5_000
const COMPARED_AT_ONCE = 1_000
const LOOK_MS = 200

export interface RebuildFromTopicsOptions {
  readonly client: Client
  readonly prefix: string
  readonly pseudonymKey: string
  readonly broker: Broker
  readonly topics: ArchiveTopics
  /** Whether the topics hold records behind these positions. */
  readonly hasUnread: (positions: readonly Position[]) => Promise<boolean>
  readonly keepOld?: boolean
  readonly onProgress?: (records: number) => void
}

/** Returns the number of the new generation. Throws ArchiveError: ARCHIVE_DIFFERS when the copy is none; all is then as it was. */
export async function rebuildFromTopics(options: RebuildFromTopicsOptions): Promise<number> {
  const ends = await endsOf(options)
  return rebuildIndex({
    ...options,
    fill: (writer) => fill(writer, options),
    check: (names) => check(options, names, ends),
  })
}

/** Where the topics end now. What comes later the export role reads. */
async function endsOf({ broker, topics }: RebuildFromTopicsOptions): Promise<readonly Position[]> {
  const partitions = new Map((await broker.topics()).map(({ name, partitions }) => [name, partitions]))
  const ends: Position[] = []
  for (const { name: topic } of archiveTopicsOf(topics))
    for (let partition = 0; partition < (partitions.get(topic) ?? 0); partition++)
      ends.push({ topic, partition, offset: (await broker.offsets({ topic, partition })).latest })
  return ends
}

async function fill(
  writer: ElasticsearchWriter,
  { broker, topics, hasUnread, onProgress = () => {} }: RebuildFromTopicsOptions,
): Promise<readonly Position[]> {
  const done = new AbortController()
  const { signal } = done
  const filling = runArchiveSink({
    broker,
    topics,
    writer,
    signal,
    maxRecords: RECORDS,
    onProgress: (progress) => progress.kind === 'applied' && onProgress(progress.total),
  })
  const caughtUp = async () => {
    while (!signal.aborted && (await hasUnread(await writer.positions())))
      await sleep(LOOK_MS, undefined, { signal }).catch(() => {})
  }
  try {
    await Promise.race([filling, caughtUp()])
  } finally {
    done.abort()
  }
  await filling
  return writer.positions()
}

async function check(options: RebuildFromTopicsOptions, names: IndexNames, ends: readonly Position[]): Promise<void> {
  // A message that was said twice, differently, is there as it was first: one of its records fits.
  const first = await unlike(options, names, ends, null)
  const wrong = first.size === 0 ? first : await unlike(options, names, ends, first)
  if (wrong.size > 0)
    throw new ArchiveError(
      'ARCHIVE_DIFFERS',
      `the new index lacks ${wrong.size} messages of the topics, or has them different: it was taken away again, the old one is in use`,
    )
}

/** Ids of messages that are missing or different; of those in `among` that no record fits. */
async function unlike(
  { client, pseudonymKey, broker, topics }: RebuildFromTopicsOptions,
  names: IndexNames,
  ends: readonly Position[],
  among: ReadonlySet<string> | null,
): Promise<Set<string>> {
  const pseudonyms = new Pseudonyms(client, names.pseudonyms, pseudonymKey)
  const erasures = new Erasures(client, names.erasures)
  await erasures.load()
  const found = new Set<string>(among)
  let page = new Map<string, AnalyzedMessage[]>()
  const flush = async () => {
    if (page.size === 0) return
    await pseudonyms.load([...page.values()].flat().map(({ message }) => message.channelId))
    const { docs } = await guarded(() => client.mget<MessageDocument>({ index: names.messages, ids: [...page.keys()] }))
    for (const document of docs) {
      const source = 'found' in document && document.found ? document._source! : null
      const fits = page.get(document._id)!.some((one) => source && isSame(one, source, pseudonyms))
      if (fits) found.delete(document._id)
      else if (!among) found.add(document._id)
    }
    page = new Map()
  }
  for await (const analyzed of readTopic<AnalyzedMessage>(broker, topics.analyzedMessages, ends)) {
    const { message } = analyzed
    if (isRemoval(message) || message.receivedAt <= erasures.at(message.channelId, message.broadcastId)) continue
    const id = messageId(message.channelId, message.id)
    if (among && !among.has(id)) continue
    page.set(id, [...(page.get(id) ?? []), analyzed])
    if (page.size === COMPARED_AT_ONCE) await flush()
  }
  await flush()
  return found
}

function isSame(analyzed: AnalyzedMessage, source: MessageDocument, pseudonyms: Pseudonyms): boolean {
  const { channelId, author } = analyzed.message
  const {
    messageId: id,
    timestamp,
    kind,
    text,
    severity,
    sentiment = null,
    author: by,
  } = source as MessageDocument & {
    readonly severity: number
    readonly sentiment?: string
  }
  const fields = { kind, text, severity, sentiment, author: by, deleted: null }
  return (
    comparedMessage(analyzed, pseudonyms.of(channelId, author.id), null).digest === messageDigest(id, timestamp, fields)
  )
}
