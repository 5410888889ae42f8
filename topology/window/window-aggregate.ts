import type { Aggregation } from '../dsl/aggregation.ts'
import type { WindowedOptions } from '../dsl/windowed-options.ts'
import type { Processor, ProcessorContext, ProcessorSupplier } from '../processor.ts'
import { noHeaders, type StreamRecord } from '../record.ts'
import type { KeyWindows, OpenWindow, OpenWindowsStore } from '../state/open-windows-store.ts'
import { ByEnd } from './by-end.ts'
import { PendingWindows } from './pending-windows.ts'
import { addToSession } from './session-window-rule.ts'
import { addToSlidingWindows } from './sliding-window-rule.ts'
import { addToTimeWindows } from './time-window-rule.ts'
import type { LateRecord, Windowed } from './windowed.ts'
import { closesAfterMs, type Windows } from './windows.ts'

export interface WindowAggregateOptions<K, V, A> {
  readonly store: string
  readonly windows: Windows
  readonly aggregation: Aggregation<K, V, A>
  readonly options: WindowedOptions
  /** Children that get late records; filled while the topology is built. */
  readonly lateChildren: readonly string[]
}

const DEFAULT_FORGET_KEY_AFTER_MS = 7 * 24 * 60 * 60 * 1000
/** How often forgotten keys are looked for, as a part of how long they are kept. */
const FORGET_CHECKS = 8
/** How much later than `closeIdleAfterMs` an idle key may close, as a part of it. */
const IDLE_CHECKS = 4

/**
 * Folds the records of each key and window. What all kinds of windows have in common stands here: the clock they go by,
 * what is late, when a window closes and when it speaks. Which windows a record belongs to is each kind's own rule.
 *
 * A window closes when stream time is so far past its end that no record could change it any more; a closed window
 * leaves the store with its final result, in one transaction, so it can neither speak twice nor be forgotten.
 */
export const windowAggregate =
  <K, V, A>(options: WindowAggregateOptions<K, V, A>): ProcessorSupplier<K, V, Windowed<K>, A> =>
  () =>
    new WindowAggregate(options)

export class WindowAggregate<K, V, A> implements Processor<K, V, Windowed<K>, A> {
  readonly aggregation: Aggregation<K, V, A>
  store!: OpenWindowsStore<K, A>
  readonly #options: WindowAggregateOptions<K, V, A>
  #updates: 'every-update' | 'per-commit' | 'none' = 'every-update'
  readonly #isFinal: boolean
  readonly #isPerKey: boolean
  readonly #closesIdle: boolean
  readonly #addTo: (record: StreamRecord<K, V>, owner: KeyWindows<K, A>, closeTime: number) => void
  /** A window is closed when its end is at most stream time less this. */
  readonly #closesAfterMs: number
  /** Closed sliding windows stay for this much longer, because their neighbours are derived from them. */
  readonly #keptForMs: number
  #context!: ProcessorContext<Windowed<K>, A>
  /** Only where all keys go by one clock: which window closes next. */
  #byEnd: ByEnd<OpenWindow<K, A>> | undefined
  #pending!: PendingWindows<K, A>
  #nextEmit = 0

  constructor(options: WindowAggregateOptions<K, V, A>) {
    const { windows } = options
    this.#options = options
    this.aggregation = options.aggregation
    this.#isFinal = options.options.final ?? false
    this.#isPerKey = (options.options.streamTime ?? 'key') === 'key'
    this.#closesIdle = options.options.closeIdleAfterMs !== undefined
    // A time window excludes its end, so it is closed at end + grace; the others include it and are closed one ms later.
    this.#closesAfterMs = closesAfterMs(windows) + (windows.kind === 'time' ? 0 : 1)
    this.#keptForMs = windows.kind === 'sliding' ? 2 * windows.differenceMs + 1 : 0
    switch (windows.kind) {
      case 'time':
        this.#addTo = (record, owner, closeTime) => addToTimeWindows(this, windows, record, owner, closeTime)
        break
      case 'sliding':
        this.#addTo = (record, owner, closeTime) => addToSlidingWindows(this, windows, record, owner, closeTime)
        break
      case 'session':
        this.#addTo = (record, owner, closeTime) => addToSession(this, windows, record, owner, closeTime)
        break
    }
  }

