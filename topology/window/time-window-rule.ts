import type { StreamRecord } from '../record.ts'
import type { KeyWindows, OpenWindow } from '../state/open-windows-store.ts'
import type { WindowAggregate } from './window-aggregate.ts'
import type { TimeWindows } from './windows.ts'

/** Start of the first window that holds `timestamp`; never negative, as in Kafka Streams. */
export const firstStart = ({ sizeMs, advanceMs }: TimeWindows, timestamp: number): number =>
  Math.max(0, Math.floor((timestamp - sizeMs) / advanceMs) * advanceMs + advanceMs)

/** A window takes a record while its end lies behind the close time. */
export function addToTimeWindows<K, V, A>(
  aggregate: WindowAggregate<K, V, A>,
  windows: TimeWindows,
  record: StreamRecord<K, V>,
  owner: KeyWindows<K, A>,
  closeTime: number,
): void {
  const { aggregator, initializer } = aggregate.aggregation
  const { sizeMs, advanceMs } = windows
  const { timestamp, value } = record
  // The last window to start is the last one to close: when it is, the record is lost.
  const isLost = Math.floor(timestamp / advanceMs) * advanceMs + sizeMs <= closeTime
  for (let start = firstStart(windows, timestamp); start <= timestamp; start += advanceMs) {
    const end = start + sizeMs
    if (end <= closeTime) {
      aggregate.late(record, start, end, closeTime, isLost && start + advanceMs > timestamp)
      continue
    }
    const window = find(owner.windows, start)
    if (window) aggregate.change(window, aggregator(window.value, value, record), Math.max(window.timestamp, timestamp))
    else aggregate.open(owner, start, end, aggregator(initializer(), value, record), timestamp)
  }
}

/** Most records belong to the newest windows. */
function find<K, A>(windows: readonly OpenWindow<K, A>[], start: number): OpenWindow<K, A> | undefined {
  for (let i = windows.length - 1; i >= 0; i--) {
    const window = windows[i]!
    if (window.start === start) return window
    if (window.start < start) return undefined
  }
  return undefined
}
