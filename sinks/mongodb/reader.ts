import type { Alert, AuthorOffence, BroadcastState, ChannelRules, KeywordCount, WindowCount } from '#schemas/types.ts'
import type { Position } from '#topology'
import type {
  ActionPage,
  ActionQuery,
  ArchivedMessage,
  ArchivedValues,
  ArchiveQuery,
  ArchiveReader,
  AuthorHistory,
  BroadcastSummary,
  ErasableMessage,
  MessageKey,
  PlatformSanction,
  RulesVersion,
  SearchPage,
  ValueKind,
} from '../archive.ts'
import { PROFANE_SEVERITY } from '../sqlite-archive/encoded-batch.ts'
import { readActions } from './actions.ts'
import { broadcastIdOf } from './batch-context.ts'
import type { BroadcastDocument, Collections, MessageDocument } from './collections.ts'
import type { MongoConnection } from './connection.ts'
import { documentId } from './document-id.ts'
import { ErasedPeople } from './erased-people.ts'
import { erasingAmong } from './erasing-among.ts'
import { histogramOf } from './histogram.ts'
import { archivedMessage, messageIdOf } from './message-document.ts'
import { placeAt } from './place.ts'
import { planSearch, readCursor, type SearchPlan, writeCursor } from './search.ts'
import { storedValues } from './stored-values.ts'
import { walk } from './walk.ts'

const MAX_TOTAL = 10_000
const MAX_PAGE = 500
const RECENT_OF_AUTHOR = 50
const MAX_CONTEXT = 100

/** Make one with `openMongoArchiveReader`. */
export class MongoArchiveReader implements ArchiveReader {
  readonly #connection: MongoConnection

  constructor(connection: MongoConnection) {
    this.#connection = connection
  }

