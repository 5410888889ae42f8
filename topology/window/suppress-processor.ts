import { SuppressBufferFullError } from '../errors.ts'
import type { Processor, ProcessorContext, ProcessorSupplier } from '../processor.ts'
import type { StreamRecord } from '../record.ts'
import type { CachedKeyValueStore } from '../state/cached-key-value-store.ts'
import type { Held } from './held.ts'
import type { Suppression } from './suppress.ts'
import { TimeOrdered } from './time-ordered.ts'
import type { Windowed } from './windowed.ts'
import { closesAfterMs, type Windows } from './windows.ts'

export interface SuppressOptions<V> {
  readonly store: string
  readonly suppression: Suppression
  /** The windows of the results, when they are windowed. */
  readonly windows?: Windows
  readonly isTombstone: (value: V) => boolean
  /** What to hold when a result follows one that is held already. */
  readonly join: (held: V, next: V) => V
}

/**
 * Holds results back until their window closes or a time limit has passed, in stream time, and lets the oldest go first.
 * After Kafka Streams' KTableSuppressProcessorSupplier: a result keeps the place of the first one it replaced.
 *
 * Windows that close: the record that moves stream time on may still be on its way when its first result is here; what was
 * cached for the windows it closes, and their final results, come behind it. So what has become due goes when that record
 * is done, as a punctuation, and each window once. Only what comes for a time that has passed already goes at once.
 */
export const suppressProcessor =
  <K, V>(options: SuppressOptions<V>): ProcessorSupplier<K, V, K, V> =>
  () =>
    new Suppress(options)

class Suppress<K, V> implements Processor<K, V, K, V> {
  readonly #options: SuppressOptions<V>
  readonly #untilClose: boolean
  readonly #delayMs: number
  #context!: ProcessorContext<K, V>
  #store!: CachedKeyValueStore<K, Held<V>>
  #buffer = new TimeOrdered<K>()
  #bytes = 0
  #streamTime = -1

  constructor(options: SuppressOptions<V>) {
    this.#options = options
    const { suppression, windows } = options
    this.#untilClose = suppression.until === 'window-closes'
    this.#delayMs = suppression.until === 'time-limit' ? suppression.limitMs : closesAfterMs(windows!)
  }

  init(context: ProcessorContext<K, V>): void {
    this.#context = context
    this.#store = context.getStateStore<CachedKeyValueStore<K, Held<V>>>(this.#options.store)
    for (const [key, held] of this.#store.all()) {
      this.#buffer.add(held.time, this.#store.order(key), key)
      this.#bytes += held.bytes
      // Whatever is held was seen, so stream time is at least that.
      this.#streamTime = Math.max(this.#streamTime, held.seen)
    }
    this.#streamTime = Math.max(this.#streamTime, context.streamTime)
    if (this.#untilClose)
      context.schedule(1, 'stream-time', (streamTime) => {
        this.#streamTime = Math.max(this.#streamTime, streamTime)
        this.#letDueGo()
      })
  }

  process(record: StreamRecord<K, V>): void {
    const { key, value, timestamp } = record
    if (key === undefined || key === null) {
      this.#context.drop('null-key', 'cannot be suppressed')
      return
    }
    const streamTime = Math.max(this.#streamTime, timestamp, this.#context.streamTime)
    const before = this.#store.get(key)
    const windowed = this.#options.windows && (key as unknown as Windowed<unknown>)
    const time = before?.time ?? (this.#untilClose ? windowed!.window.end : timestamp)
    const withoutSize: Held<V> = {
      value: before ? this.#options.join(before.value, value) : value,
      timestamp,
      headers: record.headers,
      time,
      seen: streamTime,
      revision: windowed?.revision ?? 0,
      isFinal: windowed?.isFinal ?? false,
      bytes: 0,
    }
    const bounded = this.#options.suppression.buffer?.maxBytes !== undefined
    const held = bounded ? { ...withoutSize, bytes: this.#store.encodedBytes(withoutSize) } : withoutSize
    this.#store.put(key, held)
    if (before) this.#bytes -= before.bytes
    else this.#buffer.add(time, this.#store.order(key), key)
    this.#bytes += held.bytes
    if (!this.#untilClose) this.#streamTime = streamTime
    if (streamTime === this.#streamTime) this.#letDueGo()
    this.#keepLimits(streamTime)
  }

  #letDueGo(): void {
    const due = this.#streamTime - this.#delayMs
    while (this.#buffer.size > 0 && this.#buffer.firstTime <= due) this.#emitFirst()
  }

  /** What is due anyway makes room first. */
  #keepLimits(streamTime: number): void {
    const limits = this.#options.suppression.buffer
    if (!limits) return
    const { maxRecords = Infinity, maxBytes = Infinity, whenFull } = limits
    while (this.#buffer.size > maxRecords || this.#bytes > maxBytes) {
      if (whenFull === 'fail' && this.#buffer.firstTime > streamTime - this.#delayMs)
        throw new SuppressBufferFullError(
          `suppress buffer "${this.#options.store}" exceeded its max capacity: ${this.#buffer.size} of ${maxRecords} records, ${this.#bytes} of ${maxBytes} bytes`,
        )
      this.#emitFirst()
    }
  }

  #emitFirst(): void {
    const key = this.#buffer.takeFirst()
    const held = this.#store.delete(key)!
    this.#bytes -= held.bytes
    // Nobody downstream has seen a window that was never emitted, so nobody needs to be told that it is gone.
    if (this.#untilClose && this.#options.isTombstone(held.value)) return
    const { revision } = held
    const isFinal = this.#untilClose || held.isFinal
    const out = this.#options.windows ? { ...(key as unknown as Windowed<unknown>), revision, isFinal } : key
    this.#context.forward({ key: out as K, value: held.value, timestamp: held.timestamp, headers: held.headers })
  }
}
