import type { StreamRecord } from '../record.ts'
import type { KeyWindows } from '../state/open-windows-store.ts'
import type { WindowAggregate } from './window-aggregate.ts'
import type { SessionWindows } from './windows.ts'

/** A record joins every session within the gap of it into one; the session is late when it ends before the close time. */
export function addToSession<K, V, A>(
  aggregate: WindowAggregate<K, V, A>,
  { gapMs }: SessionWindows,
  record: StreamRecord<K, V>,
  owner: KeyWindows<K, A>,
  closeTime: number,
): void {
  const { aggregator, initializer, merger } = aggregate.aggregation
  const { timestamp } = record
  const near = owner.windows.filter(({ start, end }) => start <= timestamp + gapMs && end >= timestamp - gapMs)
  const start = near.reduce((least, window) => Math.min(least, window.start), timestamp)
  const end = near.reduce((most, window) => Math.max(most, window.end), timestamp)
  if (end < closeTime) {
    aggregate.late(record, start, end, closeTime, true)
    return
  }
  const [only] = near
  // Nothing but a record of the very same time: the window stays what it is, so nothing is taken back (as in Kafka Streams).
  const isSame = start === timestamp && end === timestamp
  if (only && near.length === 1 && only.start === start && only.end === end && (isSame || !aggregate.retractsAlways)) {
    aggregate.change(only, aggregator(only.value, record.value, record), end)
    return
  }
  // In the order of time, so that a merger may rely on it.
  const merged = near.length === 0 ? initializer() : near.map(({ value }) => value).reduce((a, b) => merger!(a, b))
  // Before anything is taken back: user code that throws must leave the sessions as they were.
  const value = aggregator(merged, record.value, record)
  const revision = near.reduce((most, window) => Math.max(most, aggregate.retract(window)), 0)
  aggregate.open(owner, start, end, value, end, revision)
}