  positions(): Promise<readonly Position[]> {
    return this.#connection.run(async ({ positions }) =>
      (await positions.find().toArray()).map(({ topic, partition, offset }) => ({ topic, partition, offset })),
    )
  }

  broadcasts(
    options: { readonly limit?: number; readonly channelIds?: readonly string[] } = {},
  ): Promise<readonly BroadcastSummary[]> {
    const channels = options.channelIds && { channelId: { $in: [...options.channelIds] } }
    return this.#connection.run(async (collections) => {
      const found = await collections.broadcasts
        .find({ isErasing: false, $or: [{ stateAt: { $ne: null } }, { messages: { $gt: 0 } }], ...channels })
        .sort({ startedAt: -1, _id: -1 })
        .limit(pageSize(options.limit))
        .toArray()
      return summaries(found, collections)
    })
  }

  broadcast(channelId: string, broadcastId: string): Promise<BroadcastSummary | null> {
    return this.#connection.run(async (collections) => {
      const _id = broadcastIdOf({ channelId, broadcastId })
      const found = await collections.broadcasts.findOne({ _id, isErasing: false })
      return found ? (await summaries([found], collections))[0]! : null
    })
  }

  search(query: ArchiveQuery): Promise<SearchPage> {
    return this.#connection.run(async (collections) => {
      const limit = pageSize(query.limit)
      const cursor = query.cursor === undefined ? null : readCursor(query.cursor)
      const plan = await planSearch(query, collections)
      if (!plan) return { messages: [], next: null, total: 0, broadcasts: 0, authors: 0 }
      const isNewest = query.order !== 'oldest'
      // The first page counts as well; the others bring the totals along in their cursor.
      const totals = cursor ?? (await totalsOf(plan, isNewest, collections))
      const page: MessageDocument[] = []
      for await (const step of walk(plan, collections, { isNewest, after: cursor?.place, atOnce: limit + 1 })) {
        page.push(...step)
        if (page.length > limit) break
      }
      const shown = page.slice(0, limit)
      const { total, broadcasts, authors } = totals
      const next = page.length > limit ? writeCursor({ place: shown.at(-1)!.place, total, broadcasts, authors }) : null
      return { messages: shown.map(archivedMessage), next, total, broadcasts, authors }
    })
  }

  histogram(query: ArchiveQuery, buckets: number): ReturnType<ArchiveReader['histogram']> {
    return this.#connection.run(async (collections) => {
      const plan = await planSearch(query, collections)
      return plan ? histogramOf(plan, query, buckets, collections) : []
    })
  }

  async message(channelId: string, id: string): Promise<ArchivedMessage | null> {
    return (await this.messagesByKey([{ channelId, id }]))[0] ?? null
  }

  messagesByKey(keys: readonly MessageKey[]): Promise<readonly ArchivedMessage[]> {
    return this.#connection.run(async (collections) => {
      const ids = keys.map(({ channelId, id }) => messageIdOf(channelId, id))
      if (ids.length === 0) return []
      const found = await collections.messages.find({ _id: { $in: ids } }).toArray()
      const erasing = await erasingAmong(
        found.map(({ message }) => message),
        collections,
      )
      const standing = new Map(
        found
          .filter(({ message }) => !erasing.has(broadcastIdOf(message)))
          .map((document) => [document._id, archivedMessage(document)]),
      )
      return ids.flatMap((id) => standing.get(id) ?? [])
    })
  }

  erasedAmong<T extends ErasableMessage>(messages: readonly T[]): Promise<ReadonlySet<T>> {
    return this.#connection.run(async (collections) => {
      const ids = [...new Set(messages.map(broadcastIdOf))]
      const [erased, people] = await Promise.all([
        collections.erased.find({ _id: { $in: ids } }).toArray(),
        ErasedPeople.ofAuthors(messages, collections),
      ])
      const broadcasts = new Map(erased.map(({ _id, at }) => [_id, at]))
      const erasedAt = (message: T) =>
        Math.max(broadcasts.get(broadcastIdOf(message)) ?? -1, people.at(message.channelId, message.author.id))
      return new Set(messages.filter((message) => message.receivedAt <= erasedAt(message)))
    })
  }

  recentMessages(
    channelId: string,
    broadcastId: string,
    options: { readonly limit: number; readonly before?: { readonly timestamp: number; readonly id: string } },
  ): Promise<readonly ArchivedMessage[]> {
    return this.#connection.run(async (collections) => {
      const { messages } = collections
      if ((await erasingAmong([{ channelId, broadcastId }], collections)).size > 0) return []
      const { before } = options
      const known = before && (await messages.findOne({ _id: messageIdOf(channelId, before.id) }))
      const end = before && (known?.place ?? placeAt(before.timestamp))
      const found = await messages
        .find({
          'message.broadcastId': { $eq: broadcastId },
          'message.channelId': { $eq: channelId },
          ...(end !== undefined && { place: { $lt: end } }),
        })
        .sort({ place: -1 })
        .limit(pageSize(options.limit))
        .toArray()
      return found.map(archivedMessage).reverse()
    })
  }

  author(channelId: string, authorId: string): Promise<AuthorHistory | null> {
    return this.#connection.run(async (collections) => {
      const plan = await planSearch({ channelId, authorId, includeDeleted: true }, collections)
      if (authorId === '' || !plan) return null
      const [sums] = await collections.messages.aggregate<AuthorSums>([{ $match: plan.filter }, authorSums]).toArray()
      if (!sums) return null
      const recent = await collections.messages.find(plan.filter).sort({ place: -1 }).limit(RECENT_OF_AUTHOR).toArray()
      const author = await collections.authors.findOne({ _id: documentId(channelId, authorId) })
      const broadcasts = await collections.participants.countDocuments({
        authorId: { $eq: authorId },
        channelId: { $eq: channelId },
      })
      const offence = await collections.offences.findOne({ _id: documentId(channelId, authorId) })
      const { messages, negative, profane, firstAt, lastAt } = sums
      return {
        ...{ channelId, authorId, names: author?.names.map(({ name }) => name) ?? [], firstAt, lastAt },
        ...{ messages, negative, profane, broadcasts, offence: offence?.value ?? null },
        recent: recent.map(archivedMessage),
      }
    })
  }

  windows(channelId: string, broadcastId: string, sizeMs: number): Promise<readonly WindowCount[]> {
    return this.#connection.run(async ({ windows }) =>
      (
        await windows
          .find({ broadcastId: { $eq: broadcastId }, channelId: { $eq: channelId }, size: { $eq: sizeMs } })
          .sort({ start: 1 })
          .toArray()
      ).map(valueIn),
    )
  }

  keywords(channelId: string, broadcastId: string): Promise<KeywordCount | null> {
    return this.#connection.run(
      async ({ keywords }) => (await keywords.findOne({ _id: documentId(channelId, broadcastId) }))?.value ?? null,
    )
  }

  offences(channelId: string, limit: number): Promise<readonly AuthorOffence[]> {
    return this.#connection.run(async ({ offences }) =>
      (
        await offences
          .find({ channelId: { $eq: channelId } })
          .sort({ rank: -1 })
          .limit(pageSize(limit))
          .toArray()
      ).map(valueIn),
    )
  }

  alerts(
    channelId: string,
    { broadcastId, limit }: { readonly broadcastId?: string; readonly limit?: number } = {},
  ): Promise<readonly Alert[]> {
    return this.#connection.run(async ({ alerts }) => {
      const filter = {
        channelId: { $eq: channelId },
        ...(broadcastId !== undefined && { broadcastId: { $eq: broadcastId } }),
      }
      return (await alerts.find(filter).sort({ since: -1 }).limit(pageSize(limit)).toArray()).map(valueIn)
    })
  }

  rulesVersions(channelId: string, limit: number): Promise<readonly RulesVersion[]> {
    return this.#connection.run(async ({ rules }) => {
      const found = await rules
        .find({ channelId: { $eq: channelId } }, { projection: { value: 0 } })
        .sort({ version: -1 })
        .limit(pageSize(limit))
        .toArray()
      return found.map(({ version, updatedAt, updatedBy, rules: count }) => ({
        version,
        updatedAt,
        updatedBy,
        rules: count,
      }))
    })
  }

  rulesVersion(channelId: string, version: number): Promise<ChannelRules | null> {
    return this.#connection.run(
      async ({ rules }) => (await rules.findOne({ _id: documentId(channelId, version) }))?.value ?? null,
    )
  }

  actions(query: ActionQuery): Promise<ActionPage> {
    return this.#connection.run((collections) => readActions(query, pageSize(query.limit), collections))
  }

  context(
    channelId: string,
    messageId: string,
    around: { readonly before: number; readonly after: number },
  ): Promise<readonly ArchivedMessage[]> {
    return this.#connection.run(async (collections) => {
      const { messages } = collections
      const found = await messages.findOne({ _id: messageIdOf(channelId, messageId) })
      if (!found || (await erasingAmong([found.message], collections)).size > 0) return []
      const ofBroadcast = { 'message.broadcastId': found.message.broadcastId, 'message.channelId': channelId }
      const beside = async (condition: object, direction: 1 | -1, count: number) =>
        // No limit means no limit at all.
        count === 0
          ? []
          : messages
              .find({ ...ofBroadcast, place: condition })
              .sort({ place: direction })
              .limit(count)
              .toArray()
      const before = await beside({ $lt: found.place }, -1, contextSize(around.before))
      const after = await beside({ $gt: found.place }, 1, contextSize(around.after))
      return [...before.reverse(), found, ...after].map(archivedMessage)
    })
  }

  platformSanctions(channelId: string, authorId: string, limit: number): Promise<readonly PlatformSanction[]> {
    return this.#connection.run(async (collections) => {
      const found = await collections.sanctions
        .find({ authorId: { $eq: authorId }, channelId: { $eq: channelId } }, { projection: { _id: 0 } })
        .sort({ at: -1, id: -1 })
        .limit(pageSize(limit))
        .toArray()
      const erasing = await erasingAmong(found, collections)
      return found.filter((sanction) => !erasing.has(broadcastIdOf(sanction)))
    })
  }

  async *export(query: ArchiveQuery): AsyncGenerator<ArchivedMessage> {
    const after = query.cursor === undefined ? undefined : readCursor(query.cursor).place
    const plan = await this.#connection.run((collections) => planSearch(query, collections))
    if (!plan) return
    const steps = walk(plan, this.#connection.collections, { isNewest: false, after, atOnce: MAX_PAGE })
    for (;;) {
      const { done, value } = await this.#connection.run(() => steps.next())
      if (done) return
      yield* value.map(archivedMessage)
    }
  }

  values(kinds: readonly ValueKind[]): AsyncIterable<ArchivedValues> {
    return storedValues(kinds, (work) => this.#connection.run(work))
  }

  close(): Promise<void> {
    return this.#connection.close()
  }
}

const valueIn = <T>({ value }: { readonly value: T }): T => value

const pageSize = (limit: number | undefined): number => Math.min(Math.max(Math.trunc(limit ?? 50) || 1, 1), MAX_PAGE)

const contextSize = (messages: number): number => Math.min(Math.max(Math.trunc(messages) || 0, 0), MAX_CONTEXT)

interface AuthorSums {
  readonly messages: number
  readonly negative: number
  readonly profane: number
  readonly firstAt: number
  readonly lastAt: number
}

const isWritten = { $in: ['$message.kind', ['text', 'paid']] }
const sumIf = (...conditions: readonly object[]) => ({ $sum: { $cond: [{ $and: conditions }, 1, 0] } })
const authorSums = {
  $group: {
    _id: null,
    messages: sumIf(isWritten),
    negative: sumIf(isWritten, { $eq: ['$sentiment.label', 'negative'] }),
    profane: sumIf(isWritten, { $gte: ['$severity', PROFANE_SEVERITY] }),
    firstAt: { $min: '$message.timestamp' },
    lastAt: { $max: '$message.timestamp' },
  },
}

/** Counted up to MAX_TOTAL, in the order of the search. */
async function totalsOf(plan: SearchPlan, isNewest: boolean, collections: Collections) {
  const broadcasts = new Set<string>()
  const authors = new Set<string>()
  let total = 0
  for await (const step of walk(plan, collections, { isNewest, after: undefined, atOnce: MAX_TOTAL, isBrief: true })) {
    for (const { message } of step.slice(0, MAX_TOTAL - total)) {
      broadcasts.add(broadcastIdOf(message))
      if (message.author.id !== '') authors.add(documentId(message.channelId, message.author.id))
    }
    total = Math.min(MAX_TOTAL, total + step.length)
    if (total === MAX_TOTAL) break
  }
  return { total, broadcasts: broadcasts.size, authors: authors.size }
}

async function summaries(
  found: readonly BroadcastDocument[],
  { alerts }: Collections,
): Promise<readonly BroadcastSummary[]> {
  const fired = await alerts
    .aggregate<{ readonly _id: { readonly channelId: string; readonly broadcastId: string }; readonly alerts: number }>(
      [
        { $match: { broadcastId: { $in: found.map(({ broadcastId }) => broadcastId) }, fired: 1 } },
        { $group: { _id: { channelId: '$channelId', broadcastId: '$broadcastId' }, alerts: { $sum: 1 } } },
      ],
    )
    .toArray()
  const alertsOf = new Map(fired.map(({ _id, alerts: count }) => [broadcastIdOf(_id), count]))
  return found.map((broadcast) => {
    const { channelId, broadcastId, startedAt, lastMessageAt, messages, authors, profane } = broadcast
    const state = broadcast.state ?? unknownState(broadcast)
    const { title, channelName, url } = state
    return {
      ...{ channelId, broadcastId, title, channelName, url, state },
      source: broadcast.source || state.source,
      ...{ startedAt, lastMessageAt, messages, authors, profane, alerts: alertsOf.get(broadcast._id) ?? 0 },
    }
  })
}

/** For a broadcast whose messages came without a word from its source, such as a log taken over from elsewhere. */
const unknownState = (broadcast: BroadcastDocument): BroadcastState => ({
  channelId: broadcast.channelId,
  broadcastId: broadcast.broadcastId,
  source: broadcast.source,
  url: '',
  title: '',
  channelName: broadcast.channelId.slice(broadcast.channelId.indexOf(':') + 1),
  state: 'ended',
  reason: 'state-unknown',
  detail: '',
  attempt: 0,
  nextTryAt: null,
  startsAt: null,
  startedAt: broadcast.startedAt,
  lastMessageAt: broadcast.lastMessageAt,
  at: broadcast.lastMessageAt ?? broadcast.startedAt,
})
