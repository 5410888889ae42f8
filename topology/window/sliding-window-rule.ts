import type { StreamRecord } from '../record.ts'
import type { KeyWindows, OpenWindow } from '../state/open-windows-store.ts'
import type { WindowAggregate } from './window-aggregate.ts'
import type { SlidingWindows } from './windows.ts'

/**
 * Sliding windows after Kafka Streams' KStreamSlidingWindowAggregate, update by update. A record at t opens its left
 * window [t - d, t] and, when there are records behind it, its right window [t + 1, t + 1 + d]; and it may give the record
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
  const { timestamp } = record
  const addition = new Addition(aggregate, differenceMs, record, owner, closeTime)
  // Even the window behind it has closed.
  if (timestamp + 1 + differenceMs <= closeTime) addition.miss(Math.max(0, timestamp - differenceMs))
  else if (timestamp < differenceMs) addition.addEarly()
  else addition.add()
  addition.tellMissed()
}

/** What a new window starts from. */
interface Base<A> {
  readonly value: A
  readonly timestamp: number
}

/** One record on its way into the windows of its key. */
class Addition<K, V, A> {
  readonly #aggregate: WindowAggregate<K, V, A>
  readonly #differenceMs: number
  readonly #record: StreamRecord<K, V>
  readonly #owner: KeyWindows<K, A>
  readonly #closeTime: number
  readonly #missed: number[] = []
  #isTaken = false

  constructor(
    aggregate: WindowAggregate<K, V, A>,
    differenceMs: number,
    record: StreamRecord<K, V>,
    owner: KeyWindows<K, A>,
    closeTime: number,
  ) {
    this.#aggregate = aggregate
    this.#differenceMs = differenceMs
    this.#record = record
    this.#owner = owner
    this.#closeTime = closeTime
  }

  /** Newest window first. */
  add(): void {
    const d = this.#differenceMs
    const t = this.#record.timestamp
    const { windows } = this.#owner
    let hasLeft = false
    let hasRight = false
    let previous: number | undefined
    let before: Base<A> | undefined
    let around: Base<A> | undefined
    let at = windows.length - 1
    while (at >= 0 && windows[at]!.start > t + 1) at--
    const known = windows.slice(0, at + 1)
    for (let i = at; i >= 0; i--) {
      const window = known[i]!
      const { start, end, value, timestamp } = window
      if (start < t - 2 * d) break
      if (start === t + 1) hasRight = true
      else if (end > t) {
        around ??= { value, timestamp }
        this.#update(start, window, window)
      } else if (end === t) {
        hasLeft = true
        this.#update(start, window, window)
        // Another record of the same time has opened everything already.
        if (timestamp >= t) return
        // The window before it decides in the end, although it may lack a record that came late: as in Kafka Streams.
        previous = timestamp
      } else {
        before = { value, timestamp }
        previous = timestamp
        break
      }
    }
    if (previous !== undefined) {
      const start = previous + 1
      if (start + d >= t && !known.some((window) => window.start === start)) this.#update(start)
    }
    if (!hasLeft) {
      const left = t - d
      // The right window of the record before may be the very same one; Kafka Streams then gives it twice.
      const same = previous === left - 1 ? windows.find(({ start }) => start === left) : undefined
      this.#update(left, same, previous !== undefined && previous >= left ? before : undefined)
    }
    if (!hasRight) this.#openRight(around)
  }

  /** What comes before d shares the window [0, d], which is no neighbour of records behind it unless it ends behind t. */
  addEarly(): void {
    const t = this.#record.timestamp
    const known = this.#owner.windows.filter(({ start }) => start <= t + 1)
    let shared: OpenWindow<K, A> | undefined
    let hasRight = false
    let around: Base<A> | undefined
    for (const window of known) {
      const { start, value, timestamp } = window
      if (start === 0) shared = window
      else if (start === t + 1) hasRight = true
      else {
        around = { value, timestamp }
        this.#update(start, window, window)
      }
    }
    if (!around && shared) around = { value: shared.value, timestamp: shared.timestamp }
    if (!hasRight) this.#openRight(around)
    // Behind a record that is newer than this one, the right window of the one before is there already.
    if (shared && shared.timestamp < t) {
      const start = shared.timestamp + 1
      if (!known.some((window) => window.start === start)) this.#update(start)
    }
    this.#update(0, shared, shared)
  }

  miss(start: number): void {
    this.#missed.push(start)
  }

  /** Each closed window that misses the record; the record is lost when no other one took it. */
  tellMissed(): void {
    const d = this.#differenceMs
    this.#missed.forEach((start, i) => {
      const isLost = !this.#isTaken && i === this.#missed.length - 1
      this.#aggregate.late(this.#record, start, start + d, this.#closeTime, isLost)
    })
  }

  /** Adds the record to `base`, or to nothing, for the window at `start`, which is opened when it is not there. */
  #update(start: number, window?: OpenWindow<K, A>, base?: Base<A>): void {
    const end = start + this.#differenceMs
    if (end < this.#closeTime) {
      this.miss(start)
      return
    }
    this.#isTaken = true
    const { aggregator, initializer } = this.#aggregate.aggregation
    const { value, timestamp } = this.#record
    const next = aggregator(base ? base.value : initializer(), value, this.#record)
    if (window) this.#aggregate.change(window, next, Math.max(window.timestamp, timestamp))
    else this.#aggregate.open(this.#owner, start, end, next, timestamp)
  }

  /** Its right window, without the record itself; only when something is in it. */
  #openRight(around: Base<A> | undefined): void {
    const start = this.#record.timestamp + 1
    if (!around || around.timestamp < start) return
    this.#aggregate.open(this.#owner, start, start + this.#differenceMs, around.value, around.timestamp)
  }
}
