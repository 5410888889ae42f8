/**
 * Counts each broadcast's messages in tumbling windows. A window is open while stream time of ITS broadcast is before
 * windowEnd + grace: a slow or replayed broadcast never makes another one late. Open windows go out once per commit,
 * each version with a higher revision; a closed one goes out once more, as final. A broadcast that fell silent has its
 * windows closed by machine time, but only when everything there is has been read.
 */
import { avroSerde } from '#schemas/avro.ts'
import type { AnalyzedMessage, BroadcastClock, WindowCount, WindowState } from '#schemas/types.ts'
import {
  type KeyValueStore,
  keyValueStore,
  type ProcessorContext,
  type ProcessorSupplier,
  stringSerde,
} from '#topology'
import { isWritten } from './is-written.ts'
import { revision } from './revision.ts'
import { HyperLogLog } from './sketch/hyper-log-log.ts'
import { keyParts, ordered, prefixRange, storeKey } from './store-key.ts'

export interface CountPerWindowOptions {
  /** Names the node's stores: `window-states-<name>`. */
  readonly name: string
  readonly sizeMs: number
  readonly graceMs: number
  /** A silent broadcast's windows close this long after its last message, by machine time. */
  readonly closeIdleAfterMs: number
}

/** Scored below this a message counts as unsure as well. */
export const SURE = 0.6
const MASKED = 2
const SWEEP_MS = 1_000

/** One open window while a task works on it. */
export class OpenWindow {
  readonly authors: HyperLogLog
  state: WindowState

  constructor(state: WindowState) {
    this.state = state
    this.authors = HyperLogLog.from(state.authors)
  }

  static empty(windowStart: number, sizeMs: number): OpenWindow {
    return new OpenWindow({
      windowStart,
      windowEnd: windowStart + sizeMs,
      messages: 0,
      positive: 0,
      neutral: 0,
      negative: 0,
      unscored: 0,
      unsure: 0,
      profane: 0,
      mildlyProfane: 0,
      authors: new Uint8Array(0),
      lastAt: windowStart,
      revision: 0,
    })
  }

  add({ message, sentiment, severity }: AnalyzedMessage): void {
    const { state } = this
    this.state = {
      ...state,
      messages: state.messages + 1,
      positive: state.positive + (sentiment?.label === 'positive' ? 1 : 0),
      neutral: state.neutral + (sentiment?.label === 'neutral' ? 1 : 0),
      negative: state.negative + (sentiment?.label === 'negative' ? 1 : 0),
      unscored: state.unscored + (sentiment === null ? 1 : 0),
      unsure: state.unsure + (sentiment !== null && sentiment.confidence < SURE ? 1 : 0),
      profane: state.profane + (severity >= MASKED ? 1 : 0),
      mildlyProfane: state.mildlyProfane + (severity === 1 ? 1 : 0),
      lastAt: Math.max(state.lastAt, message.timestamp),
    }
    if (message.author.id !== '') this.authors.add(message.author.id)
  }

  /** The next version, as state to keep and as a count to send. */
  next(channelId: string, broadcastId: string, closed: boolean): { state: WindowState; count: WindowCount } {
    this.state = { ...this.state, authors: this.authors.toBytes(), revision: this.state.revision + 1 }
    const { authors: _, lastAt: __, ...counts } = this.state
    return { state: this.state, count: { channelId, broadcastId, ...counts, authors: this.authors.count(), closed } }
  }
}

export const windowStates = (name: string) =>
  keyValueStore(`window-states-${name}`, { key: stringSerde, value: avroSerde<WindowState>('stores/window-state') })
export const windowClocks = (name: string) =>
  keyValueStore(`window-clocks-${name}`, {
    key: stringSerde,
    value: avroSerde<BroadcastClock>('stores/broadcast-clock'),
  })
/** The stores of one such node. */
export const countPerWindowStores = (name: string) => [windowStates(name), windowClocks(name)] as const

/** The node `count-per-window`; `name` tells two sizes apart. */
export const countPerWindow =
  (options: CountPerWindowOptions): ProcessorSupplier<string, AnalyzedMessage, string, WindowCount> =>
  () =>
    new CountPerWindow(options)

class CountPerWindow {
  readonly #options: CountPerWindowOptions
  #context!: ProcessorContext<string, WindowCount>
  #states!: KeyValueStore<string, WindowState>
  #clocks!: KeyValueStore<string, BroadcastClock>
  /** Windows with messages since the last commit, by store key. */
  readonly #open = new Map<string, OpenWindow>()
  readonly #times = new Map<string, BroadcastClock>()

  constructor(options: CountPerWindowOptions) {
    this.#options = options
  }

