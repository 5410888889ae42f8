import type { StreamRecord } from '../record.ts'
import type { KeyWindows, OpenWindow } from '../state/open-windows-store.ts'
import type { WindowAggregate } from './window-aggregate.ts'
import type { SlidingWindows } from './windows.ts'

/**
 * Sliding windows after Kafka Streams' KStreamSlidingWindowAggregate. A record at t opens its left window
 * [t - d, t] and, when there are records behind it, its right window [t + 1, t + 1 + d]; and it may give the record
 * before it the right window that one did not need so far. No window keeps its records, so a new window starts from the
 * aggregate of a neighbour that holds the same ones:
 *
 *     left window    from the newest window that ends before t, if its newest record is within reach
 *     right window   from the newest window that starts at or before t, as it was without t
 *
 * Before d, windows would start below 0; all of them are the one window [0, d].
 */
export function addToSlidingWindows<K, V, A>(
  aggregate: WindowAggregate<K, V, A>,
  { differenceMs }: SlidingWindows,
  record: StreamRecord<K, V>,
  owner: KeyWindows<K, A>,
  closeTime: number,
): void {
  const { aggregator, initializer } = aggregate.aggregation
  const { timestamp, value } = record
  const leftStart = Math.max(0, timestamp - differenceMs)
  const leftEnd = leftStart + differenceMs
  const rightStart = timestamp + 1
  const isOpen = (start: number) => start + differenceMs >= closeTime
  const isEarly = timestamp < differenceMs
  let hasLeft = false
  let hasRight = false
  /** Newest record before t. */
  let previous: number | undefined
  let before: OpenWindow<K, A> | undefined
  let around: { readonly value: A; readonly timestamp: number } | undefined

  for (const window of [...owner.windows]) {
    const { start, end } = window
    if (start > rightStart) break
    if (start === rightStart) {
      hasRight = true
      break
    }
    if (window.timestamp < timestamp && (previous === undefined || window.timestamp > previous))
      previous = window.timestamp
    if (end < timestamp) before = window
    else {
      if (start === leftStart) hasLeft = true
      // The window of early records holds what came before t as well: it is a neighbour only of what is behind t.
      if (!(isEarly && start === 0) || window.timestamp > timestamp)
        if (end > timestamp) around = { value: window.value, timestamp: window.timestamp }
      if (isOpen(start))
        aggregate.change(window, aggregator(window.value, value, record), Math.max(window.timestamp, timestamp))
    }
  }

  // The record before t, when t is the first one behind it.
  if (previous !== undefined) {
    const start = previous + 1
    if (start + differenceMs >= timestamp && isOpen(start) && !owner.windows.some((window) => window.start === start))
      aggregate.open(owner, start, start + differenceMs, aggregator(initializer(), value, record), timestamp)
  }
  if (!hasLeft && isOpen(leftStart)) {
    const reaches = before !== undefined && before.timestamp >= leftStart
    const base = reaches ? before!.value : initializer()
    aggregate.open(owner, leftStart, leftEnd, aggregator(base, value, record), timestamp)
  }
  if (!hasRight && around && around.timestamp > timestamp && isOpen(rightStart))
    aggregate.open(owner, rightStart, rightStart + differenceMs, around.value, around.timestamp)

  // Its own left window decides whether the record came too late to be seen in full.
  if (!isOpen(leftStart)) {
    const isLost = !owner.windows.some(
      ({ start, end, isClosed }) => !isClosed && start <= timestamp && end >= timestamp,
    )
    aggregate.late(record, leftStart, leftEnd, closeTime, isLost)
  }
}