  init(context: ProcessorContext<Windowed<K>, A>): void {
    const {
      closeIdleAfterMs,
      emitIntervalMs = 0,
      forgetKeyAfterMs = DEFAULT_FORGET_KEY_AFTER_MS,
    } = this.#options.options
    this.#context = context
    const { updates = 'cached' } = this.#options.options
    const cache = context.recordCache
    this.#updates = updates !== 'cached' ? updates : cache ? 'per-commit' : 'every-update'
    this.#pending = new PendingWindows(cache, (window) => this.#emit(window, false))
    this.store = context.getStateStore<OpenWindowsStore<K, A>>(this.#options.store)
    const now = context.currentSystemTimeMs()
    this.#nextEmit = now + emitIntervalMs
    if (!this.#isPerKey) this.#byEnd = new ByEnd()
    for (const owner of this.store.keys()) {
      owner.lastActive = now
      for (const window of owner.windows) if (!window.isClosed) this.#byEnd?.add(window)
    }
    context.schedule(Math.max(1, Math.floor(forgetKeyAfterMs / FORGET_CHECKS)), 'stream-time', (streamTime) =>
      this.#forgetKeys(streamTime - forgetKeyAfterMs),
    )
    if (closeIdleAfterMs !== undefined)
      context.schedule(Math.max(1, Math.floor(closeIdleAfterMs / IDLE_CHECKS)), 'wall-clock', (now) =>
        this.#closeIdle(now - closeIdleAfterMs),
      )
    if (emitIntervalMs > 0) context.schedule(emitIntervalMs, 'wall-clock', () => this.#closeAll())
  }

  process(record: StreamRecord<K, V>): void {
    const { key, value, timestamp } = record
    if (key === undefined || key === null) {
      this.#context.drop('null-key', 'cannot be aggregated')
      return
    }
    if (value === undefined || value === null) {
      this.#context.drop('null-value', 'there is nothing to aggregate')
      return
    }
    const { store } = this
    const owner = store.of(key)
    if (this.#closesIdle) owner.lastActive = this.#context.currentSystemTimeMs()
    store.advance(owner, timestamp)
    if (!this.#isPerKey) store.partitionTime = timestamp
    // A key that was closed for its silence is ahead of its partition.
    const streamTime = this.#isPerKey ? owner.streamTime : Math.max(store.partitionTime, owner.streamTime)
    this.#addTo(record, owner, streamTime - this.#graceMs)
    this.#closeDue(owner, streamTime)
  }

  /** The latest results of the windows that changed, once for each commit. */
  flush(): void {
    this.#pending.flush()
  }

  close(): void {
    this.#pending.clear()
  }

  // What the rules of the kinds call.

  /** Opens a window. */
  open(owner: KeyWindows<K, A>, start: number, end: number, value: A, timestamp: number, revision = 0): void {
    const window = this.store.add(owner, start, end, value, timestamp)
    window.revision = revision
    this.#byEnd?.add(window)
    this.#changed(window)
  }

  /** Puts a new aggregate into a window. */
  change(window: OpenWindow<K, A>, value: A, timestamp: number): void {
    this.store.update(window, value, timestamp)
    this.#changed(window)
  }

  /** Takes a session away that has become part of another one; whoever heard of it is told. Returns its revision. */
  retract(window: OpenWindow<K, A>): number {
    const { revision } = window
    this.store.remove(window)
    if (revision === 0) return 0
    this.#forward(window, undefined as A, window.end, false, revision + 1)
    return revision + 1
  }

  /** True when a session that only grew in value is still retracted first, as Kafka Streams does it. */
  get retractsAlways(): boolean {
    return this.#updates === 'every-update'
  }

  /** The record came after `window` was closed. `isLost` when no other window took it. */
  late(record: StreamRecord<K, V>, start: number, end: number, closeTime: number, isLost: boolean): void {
    const streamTime = closeTime + this.#graceMs
    const { lateChildren } = this.#options
    const lateByMs = closeTime - end
    this.#context.drop('late', `window ${start}..${end} closed ${lateByMs} ms before, at stream time ${streamTime}`, {
      deadLetter: isLost && lateChildren.length === 0,
    })
    if (lateChildren.length === 0) return
    const at = this.#context.recordMetadata
    const value: LateRecord<K, V> = {
      record,
      at: at && { topic: at.topic, partition: at.partition, offset: at.offset },
      window: { start, end },
      streamTime,
      lateByMs,
    }
    const { key, timestamp } = record
    for (const child of lateChildren)
      this.#context.forward(
        { key, value, timestamp, headers: noHeaders } as unknown as StreamRecord<Windowed<K>, A>,
        child,
      )
  }

  get #graceMs(): number {
    return closesAfterMs(this.#options.windows)
  }

  #changed(window: OpenWindow<K, A>): void {
    if (this.#updates === 'every-update') this.#emit(window, false)
    else if (this.#updates === 'per-commit') this.#pending.add(window)
  }

  #emit(window: OpenWindow<K, A>, isFinal: boolean): void {
    const revision = this.store.emitted(window)
    const timestamp = this.#options.windows.kind === 'session' ? window.end : window.timestamp
    this.#forward(window, window.value, timestamp, isFinal, revision)
  }

  #forward(window: OpenWindow<K, A>, value: A, timestamp: number, isFinal: boolean, revision: number): void {
    const { start, end, owner } = window
    this.#context.forward({
      key: { key: owner.key, window: { start, end }, isFinal, revision },
      value,
      timestamp,
      headers: noHeaders,
    })
  }

  #closeDue(owner: KeyWindows<K, A>, streamTime: number): void {
    if (!this.#mayClose()) return
    if (this.#byEnd) this.#closePartition(streamTime - this.#closesAfterMs)
    else this.#closeKey(owner, streamTime - this.#closesAfterMs)
    if (this.#keptForMs > 0) this.#dropKept(owner, streamTime - this.#closesAfterMs - this.#keptForMs)
  }

  /** Final results go out in an interval of the wall clock, where one is set. */
  #mayClose(): boolean {
    const { emitIntervalMs = 0 } = this.#options.options
    if (emitIntervalMs === 0) return true
    const now = this.#context.currentSystemTimeMs()
    if (now < this.#nextEmit) return false
    this.#nextEmit = now + emitIntervalMs
    return true
  }

  #closePartition(lastEnd: number): void {
    const byEnd = this.#byEnd!
    while (byEnd.firstEnd <= lastEnd)
      // Silence may have closed it before.
      for (const window of byEnd.takeFirst((one) => this.store.order(one.owner.key)))
        if (!window.isClosed) this.#close(window)
  }

  #closeKey(owner: KeyWindows<K, A>, lastEnd: number): void {
    const { windows } = owner
    for (let i = 0; i < windows.length && windows[i]!.end <= lastEnd; ) {
      const window = windows[i]!
      if (!window.isClosed) this.#close(window)
      if (windows[i] === window) i++
    }
  }

  #close(window: OpenWindow<K, A>): void {
    if (this.#isFinal) this.#emit(window, true)
    else this.#pending.speak(window)
    if (this.#keptForMs > 0) this.store.close(window)
    else this.store.remove(window)
  }

  #dropKept(owner: KeyWindows<K, A>, lastEnd: number): void {
    const { windows } = owner
    while (windows.length > 0 && windows[0]!.isClosed && windows[0]!.end <= lastEnd) this.store.remove(windows[0]!)
  }

  #closeAll(): void {
    if (!this.#mayClose()) return
    if (this.#byEnd) this.#closePartition(this.store.partitionTime - this.#closesAfterMs)
    else for (const owner of this.store.keys()) this.#closeKey(owner, owner.streamTime - this.#closesAfterMs)
  }

  /**
   * Silence is only silence when there is nothing left to read; then the clock of the silent key moves on. By the time at
   * which that was so: behind an async node it is later now, and the log may have more.
   */
  #closeIdle(quietSince: number): void {
    if (!this.#context.isCaughtUp) return
    for (const owner of this.store.keys()) {
      if (owner.lastActive > quietSince) continue
      const lastEnd = owner.windows.reduce((end, window) => (window.isClosed ? end : Math.max(end, window.end)), -1)
      if (lastEnd < 0) continue
      // What comes later for these windows is late: the clock is part of the transaction that closes them.
      this.store.advance(owner, lastEnd + this.#closesAfterMs)
      if (this.#byEnd) for (const window of [...owner.windows].filter((one) => !one.isClosed)) this.#close(window)
      else this.#closeKey(owner, lastEnd)
    }
  }

  /** What a key left open goes out before the key is forgotten. */
  #forgetKeys(before: number): void {
    for (const owner of [...this.store.keys()]) {
      if (owner.streamTime >= before) continue
      for (const window of [...owner.windows]) {
        if (!window.isClosed) this.#close(window)
        if (!window.isRemoved) this.store.remove(window)
      }
      this.store.forget(owner)
    }
  }
}
