/** The documents of broadcasts: made when something is known of them, counted exactly once for every message. */
import { randomUUID } from 'node:crypto'
import type { BroadcastState } from '#schemas/types.ts'
import { broadcastIdOf } from './batch-context.ts'
import type { Bulk, Upsert } from './bulk.ts'
import type { BroadcastDocument, Collections } from './collections.ts'
import type { Origin } from './place.ts'

export interface BroadcastStart {
  readonly channelId: string
  readonly broadcastId: string
  readonly source: string
  readonly startedAt: number
}

/** What a message adds to the counts of its broadcast. */
export interface Counted {
  /** Of its document. */
  readonly id: string
  readonly origin: Origin
  readonly source: string
  readonly timestamp: number
  readonly messages: number
  readonly profane: number
  /** 1 for the first message of a person. */
  readonly authors: number
}

/** Makes those that are not there, and returns them all, by their ids. */
export async function makeBroadcasts(
  starts: readonly BroadcastStart[],
  collections: Collections,
  bulk: Bulk,
): Promise<void> {
  const first = new Map<string, BroadcastStart>()
  for (const start of starts) {
    const id = broadcastIdOf(start)
    const known = first.get(id)
    if (!known || start.startedAt < known.startedAt)
      first.set(id, { ...start, source: start.source || (known?.source ?? '') })
  }
  await bulk.insert(
    collections.broadcasts,
    [...first].map(([_id, { channelId, broadcastId, source, startedAt }]) => ({
      _id,
      channelId,
      broadcastId,
      incarnation: randomUUID(),
      version: 0,
      source,
      startedAt,
      lastMessageAt: null,
      messages: 0,
      authors: 0,
      profane: 0,
      state: null,
      stateAt: null,
      countedTo: [],
      isErasing: false,
      mustRecount: false,
    })),
  )
}

/** Later states replace earlier ones; one that names its broadcast replaces the one that was still looked for. */
export async function putStates(
  states: readonly BroadcastState[],
  collections: Collections,
  bulk: Bulk,
): Promise<void> {
  const latest = new Map<string, BroadcastState>()
  for (const state of states) {
    const id = broadcastIdOf(state)
    const known = latest.get(id)
    if (!known || state.at >= known.at) latest.set(id, state)
  }
  if (latest.size === 0) return
  const all = [...latest.values()]
  await makeBroadcasts(all, collections, bulk)
  await bulk.upsert(
    collections.broadcasts,
    all.map(
      (state): Upsert<BroadcastDocument> => ({
        updateOne: {
          // The document is there: without a match, a later state is.
          filter: { _id: broadcastIdOf(state), stateAt: { $not: { $gt: state.at } } },
          update: { $set: { state, stateAt: state.at, source: state.source, startedAt: state.startedAt } },
          upsert: false,
        },
      }),
    ),
  )
  const resolved = all.filter(({ broadcastId }) => broadcastId !== '')
  await Promise.all(
    resolved.map(({ channelId, at }) =>
      collections.broadcasts.deleteOne({
        _id: broadcastIdOf({ channelId, broadcastId: '' }),
        messages: 0,
        stateAt: { $lte: at },
      }),
    ),
  )
}

/**
 * Adds what is not counted yet. Which that is stands in the document itself, with the counts, and changes with them in one
 * step: a message that was stored before a crash and counted by nobody is counted when its record comes again, and never
 * twice, whoever else writes.
 * @param incarnation of the broadcast when the messages were stored: since another one began some may have been erased
 */
export async function count(
  id: string,
  counted: readonly Counted[],
  incarnation: string | undefined,
  { broadcasts, messages }: Collections,
): Promise<void> {
  for (;;) {
    const broadcast = await broadcasts.findOne({ _id: id })
    // Erased meanwhile: the check at the end of the batch takes the messages away.
    if (!broadcast) return
    const fresh = counted.filter(({ origin }) => !isCounted(broadcast, origin))
    if (fresh.length === 0) return
    const isThere = broadcast.incarnation === incarnation ? () => true : await stillThere(fresh, messages)
    const sum = (of: (one: Counted) => number) => fresh.reduce((total, one) => total + (isThere(one) ? of(one) : 0), 0)
    const times = fresh.map(({ timestamp }) => timestamp)
    const first = times.reduce((least, time) => Math.min(least, time))
    const last = times.reduce((most, time) => Math.max(most, time))
    const source = broadcast.source || fresh[0]!.source
    const { matchedCount } = await broadcasts.updateOne(
      { _id: id, version: broadcast.version },
      {
        $inc: {
          version: 1,
          messages: sum(({ messages }) => messages),
          profane: sum(({ profane }) => profane),
          authors: sum(({ authors }) => authors),
        },
        $max: { lastMessageAt: last },
        $set: { countedTo: countedToAfter(broadcast, fresh), source },
        // A broadcast whose watching nobody told of begins with its first message.
        ...(broadcast.stateAt === null && { $min: { startedAt: first } }),
      },
    )
    if (matchedCount > 0) return
  }
}

async function stillThere(
  counted: readonly Counted[],
  messages: Collections['messages'],
): Promise<(one: Counted) => boolean> {
  const ids = counted.map(({ id }) => id)
  const found = await messages.find({ _id: { $in: ids } }, { projection: { _id: 1 } }).toArray()
  const there = new Set(found.map(({ _id }) => _id))
  return ({ id }) => there.has(id)
}

const isCounted = ({ countedTo }: BroadcastDocument, { partition, generation, offset }: Origin): boolean =>
  countedTo.some(
    (one) =>
      one.partition === partition &&
      (one.generation > generation || (one.generation === generation && one.offset > offset)),
  )

function countedToAfter({ countedTo }: BroadcastDocument, fresh: readonly Counted[]): Origin[] {
  const ends = new Map(countedTo.map((one) => [one.partition, one]))
  for (const { origin } of fresh) {
    const { partition, generation, offset } = origin
    const end = ends.get(partition)
    if (!end || generation > end.generation || (generation === end.generation && offset >= end.offset))
      ends.set(partition, { partition, generation, offset: offset + 1 })
  }
  return [...ends.values()]
}
