import { setImmediate as immediate } from 'node:timers/promises'
import type { FetchedRecord, Position, Reader, TopicPartition } from '../broker.ts'
import { BrokerError } from '../errors.ts'
import type { LogStorage } from './log-storage.ts'

/** Bytes read from the log between two turns of the event loop: a few ms of work. */
const PAGE_BYTES = 1024 * 1024

/** What is read of one partition. `buffer` holds the rest of a page; `next` is where the page after it begins. */
interface Assigned extends TopicPartition {
  position: number
  next: number
  buffer: readonly FetchedRecord[]
  used: number
  paused: boolean
}

/** Memory is bounded by one page a poll plus the rests of pages, a page's share for each partition. */
export class LogReader implements Reader {
  readonly #storage: LogStorage
  readonly #onClose: (reader: LogReader) => void
  #assigned: Assigned[] = []
  /** Partition that comes first in the next poll. */
  #turn = 0
  #wake: (() => void) | undefined
  #closed = false

  constructor(storage: LogStorage, onClose: (reader: LogReader) => void) {
    this.#storage = storage
    this.#onClose = onClose
  }

  assign(positions: readonly Position[]): void {
    this.#check()
    this.#assigned = positions.map(({ topic, partition, offset }) => {
      const partitions = this.#storage.partitionCount(topic)
      if (!(Number.isInteger(partition) && partition >= 0 && partition < partitions))
        throw new BrokerError('PARTITION_UNKNOWN', `${topic} has ${partitions} partitions, no ${partition}`)
      if (!(Number.isSafeInteger(offset) && offset >= 0))
        throw new BrokerError('POSITION_INVALID', `${topic}-${partition}: ${offset} is no offset`)
      return { topic, partition, position: offset, next: offset, buffer: [], used: 0, paused: false }
    })
    this.#turn = 0
    this.#wake?.()
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#find(partition).paused = true
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#find(partition).paused = false
    this.#wake?.()
  }

  position(partition: TopicPartition): number {
    return this.#find(partition).position
  }

  async poll(options: {
    readonly maxRecords: number
    readonly maxWaitMs: number
    readonly signal?: AbortSignal
  }): Promise<readonly FetchedRecord[]> {
    this.#check()
    if (this.#wake) throw new BrokerError('POLL_IN_PROGRESS', 'one poll at a time')
    this.#wake = noop
    const { maxRecords, maxWaitMs, signal } = options
    let timer: ReturnType<typeof setTimeout> | undefined
    // The timer may fire a moment before the clock agrees; it fires once, so it has the last word.
    let isExpired = maxWaitMs <= 0
    let unwatch: (() => void) | undefined
    try {
      // A caller that polls in a loop must not starve timers and sockets while there is always something to read.
      await immediate()
      for (;;) {
        const records = this.#take(maxRecords)
        if (records.length > 0 || this.#closed || signal?.aborted || isExpired) return records
        if (!unwatch) {
          // Watching comes before the second look, so that what is written in between is not missed.
          unwatch = this.#storage.watch(() => this.#wake?.())
          timer = setTimeout(() => {
            isExpired = true
            this.#wake?.()
          }, maxWaitMs)
          signal?.addEventListener('abort', this.#onAbort)
          continue
        }
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
        this.#wake = noop
      }
    } finally {
      unwatch?.()
      clearTimeout(timer)
      signal?.removeEventListener('abort', this.#onAbort)
      this.#wake = undefined
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#assigned = []
    this.#onClose(this)
    this.#wake?.()
  }

  readonly #onAbort = () => this.#wake?.()

  /** Up to `maxRecords`: every partition that has some gets an equal share first, what is left goes round. */
  #take(maxRecords: number): readonly FetchedRecord[] {
    const active = this.#assigned.filter(({ paused }) => !paused)
    if (active.length === 0 || this.#closed) return []
    const first = this.#turn++ % active.length
    const order = [...active.slice(first), ...active.slice(0, first)]
    const ends = this.#storage.ends(order)
    let bytes = PAGE_BYTES
    const ready: Assigned[] = []
    for (let i = 0; i < order.length; i++) {
      const assigned = order[i]!
      // An end elsewhere than where reading goes on: there is more, or what was there is gone, which reading tells.
      if (assigned.used === assigned.buffer.length && assigned.next !== ends[i]) {
        // A page may exceed its share by a record; the rest of the round then gets less, never nothing.
        const page = this.#storage.read(assigned, assigned.next, Math.max(1, bytes / (order.length - i)))
        assigned.buffer = page.records
        assigned.used = 0
        assigned.next = page.next
        if (page.records.length === 0) assigned.position = page.next
        else bytes -= page.bytes
      }
      if (assigned.used < assigned.buffer.length) ready.push(assigned)
    }
    const out: FetchedRecord[] = []
    let left = maxRecords
    for (let waiting = ready; waiting.length > 0 && left > 0; ) {
      const share = Math.max(1, Math.floor(left / waiting.length))
      const more: Assigned[] = []
      for (const assigned of waiting) {
        const count = Math.min(share, left, assigned.buffer.length - assigned.used)
        for (let i = 0; i < count; i++) out.push(assigned.buffer[assigned.used + i]!)
        assigned.used += count
        left -= count
        const done = assigned.used === assigned.buffer.length
        assigned.position = done ? assigned.next : assigned.buffer[assigned.used]!.offset
        if (!done) more.push(assigned)
      }
      waiting = more
    }
    return out
  }

  #find({ topic, partition }: TopicPartition): Assigned {
    this.#check()
    const found = this.#assigned.find((assigned) => assigned.topic === topic && assigned.partition === partition)
    if (!found) throw new BrokerError('PARTITION_NOT_ASSIGNED', `${topic}-${partition} is not read here`)
    return found
  }

  #check(): void {
    if (this.#closed) throw new BrokerError('BROKER_CLOSED', 'the reader is closed')
  }
}

const noop = () => {}
