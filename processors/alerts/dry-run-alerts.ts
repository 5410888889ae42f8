/**
 * What would have rung in a broadcast that is over, under given thresholds: its archived messages through the processor that
 * raises alerts, on stores in memory. What goes by the machine's clock (a lost source, a silent chat) is not in it.
 */
import type { Alert, AnalyzedMessage, ChannelSettings } from '#schemas/types.ts'
import type { KeyValueStore, ProcessorContext, StateStore, StreamRecord } from '#topology'
import { alertSettings, raiseAlerts } from '../raise-alerts.ts'

export interface WouldRing {
  readonly kind: string
  /** When it would have fired, and when it would have been over; null when it was not by the end. Epoch ms. */
  readonly at: number
  readonly until: number | null
  readonly peak: number
  readonly words: readonly string[]
}

export interface AlarmDryRun {
  readonly messages: number
  readonly rings: readonly WouldRing[]
}

/** @param messages in the order of time; all of one channel */
export async function dryRunAlerts(
  messages: AsyncIterable<AnalyzedMessage>,
  settings: ChannelSettings,
  signal?: AbortSignal,
): Promise<AlarmDryRun> {
  const rings = new Map<string, WouldRing>()
  let now = 0
  let count = 0
  const stores = new Map<string, MemoryStore>()
  const storeOf = (name: string): MemoryStore => {
    const store = stores.get(name) ?? new MemoryStore(name)
    stores.set(name, store)
    return store
  }
  storeOf(alertSettings.name).put(settings.channelId, settings)
  const context: Pick<
    ProcessorContext<string, Alert>,
    'forward' | 'getStateStore' | 'schedule' | 'currentSystemTimeMs' | 'sessionEpoch' | 'isCaughtUp' | 'recordMetadata'
  > = {
    sessionEpoch: 0,
    isCaughtUp: false,
    recordMetadata: undefined,
    currentSystemTimeMs: () => now,
    schedule: () => ({ cancel: () => {} }),
    getStateStore: <S extends StateStore>(name: string) => storeOf(name) as unknown as S,
    forward: ({ value }: StreamRecord<string, Alert>) => {
      const { id, kind, at, peak, words } = value
      const known = rings.get(id)
      if (value.state === 'firing' && !known) rings.set(id, { kind, at, until: null, peak, words })
      else if (known) rings.set(id, { ...known, peak, until: value.state === 'resolved' ? at : null })
    },
  }
  const processor = raiseAlerts()
  processor.init?.(context as ProcessorContext<string, Alert>)
  for await (const value of messages) {
    if (signal?.aborted) break
    now = value.message.timestamp
    count++
    processor.process({ key: value.message.channelId, value, timestamp: now, headers: [] })
  }
  return { messages: count, rings: [...rings.values()] }
}

class MemoryStore implements KeyValueStore<string, unknown> {
  readonly name: string
  readonly #rows = new Map<string, unknown>()

  constructor(name: string) {
    this.name = name
  }

  get(key: string): unknown {
    return this.#rows.get(key)
  }

  put(key: string, value: unknown): void {
    this.#rows.set(key, value)
  }

  delete(key: string): unknown {
    const before = this.#rows.get(key)
    this.#rows.delete(key)
    return before
  }

  *range(from: string | undefined, to: string | undefined): Iterable<readonly [string, unknown]> {
    for (const [key, value] of [...this.#rows].sort(([a], [b]) => (a < b ? -1 : 1)))
      if ((from === undefined || key >= from) && (to === undefined || key < to)) yield [key, value]
  }

  all(): Iterable<readonly [string, unknown]> {
    return this.range(undefined, undefined)
  }
}
