/**
 * Where a live stream stands: for a partition, the next offset to read of each tailed topic. It is the id of every
 * server-sent event, so a browser that comes back says exactly what it already has.
 *
 *     2:10.4.1.0.0.3          partition 2
 *     0:1.1.1.1.1.1_1:...     before the channel's partition is known: all of them
 *     (nothing)               before anything was archived: everything is still to come
 */
import type { Position } from '#topology'

/** The topics that the dashboard tails, in the order of a cursor's numbers. */
export const liveTopics = [
  'analyzed-messages',
  'window-counts',
  'keyword-counts',
  'author-offences',
  'alerts',
  'broadcast-states',
] as const
export type LiveTopic = (typeof liveTopics)[number]

/** Offsets by partition, in the order of `liveTopics`. */
export type Cursor = ReadonlyMap<number, readonly number[]>

export function formatCursor(cursor: Cursor): string {
  return [...cursor].map(([partition, offsets]) => `${partition}:${offsets.join('.')}`).join('_')
}

/** Null when the text is no cursor; it comes from outside. */
export function parseCursor(text: string | undefined | null): Cursor | null {
  if (text === undefined || text === null || text.length > 4000) return null
  const cursor = new Map<number, number[]>()
  if (text === '') return cursor
  for (const part of text.split('_')) {
    const match = /^(\d{1,4}):(\d{1,16}(?:\.\d{1,16})*)$/.exec(part)
    const offsets = match?.[2]?.split('.').map(Number)
    if (!match || offsets?.length !== liveTopics.length || !offsets.every(Number.isSafeInteger)) return null
    cursor.set(Number(match[1]), offsets)
  }
  return cursor
}

/** Positions as a cursor over all their partitions; a topic without a position counts from 0. */
export function cursorOf(positions: readonly Position[]): Cursor {
  const cursor = new Map<number, number[]>()
  for (const { topic, partition, offset } of positions) {
    const place = liveTopics.indexOf(topic as LiveTopic)
    if (place < 0) continue
    const offsets = cursor.get(partition) ?? liveTopics.map(() => 0)
    offsets[place] = offset
    cursor.set(partition, offsets)
  }
  return new Map([...cursor].sort(([left], [right]) => left - right))
}
