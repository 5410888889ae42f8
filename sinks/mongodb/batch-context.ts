/** What a batch needs to know of the store before it is written, read at once. */
import type { Position } from '#topology'
import type { ArchiveBatch } from '../archive.ts'
import type { BroadcastDocument, ClearDocument, Collections } from './collections.ts'
import { documentId } from './document-id.ts'
import { ErasedPeople } from './erased-people.ts'
import type { Origin } from './place.ts'

export interface BatchContext {
  /** Positions of the batch that are ahead of the stored ones. */
  readonly ahead: readonly Position[]
  originOf(position: Position): Origin
  /** Broadcasts of the batch, by their ids. */
  readonly broadcasts: ReadonlyMap<string, BroadcastDocument>
  /** When broadcasts of the batch were erased, epoch ms. */
  readonly erased: ReadonlyMap<string, number>
  readonly people: ErasedPeople
  /** Clears that may touch a message of the batch. */
  readonly clears: readonly ClearDocument[]
  /** Some removal waits for its message. */
  readonly isAwaited: boolean
}

export const broadcastIdOf = ({ channelId, broadcastId }: { channelId: string; broadcastId: string }): string =>
  documentId(channelId, broadcastId)

export const positionId = ({ topic, partition }: { topic: string; partition: number }): string =>
  documentId(topic, partition)

/** Every broadcast that something of the batch is about. */
export function broadcastsOf(batch: ArchiveBatch): ReadonlyMap<string, { channelId: string; broadcastId: string }> {
  const found = new Map<string, { channelId: string; broadcastId: string }>()
  const add = ({ channelId, broadcastId }: { channelId: string; broadcastId: string }) =>
    found.set(broadcastIdOf({ channelId, broadcastId }), { channelId, broadcastId })
  for (const { message } of batch.messages) add(message)
  for (const list of [batch.windows, batch.keywords, batch.alerts, batch.states]) for (const one of list) add(one)
  return found
}

export async function readContext(batch: ArchiveBatch, collections: Collections): Promise<BatchContext> {
  const ids = [...broadcastsOf(batch).keys()]
  const positionIds = new Set([...batch.positions, ...batch.origins].map(positionId))
  const times = batch.messages.map(({ message }) => message.timestamp)
  const earliest = times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY)
  const broadcastIds = [...new Set(batch.messages.map(({ message }) => message.broadcastId))]
  const [positions, broadcasts, erased, people, clears, awaited] = await Promise.all([
    collections.positions.find({ _id: { $in: [...positionIds] } }).toArray(),
    collections.broadcasts.find({ _id: { $in: ids } }).toArray(),
    collections.erased.find({ _id: { $in: ids } }).toArray(),
    ErasedPeople.of(batch, collections),
    times.length === 0
      ? []
      : collections.clears.find({ broadcastId: { $in: broadcastIds }, at: { $gte: earliest } }).toArray(),
    collections.awaited.findOne({}, { projection: { _id: 1 } }),
  ])
  const stored = new Map(positions.map((position) => [position._id, position]))
  return {
    ahead: batch.positions.filter((position) => position.offset > (stored.get(positionId(position))?.offset ?? -1)),
    originOf: (position) => ({
      partition: position.partition,
      generation: stored.get(positionId(position))?.generation ?? 0,
      offset: position.offset,
    }),
    broadcasts: new Map(broadcasts.map((broadcast) => [broadcast._id, broadcast])),
    erased: new Map(erased.map(({ _id, at }) => [_id, at])),
    people,
    clears,
    isAwaited: awaited !== null,
  }
}