  init(context: ProcessorContext<string, WindowCount>): void {
    this.#context = context
    this.#states = context.getStateStore(`window-states-${this.#options.name}`)
    this.#clocks = context.getStateStore(`window-clocks-${this.#options.name}`)
    context.schedule(SWEEP_MS, 'wall-clock', (now) => this.#closeIdle(now))
  }

  process(record: { readonly value: AnalyzedMessage; readonly timestamp: number }): void {
    const { message } = record.value
    if (!isWritten(message.kind)) return
    const { sizeMs, graceMs } = this.#options
    const broadcast = storeKey(message.channelId, message.broadcastId)
    const clock = this.#times.get(broadcast) ?? this.#clocks.get(broadcast)
    const windowStart = Math.floor(record.timestamp / sizeMs) * sizeMs
    const streamTime = Math.max(clock?.streamTime ?? record.timestamp, record.timestamp)
    if (windowStart + sizeMs + graceMs <= streamTime) {
      this.#context.drop(
        'late',
        `window ${windowStart}..${windowStart + sizeMs} of ${message.broadcastId} closed at ${streamTime}`,
      )
      return
    }
    this.#times.set(broadcast, { streamTime, seenAt: this.#context.currentSystemTimeMs() })

    const key = storeKey(message.channelId, message.broadcastId, ordered(windowStart))
    let window = this.#open.get(key)
    if (window === undefined) {
      const stored = this.#states.get(key)
      window = stored === undefined ? OpenWindow.empty(windowStart, sizeMs) : new OpenWindow(stored)
      this.#open.set(key, window)
    }
    window.add(record.value)
    // Stream time that moved into a new window may have closed earlier ones.
    if (
      clock === undefined ||
      Math.floor((streamTime - graceMs) / sizeMs) > Math.floor((clock.streamTime - graceMs) / sizeMs)
    )
      this.#closeUntil(message.channelId, message.broadcastId, streamTime)
  }

  flush(): void {
    for (const [key, window] of this.#open) {
      const [channelId = '', broadcastId = ''] = keyParts(key)
      const { state, count } = window.next(channelId, broadcastId, false)
      this.#states.put(key, state)
      this.#forward(count, state)
    }
    this.#open.clear()
    for (const [broadcast, clock] of this.#times) this.#clocks.put(broadcast, clock)
    this.#times.clear()
  }

  /** Sends the final version of every window that this stream time closes. */
  #closeUntil(channelId: string, broadcastId: string, streamTime: number): void {
    const [from, to] = prefixRange(channelId, broadcastId)
    const isClosed = (state: WindowState): boolean => state.windowEnd + this.#options.graceMs <= streamTime
    const closing = new Map<string, OpenWindow>()
    for (const [key, state] of this.#states.range(from, to)) {
      if (!isClosed(state)) break
      closing.set(key, this.#open.get(key) ?? new OpenWindow(state))
    }
    for (const [key, window] of this.#open) if (key.startsWith(from) && isClosed(window.state)) closing.set(key, window)
    for (const key of [...closing.keys()].sort()) {
      const { state, count } = closing.get(key)!.next(channelId, broadcastId, true)
      this.#open.delete(key)
      this.#states.delete(key)
      this.#forward(count, state)
    }
  }

  /** Silence means silence only when everything there is was read; else a backlog would close its own windows. */
  #closeIdle(now: number): void {
    if (!this.#context.isCaughtUp) return
    const idle = new Map<string, number>()
    for (const [key, state] of this.#states.all()) {
      const [channelId = '', broadcastId = ''] = keyParts(key)
      const broadcast = storeKey(channelId, broadcastId)
      const clock = this.#times.get(broadcast) ?? this.#clocks.get(broadcast)
      if (clock !== undefined && now - clock.seenAt >= this.#options.closeIdleAfterMs)
        idle.set(broadcast, Math.max(idle.get(broadcast) ?? 0, state.windowEnd + this.#options.graceMs))
    }
    for (const [broadcast, end] of idle) {
      const [channelId = '', broadcastId = ''] = keyParts(broadcast)
      const clock = this.#times.get(broadcast) ?? this.#clocks.get(broadcast)!
      const streamTime = Math.max(clock.streamTime, end)
      this.#closeUntil(channelId, broadcastId, streamTime)
      this.#times.set(broadcast, { ...clock, streamTime })
    }
  }

  #forward(count: WindowCount, state: WindowState): void {
    const value = { ...count, revision: revision(this.#context.sessionEpoch, count.revision) }
    this.#context.forward({ key: count.channelId, value, timestamp: state.lastAt, headers: [] })
  }
}
